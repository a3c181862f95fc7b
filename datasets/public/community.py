"""The community that public data becomes: everything but who did what is made up, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from datasets.tables import Table

Numbers: TypeAlias = npt.NDArray[np.int64]
Columns: TypeAlias = Mapping[str, Any]

_ROWS = 20_000
_DAY_MS = 86_400_000
_ACTS_DAY = 365
_FIRST_DAY_MS = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
_CATEGORIES = {
    "lastfm": ("音乐", "Music"),
    "ml-": ("电影", "Film"),
    "movielens": ("电影", "Film"),
    "amazon-beauty": ("美妆", "Beauty"),
    "gowalla": ("探店", "Places"),
}
_OTHER_CATEGORY = ("好物", "Finds")


class Community:
    """Tables of one data set. Ids tell the data set and the number: `user_lastfm-social.u12`."""

    def __init__(self, name: str, source: str, interactions: Numbers, friends: Numbers) -> None:
        self._name, self._source = name, source
        self._interactions, self._friends = interactions, friends
        self._users = np.unique(np.concatenate([interactions[:, 0], friends.ravel()]))
        self._items = np.unique(interactions[:, 1])
        known = (one for start, one in _CATEGORIES.items() if name.startswith(start))
        self._category = next(known, _OTHER_CATEGORY)

    def tables(self) -> Iterator[Table]:
        """Nodes first, then relationships."""
        yield from self._shared_nodes()
        yield from self._tables("User", self._users, self._people)
        yield from self._tables("Product", self._items, self._products)
        yield from self._tables("Variant", self._items, self._variants)
        yield from self._tables("Note", self._items, self._notes)
        yield from self._shared_links()
        yield from self._tables("Brand_MAKES_Product", self._items, self._from(self._brand, "product"))
        yield from self._tables("Product_IN_CATEGORY_Category", self._items, self._to("product", self._category_id))
        yield from self._tables("Note_IN_CATEGORY_Category", self._items, self._to("note", self._category_id))
        yield from self._tables("Product_HAS_VARIANT_Variant", self._items, self._variant_links)
        yield from self._tables("User_POSTED_Note", self._items, self._posts)
        yield from self._tables("Note_FEATURES_Product", self._items, self._features)
        yield from self._tables("User_FOLLOWS_User", self._friends, self._follows)
        yield from self._tables("User_LIKES_Note", self._interactions, self._likes)
        yield from self._tables("User_PURCHASED_Product", self._interactions, self._purchases)

    def _tables(self, kind: str, rows: Numbers, columns: Any) -> Iterator[Table]:
        for first in range(0, len(rows), _ROWS):
            part = rows[first : first + _ROWS]
            yield Table(kind, columns(part), len(part))

    def _shared_nodes(self) -> Iterator[Table]:
        chinese, english = self._category
        about = f"Public data set {self._name}. {self._source}".strip()
        yield _one("Category", id=self._category_id, slug=self._name, name=chinese, nameEn=english, position=0)
        yield _one(
            "Brand", id=self._brand, handle=self._name, name=self._name, nameEn=self._name, description=about,
            verified=True, createdAt=_FIRST_DAY_MS,
        )  # fmt: skip
        yield _one(
            "User", id=self._official, handle=f"{self._name}-official", displayName=f"{self._name} official",
            bio=about[:500], language="en", kind="official", state="active", private=False, createdAt=_FIRST_DAY_MS,
        )  # fmt: skip

    def _shared_links(self) -> Iterator[Table]:
        yield _one("User_OFFICIAL_ACCOUNT_OF_Brand", start=self._official, end=self._brand)

    @property
    def _category_id(self) -> str:
        return f"category_{self._name}"

    @property
    def _brand(self) -> str:
        return f"brand_{self._name}"

    @property
    def _official(self) -> str:
        return f"user_{self._name}.official"

    def _ids(self, prefix: str, numbers: Numbers) -> list[str]:
        letter = "u" if prefix == "user" else "i"
        return [f"{prefix}_{self._name}.{letter}{number}" for number in numbers.tolist()]

    def _people(self, users: Numbers) -> Columns:
        return {
            "id": self._ids("user", users),
            "handle": [f"{self._name}-u{user}" for user in users.tolist()],
            "displayName": [f"{self._name} user {user}" for user in users.tolist()],
            "language": ["en"] * len(users),
            "kind": ["member"] * len(users),
            "state": ["active"] * len(users),
            "private": [False] * len(users),
            "createdAt": _times(users, 1, first_day=0, days=30),
        }

    def _products(self, items: Numbers) -> Columns:
        return {
            "id": self._ids("product", items),
            "name": [f"{self._name} item {item}" for item in items.tolist()],
            "state": ["listed"] * len(items),
            "priceMinor": _prices(items),
            "currency": ["CNY"] * len(items),
            "brandId": [self._brand] * len(items),
            "categoryId": [self._category_id] * len(items),
            "reviewCount": np.zeros(len(items), np.int64),
            "ratingSum": np.zeros(len(items), np.int64),
            "createdAt": _times(items, 2, first_day=0, days=30),
        }

    def _variants(self, items: Numbers) -> Columns:
        return {
            "id": self._ids("variant", items),
            "sku": [f"{self._name}-i{item}" for item in items.tolist()],
            "name": ["default"] * len(items),
            "priceMinor": _prices(items),
            "currency": ["CNY"] * len(items),
            "stock": np.full(len(items), 1_000),
            "position": np.zeros(len(items), np.int64),
        }

    def _notes(self, items: Numbers) -> Columns:
        title = [f"{self._name} item {item}" for item in items.tolist()]
        return {
            "id": self._ids("note", items),
            "kind": ["text"] * len(items),
            "title": title,
            "text": [f"{one}, from the public data set {self._name}." for one in title],
            "language": ["en"] * len(items),
            "state": ["published"] * len(items),
            "audience": ["everyone"] * len(items),
            "authorId": [self._official] * len(items),
            "categoryId": [self._category_id] * len(items),
            "createdAt": _note_times(items),
            "publishedAt": _note_times(items),
        }

    def _from(self, start: str, prefix: str) -> Any:
        return lambda items: {"start": [start] * len(items), "end": self._ids(prefix, items)}

    def _to(self, prefix: str, end: str) -> Any:
        return lambda items: {"start": self._ids(prefix, items), "end": [end] * len(items)}

    def _variant_links(self, items: Numbers) -> Columns:
        return {"start": self._ids("product", items), "end": self._ids("variant", items)}

    def _posts(self, items: Numbers) -> Columns:
        return {"start": [self._official] * len(items), "end": self._ids("note", items), "at": _note_times(items)}

    def _features(self, items: Numbers) -> Columns:
        end = self._ids("product", items)
        zeros, disclosed = np.zeros(len(items), np.int64), [False] * len(items)
        at = _note_times(items)
        start = self._ids("note", items)
        return {"start": start, "end": end, "position": zeros, "sponsored": disclosed, "at": at, "to": end}

    def _follows(self, pairs: Numbers) -> Columns:
        end = self._ids("user", pairs[:, 1])
        return {"start": self._ids("user", pairs[:, 0]), "end": end, "at": _together(pairs), "to": end}

    def _likes(self, pairs: Numbers) -> Columns:
        end = self._ids("note", pairs[:, 1])
        return {"start": self._ids("user", pairs[:, 0]), "end": end, "at": _together(pairs), "to": end}

    def _purchases(self, pairs: Numbers) -> Columns:
        at, ones = _together(pairs), np.ones(len(pairs), np.int64)
        start, end = self._ids("user", pairs[:, 0]), self._ids("product", pairs[:, 1])
        return {"start": start, "end": end, "firstAt": at, "lastAt": at, "orders": ones, "quantity": ones}


def _one(table: str, /, **values: Any) -> Table:
    return Table(table, {name: [value] for name, value in values.items()}, 1)


def _draw(numbers: Numbers, salt: int) -> npt.NDArray[np.uint64]:
    """An evenly spread number for each number, the same in every run and on every machine."""
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        return mixed ^ (mixed >> np.uint64(31))


def _times(numbers: Numbers, salt: int, *, first_day: int, days: int) -> Numbers:
    """Epoch milliseconds spread over some days of the made-up year."""
    within = (_draw(numbers, salt << 40) % np.uint64(days * _DAY_MS)).astype(np.int64)
    return _FIRST_DAY_MS + first_day * _DAY_MS + within


def _note_times(items: Numbers) -> Numbers:
    return _times(items, 4, first_day=30, days=60)


def _together(pairs: Numbers) -> Numbers:
    """One time for all: the data does not say what came first, and made-up times would be read as if it did."""
    return np.full(len(pairs), _FIRST_DAY_MS + _ACTS_DAY * _DAY_MS, np.int64)


def _prices(items: Numbers) -> Numbers:
    """Minor units: 9.90 to 499.90 in steps of ten."""
    return (_draw(items, 3 << 40) % np.uint64(50)).astype(np.int64) * 1_000 + 990

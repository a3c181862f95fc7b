"""The community as arrays: who follows whom, and who took up, posted and bought what within the window."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from graph.database import Database
from graph.jobs.pagerank import Floats
from graph.rules.influence import BURST_SPAN, InfluenceLaw
from graph.statements import beside

STATEMENTS = beside(__file__)
_ACTS = STATEMENTS["influence_acts"]

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_WEIGHTS = {"like": 1.0, "collect": 2.0, "comment": 3.0}
_BURST_MS = int(BURST_SPAN.total_seconds()) * 1_000


@dataclass(frozen=True, slots=True)
class Community:
    """People by number, and matrices of people by people: a row for who is followed, taken up or posts.

    `follows` holds 1 for each follower. `engaged`, `notes` and `orders` are by category, a number each: engagement of
    whom (row) by whom (column), and for each person how many notes, and orders that their notes led to. `brands` has
    who took up notes about the products of each. `joined` numbers spans of four days; `ranked` may be ranked:
    who has a note out, and is neither private nor official.
    """

    ids: Sequence[str]
    categories: Sequence[str]
    follows: sp.csr_matrix
    engaged: Sequence[sp.csr_matrix]
    notes: Sequence[Longs]
    orders: Sequence[Floats]
    brands: dict[str, Ints]
    joined: Longs
    hollow: Flags
    bought: Longs
    ranked: Flags


@dataclass(slots=True)
class _Triples:
    """Rows of a person, another person or a category, and a value, as they come."""

    first: array[int] = field(default_factory=lambda: array("i"))
    second: array[int] = field(default_factory=lambda: array("i"))
    category: array[int] = field(default_factory=lambda: array("i"))
    value: array[float] = field(default_factory=lambda: array("d"))

    def add(self, first: int, second: int, category: int, value: float) -> None:
        self.first.append(first)
        self.second.append(second)
        self.category.append(category)
        self.value.append(value)

    def of(self, category: int) -> tuple[Ints, Ints, Floats]:
        """The first, the second and the value of each row of the category."""
        which = np.asarray(self.category, np.int32) == category
        first, second = np.asarray(self.first, np.int32)[which], np.asarray(self.second, np.int32)[which]
        return first, second, np.asarray(self.value)[which]


@dataclass(slots=True)
class _Reading:
    """Rows as they come; people, categories and brands are numbered when first named."""

    people: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    follows: _Triples = field(default_factory=_Triples)
    engaged: _Triples = field(default_factory=_Triples)
    posted: _Triples = field(default_factory=_Triples)
    led: _Triples = field(default_factory=_Triples)
    brands: dict[str, array[int]] = field(default_factory=dict)
    about: dict[int, tuple[int, bool, int, bool]] = field(default_factory=dict)

    def person(self, one: str) -> int:
        return self.people.setdefault(one, len(self.people))

    def category(self, one: str) -> int:
        return self.categories.setdefault(one, len(self.categories))

    def take(self, row: Any) -> None:
        """Takes what one person did."""
        me, engaged = self.person(row["id"]), row["engaged"]
        acted = row["notes"] + row["other_acts"] > 0 or len({author for author, _, _ in engaged}) > 1
        ranked = row["notes"] > 0 and not row["closed"]
        self.about[me] = (row["joined_ms"] // _BURST_MS, not acted, row["bought"], ranked)
        for author in row["follows"]:
            self.follows.add(self.person(author), me, 0, 1.0)
        for author, category, weight in engaged:
            self.engaged.add(self.person(author), me, self.category(category), weight)
        for category, notes in row["posted"]:
            self.posted.add(me, me, self.category(category), notes)
        for author, category, orders in row["led"]:
            self.led.add(self.person(author), me, self.category(category), orders)
        for brand in row["brands"]:
            self.brands.setdefault(brand, array("i")).append(me)


async def read_community(database: Database, law: InfluenceLaw, *, now: datetime) -> Community:
    """The community as it was at `now` (aware UTC), as far as what is there tells, in one streaming read."""
    reading = _Reading()
    async for row in database.stream(_ACTS, since=now - law.window, now=now, weights=_WEIGHTS):
        reading.take(row)
    return _community(reading)


def _community(reading: _Reading) -> Community:
    people, categories = len(reading.people), range(len(reading.categories))
    # Somebody who was named and has no row is not active, or had not joined.
    rows = [reading.about.get(one, (-1, False, 0, False)) for one in range(people)]
    joined, hollow, bought, ranked = (np.array([row[at] for row in rows]) for at in range(4))

    def matrix(triples: _Triples, category: int) -> sp.csr_matrix:
        first, second, value = triples.of(category)
        return sp.csr_matrix((value, (first, second)), shape=(people, people))

    def summed(triples: _Triples, category: int) -> Floats:
        first, _, value = triples.of(category)
        found: Floats = np.bincount(first, weights=value, minlength=people).astype(np.float64)
        return found

    return Community(
        list(reading.people),
        list(reading.categories),
        matrix(reading.follows, 0),
        [matrix(reading.engaged, one) for one in categories],
        [summed(reading.posted, one).astype(np.int64) for one in categories],
        [summed(reading.led, one) for one in categories],
        {brand: np.asarray(who, np.int32) for brand, who in reading.brands.items()},
        joined.astype(np.int64),
        hollow.astype(np.bool_),
        bought.astype(np.int64),
        ranked.astype(np.bool_),
    )

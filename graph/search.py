"""Search: what full text, vectors and the graph itself find, fused into one ranking; with facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from graph.database import Database
from graph.projection.mapping import Visibility
from graph.rules import visibility
from graph.rules.fusion import Signals, Weights, fused, ranked
from graph.rules.queries import Query, lucene
from graph.rules.spelling import normal
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_NEARNESS = STATEMENTS["nearness"]
_FACET_NAMES = STATEMENTS["facet_names"]
_BEST = STATEMENTS["best_candidates"].text.rstrip(";\n")
_WANTED = "NOT EXISTS { (:User {id: $viewer})-[:NOT_INTERESTED]->(that) }"
_SCAN, _SCAN_FILTERED = 300, 3_000
_NEAREST, _NEAREST_FILTERED = 100, 1_000
_MOST_BY_TEXT = 300
_MOST_SORTED = 100
LONGEST_LIST = 200
"""How many results a search has at most."""
_FACET_VALUES = 20
_DAY_S = 86_400
_NAMED = ("User", "Brand", "Topic")
_SPELLING = 8  # by which a name may be longer than its one spelling
# Upper ends of the price facet, in minor units.
PRICES = (5_000, 10_000, 20_000, 50_000, 100_000, 200_000)


@dataclass(frozen=True, slots=True)
class Subject:
    """A label that is searched: its indexes, the weight of each text, and what it is read by."""

    label: str
    statement: str
    index: str
    fields: Mapping[str, float]
    visible: Visibility


Row = Mapping[str, Any]
_EVERYBODY = Visibility("true", "true")
SUBJECTS: Mapping[str, Subject] = {
    one.label: one
    for one in (
        Subject("Note", "search_notes", "note_text", {"title": 2, "text": 1}, visibility.NOTE),
        Subject("Product", "search_products", "product_text", {"name": 3, "description": 1}, visibility.PRODUCT),
        Subject("User", "search_people", "user_text", {"displayName": 3, "handle": 3, "bio": 1}, visibility.USER),
        Subject(
            "Brand",
            "search_brands",
            "brand_text",
            {"name": 3, "nameEn": 3, "handle": 3, "description": 1},
            _EVERYBODY,
        ),
        Subject("Topic", "search_topics", "topic_text", {"name": 1}, visibility.TOPIC),
    )
}


def _composed(subject: Subject, *, signed_in: bool) -> Statement:
    found = STATEMENTS[subject.statement]
    text = found.text.replace("$visible", subject.visible.viewer if signed_in else subject.visible.anyone)
    text = text.replace("$wanted", _WANTED if signed_in else "true").replace("$best", _BEST)
    name = f"{found.name}_{'viewer' if signed_in else 'anyone'}"
    return Statement(name, "read", text, found.about, found.source)


SEARCHES: Mapping[tuple[str, bool], Statement] = {
    (label, signed_in): _composed(subject, signed_in=signed_in)
    for label, subject in SUBJECTS.items()
    for signed_in in (False, True)
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What results must be; None leaves it open. Prices in minor units, rating in stars, times half-open."""

    categories: Sequence[str] | None = None
    brands: Sequence[str] | None = None
    price_low: int | None = None
    price_high: int | None = None
    rating: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    has_products: bool | None = None
    in_stock: bool | None = None
    verified: bool | None = None
    language: str | None = None
    note_kind: str | None = None
    user_kind: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return any(value is not None for value in asdict(self).values())


Order = Literal["relevance", "newest", "popular", "price_low", "price_high", "rating"]
_SORTS: Mapping[str, Callable[[Row], float]] = {
    "newest": lambda row: -(row["at"] or 0),
    "popular": lambda row: -row["popularity"],
    "price_low": lambda row: row["price"] or 0,
    "price_high": lambda row: -(row["price"] or 0),
    "rating": lambda row: -(row["rating"] or 0),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query as a vector; the vector index of each label in its space, and the property that holds the vectors."""

    vector: Sequence[float]
    indexes: Mapping[str, str]
    property: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: the query, by its meaning too where that is known, what is asked beside it, who asks, as of when."""

    query: Query
    as_of: datetime
    filters: Filters = field(default_factory=Filters)
    meaning: Meaning | None = None
    viewer_id: str | None = None
    order: Order = "relevance"


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the results found have one value; prices by their bucket's lower end."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """Up to 200 (id, score) in their order, and facets by name over up to 400 candidates."""

    items: Sequence[tuple[str, float]]
    facets: Mapping[str, Sequence[Facet]]
    by_text: int
    """How many of the candidates the text found."""


def has_meaning(label: str, query: Query) -> bool:
    """Whether vectors can help: codes, handles and single characters mean nothing, and nor do names."""
    return not query.literal and (label not in _NAMED or query.familiar)


async def search(database: Database, label: str, asked: Asked, weights: Weights) -> Results:
    """What of the label answers the query, for this viewer; a way of weight 0 is not asked. Raises as the door does."""
    if not asked.query.units:
        return Results((), {}, 0)
    found = await candidates(database, label, asked, weights)
    by_text = sum(row["text"] is not None for row in found.rows)
    return Results(ordered(found, asked, weights), _facets(found.rows), by_text)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found, in no order, and whom of their owners the viewer is near to."""

    rows: Sequence[Row]
    near: Mapping[str, Row]


async def candidates(database: Database, label: str, asked: Asked, weights: Weights) -> Candidates:
    """What full text, the vectors and the graph find; a way of weight 0 is not asked."""
    statement = SEARCHES[label, asked.viewer_id is not None]
    rows = [dict(row) for row in await database.rows(statement, **parameters(label, asked, weights))]
    return Candidates(rows, await _near(database, asked.viewer_id, {row["ownerId"] for row in rows}))


def ordered(found: Candidates, asked: Asked, weights: Weights) -> list[tuple[str, float]]:
    """Up to 200 candidates as (id, score), in the order that is asked."""
    signals = {row["id"]: _signals(row, asked, found.near) for row in found.rows}
    scores = fused(_lists(found.rows, weights), weights.k)
    items = ranked(scores, signals, weights)[:LONGEST_LIST]
    if asked.order != "relevance":
        # What hardly answers the query must not come first for being new or cheap.
        by_id, sort = {row["id"]: row for row in found.rows}, _SORTS[asked.order]
        items = sorted(items[:_MOST_SORTED], key=lambda item: (sort(by_id[item[0]]), item[0]))
    return items


def parameters(label: str, asked: Asked, weights: Weights) -> dict[str, Any]:
    """What the label's statement is given."""
    subject = SUBJECTS[label]
    query, filters, meaning = asked.query, asked.filters, asked.meaning if weights.vector else None
    text = lucene(query, subject.fields)
    narrow = filters.any
    return {
        "texts": [text] if text and weights.text else [],
        "textIndex": f"{subject.index}_characters" if query.by_character else subject.index,
        "scan": _SCAN_FILTERED if narrow else _SCAN,
        "vectors": [list(meaning.vector)] if meaning else [],
        "meaning": list(meaning.vector) if meaning else None,
        "vectorIndex": meaning.indexes[subject.label] if meaning else "",
        "vectorProperty": meaning.property if meaning else "",
        "nearest": _NEAREST_FILTERED if narrow else _NEAREST,
        "topics": list(dict.fromkeys((query.key, query.key.replace(" ", "")))),
        "codes": list(query.codes),
        "asOf": asked.as_of,
        "mostByText": _MOST_BY_TEXT,
        "mostByVector": _NEAREST,
        "longest": len(query.key) + _SPELLING,
        "viewer": asked.viewer_id,
        "categories": filters.categories,
        "brands": filters.brands,
        "priceLow": filters.price_low,
        "priceHigh": filters.price_high,
        "rating": filters.rating,
        "since": filters.since,
        "until": filters.until,
        "hasProducts": filters.has_products,
        "inStock": filters.in_stock,
        "verified": filters.verified,
        "language": filters.language,
        "noteKind": filters.note_kind,
        "userKind": filters.user_kind,
    }


async def _near(database: Database, viewer_id: str | None, ids: set[str]) -> Mapping[str, Row]:
    if viewer_id is None or not ids:
        return {}
    rows = await database.rows(_NEARNESS, viewer=viewer_id, ids=list(ids))
    return {row["id"]: row for row in rows}


def _lists(rows: Sequence[Row], weights: Weights) -> list[tuple[float, list[str]]]:
    """(weight, ids in order) of each way in which candidates were found."""
    by_text = sorted((row for row in rows if row["text"] is not None), key=lambda row: (-row["text"], row["id"]))
    by_vector = sorted((row for row in rows if row["vector"] is not None), key=lambda row: (-row["vector"], row["id"]))
    named = sorted((row for row in rows if row["named"]), key=lambda row: row["id"], reverse=True)
    return [
        (weights.text, [row["id"] for row in by_text]),
        (weights.vector, [row["id"] for row in by_vector]),
        (weights.text, [row["id"] for row in named]),
    ]


def _signals(row: Row, asked: Asked, near: Mapping[str, Row]) -> Signals:
    known = near.get(row["ownerId"])
    at_s = row["at"] / 1000 if row["at"] is not None else None
    return Signals(
        exact=row["named"] or any(normal(name) == asked.query.key for name in row["names"]),
        popularity=row["popularity"],
        age_days=None if at_s is None else (asked.as_of.timestamp() - at_s) / _DAY_S,
        distance=known["distance"] if known else None,
        muted=bool(known and known["muted"]),
    )


def _facets(rows: Sequence[Row]) -> dict[str, Sequence[Facet]]:
    counted: dict[str, Iterable[str]] = {
        "categories": (row["category"] for row in rows if row["category"]),
        "brands": (brand for row in rows for brand in row["brands"]),
        "prices": (str(_bucket(row["price"])) for row in rows if row["price"] is not None),
        "ratings": (str(int(row["rating"])) for row in rows if row["rating"] is not None),
        "kinds": (row["kind"] for row in rows if row["kind"]),
        "languages": (row["language"] for row in rows if row["language"]),
    }
    return {name: [Facet(value, count) for value, count in _most(Counter(values))] for name, values in counted.items()}


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_FACET_VALUES]


def _bucket(price: int) -> int:
    return max((end for end in (0, *PRICES) if end <= price), default=0)


async def names(database: Database, *, categories: Sequence[str], brands: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What categories and brands are called in Chinese and English, by id."""
    rows = await database.rows(_FACET_NAMES, categories=categories, brands=brands)
    return {row["id"]: (row["name"], row["nameEn"]) for row in rows}

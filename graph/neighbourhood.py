"""Parts of the graph as pictures: what is around a thing, what joins several, and the shortest way between two.

Only what everybody may see is in them (published notes for everyone, active people, products on sale, never somebody's
purchases or what they keep), and nothing of people whom a block parts from the viewer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import neo4j

from graph.database import Database
from graph.ids import label_of
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_WORKS_FOR_A_BRAND = STATEMENTS["works_for_a_brand"]
_NODES_SEEN = STATEMENTS["nodes_seen"]
_TIES_AMONG = STATEMENTS["ties_among"]
_SHORTEST_PATH = STATEMENTS["shortest_path"]
_STRONGEST_PATH = STATEMENTS["strongest_path"]
_AROUND: Mapping[str, Statement] = {
    "User": STATEMENTS["around_user"],
    "Note": STATEMENTS["around_note"],
    "Product": STATEMENTS["around_product"],
    "Brand": STATEMENTS["around_brand"],
    "Topic": STATEMENTS["around_topic"],
    "Category": STATEMENTS["around_category"],
}
_MOST_TIES = 10_000


class TieKind(StrEnum):
    """A type of relationship that pictures show."""

    FOLLOWS = "FOLLOWS"
    POSTED = "POSTED"
    LIKES = "LIKES"
    TAGGED = "TAGGED"
    FEATURES = "FEATURES"
    MENTIONS = "MENTIONS"
    IN_CATEGORY = "IN_CATEGORY"
    MAKES = "MAKES"
    OFFICIAL_ACCOUNT_OF = "OFFICIAL_ACCOUNT_OF"
    SIMILAR = "SIMILAR"
    BOUGHT_WITH = "BOUGHT_WITH"


class Direction(StrEnum):
    """Which way ties lead, seen from the node in the middle: to it (`<`), from it (`>`), or either."""

    IN = "<"
    OUT = ">"
    BOTH = "<>"


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A thing in a picture; `notes` counts what a person posted, or what features a product or is under a topic."""

    id: str
    type: str
    name: str
    name_en: str | None
    handle: str | None
    kind: str | None
    region: str | None
    verified: bool
    heat: float | None
    followers: int
    likes: int
    notes: int
    category: str | None
    category_en: str | None


@dataclass(frozen=True, slots=True)
class GraphTie:
    """A relationship as it stands in the graph; `score` is that of SIMILAR and BOUGHT_WITH, `at` RFC 3339 text."""

    kind: TieKind
    start: str
    end: str
    score: float | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Things and the ties between them; `more` names the kinds of which there are more than were asked for."""

    nodes: Sequence[GraphNode]
    ties: Sequence[GraphTie]
    more: Sequence[TieKind] = ()


@dataclass(frozen=True, slots=True)
class StrongestPath:
    """A way between two things, how strong each of its ties is in turn, how strong it is, and of how many ways it is
    the strongest."""

    picture: Picture
    strengths: Sequence[float]
    strength: float
    considered: int


async def works_for_a_brand(db: Database, *, user_id: str) -> bool:
    """Whether the person works for any brand."""
    return await db.row(_WORKS_FOR_A_BRAND, user_id=user_id) is not None


async def neighbourhood(
    db: Database, *, viewer_id: str, node_id: str, kinds: Collection[TieKind], direction: Direction, first: int
) -> Picture | None:
    """The thing with up to `first` neighbours by each kind and direction; None: no such thing that may be seen."""
    statement = _AROUND.get(label_of(node_id) or "")
    if statement is None:
        return None
    rows = await db.rows(
        statement,
        id=node_id,
        viewer_id=viewer_id,
        branches=[f"{kind.value}{way}" for kind in kinds for way in direction.value],
        limit=first + 1,
    )
    kept: list[neo4j.Record] = []
    more: dict[TieKind, None] = {}
    counted: Counter[tuple[str, str | None]] = Counter()
    for row in rows:
        listed = (row["branch"], label_of(row["id"]) if row["kind"] == TieKind.IN_CATEGORY else None)
        counted[listed] += 1
        if counted[listed] > first:
            more[TieKind(row["kind"])] = None
        else:
            kept.append(row)
    nodes = await _seen(db, viewer_id, [node_id, *(row["id"] for row in kept)])
    if node_id not in nodes:
        return None
    ties = dict.fromkeys(_tie(row) for row in kept)
    return Picture(list(nodes.values()), _between(ties, nodes), list(more))


async def picture(db: Database, *, viewer_id: str, ids: Iterable[str]) -> Picture:
    """Those of the things that may be seen, and the ties between them."""
    nodes = await _seen(db, viewer_id, ids)
    rows = await db.rows(_TIES_AMONG, ids=list(nodes), most=_MOST_TIES, **_by_label(nodes))
    return Picture(list(nodes.values()), [_tie(row) for row in rows])


async def shortest_path(
    db: Database, *, viewer_id: str, start_id: str, end_id: str, kinds: Collection[TieKind]
) -> Picture | None:
    """One of the shortest ways between two things, in order; None: none of up to six ties."""
    row = await db.row(
        _SHORTEST_PATH,
        viewer_id=viewer_id,
        start_id=start_id,
        end_id=end_id,
        kinds=[kind.value for kind in kinds],
    )
    return None if row is None else await _way(db, viewer_id, row)


async def strongest_path(db: Database, *, viewer_id: str, start_id: str, end_id: str) -> StrongestPath | None:
    """Of the shortest ways from a person to a person or brand the strongest; None: none of up to five ties."""
    row = await db.row(_STRONGEST_PATH, viewer_id=viewer_id, start_id=start_id, end_id=end_id)
    if row is None:
        return None
    way = await _way(db, viewer_id, row)
    return None if way is None else StrongestPath(way, row["strengths"], row["strength"], row["considered"])


async def _way(db: Database, viewer_id: str, row: neo4j.Record) -> Picture | None:
    """The things and ties of a way, in its order; None where one of them may not be seen any more."""
    nodes = await _seen(db, viewer_id, row["ids"])
    if len(nodes) < len(row["ids"]):
        return None
    ties = [GraphTie(TieKind(one["kind"]), one["start"], one["end"], None, one["at"]) for one in row["ties"]]
    return Picture([nodes[one] for one in row["ids"]], ties)


async def _seen(db: Database, viewer_id: str, ids: Iterable[str]) -> dict[str, GraphNode]:
    """Those that may be seen, by id, in the order of the ids."""
    wanted = list(dict.fromkeys(ids))
    found = {row["id"]: _node(row) for row in await db.rows(_NODES_SEEN, viewer_id=viewer_id, **_by_label(wanted))}
    return {one: found[one] for one in wanted if one in found}


def _by_label(ids: Iterable[str]) -> dict[str, list[str]]:
    by_label: dict[str, list[str]] = {label: [] for label in _AROUND}
    for one in ids:
        by_label.get(label_of(one) or "", []).append(one)
    return by_label


def _between(ties: Iterable[GraphTie], nodes: Collection[str]) -> list[GraphTie]:
    return [tie for tie in ties if tie.start in nodes and tie.end in nodes]


def _node(row: neo4j.Record) -> GraphNode:
    values = dict(row)
    category, category_en = values.pop("category") or (None, None)
    return GraphNode(**values, category=category, category_en=category_en)


def _tie(row: neo4j.Record) -> GraphTie:
    return GraphTie(TieKind(row["kind"]), row["start"], row["end"], row["score"], row["at"])

"""Why something was recommended: the paths from the viewer to it, and which of their acts it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import neo4j

from graph.database import Database
from graph.recommendation_sources import Asking
from graph.rules.ranking import Source
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
PRODUCT_PATHS = STATEMENTS["product_paths"]
NOTE_PATHS = STATEMENTS["note_paths"]
_MOST = 3  # paths of one source


@dataclass(frozen=True, slots=True)
class PathNode:
    """A thing on a path; `id` and `name` are None for somebody who is not to be named."""

    id: str | None
    label: str
    name: str | None


@dataclass(frozen=True, slots=True)
class PathEdge:
    """A relationship on a path as it stands in the graph, by the ids of its ends; `at` is RFC 3339 text or None."""

    type: str
    start: str | None
    end: str | None
    weight: float
    at: str | None


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the viewer to the thing, first node to last, and its source's measure of strength."""

    source: Source
    strength: float
    nodes: Sequence[PathNode]
    edges: Sequence[PathEdge]

    @property
    def act(self) -> PathEdge:
        """What the viewer did that the path begins with."""
        return self.edges[0]

    @property
    def act_on(self) -> str | None:
        """Id of what they did it with; None when that is somebody who is not to be named."""
        return self.nodes[1].id


async def paths(
    database: Database, statement: Statement, *, asking: Asking, ids: Sequence[str]
) -> Mapping[str, list[Path]]:
    """The paths to each of these things, by id."""
    found: dict[str, list[Path]] = {one: [] for one in ids}
    rows = await database.rows(
        statement,
        viewer_id=asking.viewer_id,
        ids=list(ids),
        excluded=list(asking.excluded),
        behaviour=asking.behaviour,
        most=_MOST,
    )
    for row in rows:
        found[row["id"]].append(_path(row))
    return found


def _path(row: neo4j.Record) -> Path:
    # Only the viewer, who comes first, and the thing itself, which comes last, are known in any case.
    ends = {row["nodes"][0]["id"], row["nodes"][-1]["id"]}
    known = ends if not row["named"] else {one["id"] for one in row["nodes"]}
    nodes = [
        PathNode(one["id"], one["label"], one["name"]) if one["id"] in known else PathNode(None, one["label"], None)
        for one in row["nodes"]
    ]
    edges = [
        PathEdge(
            one["type"],
            one["start"] if one["start"] in known else None,
            one["end"] if one["end"] in known else None,
            one["weight"],
            one["at"] if row["named"] else None,
        )
        for one in row["edges"]
    ]
    return Path(Source(row["source"]), row["strength"], nodes, edges)

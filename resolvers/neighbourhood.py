"""Parts of the graph as pictures, for analysts and for whoever works for a brand."""

from __future__ import annotations

from collections.abc import Sequence

from graph import neighbourhood as graph_neighbourhood
from graph.errors import Forbidden, Invalid, LimitExceeded
from graph.ids import label_of
from graph.neighbourhood import Direction, Picture, StrongestPath, TieKind
from graph.rules.access import Role
from resolvers.act import Act

MOST_NEIGHBOURS = 100
MOST_NODES = 500
EXPLORERS = frozenset({Role.ANALYST, Role.DATA_SCIENTIST, Role.MODERATOR, Role.ADMIN})
"""The roles by which somebody explores who works for no brand."""
ON_PATHS = frozenset(TieKind) - {TieKind.SIMILAR, TieKind.BOUGHT_WITH}
"""What paths may lead over: what people and brands did, not what was computed."""
# A category joins everything with everything.
_PATHS_USUAL = ON_PATHS - {TieKind.IN_CATEGORY}


async def neighbourhood(
    act: Act, *, node_id: str, kinds: Sequence[TieKind] | None, direction: Direction, first: int
) -> Picture | None:
    """What is around a thing; None: no such thing that may be seen. Raises Forbidden or Invalid."""
    if not 1 <= first <= MOST_NEIGHBOURS:
        raise Invalid(f"first must be 1 to {MOST_NEIGHBOURS}", field=("first",))
    viewer_id = await _explorer(act)
    return await graph_neighbourhood.neighbourhood(
        act.services.database,
        viewer_id=viewer_id,
        node_id=node_id,
        kinds=frozenset(TieKind) if kinds is None else frozenset(kinds),
        direction=direction,
        first=first,
    )


async def picture(act: Act, *, ids: Sequence[str]) -> Picture:
    """These things and what joins them. Raises Forbidden or LimitExceeded."""
    if len(ids) > MOST_NODES:
        raise LimitExceeded(f"at most {MOST_NODES} ids at a time", field=("ids",))
    viewer_id = await _explorer(act)
    return await graph_neighbourhood.picture(act.services.database, viewer_id=viewer_id, ids=ids)


async def shortest_path(act: Act, *, start_id: str, end_id: str, kinds: Sequence[TieKind] | None) -> Picture | None:
    """A shortest way between two things; None: there is none so short. Raises Forbidden or Invalid."""
    _require_apart(start_id, end_id)
    wanted = _PATHS_USUAL if kinds is None else frozenset(kinds)
    if wanted - ON_PATHS:
        raise Invalid("paths lead over what people and brands did, not over SIMILAR and BOUGHT_WITH", field=("kinds",))
    viewer_id = await _explorer(act)
    return await graph_neighbourhood.shortest_path(
        act.services.database, viewer_id=viewer_id, start_id=start_id, end_id=end_id, kinds=wanted
    )


async def strongest_path(act: Act, *, start_id: str, end_id: str) -> StrongestPath | None:
    """The strongest of the shortest ways from a person to a person or brand; None: none. Raises as `shortest_path`."""
    _require_apart(start_id, end_id)
    if label_of(start_id) != "User":
        raise Invalid("this begins with a person", field=("from",))
    if label_of(end_id) not in ("User", "Brand"):
        raise Invalid("this leads to a person or brand", field=("to",))
    viewer_id = await _explorer(act)
    return await graph_neighbourhood.strongest_path(
        act.services.database, viewer_id=viewer_id, start_id=start_id, end_id=end_id
    )


def _require_apart(start_id: str, end_id: str) -> None:
    if start_id == end_id:
        raise Invalid("a path leads from one thing to another", field=("to",))


async def _explorer(act: Act) -> str:
    """Who asks, who may. Raises SignInRequired or Forbidden."""
    viewer_id = act.viewer_id
    held = act.viewer.roles if act.viewer else frozenset()
    if held & EXPLORERS or await graph_neighbourhood.works_for_a_brand(act.services.database, user_id=viewer_id):
        return viewer_id
    raise Forbidden("this is for analysts and for those who work for a brand")

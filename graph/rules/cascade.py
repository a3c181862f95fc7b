"""How something spread from person to person: a tree for each who took it up by themselves.

Whoever takes something up has it from the one of those they followed by then who took it up last before them, and from
nobody where there is none. This is the rule of the last influence of Bakshy, Hofman, Mason and Watts ("Everyone's an
influencer", WSDM 2011), who found the first, the last and the shared influence to order people alike. It says who can
have been the source, not who was: what the service recommends leaves no trace here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who took it up: from whom (None: by themselves), how many steps from there the first of the tree is, and
    how many have it from them, through others too."""

    id: str
    parent: str | None
    depth: int
    descendants: int


def cascade(order: Sequence[str], followed: Mapping[str, Iterable[str]]) -> list[Step]:
    """The steps of the people in the order in which they took it up; `followed` has whom of them each followed then."""
    places = {one: place for place, one in enumerate(order)}
    parents: list[int | None] = []
    depths: list[int] = []
    for place, one in enumerate(order):
        earlier = [places[other] for other in followed.get(one, ()) if places[other] < place]
        parent = max(earlier, default=None)
        parents.append(parent)
        depths.append(0 if parent is None else depths[parent] + 1)
    descendants = [0] * len(order)
    for place in reversed(range(len(order))):
        if (parent := parents[place]) is not None:
            descendants[parent] += 1 + descendants[place]
    return [
        Step(one, None if parent is None else order[parent], depth, below)
        for one, parent, depth, below in zip(order, parents, depths, descendants, strict=True)
    ]

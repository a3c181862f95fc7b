"""Candidates are what the edges and tastes of all that somebody took up add up to, each thing once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from graph import recommendations
from graph.database import Database
from graph.jobs.similarity import Run, run
from graph.jobs.similarity.law import Law
from graph.recommendations import Candidate, note_candidates, product_candidates
from tests.schema.support import cypher

_ACTS = """MATCH (u:User)-[:{acts}]->(t:{label}) WITH u, collect(DISTINCT t.id) AS ids
WHERE size(ids) >= 5 RETURN u.id AS id, ids ORDER BY size(ids) DESC, id LIMIT 40"""
_THINGS = """MATCH (t:{label}) RETURN t.id AS id, t.taste AS taste, t.tasteWeight AS weight,
  COLLECT {{ MATCH (t)-[e:SIMILAR]->(o) RETURN [o.id, e.score, e.rank] }} AS edges"""
_SURFACES = [
    ("Product", "PURCHASED", "products", product_candidates),
    ("Note", "LIKES|COLLECTED", "notes", note_candidates),
]


@pytest.mark.anyio
@pytest.mark.parametrize("edges", [20_000, 400])
@pytest.mark.parametrize(("label", "acts", "part", "found"), _SURFACES)
async def test_candidates_are_the_sums_over_what_was_taken_up(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    label: str,
    acts: str,
    part: str,
    found: Callable[..., Awaitable[list[Candidate]]],
    edges: int,
) -> None:
    monkeypatch.setattr(recommendations, "_EDGES", edges)
    await run(Run(database, laws={part: Law(folded=0.0, taste_weight=0.4)}), parts=(part,))
    things = {row["id"]: row for row in await cypher(database, _THINGS.format(label=label))}
    people = (await cypher(database, _ACTS.format(acts=acts, label=label)))[::10]
    assert people
    for person in people:
        candidates = await found(database, viewer_id=person["id"], limit=100)
        assert len({one.id for one in candidates}) == len(candidates) > 10
        expected = _expected(person["ids"], things, of_each=edges // len(person["ids"]))
        for one in candidates:
            assert one.id not in person["ids"]
            assert (one.similar, one.taste) == pytest.approx(expected(one.id), rel=1e-4, abs=1e-4)
        sums = [one.similar + one.followed + one.taste for one in candidates]
        assert sums == sorted(sums, reverse=True)


def _expected(acts: list[str], things: dict[str, Any], of_each: int) -> Callable[[str], tuple[float, float]]:
    edges: dict[str, float] = {}
    for act in acts:
        for to, score, rank in things[act]["edges"]:
            if rank >= of_each:
                continue
            edges[to] = edges.get(to, 0.0) + score
    leaning = sum(
        (np.array(things[act]["taste"][:-1]) * things[act]["weight"] for act in acts if things[act]["taste"]),
        np.zeros(1),
    )

    def of(thing: str) -> tuple[float, float]:
        return edges.get(thing, 0.0), float(np.array(things[thing]["taste"][:-1]) @ leaning)

    return of

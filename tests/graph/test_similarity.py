"""Similarity and taste: against dense references on small data, and the job on a real graph."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from graph.database import Database
from graph.jobs.similarity import Run, folding, run, update
from graph.jobs.similarity.bought import likelihood
from graph.jobs.similarity.edges import Explaining, assembled, deviation, explained, strongest
from graph.jobs.similarity.folding import low_rank, strongest_folded
from graph.jobs.similarity.kinds import completed
from graph.jobs.similarity.law import Law, usual
from graph.jobs.similarity.matrix import Acts, Reading
from graph.jobs.similarity.people import alike
from graph.jobs.similarity.taste import taste
from tests.schema.support import cypher

LAW = Law(user_power=0.5, ridge=2.0, own_ridge=0.5, target_power=0.1, neighbours=50, dims=4, folded=0.0)


def random_acts(people: int = 60, things: int = 20, seed: int = 3) -> Acts:
    rng = np.random.default_rng(seed)
    values = (rng.random((people, things)) < 0.25).astype(float) * rng.choice([0.2, 1.0], (people, things))
    return Acts([f"u{at}" for at in range(people)], [f"p{at}" for at in range(things)], sp.csr_matrix(values))


def test_edges_are_those_of_ridge_regression() -> None:
    acts = random_acts()
    dense = acts.values.toarray()
    weights = np.maximum(dense.sum(1), 1.0) ** -0.5
    together = dense.T @ (weights[:, None] * dense)
    diagonal = np.diag(together)
    ridge = 2.0 * diagonal.mean() + 0.5 * diagonal
    found = {one.targets[0]: one for one in (Explaining(acts, LAW).explain(np.array([at])) for at in range(20))}
    for target, one in found.items():
        near = np.array([at for at in range(20) if at != target and together[at, target] != 0])
        system = together[np.ix_(near, near)] + np.diag(ridge[near])
        expected = np.linalg.solve(system, together[near, target]) * max(dense[:, target].sum(), 1.0) ** -0.1
        assert dict(zip(one.sources.tolist(), one.weights.tolist(), strict=True)) == pytest.approx(
            dict(zip(near.tolist(), expected.tolist(), strict=True))
        )


def test_only_the_most_telling_neighbours_explain() -> None:
    blocks = list(explained(random_acts(), Law(neighbours=3)))
    assert max(count for one in blocks for count in one.counts.tolist()) == 3


def test_what_is_kept_is_the_largest_of_each_source_and_usually_1() -> None:
    acts = random_acts(people=200, things=40)
    weights = assembled(explained(acts, LAW), 40)
    whole = completed(LAW, weights, None, most=1_000).edges
    kept = completed(LAW, weights, None, most=5).edges
    dense = kept.toarray()
    assert np.abs(kept.data).mean() == pytest.approx(1.0)
    assert (np.diff(kept.indptr) <= 5).all()
    assert not dense.diagonal().any()
    for row in range(40):
        largest = np.sort(np.abs(whole.toarray()[row]))[::-1][:5]
        ratio = np.sort(np.abs(dense[row]))[::-1][:5]
        assert ratio / ratio[0] == pytest.approx(largest / largest[0])


def test_blocks_of_an_ended_run_are_used_again(tmp_path: Path) -> None:
    acts = random_acts()
    first = assembled(explained(acts, LAW, kept_in=tmp_path), 20)
    (file,) = tmp_path.iterdir()
    file_before = file.stat().st_mtime_ns
    again = assembled(explained(acts, LAW, kept_in=tmp_path), 20)
    assert (first != again).nnz == 0
    assert file.stat().st_mtime_ns == file_before
    file.write_bytes(b"cut off")
    mended = assembled(explained(acts, LAW, kept_in=tmp_path), 20)
    assert (first != mended).nnz == 0


def test_taste_is_the_low_rank_part_as_a_product_of_unit_vectors() -> None:
    acts = random_acts(people=200, things=30)
    dense = acts.values.toarray()
    people, things = np.maximum(dense.sum(1), 1.0), np.maximum(dense.sum(0), 1.0)
    scaled = dense / np.sqrt(people)[:, None] / np.sqrt(things)
    _, vectors = np.linalg.eigh(scaled.T @ scaled)
    leading = vectors[:, -4:]
    part = (leading @ leading.T) * np.sqrt(things) / np.sqrt(things)[:, None]
    whole = taste(acts, dims=4)
    assert whole is not None
    found = whole.weighing(0.7)
    assert found is not None
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(np.ones(30))
    short = found.vectors[:, :-1]
    assert (short * found.weights[:, None]) @ short.T == pytest.approx(0.7 * part / part.std(), abs=1e-3)


def test_taste_within_edges_joins_any_two_things_or_only_those_taken_up_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acts = random_acts(people=30, things=40)
    weights = assembled(explained(acts, LAW), 40)
    unit = deviation(weights)
    whole = taste(acts, dims=4)
    assert whole is not None
    found = whole.weighing(0.5)
    assert found is not None
    short = found.vectors[:, :-1]
    dense = weights.toarray() / unit + (short * found.weights[:, None]) @ short.T
    np.fill_diagonal(dense, 0.0)
    everywhere = strongest_folded(weights / unit, low_rank(found), 100).toarray()
    assert everywhere == pytest.approx(dense, abs=0.01)
    monkeypatch.setattr(folding, "ALL_PAIRS", 39)
    together = strongest_folded(weights / unit, low_rank(found), 100).toarray()
    assert (weights.toarray() == 0).sum() > 40
    assert together == pytest.approx(np.where(weights.toarray() != 0, dense, 0.0), abs=1e-4)


def test_taste_needs_enough_to_tell() -> None:
    assert taste(random_acts(people=3, things=3), dims=4) is None


def test_the_weightiest_act_of_a_person_with_a_thing_counts() -> None:
    reading = Reading()
    for act in (("b", "y", 0.2), ("a", "x", 0.3), ("b", "y", 1.0), ("b", "x", 0.2), ("b", "y", 0.3)):
        reading.add(*act)
    acts = reading.acts()
    assert (acts.people, acts.things) == (["a", "b"], ["x", "y"])
    assert acts.values.toarray().tolist() == [[0.3, 0.0], [0.2, 1.0]]


def test_people_who_take_up_the_same_rare_things_are_alike() -> None:
    values = np.array([[1, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], float)
    found = alike(Acts(["a", "b", "c", "d"], list("wxyz"), sp.csr_matrix(values))).toarray()
    assert not found.diagonal().any()
    assert found[2, 3] == pytest.approx(1.0)
    assert found[0].argmax() == 1
    assert found == pytest.approx(found.T)


def test_strongest_takes_rows_without_anything() -> None:
    assert strongest(sp.csr_matrix((3, 3)), 2).nnz == 0


def test_buying_both_tells_more_the_rarer_both_are() -> None:
    assert likelihood(10, 20, 20, 1_000) > likelihood(10, 200, 200, 1_000)
    assert likelihood(4, 20, 200, 1_000) == pytest.approx(0.0, abs=1e-9)
    assert likelihood(0, 300, 300, 1_000) < 0


@pytest.mark.parametrize("size", [(0, 0, 0), (100, 50, 900), (6_000, 3_000, 800_000), (30_000, 41_000, 810_000)])
def test_every_size_of_data_has_a_law(size: tuple[int, int, int]) -> None:
    assert usual(*size).neighbours > 0


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


_EDGES = """MATCH (a:{label})-[e:{type}]->(b:{label})
RETURN a.id AS a, b.id AS b, e.rank AS rank, e.score AS score, elementId(e) AS edge ORDER BY a, rank"""


@pytest.mark.anyio
async def test_the_job_gives_everybody_their_edges_again_and_again(database: Database, tmp_path: Path) -> None:
    beside = Law(folded=0.0, taste_weight=0.4)
    told = await run(Run(database, folder=tmp_path, laws={"products": beside}))
    assert "edges between" in told
    assert not left_in(tmp_path)
    stood: dict[tuple[str, str], set[str]] = {}
    for label, kind, most in (
        ("Product", "SIMILAR", 100),
        ("Note", "SIMILAR", 100),
        ("User", "SIMILAR", 50),
        ("Product", "BOUGHT_WITH", 20),
    ):
        rows = await cypher(database, _EDGES.format(label=label, type=kind))
        by_start: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            by_start.setdefault(str(row["a"]), []).append(row)
        assert by_start, (label, kind)
        for start, edges in by_start.items():
            assert [one["rank"] for one in edges] == list(range(len(edges)))
            assert len(edges) <= most
            assert start not in {one["b"] for one in edges}
            scores = [one["score"] for one in edges]
            assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
        stood[label, kind] = {row["edge"] for row in rows}
    assert re.fullmatch(r"0 edges changed, for 0 of .*", await update(Run(database, laws={"products": beside})))
    for (label, kind), before in stood.items():
        rows = await cypher(database, _EDGES.format(label=label, type=kind))
        assert {row["edge"] for row in rows} == before
    (tastes,) = await cypher(
        database,
        "MATCH (p:Product) WHERE p.taste IS NOT NULL "
        "RETURN count(*) AS many, max(abs(reduce(s = 0.0, x IN p.taste | s + x * x) - 1)) AS off",
    )
    assert tastes["many"] > 50
    assert tastes["off"] < 1e-6


@pytest.mark.anyio
async def test_what_nobody_takes_up_any_more_loses_its_edges(database: Database) -> None:
    (row,) = await cypher(
        database,
        """MATCH (p:Product)-[:MAKES]-() WITH p LIMIT 1
        CREATE (old:Product {id: 'product_forgotten', state: 'listed', taste: [1.0], tasteWeight: 1.0})
        CREATE (old)-[:SIMILAR {score: 1.0, rank: 0, source: 'behaviour'}]->(p) RETURN p.id AS id""",
    )
    assert row["id"]
    await run(Run(database), parts=("products",))
    (after,) = await cypher(
        database,
        """MATCH (old:Product {id: 'product_forgotten'})
        WITH old, old.taste AS taste, old.tasteWeight AS weight, COUNT { (old)-[:SIMILAR]->() } AS edges
        DETACH DELETE old RETURN taste, weight, edges""",
    )
    assert after == {"taste": None, "weight": None, "edges": 0}

"""Influence: parts are bounded and grow with what they measure, PageRank is what others compute, reach is a count."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from graph.jobs.influence.reach import within_two
from graph.jobs.pagerank import pagerank
from graph.rules.influence import (
    Band,
    Evidence,
    InfluenceLaw,
    Kind,
    Reason,
    Signals,
    authenticity,
    influence,
    kind_of,
    reasons,
)

AMOUNTS = st.floats(0, 1e9, allow_nan=False)
COUNTS = st.integers(0, 10**9)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    followers = draw(COUNTS)
    hollow = draw(st.integers(0, followers))
    return Evidence(followers, hollow, draw(st.integers(0, hollow)))


SIGNALS = st.builds(
    Signals,
    audience=COUNTS,
    second=AMOUNTS,
    notes=COUNTS,
    engagement=AMOUNTS,
    expected=st.floats(1e-6, 1e6),
    rank=AMOUNTS,
    orders=AMOUNTS,
    bought=COUNTS,
    evidence=evidences(),
)
QUIET = Signals(0, 0.0, 0, 0.0, 1.0, 0.0, 0.0, 0, Evidence(0, 0, 0))


@given(SIGNALS)
def test_parts_and_score_are_bounded(signals: Signals) -> None:
    found = influence(signals)
    for part in (found.reach, found.resonance, found.network, found.pull, found.authenticity):
        assert 0.0 <= part <= 1.0 + 1e-12
    assert 0.0 <= found.score <= 100.0 + 1e-9


@given(SIGNALS, st.sampled_from(["audience", "second", "engagement", "rank", "orders"]), st.integers(1, 10**6))
def test_more_of_anything_is_never_less(signals: Signals, name: str, more: int) -> None:
    grown = influence(replace(signals, **{name: getattr(signals, name) + more}))
    assert grown.score >= influence(signals).score - 1e-9


@given(evidences(), st.integers(1, 1000))
def test_doubt_only_takes_away(evidence: Evidence, more: int) -> None:
    real = authenticity(evidence)
    assert authenticity(replace(evidence, followers=evidence.followers + more)) >= real
    assert authenticity(replace(evidence, followers=evidence.followers + more, hollow=evidence.hollow + more)) <= 1.0
    if evidence.burst < evidence.hollow:
        assert authenticity(replace(evidence, burst=evidence.hollow)) < real
    if evidence.hollow < evidence.followers:
        assert authenticity(replace(evidence, hollow=evidence.followers)) < real


def test_nobody_follows_nobody_speaks() -> None:
    assert influence(QUIET).score == 0.0
    usual = influence(replace(QUIET, notes=2, engagement=8.0, expected=2.0))
    assert (usual.resonance_ratio, usual.resonance) == (1.0, 0.5)
    assert usual.score == pytest.approx(100 * 0.25 * 0.5)
    full = Signals(10**6, 1e7, 10, 1e30, 1.0, 1e4, 1e3, 0, Evidence(10**6, 0, 0))
    assert influence(full).score == pytest.approx(100.0)


def test_bands_begin_where_the_law_says() -> None:
    law = InfluenceLaw(micro_from=10, mid_from=20, macro_from=30)
    assert [law.band(size) for size in (0, 9, 10, 19, 20, 29, 30)] == [
        *([Band.NANO] * 2), *([Band.MICRO] * 2), *([Band.MID] * 2), Band.MACRO,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="more followers"):
        InfluenceLaw(micro_from=20, mid_from=20)


@pytest.mark.parametrize(
    ("changed", "band", "why", "kind"),
    [
        ({}, Band.NANO, [], Kind.OTHER),
        ({"rank": 20.0}, Band.NANO, [Reason.CENTRAL], Kind.KOL),
        ({}, Band.MID, [Reason.AUDIENCE], Kind.KOL),
        ({"bought": 3}, Band.NANO, [Reason.BUYS], Kind.OTHER),
        ({"bought": 3, "orders": 1.0}, Band.NANO, [Reason.SELLS, Reason.BUYS], Kind.KOC),
        ({"bought": 3, "engagement": 2.0}, Band.NANO, [Reason.RESONANT, Reason.BUYS], Kind.KOC),
        ({"evidence": Evidence(90, 60, 60)}, Band.MACRO, [Reason.AUDIENCE, Reason.DOUBTFUL], Kind.OTHER),
    ],
)
def test_kinds_and_their_reasons(changed: dict[str, object], band: Band, why: list[Reason], kind: Kind) -> None:
    signals = replace(QUIET, **changed)  # type: ignore[arg-type]  # each value is of the field's type
    assert reasons(signals, band) == why
    assert kind_of(why, band) is kind


@pytest.mark.parametrize("personal", [False, True])
def test_pagerank_is_that_of_networkx(personal: bool) -> None:
    chance = np.random.default_rng(7)
    votes = sp.random_array((60, 60), density=0.06, rng=chance, format="csr")
    graph = nx.DiGraph()
    graph.add_nodes_from(range(60))
    coo = votes.tocoo()
    graph.add_weighted_edges_from(
        (int(b), int(a), float(weight)) for a, b, weight in zip(coo.row, coo.col, coo.data, strict=True)
    )
    restart = np.zeros(60)
    restart[[3, 5, 8]] = [1.0, 2.0, 1.0]
    expected = nx.pagerank(
        graph, tol=1e-12, max_iter=1_000, personalization=dict(enumerate(restart)) if personal else None
    )
    found = pagerank(sp.csr_matrix(votes), restart if personal else None)
    assert found.sum() == pytest.approx(1.0)
    assert found == pytest.approx(np.array([expected[one] for one in range(60)]), abs=1e-9)


def test_reach_within_two_steps_is_a_count_or_near_it() -> None:
    people = 3_000
    chance = np.random.default_rng(11)
    edges = chance.integers(0, people, (2, 60_000))
    edges = np.unique(edges[:, edges[0] != edges[1]], axis=1)
    follows = sp.csr_matrix((np.ones(edges.shape[1]), tuple(edges)), shape=(people, people))
    among = chance.random(people) < 0.8
    graph = nx.DiGraph(list(zip(*edges.tolist(), strict=True)))
    who = np.arange(0, people, 100)
    exact = within_two(follows, who, among)
    counted = [
        sum(among[other] for other in nx.single_source_shortest_path_length(graph, one, 2) if other != one)
        for one in who.tolist()
    ]
    assert exact.people.tolist() == counted
    assert not exact.error.any()
    sampled = within_two(follows, who, among, exact=100)
    assert (sampled.error > 0).all()
    assert (np.abs(sampled.people - exact.people) <= 4.5 * sampled.error).all()

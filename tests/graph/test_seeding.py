"""Seeding plans: against exact reach on small networks, where every world of live edges can be played."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.jobs.seeding import Impossible, Network, Question, Rules, Step, plan, simulate
from graph.jobs.seeding.bounds import least, most, risk_of_round
from graph.jobs.seeding.cover import best_cover
from graph.jobs.seeding.dual import most_covered
from graph.jobs.seeding.network import Floats
from graph.jobs.seeding.sampling import Collection

PROBABILITIES = [0.0, 0.1, 0.3, 0.5, 0.9, 1.0]


def network(people: int, edges: list[tuple[int, int, float]]) -> Network:
    columns = list(zip(*edges, strict=True)) if edges else [(), (), ()]
    return Network(
        people, np.array(columns[0], np.int32), np.array(columns[1], np.int32), np.array(columns[2], np.float64)
    )


def reach(graph: Network, seeds: list[int], weights: Floats) -> float:
    """Exact expected weight that `seeds` reach, over all worlds of live edges."""
    total = 0.0
    for world in product((False, True), repeat=len(graph.sources)):
        chance = float(np.prod(np.where(world, graph.probabilities, 1 - graph.probabilities)))
        if chance:
            reached = set(seeds)
            while more := {
                int(target)
                for live, source, target in zip(world, graph.sources, graph.targets, strict=True)
                if live and source in reached and target not in reached
            }:
                reached |= more
            total += chance * float(weights[list(reached)].sum())
    return total


def everybody(people: int, most_: int, **more: object) -> Rules:
    return replace(Rules(most_, np.ones(people, np.bool_)), **more)  # type: ignore[arg-type]  # whatever a test sets


def collection(graph: Network, weights: Floats, count: int, seed: int = 5) -> Collection:
    found = Collection(graph.backward(), weights, room=2_000_000, chance=np.array([seed], np.uint64))
    assert found.draw(count)
    return found


@st.composite
def networks(draw: st.DrawFn) -> Network:
    people = draw(st.integers(2, 6))
    ends = st.integers(0, people - 1)
    edges = draw(st.lists(st.tuples(ends, ends, st.sampled_from(PROBABILITIES)), max_size=8))
    return network(people, edges)


DIAMOND = network(5, [(0, 1, 0.5), (0, 2, 0.5), (1, 3, 0.25), (2, 3, 0.75), (3, 4, 0.5), (4, 0, 0.25), (1, 3, 0.5)])


@given(networks(), st.integers(0, 1_000))
@settings(max_examples=25, deadline=None)
def test_sets_and_cascades_are_unbiased(graph: Network, seed: int) -> None:
    weights = np.arange(1.0, graph.people + 1)
    exact = reach(graph, [0, 1], weights)
    drawn = collection(graph, weights, 20_000, seed)
    sets = np.split(drawn.sets.members, drawn.sets.ends[:-1]) if len(drawn.sets.ends) else []
    hits = sum(1 for one in sets if {0, 1} & set(one.tolist())) + int(drawn.alone[[0, 1]].sum())
    assert hits / drawn.drawn * weights.sum() == pytest.approx(exact, abs=5 * weights.sum() / 2 / 20_000**0.5)
    played = simulate(graph.forward(), [0, 1], weights=weights, cascades=20_000, seed=seed)
    assert played.mean == pytest.approx(exact, abs=max(5 * played.error, 1e-9))


@given(networks(), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_the_bound_on_cover_is_never_below_the_best_cover(graph: Network, k: int) -> None:
    drawn = collection(graph, np.ones(graph.people), 3_000)
    rules = everybody(graph.people, min(k, graph.people))
    found = best_cover(drawn, rules)
    sets = [set(one.tolist()) for one in np.split(drawn.sets.members, drawn.sets.ends)[:-1]]
    best = max(
        sum(1 for one in sets if one & set(some)) + int(drawn.alone[list(some)].sum())
        for some in combinations(range(graph.people), rules.most)
    )
    assert found.covered <= best <= most_covered(drawn, rules, found) + 1e-6
    assert found.covered >= (1 - 1 / np.e) * best


@given(networks(), st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=6, max_size=6), st.sampled_from([2.0, 3.5]))
@settings(max_examples=25, deadline=None)
def test_with_prices_the_bound_holds_and_at_least_the_promised_part_is_covered(
    graph: Network, prices: list[float], budget: float
) -> None:
    drawn = collection(graph, np.ones(graph.people), 3_000)
    rules = everybody(graph.people, graph.people, prices=np.array(prices[: graph.people]), budget=budget)
    found = best_cover(drawn, rules)
    sets = [set(one.tolist()) for one in np.split(drawn.sets.members, drawn.sets.ends)[:-1]]
    best = max(
        sum(1 for one in sets if one & set(some)) + int(drawn.alone[list(some)].sum())
        for size in range(graph.people + 1)
        for some in combinations(range(graph.people), size)
        if sum(prices[one] for one in some) <= budget
    )
    assert sum(prices[one] for one in found.seeds) <= budget
    assert (1 - 1 / np.e) / 2 * best <= found.covered <= best <= most_covered(drawn, rules, found) + 1e-6


def test_what_is_told_of_a_plan_holds() -> None:
    weights = np.array([1.0, 2.0, 1.0, 4.0, 0.0])
    exact = {pair: reach(DIAMOND, list(pair), weights) for pair in combinations(range(5), 2)}
    steps: list[Step] = []
    found = plan(Question(DIAMOND, everybody(5, 2), weights=weights), told=steps.append)
    best = max(exact.values())
    mine = exact[tuple(sorted(found.seeds))]  # type: ignore[index]  # of two
    assert found.reach.low <= mine <= found.reach.high
    assert found.reach.expected == pytest.approx(mine, rel=0.02)
    assert sum(found.gains) == pytest.approx(found.reach.expected)
    assert found.gains[0] == pytest.approx(reach(DIAMOND, [found.seeds[0]], weights), rel=0.02)
    assert 0.75 <= found.certificate <= mine / best
    assert found.stable
    assert steps[-1].sets == found.sets
    assert steps[-1].moved is not None
    one = plan(Question(DIAMOND, everybody(5, 1), weights=weights))
    assert one.seeds == (max(range(5), key=lambda person: reach(DIAMOND, [person], weights)),)


@given(networks(), st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_a_certificate_is_never_more_than_the_truth(graph: Network, seed: int) -> None:
    weights = np.ones(graph.people)
    found = plan(Question(graph, everybody(graph.people, 1), seed=seed, memory_mb=8))
    best = max(reach(graph, [one], weights) for one in range(graph.people))
    mine = reach(graph, list(found.seeds), weights)
    assert found.certificate <= mine / best + 1e-9


def test_the_same_seed_gives_the_same_plan() -> None:
    chance = np.random.default_rng(3)
    ends = chance.integers(0, 200, (2, 1_500)).astype(np.int32)
    graph = Network(200, ends[0], ends[1], chance.random(1_500) * 0.2)
    question = Question(graph, everybody(200, 5), memory_mb=64)
    assert plan(question) == plan(question)
    assert plan(question).sets > 0
    assert simulate(graph.forward(), [1, 2], cascades=500) == simulate(graph.forward(), [1, 2], cascades=500)


def test_who_is_forced_comes_first_and_who_is_not_allowed_never() -> None:
    allowed = np.array([False, True, True, True, True])
    rules = everybody(5, 2, allowed=allowed, forced=(4,))
    found = plan(Question(DIAMOND, rules))
    assert found.seeds[0] == 4
    assert 0 not in found.seeds
    best = max(reach(DIAMOND, [4, one], np.ones(5)) for one in (1, 2, 3))
    assert found.certificate <= reach(DIAMOND, list(found.seeds), np.ones(5)) / best + 1e-9


def test_a_dear_one_is_chosen_where_the_cheap_ones_do_less_for_the_money() -> None:
    star = network(9, [(0, one, 1.0) for one in range(1, 8)])
    prices = np.array([5.0, *[1.0] * 8])
    assert plan(Question(star, everybody(9, 9, prices=prices, budget=5.0))).seeds == (0,)
    assert 0 not in plan(Question(star, everybody(9, 9, prices=prices, budget=4.0))).seeds
    everything = plan(Question(star, everybody(9, 9, prices=prices, budget=6.0)))
    assert set(everything.seeds) == {0, 8}
    assert everything.reach.expected == pytest.approx(9.0)


def test_without_room_for_more_a_plan_ends_with_what_it_has() -> None:
    chance = np.random.default_rng(1)
    ends = chance.integers(0, 3_000, (2, 30_000)).astype(np.int32)
    graph = Network(3_000, ends[0], ends[1], np.full(30_000, 0.08))
    found = plan(Question(graph, everybody(3_000, 10), memory_mb=8, move=1e-9))
    assert not found.stable
    assert len(found.seeds) == 10
    assert 0.0 < found.certificate < 1.0
    with pytest.raises(MemoryError):
        plan(Question(Network(3_000, ends[0], ends[1], np.ones(30_000)), everybody(3_000, 1), memory_mb=1))


class Enough(Exception):
    """A test's way to cancel."""


def test_work_ends_when_it_is_cancelled() -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Enough

    with pytest.raises(Enough):
        plan(Question(DIAMOND, everybody(5, 2)), check=check)

    def done(_count: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        simulate(DIAMOND.forward(), [0], cascades=1_000_000_000, done=done)


def test_what_cannot_be_planned_is_said() -> None:
    with pytest.raises(Impossible, match="counts"):
        plan(Question(DIAMOND, everybody(5, 2), weights=np.zeros(5)))
    with pytest.raises(Impossible, match="may be chosen"):
        plan(Question(DIAMOND, everybody(5, 2, allowed=np.zeros(5, np.bool_))))
    with pytest.raises(Impossible, match="budget"):
        plan(Question(DIAMOND, everybody(5, 2, prices=np.ones(5), budget=0.5, forced=(1,))))
    with pytest.raises(ValueError, match="0 to 1"):
        network(2, [(0, 1, 1.5)])
    with pytest.raises(ValueError, match="people 0 to 1"):
        network(2, [(0, 2, 0.5)])


def test_bounds_hold_as_often_as_they_say() -> None:
    hits = np.random.default_rng(2).binomial(2_000, 0.05, 5_000)
    below = np.mean([least(int(one), 0.05) > 100 for one in hits])
    above = np.mean([most(int(one), 0.05) < 100 for one in hits])
    assert below <= 0.05
    assert above <= 0.05
    assert least(0, 0.05) == 0.0
    assert sum(risk_of_round(0.01, number) for number in range(1, 200)) <= 0.01

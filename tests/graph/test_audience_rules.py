"""What samples tell of audiences: exact where all is read, intervals that hold the truth, groups that hide nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.jobs.influence.drawing import drawn
from graph.rules.audience import AudienceLaw, Estimate, Stratum, estimate, folded, lift, overlap

AUDIENCES = st.lists(st.sets(st.integers(0, 40)), min_size=2, max_size=6)


def strata(audiences: Sequence[set[int]], samples: Sequence[Sequence[int]]) -> list[Stratum]:
    """The audiences as their samples tell of them."""
    found = []
    for audience, sample in zip(audiences, samples, strict=True):
        patterns = Counter(frozenset(n for n, other in enumerate(audiences) if one in other) for one in sample)
        found.append(Stratum(len(audience), patterns))
    return found


@given(AUDIENCES)
def test_what_is_read_whole_is_counted(audiences: list[set[int]]) -> None:
    found = overlap(strata(audiences, [sorted(one) for one in audiences]))
    assert found.total == sum(len(one) for one in audiences)
    assert found.unique.value == pytest.approx(len(set().union(*audiences)))
    for number, one in enumerate(audiences):
        others = set().union(*(other for place, other in enumerate(audiences) if place != number))
        assert found.exclusive[number] == Estimate(len(one - others), 0.0, len(one - others), len(one - others))
    for first, second in combinations(range(len(audiences)), 2):
        both = len(audiences[first] & audiences[second])
        assert found.shared[first, second] == Estimate(both, 0.0, both, both)
    assert found.unique.error == 0.0


def test_intervals_of_samples_hold_the_truth() -> None:
    rng = Random(20_261_201)
    audiences = [set(rng.sample(range(6_000), size)) for size in (3_000, 2_500, 1_200, 150)]
    truth = {
        "unique": len(set().union(*audiences)),
        "exclusive": len(audiences[0] - set().union(*audiences[1:])),
        "shared": len(audiences[0] & audiences[1]),
        "with a few": len(audiences[0] & audiences[3]),
    }
    held: Counter[str] = Counter()
    sums, errors = dict.fromkeys(truth, 0.0), dict.fromkeys(truth, 0.0)
    rounds = 600
    for _ in range(rounds):
        samples = [rng.sample(sorted(one), min(len(one), 300)) for one in audiences]
        found = overlap(strata(audiences, samples))
        estimates = {
            "unique": found.unique,
            "exclusive": found.exclusive[0],
            "shared": found.shared[0, 1],
            "with a few": found.shared[0, 3],
        }
        assert estimates["with a few"].error == 0, "the smaller audience is read whole"
        for name, one in estimates.items():
            held[name] += one.low <= truth[name] <= one.high
            sums[name] += one.value
            errors[name] += (one.value - truth[name]) ** 2
            assert one.low <= one.value <= one.high
        last = estimates
    for name, value in truth.items():
        assert held[name] / rounds >= 0.93, name
        assert sums[name] / rounds == pytest.approx(value, rel=0.01), "without bias"
        assert (errors[name] / rounds) ** 0.5 == pytest.approx(last[name].error, rel=0.15, abs=1e-9)


@given(st.integers(2, 500), st.integers(2, 500), st.data())
def test_an_estimate_knows_what_was_seen(size: int, read: int, data: st.DataObject) -> None:
    read = min(size, read)
    seen = data.draw(st.integers(0, read))
    found = estimate(size, read, seen)
    assert seen <= found.low <= found.value <= found.high <= size - read + seen
    assert (found.error == 0) == (read == size or seen in (0, read))
    if read < size:
        assert found.low < found.high, "that nobody of a sample does it does not say that nobody does"


@given(st.dictionaries(st.text(max_size=2), st.integers(1, 12), max_size=8), st.integers(0, 9))
def test_groups_that_are_small_are_not_told_nor_follow_from_the_others(groups: dict[str, int], none: int) -> None:
    told, other = folded(groups, 5, ungrouped=none)
    assert sum(told.values()) + other == sum(groups.values()) + none
    assert all(people >= 5 and groups[name] == people for name, people in told.items())
    assert other == 0 or other >= 5 or not told
    assert list(told.values()) == sorted(told.values(), reverse=True)


def test_samples_are_of_their_creator_and_stay() -> None:
    followers = [f"user_{one}" for one in range(1_000)]
    first, second = drawn("user_a", followers, 100), drawn("user_b", followers, 100)
    assert len(set(first)) == 100
    assert set(drawn("user_a", [*followers, "user_new"], 100)) & set(first) >= set(first[:99])
    assert 2 <= len({*first} & {*second}) <= 25, "as independent draws do: ten in the mean"


def test_lift_and_law() -> None:
    assert lift(0.2, 0.2) == 0
    assert lift(0.2, 0.1) > lift(0.02, 0.01) > 0 > lift(0.1, 0.2)
    with pytest.raises(ValueError, match="sample"):
        AudienceLaw(exact=10, sample=11)

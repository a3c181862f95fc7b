"""Reciprocal rank fusion, and what counts beside how well a text matches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules.fusion import Signals, Weights, boost, fused, ranked

_PLAIN = Weights(k=60, exact=0, popularity=0, freshness=0)


def test_the_places_in_all_lists_are_summed() -> None:
    assert fused([(1.0, ["a", "b"]), (1.0, ["b", "c"])], 60) == pytest.approx(
        {"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62}
    )
    assert fused([(2.0, ["a"]), (0.5, ["a"])], 1) == pytest.approx({"a": 1.25})


def test_equal_scores_stand_by_id() -> None:
    scores = {"b": 0.5, "a": 0.5, "c": 0.6}
    assert [one for one, _ in ranked(scores, dict.fromkeys(scores, Signals()), _PLAIN)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("signals", "weights", "expected"),
    [
        (Signals(), Weights(), 1.0),
        (Signals(exact=True), Weights(exact=0.5), 1.5),
        (Signals(popularity=999), Weights(popularity=0.2), 1.1),
        (Signals(popularity=10**9), Weights(popularity=0.2), 1.2),
        (Signals(age_days=0), Weights(freshness=0.1), 1.1),
        (Signals(age_days=90), Weights(freshness=0.1), 1.05),
        (Signals(age_days=-1), Weights(freshness=0.1), 1.1),
        (Signals(distance=1), Weights(followed=0.3, near=0.1), 1.3),
        (Signals(distance=2), Weights(followed=0.3, near=0.1), 1.1),
        (Signals(muted=True), Weights(muted=-0.8), 0.2),
        (Signals(distance=1, muted=True), Weights(followed=0.5, muted=-0.8), 0.3),
    ],
)
def test_boosts(signals: Signals, weights: Weights, expected: float) -> None:
    assert boost(signals, weights) == pytest.approx(expected)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4))
def test_who_stands_before_another_in_every_list_stands_before_it(lists: list[list[str]]) -> None:
    scores = fused([(1.0, one) for one in lists], 60)
    order = [one for one, _ in ranked(scores, dict.fromkeys(scores, Signals()), _PLAIN)]
    for first in order:
        for second in order:
            if all(second not in one or (first in one and one.index(first) < one.index(second)) for one in lists):
                assert first == second or order.index(first) < order.index(second)

"""The score of suggestions: bounded, growing with every strength, the same every time, and never one reason's alone."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules.following import BRANDS, PEOPLE, TOPICS, Candidate, Part, Reason, suggest

LAWS = (PEOPLE, TOPICS, BRANDS)
strengths = st.floats(min_value=0, max_value=1e9)


@st.composite
def candidates(draw: st.DrawFn) -> tuple[int, list[Candidate]]:
    """Which laws, and candidates whose reasons these know."""
    at = draw(st.integers(0, len(LAWS) - 1))
    parts = st.lists(
        st.builds(Part, st.sampled_from(sorted(LAWS[at])), strengths, st.integers(1, 1_000)),
        max_size=4,
        unique_by=lambda part: part.reason,
    )
    one = st.builds(Candidate, st.uuids().map(str), parts, st.floats(0, 1))
    return at, draw(st.lists(one, max_size=30, unique_by=lambda candidate: candidate.id))


@given(candidates(), st.randoms(use_true_random=False))
def test_scores_are_bounded_and_of_their_parts(made: tuple[int, list[Candidate]], chance: object) -> None:
    at, given_ones = made
    found = suggest(given_ones, LAWS[at], size=20)
    for one in found:
        assert 0 < one.score < 1
        assert isclose(one.score, sum(part.share for part in one.parts), rel_tol=1e-12)
        assert [part.share for part in one.parts] == sorted((part.share for part in one.parts), reverse=True)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    shuffled = list(given_ones)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert suggest(shuffled, LAWS[at], size=20) == found


@given(candidates(), strengths)
def test_more_of_a_reason_is_not_lower(made: tuple[int, list[Candidate]], more: float) -> None:
    at, given_ones = made
    for one in given_ones:
        for place, part in enumerate(one.parts):
            parts = [*one.parts]
            parts[place] = replace(part, strength=part.strength + more)
            before = suggest([one], LAWS[at], size=1)
            after = suggest([replace(one, parts=parts)], LAWS[at], size=1)
            assert [item.score for item in before] <= [item.score for item in after]


@pytest.mark.parametrize("laws", LAWS)
def test_no_reason_drowns_the_others(laws: dict[Reason, object]) -> None:
    """Two middling reasons are more than any amount of the weaker of them."""
    first, second, *_ = laws
    both = Candidate("both", [Part(first, 3.0, 3), Part(second, 3.0, 3)])
    alone = Candidate("alone", [Part(second, 1e9, 1)])
    found = suggest([alone, both], laws, size=2)  # type: ignore[arg-type]  # a mapping of laws
    assert [one.id for one in found] == ["both", "alone"]
    (poor,) = suggest([Candidate("both", both.parts, 0.5)], laws, size=1)  # type: ignore[arg-type]  # as above
    assert isclose(poor.score, found[0].score / 2)

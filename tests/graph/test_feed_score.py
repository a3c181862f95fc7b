"""The score of the ranked feed: bounded, monotone in each part, the same every time; and its order is a fair draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules.feed_score import FeedNote, FeedWeights, feed_weights, ranked, score

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WEIGHTS = FeedWeights()
ages = st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=4_000))
amounts = st.floats(min_value=0, max_value=1e6)
notes = st.builds(
    FeedNote,
    id=st.uuids().map(str),
    author_id=st.sampled_from("abcde"),
    published_at=ages.map(lambda age: NOW - age),
    affinity=amounts,
    people=amounts,
    shown=st.integers(0, 1_000),
    shown_at=st.none() | ages.map(lambda age: NOW - age),
    seen=st.booleans(),
)


@given(notes)
def test_scores_are_bounded_and_of_their_parts(note: FeedNote) -> None:
    found = score(note, WEIGHTS, now=NOW)
    for part in (found.score, found.affinity, found.freshness, found.heat, found.fatigue):
        assert 0 <= part <= 1
    mean = (0.35 * found.affinity + 0.45 * found.freshness + 0.2 * found.heat) * found.fatigue
    assert isclose(found.score, mean, abs_tol=1e-12)
    assert found == score(note, WEIGHTS, now=NOW)


@given(notes, ages, amounts, amounts)
def test_what_is_newer_closer_or_hotter_is_not_lower(note: FeedNote, age: timedelta, a: float, b: float) -> None:
    low, high = sorted((a, b))
    older, newer = sorted((NOW - age, note.published_at))

    def of(**changed: object) -> float:
        return score(replace(note, **changed), WEIGHTS, now=NOW).score  # type: ignore[arg-type]  # fields of a note

    assert of(published_at=older) <= of(published_at=newer)
    assert of(affinity=low) <= of(affinity=high)
    assert of(people=low) <= of(people=high)
    assert of(seen=True) <= of(seen=False)


@given(notes, st.integers(0, 50), ages, ages)
def test_what_was_shown_more_or_later_is_not_higher(note: FeedNote, more: int, a: timedelta, b: timedelta) -> None:
    often = replace(note, shown=note.shown + more)
    assert score(often, WEIGHTS, now=NOW).score <= score(note, WEIGHTS, now=NOW).score
    long_ago, lately = sorted((NOW - a, NOW - b))
    earlier = score(replace(note, shown_at=long_ago), WEIGHTS, now=NOW)
    assert score(replace(note, shown_at=lately), WEIGHTS, now=NOW).score <= earlier.score


@given(st.lists(notes, max_size=40, unique_by=lambda note: note.id), st.randoms(use_true_random=False))
def test_the_order_is_a_greedy_draw_whatever_came_first(given_notes: list[FeedNote], chance: object) -> None:
    found = ranked(given_notes, WEIGHTS, now=NOW, size=len(given_notes))
    assert {one.note.id for one in found} == {note.id for note in given_notes}
    shuffled = list(given_notes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert ranked(shuffled, WEIGHTS, now=NOW, size=len(given_notes)) == found
    drawn: dict[str, int] = {}
    left = {one.note.id: one for one in found}
    for one in found:

        def lowered(other_id: str) -> float:
            other = left[other_id]
            return other.score * WEIGHTS.same_author ** drawn.get(other.note.author_id, 0)

        best = max(lowered(other) for other in left)
        assert isclose(lowered(one.note.id), best, rel_tol=1e-12)
        del left[one.note.id]
        drawn[one.note.author_id] = drawn.get(one.note.author_id, 0) + 1


def test_one_author_does_not_fill_the_page() -> None:
    prolific = [
        FeedNote(id=f"p{n}", author_id="p", published_at=NOW - timedelta(minutes=n), affinity=2.0) for n in range(20)
    ]
    others = [FeedNote(id=f"o{n}", author_id=f"o{n}", published_at=NOW - timedelta(hours=20)) for n in range(8)]
    first = ranked([*prolific, *others], WEIGHTS, now=NOW, size=10)
    assert [one.note.id for one in first][:2] == ["p0", "p1"]
    assert sum(one.note.author_id == "p" for one in first) < 6


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"charm": 1}, "charm: weights are affinity,"),
        ({"shown": 1.5}, "shown is from 0 to 1"),
        ({"heat_half": 0}, "heat_half is from 0.001 to 10000"),
        ({"affinity": -1}, "affinity is from 0 to 10000"),
        ({"affinity": float("nan")}, "affinity is from 0 to 10000"),
    ],
)
def test_weights_that_are_none_are_refused(changed: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        feed_weights(changed)


def test_changed_weights() -> None:
    assert feed_weights({"heat": 0}) == replace(WEIGHTS, heat=0)
    nothing = feed_weights({"affinity": 0, "freshness": 0, "heat": 0})
    assert score(FeedNote("n", "a", NOW), nothing, now=NOW).score == 0

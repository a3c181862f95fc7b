"""What came of a list becomes samples: what was looked at, in its place, with the best that was done with it."""

from __future__ import annotations

import numpy as np
import pytest

from graph.recommendation_lists import Recommended
from graph.recommendation_outcomes import Cited, Outcome
from graph.rules.behaviour import Kind
from learning.samples import Gathering, Samples


def gathered(*outcomes: Outcome) -> Samples:
    gathering = Gathering()
    for one in outcomes:
        gathering.add(one)
    return gathering.samples()


def given(*events: Cited, at: int = 0, viewer: str = "user_a", **features: float) -> Outcome:
    """A list of three things, of which the first two are told to have been shown."""
    items = [
        Recommended(f"note_{number}", 9.0, {"taste": number / 10, "blended": 3.0 - number, **features})
        for number in range(3)
    ]
    shown = [Cited(Kind.IMPRESSION, f"note_{number}", 100, number) for number in (1, 0)]
    return Outcome("recommendation_x", viewer, at, items, [*shown, *events])


@pytest.mark.parametrize(
    ("kind", "dwell_ms", "gain"),
    [
        (Kind.CLICK, None, 1),
        (Kind.VIEW, 14_999, 1),
        (Kind.VIEW, 15_000, 2),
        (Kind.LIKE, None, 3),
        (Kind.COLLECT, None, 3),
        (Kind.CART_ADD, None, 3),
        (Kind.PURCHASE, None, 4),
    ],
)
def test_what_an_act_is_worth(kind: Kind, dwell_ms: int | None, gain: int) -> None:
    found = gathered(given(Cited(kind, "note_1", 100, None, dwell_ms)))
    assert found.gains.tolist() == [0, gain]
    assert found.places.tolist() == [0, 1]
    assert found.sizes.tolist() == [2]


def test_the_best_counts_and_hiding_undoes_it() -> None:
    several = [Cited(Kind.CLICK, "note_0", 200), Cited(Kind.PURCHASE, "note_0", 300), Cited(Kind.VIEW, "note_0", 250)]
    assert gathered(given(*several)).gains.tolist() == [4, 0]
    assert len(gathered(given(*several, Cited(Kind.HIDE, "note_0", 400)))) == 0


def test_what_came_before_it_was_shown_does_not_count() -> None:
    early = Cited(Kind.LIKE, "note_0", 99)
    assert len(gathered(given(early))) == 0
    assert gathered(given(early, Cited(Kind.CLICK, "note_1", 101))).gains.tolist() == [0, 1]


def test_what_was_taken_up_was_looked_at() -> None:
    found = gathered(given(Cited(Kind.CLICK, "note_2", 50)))
    assert found.gains.tolist() == [0, 0, 1]
    assert found.places.tolist() == [0, 1, 2]
    moved = gathered(given(Cited(Kind.CLICK, "note_2", 50, position=0)))
    assert moved.places.tolist() == [0, 0, 1]
    assert gathered(given(Cited(Kind.CLICK, "note_absent", 50))).sizes.tolist() == []


def test_lists_stand_by_time_with_all_features() -> None:
    click = Cited(Kind.CLICK, "note_0", 200)
    found = gathered(given(click, at=5, viewer="user_b"), given(click, at=3, rating=4.5), given(click, at=4))
    assert found.times.tolist() == [3, 4, 5]
    assert found.viewers.tolist() == [1, 1, 0]
    column = dict(zip(found.names, found.features.T, strict=True))
    assert set(column) == {"taste", "rating", "blended"}
    assert column["blended"].tolist() == [3.0, 2.0] * 3
    np.testing.assert_array_equal(column["rating"], [4.5, 4.5, *[np.nan] * 4])
    assert found.after(3).times.tolist() == [4, 5]
    assert found.after(3).gains.tolist() == [1, 0, 1, 0]
    assert len(found.after(5)) == 0

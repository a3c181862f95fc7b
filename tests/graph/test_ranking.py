"""How candidates become a list: the score, variety, and places for the new."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules.experiments import Arm, Experiment, arm_of
from graph.rules.ranking import Candidate, Source, Weights, arrange, blend, reordered
from resolvers.recommending import UnknownWeights, recommending

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLAIN = Weights(explore_every=0)
_sources = st.dictionaries(st.sampled_from(Source), st.floats(-5, 50), min_size=1)
_candidate = st.builds(
    Candidate,
    id=st.uuids().map(str),
    sources=_sources,
    maker_id=st.sampled_from(["", "a", "b", "c"]),
    category_id=st.sampled_from(["x", "y"]),
    published_at=st.none() | st.integers(0, 900).map(lambda days: NOW - timedelta(days=days)),
    shown=st.integers(0, 30),
    rating=st.none() | st.floats(1, 5),
    vetted=st.booleans(),
    sponsored=st.booleans(),
)
_candidates = st.lists(_candidate, max_size=30, unique_by=lambda one: one.id)


def one(name: str, strength: float = 1.0, source: Source = Source.SIMILAR, **values: object) -> Candidate:
    return Candidate(name, {source: strength}, **values)  # type: ignore[arg-type]


def ids(candidates: list[Candidate], weights: Weights = PLAIN, size: int = 10) -> list[str]:
    return [one.candidate.id for one in arrange(blend(candidates, weights, now=NOW), weights, size=size)]


@given(_candidates, st.integers(0, 40))
def test_a_list_has_each_thing_once_and_the_same_ones_for_any_order_of_candidates(
    candidates: list[Candidate], size: int
) -> None:
    found = ids(candidates, Weights(), size)
    assert len(found) == len(set(found)) == min(size, len(candidates))
    assert found == ids(candidates[::-1], Weights(), size)


@given(_candidates)
def test_without_laws_of_variety_the_order_is_that_of_the_scores(candidates: list[Candidate]) -> None:
    weights = replace(PLAIN, same_maker=1.0, same_category=1.0)
    scored = blend(candidates, weights, now=NOW)
    assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)
    assert ids(candidates, weights, 50) == [one.candidate.id for one in scored]


@given(_candidates)
def test_things_all_alike_keep_the_order_of_their_scores(candidates: list[Candidate]) -> None:
    strength = {one.id: abs(one.sources.get(Source.SIMILAR, 1.0)) for one in candidates}
    alike = [
        replace(one, maker_id="a", category_id="x", sources={Source.SIMILAR: strength[one.id]}) for one in candidates
    ]
    assert ids(alike, PLAIN, 50) == [one.candidate.id for one in blend(alike, PLAIN, now=NOW)]


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_similarity_taste_and_friends_add_up_on_one_scale(a: float, b: float, c: float) -> None:
    parts = Candidate("parts", {Source.SIMILAR: a, Source.TASTE: b, Source.FOLLOWED: c})
    whole = one("whole", a + b + c)
    by_id = {one.candidate.id: one.score for one in blend([parts, whole, one("other", 40.0)], PLAIN, now=NOW)}
    assert by_id["parts"] == pytest.approx(by_id["whole"])


def test_each_further_thing_of_a_maker_counts_less() -> None:
    found = ids([one("a1", 10, maker_id="a"), one("a2", 9.5, maker_id="a"), one("b1", 8, maker_id="b")])
    assert found == ["a1", "b1", "a2"]


def test_what_was_shown_often_and_not_taken_up_sinks_but_is_not_lost() -> None:
    assert ids([one("new", 9), one("stale", 10, shown=3)]) == ["new", "stale"]
    (tired,) = blend([one("stale", 10, shown=1_000)], PLAIN, now=NOW)
    (rested,) = blend([one("stale", 10)], PLAIN, now=NOW)
    assert tired.score == pytest.approx(rested.score * PLAIN.fatigue_floor)


def test_older_notes_count_less_and_products_do_not_age() -> None:
    old, new = NOW - timedelta(days=100), NOW - timedelta(hours=1)
    assert ids([one("old", 10, published_at=old), one("new", 9, published_at=new)]) == ["new", "old"]
    assert ids([one("a", 10), one("b", 9)]) == ["a", "b"]


def test_unvetted_brands_paid_notes_and_low_ratings_count_less() -> None:
    order = [one("plain"), one("paid", sponsored=True), one("unvetted", vetted=False)]
    assert ids(order) == ["plain", "paid", "unvetted"]
    assert ids([one("poor", rating=1.5), one("good", rating=4.8)]) == ["good", "poor"]


def test_every_tenth_place_is_for_something_new() -> None:
    known = [one(f"k{number:02}", 100 - number) for number in range(20)]
    fresh = [one(f"f{number}", 1, Source.FRESH) for number in range(3)]
    found = arrange(blend([*known, *fresh], Weights(), now=NOW), Weights(), size=22)
    assert [at for at, one in enumerate(found) if one.explored] == [9, 19]
    assert [one.candidate.id for one in found if one.explored] == ["f0", "f1"]


def test_an_arm_is_kept_and_gets_its_share() -> None:
    experiment = Experiment("first", {"a": Arm(3), "b": Arm(1)})
    dealt = [arm_of(experiment, f"user_{number}") for number in range(4_000)]
    assert dealt == [arm_of(experiment, f"user_{number}") for number in range(4_000)]
    assert 2_850 < dealt.count("a") < 3_150
    again = [arm_of(replace(experiment, name="second"), f"user_{number}") for number in range(4_000)]
    assert sum(one != other for one, other in zip(dealt, again, strict=True)) > 1_000


@pytest.mark.parametrize(
    ("weights", "experiment", "told"),
    [
        ({"simliar": 1}, {}, "simliar: weights are similar"),
        ({"similar": -1}, {}, "from 0 to 1000"),
        ({}, {"name": "x"}, 'an experiment is {"name"'),
        ({}, {"name": "x", "arms": {}}, "an experiment has arms"),
        ({}, {"name": "x", "arms": {"a": {"share": 0}}}, "a share above 0"),
        ({}, {"name": "x", "arms": {"a": {"share": 1, "weights": {"no": 1}}}}, "no: weights are"),
    ],
)
def test_weights_that_are_none_are_refused(weights: dict[str, float], experiment: dict[str, object], told: str) -> None:
    with pytest.raises(UnknownWeights, match=told):
        recommending(weights, experiment)


def test_the_arm_changes_its_weights_alone() -> None:
    made = recommending({"topic": 0.5}, {"name": "x", "arms": {"a": {"share": 1, "weights": {"brand": 2}}}})
    assert made.of("user_1") == ("x/a", replace(Weights(), topic=0.5, brand=2.0))


@given(_candidates, st.integers(0, 2**32))
def test_a_learned_order_decides_and_leaves_the_scores(candidates: list[Candidate], seed: int) -> None:
    plain = replace(PLAIN, same_maker=1.0, same_category=1.0)
    scored = blend(candidates, plain, now=NOW)
    chance = random.Random(seed)
    scores = [chance.uniform(-9, 9) for _ in scored]
    found = arrange(reordered(scored, scores), plain, size=50)
    wanted = sorted(zip(scores, scored, strict=True), key=lambda two: -two[0])
    assert [one.candidate.id for one in found] == [one.candidate.id for _, one in wanted]
    assert {one.candidate.id: one.score for one in found} == {one.candidate.id: one.score for one in scored}
    assert all(0.0 < one.standing <= 1.0 for one in found)
    # Lowering for sameness never raises, whatever sign a learned score has.
    assert len(arrange(reordered(scored, scores), Weights(), size=50)) == len(candidates)

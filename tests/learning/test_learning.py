"""A model learns what people take up, and may serve only where replay showed that it is better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest

from graph.errors import Conflict, NotFound
from learning.models import Models
from learning.places import power
from learning.replay import FEWEST_LISTS, Evaluation, replay
from learning.samples import Samples
from learning.serving import Serving
from learning.training import Trained, train
from tests.learning.simulated import simulated

WON = Evaluation(lists=FEWEST_LISTS, people=50, logged=0.5, model=0.6, difference=0.1, low=0.01, high=0.2, power=1.0)


@pytest.fixture(scope="module")
def learned() -> Trained:
    """A model of people whose taste decides."""
    return train(simulated(1_200, signal=3.0))


def one_list(gains: list[int], places: list[int]) -> Samples:
    return Samples(
        names=("x",),
        features=np.zeros((len(gains), 1), dtype=np.float32),
        gains=np.array(gains, dtype=np.int32),
        places=np.array(places, dtype=np.int32),
        sizes=np.array([len(gains)]),
        viewers=np.array([0]),
        times=np.array([0]),
    )


def test_ndcg_by_hand() -> None:
    """Gains 3 and 1 (2^2-1, 2^1-1) at places 2 and 1, discounted by 1, log2 3 and 2."""
    samples, log3 = one_list([0, 1, 2], [0, 1, 2]), np.log2(3.0)
    plain = replay(samples, np.array([0.0, 1.0, 2.0]), power=0.0)
    best = 3.0 + 1.0 / log3
    assert plain.model == pytest.approx(1.0)
    assert plain.logged == pytest.approx((1.0 / log3 + 3.0 / 2.0) / best)
    assert (plain.lists, plain.people) == (1, 1)
    assert plain.low == pytest.approx(plain.difference)
    weighted = replay(samples, np.zeros(3), power=1.0)
    assert weighted.model == weighted.logged == pytest.approx((2.0 / log3 + 9.0 / 2.0) / (9.0 + 2.0 / log3))
    far = replay(one_list([0, 1], [0, 400]), np.array([0.0, 1.0]), power=1.0)
    assert (far.model, far.logged) == pytest.approx((1.0, 1.0 / log3)), "the weight is cut off, and is one list's alone"


def test_nothing_to_replay_is_no_win() -> None:
    nothing = simulated(0, signal=1.0)
    found = replay(nothing, np.zeros(0), power=power(nothing))
    assert (found.lists, found.difference, found.low, found.won) == (0, 0.0, 0.0, False)


@pytest.mark.parametrize("true", [0.0, 0.5, 1.0])
def test_what_a_place_does_is_measured_and_not_overstated(true: float) -> None:
    for signal in (0.0, 2.0):
        assert true - 0.35 <= power(simulated(3_000, signal=signal, power=true)) <= true + 0.05


def test_a_better_order_is_learned(learned: Trained) -> None:
    found = learned.evaluation
    assert found.won
    assert found.low > 0.05
    assert found.lists >= FEWEST_LISTS
    assert set(learned.names) == {"taste", "noise", "blended"}


def test_the_same_samples_give_the_same_model() -> None:
    samples = simulated(400, signal=2.0)
    assert train(samples) == train(samples)


@pytest.mark.parametrize("true", [0.0, 1.0])
def test_where_there_is_nothing_to_learn_nothing_wins(true: float) -> None:
    assert not train(simulated(1_000, signal=0.0, power=true)).evaluation.won


def test_a_few_lists_are_too_few() -> None:
    with pytest.raises(Conflict, match="200 are needed"):
        train(simulated(150, signal=2.0))


def test_only_a_winner_is_enabled(tmp_path: Path, learned: Trained) -> None:
    models, serving = Models(tmp_path, "products"), Serving(Models(tmp_path, "products"))
    assert serving.ranker() is None
    with pytest.raises(NotFound):
        models.enable()
    for lost in (
        replace(WON, low=0.0),
        replace(WON, low=-0.1, high=0.3),
        replace(WON, lists=FEWEST_LISTS - 1),
        replace(WON, difference=-0.1, low=-0.2, high=-0.01),
    ):
        models.keep(learned.judged(lost))
        with pytest.raises(Conflict, match="replay did not show"):
            models.enable()
        assert serving.ranker() is None
    models.keep(learned)
    assert serving.ranker() is None, "what was trained does not serve by itself"
    models.enable()
    ranker = serving.ranker()
    assert ranker is not None
    low, high = ranker.scores([{"taste": -2.0, "blended": 9.0}, {"taste": 2.0, "unheard": 1.0}])
    assert low < high
    assert ranker.scores([]) == []
    assert serving.ranker() is ranker, "read once"
    assert models.disable()
    assert serving.ranker() is None
    assert not models.disable()


def test_features_are_found_by_name(tmp_path: Path, learned: Trained) -> None:
    models = Models(tmp_path, "products")
    models.keep(learned)
    models.enable()
    ranker = Serving(models).ranker()
    assert ranker is not None
    samples = simulated(20, signal=3.0, seed=5)
    named = [dict(zip(samples.names, map(float, row), strict=True)) for row in samples.features]
    turned = ranker.of_columns(samples.names[::-1], samples.features[:, ::-1])
    np.testing.assert_allclose(ranker.scores(named), turned)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"surface": "notes"},
        {"names": ["taste", "noise", "weather"]},
        {"names": ["taste"]},
        {"text": "tree\nnone"},
        {"evaluation": {"won": True}},
        {"evaluation": {**{name: getattr(WON, name) for name in WON.__slots__}, "low": -0.1}},
        {"more": 1},
    ],
)
def test_a_file_that_was_changed_does_not_serve(
    tmp_path: Path, learned: Trained, change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    models = Models(tmp_path, "products")
    models.keep(learned)
    models.enable()
    serving = Serving(models)
    assert serving.ranker() is not None
    content = orjson.loads(models.enabled.read_bytes())
    models.enabled.write_bytes(orjson.dumps({**content, **change}))
    assert serving.ranker() is None
    assert "does not serve" in caplog.text
    models.enabled.write_bytes(b"")
    assert serving.ranker() is None

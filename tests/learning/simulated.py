"""Lists that simulated people looked at: what they take up depends on a feature, and on the place."""

from __future__ import annotations

import numpy as np

from graph.recommendation_lists import Recommended
from graph.recommendation_outcomes import Cited, Outcome
from graph.rules.behaviour import Kind
from learning.samples import Gathering, Samples
from learning.training import train

ITEMS = 10


def outcome(number: int, chance: np.random.Generator, *, signal: float, power: float, named: str = "taste") -> Outcome:
    """A list in the order of a score that says nothing; `signal` is how much the named feature decides."""
    taste = chance.normal(size=ITEMS)
    items = [_thing(number, at, {named: float(taste[at]), "noise": chance.normal()}) for at in range(ITEMS)]
    chances = (1.0 + np.arange(ITEMS)) ** -power / (1.0 + np.exp(1.0 - signal * taste))
    events = [Cited(Kind.IMPRESSION, one.id, number * 1_000, at) for at, one in enumerate(items)]
    events += [
        Cited(Kind.CLICK, one.id, number * 1_000 + 500)
        for one, taken in zip(items, chance.random(ITEMS) < chances, strict=True)
        if taken
    ]
    return Outcome(f"recommendation_{number}", f"user_{number % 200}", number * 1_000, items, events)


def _thing(number: int, at: int, features: dict[str, float]) -> Recommended:
    return Recommended(f"product_{number}_{at}", 1.0, {**features, "blended": float(ITEMS - at)})


def simulated(lists: int, *, signal: float, power: float = 1.0, seed: int = 1, named: str = "taste") -> Samples:
    """So many lists one after the other."""
    chance = np.random.Generator(np.random.PCG64(seed))
    gathering = Gathering()
    for number in range(lists):
        gathering.add(outcome(number, chance, signal=signal, power=power, named=named))
    return gathering.samples()


def won_by_luck(models: int, *, power: float) -> int:
    """How many of so many models of people who take things up at random are taken for better."""
    return sum(train(simulated(1_500, signal=0.0, power=power, seed=seed)).evaluation.won for seed in range(models))


if __name__ == "__main__":
    for law in (0.0, 0.5, 1.0):
        print(f"power {law}: {won_by_luck(60, power=law)} of 60 won by luck")

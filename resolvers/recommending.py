"""How this service recommends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from graph.rules.experiments import Arm, Experiment, arm_of
from graph.rules.ranking import Weights

_NAMES = tuple(one.name for one in fields(Weights))


class UnknownWeights(ValueError):
    """What was given is no weight, no experiment, or out of bounds; the text says what would be accepted."""


@dataclass(frozen=True, slots=True)
class Recommending:
    """How this service recommends: weights, and the experiment that changes them for some."""

    weights: Weights = field(default_factory=Weights)
    experiment: Experiment | None = None

    def of(self, person: str) -> tuple[str, Weights]:
        """The name of the person's arm (empty outside an experiment) and the weights that hold for them."""
        if self.experiment is None:
            return "", self.weights
        arm = arm_of(self.experiment, person)
        changed: Mapping[str, Any] = self.experiment.arms[arm].weights
        return f"{self.experiment.name}/{arm}", replace(self.weights, **changed)


def recommending(weights: Mapping[str, float], experiment: Mapping[str, Any]) -> Recommending:
    """Recommending with these weights over the service's own, and this experiment. Raises UnknownWeights."""
    own = replace(Weights(), **_known(weights))
    if not experiment:
        return Recommending(own)
    try:
        arms = {
            str(name): Arm(float(arm["share"]), _known(arm.get("weights", {})))
            for name, arm in experiment["arms"].items()
        }
        name = str(experiment["name"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, UnknownWeights):
            raise
        raise UnknownWeights('an experiment is {"name": "…", "arms": {"…": {"share": 1, "weights": {}}}}') from None
    if not arms or any(arm.share <= 0 for arm in arms.values()):
        raise UnknownWeights("an experiment has arms, each with a share above 0")
    return Recommending(own, Experiment(name, arms))


def _known(weights: Mapping[str, Any]) -> dict[str, Any]:
    """The weights as numbers. Raises UnknownWeights."""
    unknown = set(weights) - set(_NAMES)
    if unknown:
        raise UnknownWeights(f"{', '.join(sorted(unknown))}: weights are {', '.join(_NAMES)}")
    if any(not isinstance(value, int | float) or not 0 <= value <= 1_000 for value in weights.values()):
        raise UnknownWeights("a weight is a number from 0 to 1000")
    whole = {"explore_every"}
    return {name: int(value) if name in whole else float(value) for name, value in weights.items()}

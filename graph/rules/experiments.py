"""Experiments on recommendations: which arm a person is in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of weighing: its part of the people, relative to the other arms', and the weights it changes."""

    share: float
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arms by name. Renaming the experiment deals people anew."""

    name: str
    arms: Mapping[str, Arm]


def arm_of(experiment: Experiment, person: str) -> str:
    """The name of the arm that the person is in, always the same one; each arm gets its share of many people."""
    digest = hashlib.sha256(f"{experiment.name}\n{person}".encode()).digest()
    place = int.from_bytes(digest[:8]) / 2**64 * sum(arm.share for arm in experiment.arms.values())
    reached = 0.0
    for name, arm in experiment.arms.items():
        reached += arm.share
        if place < reached:
            return name
    return name

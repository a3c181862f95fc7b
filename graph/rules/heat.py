"""How popular a thing is: one number that falls behind as new things stir, and that time alone never makes wrong.

What people did weighs less the longer ago it is: half as much for each half-life. Weighed from now, every number would
change every moment. Weighed forward from a landmark, an act at t has the weight 2^((t - landmark) / half-life) for
good, and the order of things is the same; see G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward decay: a
practical time decay model for streaming systems", ICDE 2009. Heat is the logarithm of the sum, which no time overflows:

    heat = log2( sum over people of strength * 2^((t - landmark) / half-life) ) + log2( n / (n + FEW) )

A person counts once, by the latest act, with strength log2(1 + sum of the weights of the kinds of their acts): who does
everything weighs little more than who does one thing. n is how many people there are, those of strength below 1 in
part; the last term keeps a burst of few people below what many do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

LANDMARK = datetime(2020, 1, 1, tzinfo=UTC)
FEW = 3.0
_WEIGHTS = MappingProxyType(
    {"like": 1.0, "collect": 2.0, "comment": 3.0, "post": 2.0, "purchase": 5.0, "review": 3.0, "view": 0.1}
)


@dataclass(frozen=True, slots=True)
class HeatLaw:
    """What decides about heat: half-lives by label, and weights by kind of act.

    Of each kind of act on one thing the latest `most` count, so a thing with more of them within a half-life is taken
    for one with that many.
    """

    note_half_life: timedelta = timedelta(days=3)
    product_half_life: timedelta = timedelta(days=14)
    topic_half_life: timedelta = timedelta(days=3)
    weights: Mapping[str, float] = field(default_factory=lambda: _WEIGHTS)
    most: int = 2_000

    def half_life(self, label: str) -> timedelta:
        """The half-life of acts on things of a label that has heat. Raises KeyError for another."""
        return {"Note": self.note_half_life, "Product": self.product_half_life, "Topic": self.topic_half_life}[label]

    def __str__(self) -> str:
        """The whole law in one text: heats of laws with other texts cannot be compared."""
        lives = (f"{self.half_life(label).total_seconds():g}" for label in ("Note", "Product", "Topic"))
        weights = (f"{kind} {weight:g}" for kind, weight in sorted(self.weights.items()))
        return f"{LANDMARK:%Y-%m-%d}; {', '.join(lives)} s; {', '.join(weights)}; few {FEW:g}; most {self.most}"


def one_person(half_life: timedelta, *, now: datetime) -> float:
    """The heat that one person who acts right now amounts to."""
    return (now - LANDMARK) / half_life


def people_now(heat: float | None, *, half_life: timedelta, now: datetime) -> float:
    """To how many people who act right now the heat amounts; 0 without heat."""
    if heat is None:
        return 0.0
    return float(2.0 ** min(heat - one_person(half_life, now=now), 60.0))

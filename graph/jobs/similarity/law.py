"""The numbers that similarity and taste rest on, and how they follow from the data where nobody chose them."""

from __future__ import annotations

from dataclasses import dataclass

MOST_EDGES = 100  # out-edges of one thing


@dataclass(frozen=True, slots=True)
class Law:
    """How similarity and taste are computed; see `edges`, `folding` and `taste` for what each number does."""

    user_power: float = 0.25  # a person with many acts says less with each: weight (acts)^-user_power
    ridge: float = 5.0  # of the mean diagonal
    own_ridge: float = 1.0  # of each thing's own diagonal
    target_power: float = 0.1  # how much popular targets are lowered: (acts)^-target_power
    neighbours: int = 200  # things that each is explained by
    dims: int = 64  # of taste
    folded: float = 0.5  # weight of taste within the edges, both of unit standard deviation
    taste_weight: float = 0.0  # of taste beside the edges, kept as a vector of each thing


def usual(people: int, things: int, acts: int) -> Law:
    """The law for data of that size where nobody chose one.

    Found on validation parts of public data. Where each thing is known to many, taste is worth a vector of each thing;
    where there are very many things, it takes more dimensions and tells less, or nothing where each is known to few.
    """
    if not people or not things:
        return Law()
    if acts / things >= 100:
        return Law(user_power=0.5, ridge=1.0, own_ridge=0.0, target_power=0.0, folded=0.0, taste_weight=1.4)
    if things < 10_000:
        return Law()
    if acts / things < 10 or acts / people < 15:
        return Law(folded=0.0)
    return Law(dims=512, folded=0.3)

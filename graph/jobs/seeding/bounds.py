"""What counts of sets tell of reach: bounds that hold but for a stated risk.

Tang, Tang, Xiao and Yuan, Online processing algorithms for influence maximization (OPIM-C), SIGMOD 2018: of `drawn`
sets `hits` were met; the mean number of hits lies between `least` and `most`, each but for `risk`.
"""

from __future__ import annotations

from math import log, sqrt


def least(hits: float, risk: float) -> float:
    """A number that the mean of hits is below with a probability of at most `risk`."""
    known = log(1.0 / risk)
    root = max(sqrt(hits + 2.0 * known / 9.0) - sqrt(known / 2.0), 0.0)
    return max(root**2 - known / 18.0, 0.0)


def most(hits: float, risk: float) -> float:
    """A number that the mean of hits is above with a probability of at most `risk`."""
    known = log(1.0 / risk)
    return (sqrt(hits + known / 2.0) + sqrt(known / 2.0)) ** 2


def risk_of_round(risk: float, number: int) -> float:
    """The part of the risk that round `number`, from 1, may take; over all rounds they come to no more than `risk`."""
    return risk / (number * (number + 1))

"""How much somebody moves others: its parts, the one score they make, and what sort of voice somebody is.

Every part is from 0 to 1 and grows with what it measures; the score, 0 to 100, is

    100 * authenticity * (0.35 reach + 0.25 resonance + 0.20 network + 0.20 pull)

Reach, network and pull are logarithms against a fixed full measure, so that scores of different weeks, and of
communities that grow, can be compared. Resonance is r / (1 + r), where r is the engagement of a note over what notes of
people with such an audience usually have: 1/2 is as usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from math import log1p

REACH, RESONANCE, NETWORK, PULL = 0.35, 0.25, 0.20, 0.20
DIRECT = 0.7  # of reach, the part of the audience itself; the rest is who follows those
FULL_AUDIENCE, FULL_SECOND, FULL_RANK, FULL_ORDERS = 1e6, 1e7, 1e4, 1e3
SILENT_NOTES = 2.0  # notes without any engagement that count beside those there are
DOUBTED_FOLLOWERS = 10.0  # followers beyond doubt that count beside those there are
CENTRAL_RANK = 20.0
BUYER_PRODUCTS = 3
DOUBTFUL = 0.7
BURST, BURST_SPAN = 5, timedelta(days=4)
"""So many hollow followers who joined within such a time are a burst."""


class Band(StrEnum):
    """How large an audience is."""

    NANO = "nano"
    MICRO = "micro"
    MID = "mid"
    MACRO = "macro"


class Kind(StrEnum):
    """What sort of voice somebody is."""

    KOL = "kol"
    KOC = "koc"
    OTHER = "other"


class Reason(StrEnum):
    """What speaks for or against somebody."""

    AUDIENCE = "audience"
    CENTRAL = "central"
    RESONANT = "resonant"
    SELLS = "sells"
    BUYS = "buys"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class InfluenceLaw:
    """What decides about influence: how far back acts count, and from how many followers on bands begin."""

    window: timedelta = timedelta(days=90)
    micro_from: int = 10_000
    mid_from: int = 100_000
    macro_from: int = 500_000

    def __post_init__(self) -> None:
        """Raises ValueError where a band does not begin above the one before."""
        if any(low >= high for low, high in pairwise((0, self.micro_from, self.mid_from, self.macro_from))):
            raise ValueError("each band must begin with more followers than the one before")

    def band(self, followers: int) -> Band:
        """The band of somebody with so many followers."""
        begun = [self.micro_from, self.mid_from, self.macro_from]
        return list(Band)[sum(followers >= one for one in begun)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how real an audience is: followers, those who are hollow, and of these those of a burst.

    A hollow follower posted, wrote and ordered nothing, and took up notes of one person at most. Five or more hollow
    followers of somebody who joined within the same four days are a burst.
    """

    followers: int
    hollow: int
    burst: int


@dataclass(frozen=True, slots=True)
class Signals:
    """What is measured of somebody, in all or in one category.

    `audience`: followers (of a category: those who care for it); `second`: people within two steps; `expected`: the
    engagement of a note that is usual with such an audience; `rank`: PageRank, 1 being the mean; `orders` that their
    notes led to; `bought`: products that they bought themselves.
    """

    audience: int
    second: float
    notes: int
    engagement: float
    expected: float
    rank: float
    orders: float
    bought: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Influence:
    """The parts, 0 to 1 each, the score that they make, 0 to 100, and `resonance_ratio`, 1 being usual."""

    reach: float
    resonance: float
    network: float
    pull: float
    authenticity: float
    resonance_ratio: float
    score: float


def influence(signals: Signals) -> Influence:
    """What the signals amount to."""
    ratio = resonance_ratio(signals.engagement, signals.notes, signals.expected)
    parts = (
        reach_part(signals.audience, signals.second),
        ratio / (1.0 + ratio),
        _of_full(signals.rank, FULL_RANK),
        _of_full(signals.orders, FULL_ORDERS),
    )
    real = authenticity(signals.evidence)
    return Influence(*parts, real, ratio, score(*parts, authenticity=real))


def score(reach: float, resonance: float, network: float, pull: float, *, authenticity: float) -> float:
    """The one score of the parts, 0 to 100."""
    return 100.0 * authenticity * (REACH * reach + RESONANCE * resonance + NETWORK * network + PULL * pull)


def reach_part(audience: float, second: float) -> float:
    """Reach of an audience and of who is within two steps."""
    return DIRECT * _of_full(audience, FULL_AUDIENCE) + (1.0 - DIRECT) * _of_full(second, FULL_SECOND)


def resonance_ratio(engagement: float, notes: int, expected: float) -> float:
    """Engagement of a note over the `expected` one (above 0); few notes count as if silent ones stood beside them."""
    return engagement / (notes + SILENT_NOTES) / expected


def authenticity(evidence: Evidence) -> float:
    """How real an audience is, 0 to 1, from simple evidence.

    This is the seam for whoever knows more: another rule takes its place, and all else follows.
    """
    doubted = evidence.burst + 0.5 * (evidence.hollow - evidence.burst)
    return 1.0 - doubted / (evidence.followers + DOUBTED_FOLLOWERS)


def reasons(signals: Signals, band: Band) -> list[Reason]:
    """What speaks for somebody whose audience is of the band, and against."""
    found = {
        Reason.AUDIENCE: band is not Band.NANO,
        Reason.CENTRAL: signals.rank >= CENTRAL_RANK,
        Reason.RESONANT: resonance_ratio(signals.engagement, signals.notes, signals.expected) >= 1.0,
        Reason.SELLS: signals.orders >= 1.0,
        Reason.BUYS: signals.bought >= BUYER_PRODUCTS,
        Reason.DOUBTFUL: authenticity(signals.evidence) < DOUBTFUL,
    }
    return [reason for reason, holds in found.items() if holds]


def kind_of(why: Sequence[Reason], band: Band) -> Kind:
    """A leader is followed by many, or by those who are followed; a consumer buys what they speak of, and is heard."""
    if Reason.DOUBTFUL in why:
        return Kind.OTHER
    if Reason.AUDIENCE in why or Reason.CENTRAL in why:
        return Kind.KOL
    heard = Reason.RESONANT in why or Reason.SELLS in why
    return Kind.KOC if heard and Reason.BUYS in why and band is Band.NANO else Kind.OTHER


def _of_full(value: float, full: float) -> float:
    return min(1.0, log1p(value) / log1p(full))

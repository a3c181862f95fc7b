"""What is told of an audience: what a sample says of the whole, who shares followers, and which groups are too small.

A value between 0 and 1 is summed over the followers of somebody, of whom all were read or some that chance drew without
putting any back. The sum's standard error has the finite population correction (Cochran, Sampling Techniques, 1977,
2.6); its interval, which holds it in 95 of 100 cases, is Wilson's (1927) on the effective sample size, so that it is
no point where nobody or everybody of a sample has the value. Sums over several people's followers, drawn independently,
are joined by their distances to the ends of the intervals (Zou and Donner, Statistics in Medicine, 2008).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt

Z = 1.959964  # of the normal distribution, 95 % lie within


@dataclass(frozen=True, slots=True)
class AudienceLaw:
    """Up to how many followers are counted, how many stand for those of who has more, and the smallest group told."""

    exact: int = 5_000
    sample: int = 2_000
    least: int = 5

    def __post_init__(self) -> None:
        """Raises ValueError where somebody could have too many followers to count, and too few to draw from."""
        if self.sample > self.exact:
            raise ValueError("a sample must not hold more followers than are counted")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, its standard error (0: it was counted), and the interval that holds it in 95 of 100 cases."""

    value: float
    error: float
    low: float
    high: float

    def over(self, whole: float) -> Estimate:
        """The number as a part of a whole that is known."""
        return Estimate(self.value / whole, self.error / whole, self.low / whole, self.high / whole)


@dataclass(frozen=True, slots=True)
class Stratum:
    """The followers of one of several people: their number, and of those read, how many follow which of the people.

    People are numbered; each pattern holds the one whose followers they are.
    """

    size: int
    patterns: Mapping[frozenset[int], int]

    @property
    def read(self) -> int:
        """How many of them were read."""
        return sum(self.patterns.values())


@dataclass(frozen=True, slots=True)
class Overlap:
    """What several audiences share: their followers counted once and, by number of the person or of the two, theirs."""

    total: int
    unique: Estimate
    exclusive: Sequence[Estimate]
    shared: Mapping[tuple[int, int], Estimate]


def counted(value: float) -> Estimate:
    """A number without error."""
    return Estimate(value, 0.0, value, value)


def estimate(size: int, read: int, total: float, squares: float | None = None) -> Estimate:
    """The sum of a value from 0 to 1 over `size` people, of whom `read` (2 at least) have it in `total`.

    `squares` is the sum of its squares over those read, where it is not only 0 or 1.
    """
    if read >= size:
        return counted(total)
    mean, rest = total / read, 1.0 - read / size
    variance = max(0.0, (total if squares is None else squares) / read - mean * mean)
    spread = mean * (1.0 - mean) / variance if variance > 0 else 1.0
    low, high = _wilson(mean, read * spread / rest)
    value, error = size * mean, size * sqrt(variance * rest / (read - 1))
    # What was seen is there, whatever the rest is; the outer bounds are for the rounding of an end that is the value.
    return Estimate(value, error, min(value, max(size * low, total)), max(value, min(size * high, size - read + total)))


def overlap(strata: Sequence[Stratum]) -> Overlap:
    """What the audiences share. Somebody who follows m of the people counts 1/m with each of them."""
    sizes, read = [one.size for one in strata], [one.read for one in strata]
    unique = _joined([_once(one) for one in strata])
    alone = [one.patterns.get(frozenset((number,)), 0) for number, one in enumerate(strata)]
    with_each = [_with_each(one) for one in strata]
    uncertain = [_uncertain(one) for one in strata]
    shared = {}
    for one, other in combinations(range(len(strata)), 2):
        # The side whose sample says more, which is known before it says anything.
        best, with_whom = (one, other) if uncertain[one] <= uncertain[other] else (other, one)
        shared[one, other] = estimate(sizes[best], read[best], with_each[best][with_whom])
    return Overlap(
        sum(sizes),
        # Thirds of people are whole ones again where all were read.
        Estimate(unique.value, unique.error, max(unique.low, *sizes), min(unique.high, sum(sizes)))
        if unique.error
        else counted(round(unique.value)),
        [estimate(*of) for of in zip(sizes, read, alone, strict=True)],
        shared,
    )


def folded(groups: Mapping[str, int], least: int, *, ungrouped: int = 0) -> tuple[dict[str, int], int]:
    """The groups that parts of an audience make, largest first, and how many people are in none of them.

    `ungrouped` people are in none to begin with.
    Groups of fewer than `least` people are not told, and nor is what would follow from all others: so many more go that
    those in none are nobody, or at least so many, unless there are fewer in all.
    """
    order = sorted(groups.items(), key=lambda group: (-group[1], group[0]))
    other = ungrouped
    while order and (order[-1][1] < least or 0 < other < least):
        other += order.pop()[1]
    return dict(order), other


def lift(share: float, usual: float) -> float:
    """How telling it is that a share of an audience does what a usual share of everybody does: in the mean, so many
    nats more of it are known (the part of relative entropy, Kullback and Leibler 1951)."""
    return share * log(share / usual)


def _wilson(mean: float, read: float) -> tuple[float, float]:
    centre = (mean + Z * Z / (2.0 * read)) / (1.0 + Z * Z / read)
    reach = Z / (1.0 + Z * Z / read) * sqrt(mean * (1.0 - mean) / read + Z * Z / (4.0 * read * read))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def _joined(parts: Sequence[Estimate]) -> Estimate:
    value = sum(one.value for one in parts)
    below = sqrt(sum((one.value - one.low) ** 2 for one in parts))
    above = sqrt(sum((one.high - one.value) ** 2 for one in parts))
    return Estimate(value, sqrt(sum(one.error**2 for one in parts)), value - below, value + above)


def _once(stratum: Stratum) -> Estimate:
    """The part of everybody's followers, counted once, that is told with this one's."""
    total = sum(people / len(pattern) for pattern, people in stratum.patterns.items())
    squares = sum(people / len(pattern) ** 2 for pattern, people in stratum.patterns.items())
    return estimate(stratum.size, stratum.read, total, squares)


def _uncertain(stratum: Stratum) -> float:
    """To what the variance of any share's estimate is proportional, at the least."""
    return stratum.size * (stratum.size - stratum.read) / max(1, stratum.read)


def _with_each(stratum: Stratum) -> Counter[int]:
    found: Counter[int] = Counter()
    for pattern, people in stratum.patterns.items():
        found.update(dict.fromkeys(pattern, people))
    return found

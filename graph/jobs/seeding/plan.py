"""Whom to give samples to, so that most of an audience is reached: influence maximisation by reverse sampling.

Two collections of reverse-reachable sets are drawn that know nothing of each other. From the first the choice is
made; on the second, which had no part in it, its reach is estimated. Both are doubled until the choice, and with it
the estimate, no longer changes by `move`, and until the certificate is good enough: the reach of the choice, at
least, over the reach of any choice, at most (OPIM-C, Tang et al., SIGMOD 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
import numpy.typing as npt

from graph.jobs.seeding import bounds
from graph.jobs.seeding.cover import Cover, Rules, best_cover
from graph.jobs.seeding.dual import most_covered
from graph.jobs.seeding.network import Floats, Ints, Network
from graph.jobs.seeding.sampling import BYTES_A_MEMBER, Collection, first_met

MOVE = 0.002
_FIRST = 64  # sets drawn before it is known how large they are
_FIRST_MEMBERS = 2**20  # of the first round that is looked at
_FIRST_SETS = 2**16
_MOST_SETS = 2**28
_SECOND = 2  # the second collection is that much smaller: it needs no more than to estimate
_BYTES = BYTES_A_MEMBER + 4 + 1 + BYTES_A_MEMBER / _SECOND  # a member of the first, with its part of all else
_INTERVAL_RISK = 0.025  # on either side of the expected reach


@dataclass(frozen=True, slots=True)
class Question:
    """What a plan is wanted for.

    `weights` is what reaching each person counts (0 or more); None: 1 each. `target` is the certificate that is
    enough, `move` the relative change of reach that is too small to go on for, `risk` the probability that the
    certificate is wrong. `memory_mb` bounds what is stored of samples. The same `seed` gives the same plan.
    """

    network: Network
    rules: Rules
    weights: Floats | None = None
    target: float = 0.75
    move: float = MOVE
    risk: float = 0.001
    memory_mb: int = 2_048
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Reach:
    """Expected reach, in weight, and the interval that holds it in at least 95 of 100 cases."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to choose, and what is known of it.

    `seeds`: best first; `gains`: how much each adds to the reach of those before.
    `certificate`: the choice reaches at least that part of what any choice by the rules could. `stable`: another
    doubling changed reach by less than was asked; else memory ended, and the certificate is what had been attained.
    `sets`: how many were drawn.
    """

    seeds: tuple[int, ...]
    gains: tuple[float, ...]
    reach: Reach
    certificate: float
    stable: bool
    sets: int


@dataclass(frozen=True, slots=True)
class Step:
    """How far a plan is: sets drawn, expected reach, how much of it the last doubling moved (None: none yet).

    `unsure` is the standard error of that.
    """

    sets: int
    expected: float
    moved: float | None
    unsure: float = np.inf


class Impossible(ValueError):
    """There is nothing to plan: nobody whose reaching counts, nobody to choose, or those forced cost too much."""


def _nothing() -> None: ...


def plan(
    question: Question,
    *,
    told: Callable[[Step], None] = lambda _: None,
    check: Callable[[], None] = _nothing,
) -> Plan:
    """The plan; `told` hears of every round, and what `check` raises ends the work. Raises Impossible."""
    planning = _Planning.of(question, check)
    while planning.go_on():
        told(planning.step())
        if planning.settled() and planning.certificate() >= question.target:
            return planning.plan(stable=True)
    return planning.plan(stable=False)


@dataclass(slots=True)
class _Planning:
    """The two collections, the choice of the present round, and how it fares on the second collection."""

    question: Question
    check: Callable[[], None]
    weight: float
    choosing: Collection
    judging: Collection
    cover: Cover | None = None
    round: int = 0
    met: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    moved: float | None = None
    unsure: float = np.inf
    proved: float | None = None

    @classmethod
    def of(cls, question: Question, check: Callable[[], None]) -> _Planning:
        weights = _weights(question)
        lists = question.network.backward()
        first, second = np.random.SeedSequence(question.seed).generate_state(2, np.uint64)
        room = min(int(question.memory_mb * 2**20 / _BYTES), 2**31 - 1)
        return cls(
            question,
            check,
            float(weights.sum()),
            Collection(lists, weights, room=room, chance=np.array([first], np.uint64)),
            Collection(lists, weights, room=room // _SECOND, chance=np.array([second], np.uint64)),
        )

    def go_on(self) -> bool:
        """Another round: more sets, a choice, its reach. False: there is no room for more."""
        if not self._draw():
            return False
        before = self.cover
        self.check()
        self.cover = best_cover(self.choosing, self.question.rules)
        if not len(self.cover.seeds):
            raise Impossible("nobody who may be chosen reaches anybody")
        self.round += 1
        self.proved = None
        self.met = self._met(self.cover.seeds)
        self.moved = None
        if before is not None:
            self._compare(before.seeds)
        return True

    def settled(self) -> bool:
        """The last doubling changed reach by less than was asked, and that is known as well as that."""
        return self.moved is not None and max(abs(self.moved), self.unsure) < self.question.move

    def step(self) -> Step:
        return Step(self._drawn, self._reach(self._hits), self.moved, self.unsure)

    def certificate(self) -> float:
        """Reach of the choice at least, over that of any choice at most."""
        if self.proved is None:
            self.check()
            assert self.cover is not None, "asked after a round"
            risk = bounds.risk_of_round(self.question.risk, self.round) / 2
            ours = bounds.least(self._hits, risk) / self.judging.drawn
            any_choice = most_covered(self.choosing, self.question.rules, self.cover)
            most = min(bounds.most(any_choice, risk) / self.choosing.drawn, 1.0)
            self.proved = ours / most
        return self.proved

    def plan(self, *, stable: bool) -> Plan:
        if self.cover is None:
            raise MemoryError(f"{self.question.memory_mb} MB hold not even the first samples")
        seeds = self.cover.seeds
        gains = self._credits(seeds)
        low, high = bounds.least(self._hits, _INTERVAL_RISK), bounds.most(self._hits, _INTERVAL_RISK)
        return Plan(
            tuple(seeds.tolist()),
            tuple(self._reach(one) for one in gains.tolist()),
            Reach(self._reach(self._hits), self._reach(low), min(self._reach(high), self.weight)),
            self.certificate(),
            stable,
            self._drawn,
        )

    @property
    def _drawn(self) -> int:
        return self.choosing.drawn + self.judging.drawn

    @property
    def _hits(self) -> int:
        assert self.cover is not None, "asked after a round"
        alone = self.judging.alone[self.cover.seeds]
        return int((self.met < len(self.cover.seeds)).sum() + alone.sum())

    def _reach(self, hits: float) -> float:
        return hits / self.judging.drawn * self.weight

    def _draw(self) -> bool:
        if not self.choosing.drawn and not self._begin():
            return False
        more = self.choosing.drawn if self.round else self._first_round()
        return (
            self.choosing.drawn + more <= _MOST_SETS
            and self.judging.draw(more // _SECOND, self.check)
            and self.choosing.draw(more, self.check)
        )

    def _begin(self) -> bool:
        return self.judging.draw(_FIRST // _SECOND, self.check) and self.choosing.draw(_FIRST, self.check)

    def _first_round(self) -> int:
        a_set = max(len(self.choosing.sets.members) / self.choosing.drawn, 1e-9)
        wanted = min(max(_FIRST_MEMBERS / a_set, _FIRST), _FIRST_SETS)
        return 1 << int(np.log2(wanted))

    def _met(self, seeds: Ints) -> Ints:
        """For each set of the second collection the place of the first seed in it; as many as seeds: none is."""
        places = np.full(len(self.judging.alone), len(seeds), np.int32)
        places[seeds] = np.arange(len(seeds))
        return first_met(self.judging.sets, places)

    def _compare(self, before: Ints) -> None:
        """Estimates by how much the choice is better than the one before; both on the same sets, so it is told well."""
        assert self.cover is not None, "asked after a round"
        seeds, alone = self.cover.seeds, self.judging.alone
        now, then = self.met < len(seeds), self._met(before) < len(before)
        gone, come = np.setdiff1d(before, seeds), np.setdiff1d(seeds, before)
        lost = int((then & ~now).sum() + alone[gone].sum())
        won = int((now & ~then).sum() + alone[come].sum())
        hits = max(self._hits, 1)
        self.moved, self.unsure = (won - lost) / hits, sqrt(won + lost) / hits

    def _credits(self, seeds: Ints) -> npt.NDArray[np.int64]:
        found = np.bincount(self.met, minlength=len(seeds) + 1)[: len(seeds)]
        credits: npt.NDArray[np.int64] = found + self.judging.alone[seeds]
        return credits


def _weights(question: Question) -> Floats:
    """What everybody counts. Raises Impossible."""
    people, rules = question.network.people, question.rules
    weights = np.ones(people) if question.weights is None else question.weights.astype(np.float64)
    if len(weights) != people or len(rules.allowed) != people:
        raise ValueError("weights and who is allowed must be told of everybody")
    if not people or not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
        raise Impossible("nobody's reaching counts")
    if len(rules.forced) > rules.most or rules.price(np.array(rules.forced, np.int32)) > rules.budget:
        raise Impossible("those forced are too many or cost more than the budget")
    return weights

"""What is measured of everybody, in all and in each category, and of whom the audience of a brand listens to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from graph.jobs.influence.reach import Second, within_two
from graph.jobs.influence.reading import Community, Flags, Longs
from graph.jobs.pagerank import Floats, pagerank
from graph.rules.influence import BURST, Evidence, Signals

MOST_BRANDS, OF_BRAND = 200, 100
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Measured:
    """Somebody measured in a scope: their number, followers in all, the signals, and how sure `second` is."""

    person: int
    followers: int
    signals: Signals
    second_error: float


@dataclass(frozen=True, slots=True)
class Listened:
    """Somebody whom the audience of a brand listens to: personalised PageRank, 1 being the mean of everybody."""

    person: int
    closeness: float


class Measuring:
    """Measures the people of a community; `votes` has who votes (column) for whom (row) by following and taking up."""

    def __init__(self, community: Community) -> None:
        self._community = community
        people = len(community.ids)
        self.votes = community.follows + _damped(sum(community.engaged, sp.csr_matrix((people, people))))
        self._followers = np.diff(community.follows.indptr)
        self._hollow, self._burst = _doubts(community)

    def everywhere(self) -> Iterator[Measured]:
        """Everybody who is ranked, by all that they did."""
        here, people = self._community, len(self._community.ids)
        if not here.ranked.any():
            return
        engagement = np.zeros(people) + sum(_taken(one) for one in here.engaged)
        notes = np.zeros(people, np.int64) + sum(here.notes)
        orders = np.zeros(people) + sum(here.orders)
        who = np.flatnonzero(here.ranked)
        ranks = pagerank(self.votes, tolerance=_TOLERANCE) * people
        yield from self._measured(who, self._followers, np.ones(people, np.bool_), notes, engagement, ranks, orders)

    def in_category(self, number: int) -> Iterator[Measured]:
        """Everybody ranked who posted in the category, by what they did there, for those who care for it."""
        here, engaged = self._community, self._community.engaged[number]
        caring = np.asarray(engaged.sum(axis=0)).ravel() > 0
        who = np.flatnonzero(here.ranked & (here.notes[number] > 0))
        if not len(who):
            return
        audience = np.asarray(here.follows[:, np.flatnonzero(caring)].sum(axis=1)).ravel().astype(np.int64)
        part = caring | (here.notes[number] > 0)
        ranks = pagerank(_damped(engaged), part.astype(np.float64), tolerance=_TOLERANCE) * part.sum()
        yield from self._measured(
            who, audience, caring, here.notes[number], _taken(engaged), ranks, here.orders[number]
        )

    def brands(self) -> list[str]:
        """The brands whose products' notes most people took up, most first."""
        of = self._community.brands
        return sorted(of, key=lambda one: (-len(of[one]), one))[:MOST_BRANDS]

    def for_brand(self, brand_id: str) -> list[Listened]:
        """Those whom the people listen to who took up notes about the brand's products, best first."""
        here, people = self._community, len(self._community.ids)
        restart = np.zeros(people)
        restart[here.brands[brand_id]] = 1.0
        ranks = np.where(here.ranked, pagerank(self.votes, restart, tolerance=_TOLERANCE) * people, 0.0)
        best = np.argsort(-ranks, kind="stable")[:OF_BRAND].tolist()
        return [Listened(one, float(ranks[one])) for one in best if ranks[one] > 0]

    def _measured(
        self, who: Longs, audience: Longs, among: Flags, notes: Longs, engagement: Floats, ranks: Floats, orders: Floats
    ) -> Iterator[Measured]:
        expected = _expected(audience[who], notes[who], engagement[who])
        second: Second = within_two(self._community.follows, who, among)
        for place, one in enumerate(who.tolist()):
            followers = int(self._followers[one])
            signals = Signals(
                int(audience[one]),
                float(second.people[place]),
                int(notes[one]),
                float(engagement[one]),
                float(expected[place]),
                float(ranks[one]),
                float(orders[one]),
                int(self._community.bought[one]),
                Evidence(followers, int(self._hollow[one]), int(self._burst[one])),
            )
            yield Measured(one, followers, signals, float(second.error[place]))


def _damped(engaged: sp.csr_matrix) -> sp.csr_matrix:
    """Votes for whom people took up: twice as much is one vote more."""
    votes = engaged.tocsr(copy=True)
    votes.data = np.log2(1.0 + votes.data)
    return votes


def _taken(engaged: sp.csr_matrix) -> Floats:
    return np.asarray(engaged.sum(axis=1), dtype=np.float64).ravel()


def _expected(audience: Longs, notes: Longs, engagement: Floats) -> Floats:
    """The engagement of a note that goes with each audience: a line through the logarithms, by least squares."""
    sizes, levels = np.log1p(audience), np.log((engagement + 1.0) / (notes + 1.0))
    spread = float(np.square(sizes - sizes.mean()).sum())
    slope = max(0.0, float(((sizes - sizes.mean()) * levels).sum()) / spread) if spread > 0 else 0.0
    expected: Floats = np.exp(levels.mean() + slope * (sizes - sizes.mean()))
    return expected


def _doubts(community: Community) -> tuple[Longs, Longs]:
    """For each person, how many followers are hollow, and how many of these came in a burst."""
    people = len(community.ids)
    edges = community.follows.tocoo()
    hollow = community.hollow[edges.col]
    followed, joined = edges.row[hollow], community.joined[edges.col[hollow]]
    pairs, counts = np.unique(np.stack([followed, joined]), axis=1, return_counts=True)
    together = counts >= BURST
    burst = np.bincount(pairs[0][together], weights=counts[together], minlength=people)
    return np.bincount(followed, minlength=people), burst.astype(np.int64)

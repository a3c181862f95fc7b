"""Who follows, blocks and mutes whom: fame, shared interests and shared places, and followers that were bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.draws import Draws, Ints, Mask, first_of_pairs, power_weights, starts_of, whole
from datasets.demo.people import CREATOR, OFFICIAL, Brands, People, fame
from datasets.demo.seasons import CATEGORIES, DAY, HOUR, Seasons, evening
from datasets.demo.words import topic_table
from datasets.demo.words.names import REGIONS

_OUT_DEGREE = (1, 3, 4, 6, 7, 9, 10, 12, 14, 16, 18, 21, 25, 30, 38, 48, 65, 110)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Relationships of one kind: rows of start and end, and when (ms)."""

    start: Ints
    end: Ints
    at: Ints

    def __len__(self) -> int:
        return len(self.start)

    def kept(self, mask: Mask | Ints) -> Pairs:
        """The rows that the mask or the positions choose."""
        return Pairs(self.start[mask], self.end[mask], self.at[mask])


@dataclass(frozen=True, slots=True)
class Ties:
    """`customers[i]` bought the followers of farm `i`. `followers` lists FOLLOWS by followed user: row numbers of
    `follows` sorted by end, beginning at `follower_starts[user]`; `followees` likewise by start."""

    follows: Pairs
    brands: Pairs
    topics: Pairs
    blocks: Pairs
    mutes: Pairs
    customers: Ints
    followers: Ints
    follower_starts: Ints
    followees: Ints
    followee_starts: Ints


@dataclass(frozen=True, slots=True)
class Grouped:
    """Users sorted by a trait, with cumulative weights: draws a user who has a given trait."""

    users: Ints
    starts: Ints
    cumulative: Ints

    def draw(self, draws: Draws, traits: Ints) -> Ints:
        """A user per trait, by weight; -1 where nobody has it."""
        place = draws.weighted_within(self.cumulative, self.starts[traits], self.starts[traits + 1])
        return np.where(place < 0, -1, self.users[np.maximum(place, 0)])


def grouped(users: Ints, traits: Ints, weights: Ints, kinds: int) -> Grouped:
    """The users grouped by trait 0..kinds-1; a user may stand in several groups."""
    order = np.argsort(traits, kind="stable")
    starts = starts_of(np.bincount(traits, minlength=kinds))
    return Grouped(users[order], starts, np.cumsum(weights[order]))


def by_interest(people: People, weights: Ints) -> Grouped:
    """Users by each category they care for: full weight for the first, a half and a third for the others."""
    users, place = np.nonzero(people.interests >= 0)
    share = weights[users] // (place + 1)
    return grouped(whole(users), people.interests[users, place], share, len(CATEGORIES))


def interest_of(draws: Draws, people: People, users: Ints) -> Ints:
    """One of each user's categories, the first most often."""
    drawn = people.interests[users, draws.table((0, 0, 0, 0, 1, 1, 2), len(users))]
    return np.where(drawn < 0, people.interests[users, 0], drawn)


def moments(draws: Draws, floor: Ints, seasons: Seasons) -> Ints:
    """Times after `floor` and before the end, sooner rather than later, by the daily rhythm."""
    span = np.maximum(seasons.until - floor - HOUR, 1)
    drawn = floor + np.minimum(draws.between(0, span), draws.between(0, span))
    awake = evening(draws, drawn)
    return np.where((awake > floor) & (awake < seasons.until), awake, drawn)


def _organic(draws: Draws, people: People) -> tuple[Ints, Ints]:
    count = len(people)
    degree = np.minimum(draws.table(_OUT_DEGREE, count), max(2, count // 4))
    degree = np.where(people.kind == OFFICIAL, degree // 4, degree)
    start = np.repeat(np.arange(count, dtype=np.int64), degree)
    weights = fame(people)
    how = draws.below(100, len(start))
    near = by_interest(people, weights).draw(draws, interest_of(draws, people, start))
    place = grouped(np.arange(count, dtype=np.int64), people.region, weights, len(REGIONS))
    local = place.draw(draws, people.region[start])
    anyone = draws.weighted(np.cumsum(weights), len(start))
    end = np.where(how < 62, near, np.where(how < 70, local, anyone))
    # Ordinary people follow back; the famous seldom do.
    back = draws.chance(np.where(people.kind[end] == CREATOR, 25, 110)) & (end >= 0) & (people.farm[start] < 0)
    return np.concatenate([start, end[back]]), np.concatenate([end, start[back]])


def _bought(draws: Draws, people: People, seasons: Seasons) -> tuple[Pairs, Ints]:
    """Every farm follows its customer within a day and a half; one customer per farm."""
    farms = int(people.farm.max(initial=-1)) + 1
    middling = np.flatnonzero((people.kind == CREATOR) & (people.created < seasons.until - 100 * DAY))
    customers = middling[draws.below(len(middling), farms)] if farms else whole([])
    sold = draws.between(seasons.until - 110 * DAY, seasons.until - 5 * DAY, farms)
    fakes = np.flatnonzero(people.farm >= 0)
    farm = people.farm[fakes]
    at = sold[farm] + draws.below(36 * HOUR, len(fakes))
    return Pairs(fakes, customers[farm], np.minimum(at, seasons.until - HOUR)), customers


def _follow_things(draws: Draws, people: People, brands: Brands, seasons: Seasons) -> tuple[Pairs, Pairs]:
    real = np.flatnonzero((people.farm < 0) & (people.kind != OFFICIAL))
    start = np.repeat(real, draws.table((0, 0, 1, 1, 2, 3, 4, 7), len(real)))
    weights = power_weights(draws.shuffled(len(brands)))
    houses = grouped(np.arange(len(brands), dtype=np.int64), brands.category, weights, len(CATEGORIES))
    brand = houses.draw(draws, interest_of(draws, people, start))
    at = moments(draws, np.maximum(people.created[start], brands.created[brand]) + HOUR, seasons)
    to_brand = Pairs(start, brand, at)
    fan = np.repeat(real, draws.table((0, 1, 2, 2, 3, 4, 6, 10), len(real)))
    table = topic_table()
    rank_weights = power_weights(draws.shuffled(len(table)))
    trait = whole([category * 2 + language for category, language, _ in table])
    subjects = grouped(np.arange(len(table), dtype=np.int64), trait, rank_weights, 2 * len(CATEGORIES))
    topic = subjects.draw(draws, interest_of(draws, people, fan) * 2 + people.language[fan])
    to_topic = Pairs(fan, topic, moments(draws, people.created[fan] + HOUR, seasons))
    return unique(to_brand), unique(to_topic)


def unique(pairs: Pairs) -> Pairs:
    """The earliest relationship of each pair."""
    return pairs.kept(first_of_pairs(pairs.start, pairs.end, pairs.at))


def _refusals(draws: Draws, people: People, seasons: Seasons, permille: int) -> Pairs:
    able = np.flatnonzero(people.kind != OFFICIAL)
    start = able[draws.shuffled(len(able))[: max(5, len(people) * permille // 1000)]]
    end = draws.weighted(np.cumsum(fame(people)), len(start))
    start, end = start[start != end], end[start != end]
    at = moments(draws, np.maximum(people.created[start], people.created[end]) + DAY, seasons)
    return unique(Pairs(start, end, np.minimum(at, seasons.until - 1)))


def forbidden(blocks: Pairs, left: Ints, right: Ints, people: int) -> Mask:
    """Whether either of each two users ever blocks the other."""
    barred = np.concatenate([blocks.start * people + blocks.end, blocks.end * people + blocks.start])
    return np.isin(left * people + right, barred)


def tie(draws: Draws, people: People, brands: Brands, seasons: Seasons) -> Ties:
    """All ties between users, brands and topics."""
    count = len(people)
    blocks = _refusals(draws, people, seasons, 20)
    bought, customers = _bought(draws, people, seasons)
    start, end = _organic(draws, people)
    fine = (end >= 0) & (start != end)
    start, end = start[fine], end[fine]
    at = moments(draws, np.maximum(people.created[start], people.created[end]) + 600_000, seasons)
    both = Pairs(*(np.concatenate(two) for two in (
        (start, bought.start), (end, bought.end), (at, bought.at))))  # fmt: skip
    follows = unique(both.kept(~forbidden(blocks, both.start, both.end, count)))
    to_brand, to_topic = _follow_things(draws, people, brands, seasons)
    return Ties(
        follows=follows,
        brands=to_brand,
        topics=to_topic,
        blocks=blocks,
        mutes=_refusals(draws, people, seasons, 30),
        customers=customers,
        followers=whole(np.argsort(follows.end, kind="stable")),
        follower_starts=starts_of(np.bincount(follows.end, minlength=count)),
        followees=whole(np.argsort(follows.start, kind="stable")),
        followee_starts=starts_of(np.bincount(follows.start, minlength=count)),
    )

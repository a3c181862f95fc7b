"""Who is there: brands, their official accounts, members, creators, and the farms of fake accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.draws import Draws, Ints, Mask, power_weights, whole
from datasets.demo.seasons import CATEGORIES, DAY, HOUR, Seasons, evening
from datasets.demo.words.names import BRAND_FIRST, BRAND_SECOND, FIRST_REGION_ABROAD, REGIONS

MEMBER, CREATOR, OFFICIAL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Brands:
    """One row per brand, oldest first. `name` picks the two characters; `outlet` whether a second store exists."""

    created: Ints
    category: Ints
    name: Ints
    region: Ints
    verified: Mask
    outlet: Mask
    story: Ints

    def __len__(self) -> int:
        return len(self.created)


@dataclass(frozen=True, slots=True)
class People:
    """One row per user, oldest first. `interests` are three categories, the first the strongest, -1 for none.

    `rank` orders people by fame, 0 the most famous; `brand` is the brand an official account speaks for, else -1;
    `farm` is the farm a fake account belongs to, else -1.
    """

    created: Ints
    kind: Ints
    interests: Ints
    region: Ints
    language: Ints
    private: Mask
    suspended: Mask
    rank: Ints
    activity: Ints
    brand: Ints
    farm: Ints

    def __len__(self) -> int:
        return len(self.created)


def found_brands(draws: Draws, seasons: Seasons, count: int) -> Brands:
    """`count` brands (at most 4,096 have a name), every category served by some."""
    created = np.sort(draws.between(seasons.since - 700 * DAY, seasons.since - 60 * DAY, count))
    category = np.concatenate([np.arange(8), draws.table((0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 7), count)])[:count]
    return Brands(
        created=created,
        category=category,
        name=draws.shuffled(len(BRAND_FIRST) * len(BRAND_SECOND))[:count],
        region=draws.below(FIRST_REGION_ABROAD, count),
        verified=draws.chance(900, count),
        outlet=draws.chance(250, count),
        story=draws.below(1 << 20, count),
    )


def _interests(draws: Draws, count: int) -> Ints:
    """One to three distinct categories each; beauty, fashion and food are the most common."""
    first = draws.table((0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7), count)
    # Neighbouring tastes: who cares for beauty tends to care for fashion, parents for the home, runners for travel.
    near = whole(((1, 2), (0, 3), (4, 3), (2, 6), (5, 2), (4, 2), (3, 7), (6, 4)))
    second = near[first, draws.below(2, count)]
    third = (second + 1 + draws.below(6, count)) % len(CATEGORIES)
    third = np.where((third == first) | draws.chance(650, count), -1, third)
    second = np.where(draws.chance(300, count), -1, second)
    return np.stack([first, second, np.where(second < 0, -1, third)], axis=1)


def _joined(draws: Draws, seasons: Seasons, category: Ints) -> Ints:
    """Sign-up times: two thirds before the year, the rest in its seasons, none in the last two days."""
    count = len(category)
    floor = np.full(count, seasons.since, dtype=np.int64)
    fresh = seasons.times(draws, category, floor)
    old = evening(draws, draws.between(seasons.since - 600 * DAY, seasons.since - DAY, count))
    return np.minimum(np.where(draws.chance(670, count), old, fresh), seasons.until - 2 * DAY)


def gather(draws: Draws, seasons: Seasons, brands: Brands, count: int) -> People:
    """`count` users: one official account per brand, 4 % fakes in farms, the rest members and creators."""
    official, fake = len(brands), count * 4 // 100
    member = count - official - fake
    interests = _interests(draws, count)
    brand = np.full(count, -1, dtype=np.int64)
    brand[:official] = np.arange(official)
    interests[:official] = np.stack([brands.category, np.full(official, -1), np.full(official, -1)], axis=1)
    farm = np.full(count, -1, dtype=np.int64)
    size = min(40, max(5, fake // 4))  # accounts of one farm
    farm[count - fake :] = np.arange(fake) // size
    created = _joined(draws, seasons, interests[:, 0])
    created[:official] = brands.created + draws.between(HOUR, 3 * DAY, official)
    # A farm signs up in one go, at any hour, well before it is sold.
    opened = draws.between(seasons.since, seasons.until - 120 * DAY, fake // size + 1)
    created[count - fake :] = opened[farm[count - fake :]] + draws.below(2 * DAY, fake)
    rank, kind = _fame(draws, official, member, fake)
    region = draws.table([*range(6)] * 3 + [*range(len(REGIONS))] * 2, count)
    region[:official] = brands.region
    abroad = region >= FIRST_REGION_ABROAD
    language = draws.chance(np.where(abroad, 850, 170)).astype(np.int64)
    language[:official] = draws.chance(120, official)
    posts = draws.table((0, 0, 1, 1, 1, 2, 2, 3, 4, 7), count)
    activity = np.where(kind == CREATOR, 14 + posts * 4, np.where(kind == OFFICIAL, 9, posts))
    activity[count - fake :] = posts[count - fake :] // 4
    activity = activity * seasons.present(created)
    order = np.argsort(created, kind="stable")
    return People(
        created=created[order],
        kind=kind[order],
        interests=interests[order],
        region=region[order],
        language=language[order],
        private=(draws.chance(30, count) & (kind == MEMBER))[order],
        suspended=(draws.chance(6, count) & (kind == MEMBER))[order],
        rank=rank[order],
        activity=activity[order],
        brand=brand[order],
        farm=farm[order],
    )


def _fame(draws: Draws, official: int, member: int, fake: int) -> tuple[Ints, Ints]:
    """Ranks of fame and kinds, in the order official, member, fake: brands stand among the better known."""
    order = draws.shuffled(official + member)
    rank = np.empty(official + member + fake, dtype=np.int64)
    rank[order] = np.arange(official + member)
    rank[:official] //= 4
    rank[official + member :] = (official + member) * 8
    kind = np.where(rank < (official + member) // 10, CREATOR, MEMBER)
    kind[:official] = OFFICIAL
    return rank, kind


def fame(people: People) -> Ints:
    """Weight of each user when somebody looks for whom to follow."""
    return power_weights(people.rank)

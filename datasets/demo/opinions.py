"""Reviews: of what was bought, of what was not, and paid ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.catalogue import Catalogue
from datasets.demo.draws import Draws, Ints, Mask, first_of_pairs
from datasets.demo.people import OFFICIAL, People
from datasets.demo.rings import Rings
from datasets.demo.seasons import DAY, HOUR, Seasons, evening
from datasets.demo.trade import Trade

# Quantiles of stars by hidden quality 0..4.
_STARS = (
    (1, 1, 1, 2, 2, 2, 3, 3, 4, 5), (1, 2, 2, 3, 3, 3, 4, 4, 4, 5), (2, 3, 3, 3, 4, 4, 4, 4, 5, 5),
    (2, 3, 4, 4, 4, 4, 5, 5, 5, 5), (3, 4, 4, 5, 5, 5, 5, 5, 5, 5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinions:
    """One row per review by time. `ring` is the ring that was paid for it, else -1."""

    created: Ints
    user: Ints
    product: Ints
    rating: Ints
    verified: Mask
    hidden: Mask
    ring: Ints

    def __len__(self) -> int:
        return len(self.created)


def opine(draws: Draws, people: People, goods: Catalogue, bought: Trade, rings: Rings, seasons: Seasons) -> Opinions:
    """One review per user and product at most; verified exactly where a paid order came before."""
    products = len(goods)
    paid = rings.user * products + rings.product
    wrote = np.flatnonzero(draws.chance(360, len(bought.bought_key)) & ~np.isin(bought.bought_key, paid))
    key, since = bought.bought_key[wrote], bought.bought_first[wrote] + 60 * HOUR
    # Readers who never bought it also have something to say, seldom.
    pages = bought.pages
    page_key = pages.user * products + pages.thing
    idle = draws.chance(14, len(page_key)) & ~np.isin(page_key, bought.bought_key) & ~np.isin(page_key, paid)
    idle &= (people.farm[pages.user] < 0) & (people.kind[pages.user] != OFFICIAL)
    key = np.concatenate([key, page_key[idle]])
    since = np.concatenate([since, pages.first[idle] + HOUR])
    at = since + draws.table((0, 1, 2, 4, 6, 9, 15, 30), len(key)) * DAY + draws.below(20 * HOUR, len(key))
    awake = evening(draws, at)
    at = np.where(awake > since, awake, at)
    fine = at < seasons.until - HOUR
    key, at = key[fine], at[fine]
    rating = np.asarray(_STARS)[goods.quality[key % products], draws.below(10, len(key))]
    created = np.concatenate([at, rings.at])
    user = np.concatenate([key // products, rings.user])
    product = np.concatenate([key % products, rings.product])
    ring = np.concatenate([np.full(len(key), -1), rings.ring])
    stars = np.concatenate([rating, np.full(len(rings.at), 5)])
    kept = first_of_pairs(user, product, created)
    # Nobody reviews first and buys afterwards: such a review could be called neither verified nor unverified.
    place = np.minimum(np.searchsorted(bought.bought_key, user * products + product), len(bought.bought_key) - 1)
    own = bought.bought_key[place] == user * products + product
    kept = kept[~(own & (bought.bought_first[place] >= created))[kept]]
    order = kept[np.argsort(created[kept], kind="stable")]
    user, product = user[order], product[order]
    return Opinions(
        created=created[order],
        user=user,
        product=product,
        rating=stars[order],
        verified=np.isin(user * products + product, bought.bought_key),
        hidden=draws.chance(12, len(order)),
        ring=ring[order],
    )

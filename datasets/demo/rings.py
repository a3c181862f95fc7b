"""Paid-review rings: people who praise the same brand's products in the same two days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.catalogue import Catalogue
from datasets.demo.draws import Draws, Ints, whole
from datasets.demo.people import OFFICIAL, People
from datasets.demo.seasons import DAY, HOUR, Seasons


@dataclass(frozen=True, slots=True)
class Rings:
    """One row per paid review (user, product, ring, at), and the orders that some rings place first to look real.
    `ordered` is 1 for reviews whose ring did."""

    user: Ints
    product: Ints
    ring: Ints
    at: Ints
    ordered: Ints
    order_user: Ints
    order_product: Ints
    order_at: Ints


def form_rings(draws: Draws, people: People, goods: Catalogue, seasons: Seasons) -> Rings:
    """One ring per hundred products (at least two), of six to fourteen people each; no pair reviewed twice."""
    count = max(2, len(goods) // 100)
    early = np.flatnonzero((people.created < seasons.until - 70 * DAY) & (people.kind != OFFICIAL))
    fakes = early[people.farm[early] >= 0]
    reviews: list[tuple[int, int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for ring in range(count):
        brand = int(draws.below(int(goods.brand.max()) + 1, 1)[0])
        shelf = np.flatnonzero((goods.brand == brand) & (goods.created < seasons.until - 60 * DAY))
        shelf = shelf[draws.shuffled(len(shelf))[: 3 + ring % 2]]
        size = 6 + int(draws.below(9, 1)[0])
        some = early[draws.below(len(early), size)]
        if len(fakes):
            some = np.concatenate([some[: size // 2], fakes[draws.below(len(fakes), size - size // 2)]])
        start = int(draws.between(seasons.until - 50 * DAY, seasons.until - 6 * DAY, 1)[0])
        for user in np.unique(some).tolist():
            for product in shelf.tolist():
                moment = start + int(draws.below(48 * HOUR, 1)[0])
                if (user, product) not in taken and draws.chance(850, 1)[0]:
                    taken.add((user, product))
                    reviews.append((user, product, ring, moment, (ring + 1) % 2))
    table = whole(reviews).reshape(-1, 5)
    users, products, rings, times, ordered = (table[:, column] for column in range(5))
    real = ordered == 1
    days = draws.between(np.full(int(real.sum()), 2 * DAY), np.full(int(real.sum()), 5 * DAY))
    return Rings(users, products, rings, times, ordered, users[real], products[real], times[real] - days)

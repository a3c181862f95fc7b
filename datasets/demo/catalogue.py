"""What is sold: products with hidden quality, their variants, and the store that sells them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.draws import Draws, Ints, Mask, power_weights, ragged, starts_of, whole
from datasets.demo.people import Brands
from datasets.demo.seasons import CATEGORIES, DAY, Seasons, evening
from datasets.demo.ties import Grouped, grouped
from datasets.demo.words import banks, types
from datasets.demo.words.names import PACKS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One row per product, oldest first; `variant_starts` leads to its variants.

    `merits` are two or three of its type's merits (-1 for no third), `drawback` one of its drawbacks: what texts
    about it say. `quality` is 0..4 and never shown. `feel` is 0 cheap, 1 middling, 2 dear for its type.
    """

    created: Ints
    brand: Ints
    category: Ints
    type: Ints
    series: Ints
    merits: Ints
    drawback: Ints
    quality: Ints
    feel: Ints
    listed: Mask
    price: Ints
    weight: Ints
    by_category: Grouped
    variant_starts: Ints
    variant_product: Ints
    variant_place: Ints
    variant_option: Ints
    variant_price: Ints
    variant_stock: Ints

    def __len__(self) -> int:
        return len(self.created)


def _options(kind: Ints) -> tuple[Ints, Ints]:
    """How many options each product's type has, and their price percents (products, 5)."""
    width = 5
    percents = whole([[*PACKS[one.pack][1], *[0] * width][:width] for _, one in types()])
    return (percents > 0).sum(axis=1)[kind], percents[kind]


def stock_up(draws: Draws, seasons: Seasons, brands: Brands, count: int) -> Catalogue:
    """`count` products over all brands; every product type is made by someone once there are some hundreds."""
    brand = np.concatenate([np.arange(len(brands)), draws.below(len(brands), count)])[:count]
    earliest = brands.created[brand] + DAY
    # Most of the range stands when the year begins; the rest is launched in its course.
    latest = np.where(draws.chance(700, count), seasons.since, seasons.until - 40 * DAY)
    created = evening(draws, draws.between(earliest, np.maximum(earliest + DAY, latest)))
    created = np.maximum(created, earliest)
    order = np.argsort(created, kind="stable")
    created, brand = created[order], brand[order]
    category = brands.category[brand]
    per = len(banks()[0].types)  # every bank has as many types, which the tests check
    kind = category * per + draws.below(per, count)
    low = whole([one.low for _, one in types()])[kind]
    high = whole([one.high for _, one in types()])[kind]
    feel = draws.table((0, 0, 0, 1, 1, 1, 1, 2, 2), count)
    span = (high - low) // 3
    yuan = low + span * feel + draws.between(0, np.maximum(span, 1))
    base = (yuan // 10 * 10 + 9) * 100
    first = draws.below(5, count)
    merits = np.stack([first, (first + 1 + draws.below(2, count)) % 5, (first + 3 + draws.below(2, count)) % 5], axis=1)
    merits[draws.chance(300, count), 2] = -1
    weight = power_weights(draws.shuffled(count), 8) * np.maximum(seasons.present(created), 5)
    options, percents = _options(kind)
    counts = 1 + draws.between(0, options)
    owner, place = ragged(counts)
    # Fewer variants than options: they begin somewhere in the list, in order, so that sizes still rise.
    skipped = draws.between(0, options - counts + 1)
    option = skipped[owner] + place
    price = base[owner] * percents[owner, option] // percents[owner, skipped[owner]]
    stock = draws.table((0, 3, 12, 30, 58, 90, 140, 260, 500, 1200), len(owner)) + draws.below(20, len(owner))
    starts = starts_of(counts)
    return Catalogue(
        created=created,
        brand=brand,
        category=category,
        type=kind,
        series=draws.below(len(banks()[0].series), count),
        merits=merits,
        drawback=draws.below(2, count),
        quality=draws.table((0, 1, 2, 2, 3, 3, 3, 3, 4, 4), count),
        feel=feel,
        listed=draws.chance(970, count),
        price=np.minimum.reduceat(price, starts[:-1]),
        weight=weight,
        by_category=grouped(np.arange(count, dtype=np.int64), category, weight, len(CATEGORIES)),
        variant_starts=starts,
        variant_product=owner,
        variant_place=place,
        variant_option=option,
        variant_price=price,
        variant_stock=stock,
    )

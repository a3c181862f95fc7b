"""Node tables, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from datasets.demo import texts
from datasets.demo.seasons import CATEGORIES
from datasets.demo.telling import BATCH, TEXT_BATCH, Told, coded, listed, slices, table
from datasets.demo.words import EN, topic_table, types
from datasets.demo.words import names as n
from datasets.tables import Table

CURRENCY = "CNY"


def node_tables(told: Told) -> Iterator[Table]:
    """Every node, kind by kind."""
    yield _categories(told)
    yield _topics(told)
    yield _brands(told)
    yield _stores(told)
    for tell in (_users, _products, _variants, _notes, _comments, _collections, _reviews, _orders, _lines):
        yield from tell(told)


def _all_ids(told: Told, label: str) -> list[str]:
    return told.ids(label, np.arange(told.count(label), dtype=np.int64))


def _categories(told: Told) -> Table:
    return table("Category", {
        "id": _all_ids(told, "Category"),
        "slug": list(CATEGORIES),
        "name": [zh for zh, _ in n.CATEGORY_NAMES],
        "nameEn": [en for _, en in n.CATEGORY_NAMES],
        "position": list(range(len(CATEGORIES))),
    })  # fmt: skip


def _topics(told: Told) -> Table:
    return table("Topic", {
        "id": _all_ids(told, "Topic"),
        "name": [name for _, _, name in topic_table()],
        "createdAt": listed(told.times("Topic")),
    })  # fmt: skip


def _brands(told: Told) -> Table:
    brands = told.community.brands
    stories = []
    for (zh, en), category, region, pick in zip(
        told.brand_names, listed(brands.category), listed(brands.region), listed(brands.story), strict=True
    ):
        story, place, field = n.BRAND_STORY[pick % len(n.BRAND_STORY)], n.REGIONS[region], n.CATEGORY_NAMES[category]
        chinese = story[0].format(name=zh, region=place[0], category=field[0])
        stories.append(f"{chinese}\n{story[1].format(name=en, region=place[1], category=field[1].lower())}")
    return table("Brand", {
        "id": _all_ids(told, "Brand"),
        "handle": [en.lower() for _, en in told.brand_names],
        "name": [zh for zh, _ in told.brand_names],
        "nameEn": [en for _, en in told.brand_names],
        "description": stories,
        "verified": listed(brands.verified),
        "createdAt": listed(brands.created),
    })  # fmt: skip


def _stores(told: Told) -> Table:
    second = [told.brand_names[row] for row in listed(told.outlets)]
    return table("Store", {
        "id": _all_ids(told, "Store"),
        "name": [f"{zh} {en} 官方旗舰店" for zh, en in told.brand_names] + [f"{zh} {en} 折扣店" for zh, en in second],
        "kind": ["flagship"] * len(told.brand_names) + ["outlet"] * len(second),
        "createdAt": listed(told.times("Store")),
    })  # fmt: skip


def _users(told: Told) -> Iterator[Table]:
    people, consented = told.community.people, told.community.behaviour.consented
    for batch, rows in slices(len(people), TEXT_BATCH):
        dice = told.dice("bios", batch, len(rows), 3)
        yield table("User", {
            "id": told.ids("User", rows),
            "handle": told.handles[rows[0] : rows[-1] + 1],
            "displayName": told.display_names[rows[0] : rows[-1] + 1],
            "bio": [texts.bio(told, user, row) for user, row in zip(listed(rows), dice, strict=True)],
            "region": [n.REGIONS[region][side] for region, side in zip(
                listed(people.region[rows]), listed(people.language[rows]), strict=True)],
            "language": coded(people.language[rows], "zh", "en"),
            "kind": coded(people.kind[rows], "member", "creator", "official"),
            "state": coded(people.suspended[rows].astype(np.int64), "active", "suspended"),
            "private": listed(people.private[rows]),
            "behaviourConsentAt": [None if at < 0 else at for at in listed(consented[rows])],
            "createdAt": listed(people.created[rows]),
        })  # fmt: skip


def _products(told: Told) -> Iterator[Table]:
    goods, opinions = told.community.goods, told.community.opinions
    shown = ~opinions.hidden
    reviews = np.bincount(opinions.product[shown], minlength=len(goods))
    stars = np.zeros(len(goods), dtype=np.int64)
    np.add.at(stars, opinions.product[shown], opinions.rating[shown])
    for batch, rows in slices(len(goods), TEXT_BATCH):
        rolls = [dice[0] for dice in told.dice("descriptions", batch, len(rows), 1)]
        things = [told.shown(row) for row in listed(rows)]
        yield table("Product", {
            "id": told.ids("Product", rows),
            "name": [f"{thing.name(0)} {thing.name(EN)}" for thing in things],
            "description": [texts.description(told, row, roll) for row, roll in zip(listed(rows), rolls, strict=True)],
            "state": coded(goods.listed[rows].astype(np.int64), "unlisted", "listed"),
            "priceMinor": listed(goods.price[rows]),
            "currency": [CURRENCY] * len(rows),
            "brandId": told.ids("Brand", goods.brand[rows]),
            "categoryId": told.ids("Category", goods.category[rows]),
            "reviewCount": listed(reviews[rows]),
            "ratingSum": listed(stars[rows]),
            "createdAt": listed(goods.created[rows]),
        })  # fmt: skip


def _variants(told: Told) -> Iterator[Table]:
    goods = told.community.goods
    packs = [n.PACKS[kind.pack][0] for _, kind in types()]
    for _, rows in slices(told.count("Variant"), BATCH):
        product = goods.variant_product[rows]
        kinds, options = listed(goods.type[product]), listed(goods.variant_option[rows])
        places = listed(goods.variant_place[rows])
        yield table("Variant", {
            "id": told.ids("Variant", rows),
            "sku": [f"{types()[kind][1].slug[:4].upper()}-{number:06d}-{place + 1}"
                    for kind, number, place in zip(kinds, listed(product), places, strict=True)],
            "name": [packs[kind][option] for kind, option in zip(kinds, options, strict=True)],
            "priceMinor": listed(goods.variant_price[rows]),
            "currency": [CURRENCY] * len(rows),
            "stock": listed(goods.variant_stock[rows]),
            "position": places,
        })  # fmt: skip


def _notes(told: Told) -> Iterator[Table]:
    notes, people = told.community.notes, told.community.people
    for batch, rows in slices(len(notes), TEXT_BATCH):
        titles, bodies = texts.note_texts(told, batch, rows)
        author = notes.author[rows]
        kinds = ("image",) * 13 + ("video",) * 4 + ("text",) * 3
        dice = told.dice("media", batch, len(rows), 1)
        yield table("Note", {
            "id": told.ids("Note", rows),
            "kind": [kinds[roll[0] % 20] for roll in dice],
            "title": titles,
            "text": bodies,
            "language": coded(notes.language[rows], "zh", "en"),
            "state": coded(notes.state[rows], "published", "hidden", "draft"),
            "audience": coded(people.private[author].astype(np.int64), "everyone", "followers"),
            "authorId": told.ids("User", author),
            "categoryId": told.ids("Category", notes.category[rows]),
            "createdAt": listed(notes.created[rows]),
            "publishedAt": [moment or None for moment in listed(notes.published[rows])],
        })  # fmt: skip


def _comments(told: Told) -> Iterator[Table]:
    spoken = told.community.talk
    for batch, rows in slices(len(spoken), TEXT_BATCH):
        dice = told.dice("comments", batch, len(rows), 9)
        yield table("Comment", {
            "id": told.ids("Comment", rows),
            "text": [texts.comment_text(told, row, roll) for row, roll in zip(listed(rows), dice, strict=True)],
            "state": coded(spoken.hidden[rows], "published", "hidden"),
            "noteId": told.ids("Note", spoken.note[rows]),
            "createdAt": listed(spoken.created[rows]),
        })  # fmt: skip


def _collections(told: Told) -> Iterator[Table]:
    seen = told.community.seen
    for batch, rows in slices(len(seen.owner), BATCH):
        dice = told.dice("collections", batch, len(rows), 1)
        names = []
        for category, owner, roll in zip(
            listed(seen.collection_category[rows]), listed(seen.owner[rows]), dice, strict=True
        ):
            bank = n.COLLECTIONS[category][int(told.community.people.language[owner])]
            names.append(bank[roll[0] % len(bank)])
        yield table("Collection", {
            "id": told.ids("Collection", rows),
            "name": names,
            "private": listed(seen.collection_private[rows]),
            "createdAt": listed(seen.collection_created[rows]),
        })  # fmt: skip


def _reviews(told: Told) -> Iterator[Table]:
    opinions = told.community.opinions
    for batch, rows in slices(len(opinions), TEXT_BATCH):
        dice = told.dice("reviews", batch, len(rows), 9)
        yield table("Review", {
            "id": told.ids("Review", rows),
            "rating": listed(opinions.rating[rows]),
            "text": [texts.review_text(told, row, roll) for row, roll in zip(listed(rows), dice, strict=True)],
            "verified": listed(opinions.verified[rows]),
            "state": coded(opinions.hidden[rows].astype(np.int64), "published", "hidden"),
            "productId": told.ids("Product", opinions.product[rows]),
            "createdAt": listed(opinions.created[rows]),
        })  # fmt: skip


def _orders(told: Told) -> Iterator[Table]:
    trade = told.community.trade
    for _, rows in slices(len(trade.placed), BATCH):
        yield table("Order", {
            "id": told.ids("Order", rows),
            "state": coded(trade.state[rows], "placed", "paid", "shipped", "completed", "cancelled", "refunded"),
            "totalMinor": listed(trade.total[rows]),
            "currency": [CURRENCY] * len(rows),
            "placedAt": listed(trade.placed[rows]),
            "paidAt": [moment or None for moment in listed(trade.paid[rows])],
        })  # fmt: skip


def _lines(told: Told) -> Iterator[Table]:
    trade = told.community.trade
    for _, rows in slices(len(trade.line_order), BATCH):
        columns: dict[str, list[Any]] = {
            "id": told.ids("OrderLine", rows),
            "quantity": listed(trade.line_quantity[rows]),
            "unitPriceMinor": listed(trade.line_price[rows]),
            "currency": [CURRENCY] * len(rows),
        }
        yield table("OrderLine", columns)

"""Relationship tables, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from datasets.demo.attention import Views
from datasets.demo.behaviour import kept
from datasets.demo.draws import Draws, Ints
from datasets.demo.people import MEMBER, OFFICIAL
from datasets.demo.telling import BATCH, Told, coded, listed, slices, table
from datasets.demo.ties import Pairs
from datasets.demo.writing import DRAFT, PUBLISHED, SPONSORED
from datasets.tables import Table
from graph.model import RELATIONSHIP_BY_NAME


def _edges(told: Told, name: str, start: Ints, end: Ints, **columns: Any) -> Iterator[Table]:
    """The relationships from rows to rows; `columns` are arrays, or functions from chosen rows to values."""
    kind = RELATIONSHIP_BY_NAME[name]
    names = {one.name for one in kind.properties}
    for _, rows in slices(len(start), BATCH):
        values: dict[str, list[Any]] = {
            "start": told.ids(kind.start, start[rows]),
            "end": told.ids(kind.end, end[rows]),
        }
        for column, source in columns.items():
            values[column] = source(rows) if callable(source) else listed(source[rows])
        if "to" in names:
            values["to"] = values["end"]
        yield table(name, values)


def _pairs(told: Told, name: str, pairs: Pairs) -> Iterator[Table]:
    return _edges(told, name, pairs.start, pairs.end, at=pairs.at)


def _range(count: int) -> Ints:
    return np.arange(count, dtype=np.int64)


def edge_tables(told: Told) -> Iterator[Table]:
    """Every relationship, kind by kind."""
    for tell in (_ties, _notes, _attention, _talk, _catalogue, _opinions, _trade):
        yield from tell(told)


def _ties(told: Told) -> Iterator[Table]:
    ties = told.community.ties
    yield from _pairs(told, "User_FOLLOWS_User", ties.follows)
    yield from _pairs(told, "User_FOLLOWS_Brand", ties.brands)
    yield from _pairs(told, "User_FOLLOWS_Topic", ties.topics)
    yield from _pairs(told, "User_BLOCKS_User", ties.blocks)
    yield from _pairs(told, "User_MUTES_User", ties.mutes)


def _notes(told: Told) -> Iterator[Table]:
    notes, goods = told.community.notes, told.community.goods
    rows = _range(len(notes))
    public, held = np.flatnonzero(notes.state == PUBLISHED), np.flatnonzero(notes.state != PUBLISHED)
    yield from _edges(told, "User_POSTED_Note", notes.author[public], public, at=notes.published[public])
    yield from _edges(told, "User_DRAFTED_Note", notes.author[held], held, at=notes.created[held])
    tagged = np.flatnonzero(notes.state[notes.topic_note] != DRAFT)
    note = notes.topic_note[tagged]
    yield from _edges(told, "Note_TAGGED_Topic", note, notes.topic[tagged], at=notes.published[note])
    yield from _edges(told, "Note_IN_CATEGORY_Category", rows, notes.category)
    shown = np.flatnonzero(notes.state[notes.feature_note] != DRAFT)
    note = notes.feature_note[shown]
    paid = (notes.tone[note] == SPONSORED) & (notes.feature_place[shown] == 0)
    yield from _edges(told, "Note_FEATURES_Product", note, notes.feature_product[shown],
                      position=notes.feature_place[shown], sponsored=paid, at=notes.published[note])  # fmt: skip
    named = public[notes.mention[public] >= 0]
    yield from _edges(told, "Note_MENTIONS_User", named, notes.mention[named])
    named = public[notes.names_brand[public]]
    brand = goods.brand[notes.feature_product[notes.feature_starts[named]]]
    yield from _edges(told, "Note_MENTIONS_Brand", named, brand)


def _counted(told: Told, name: str, views: Views, **columns: Ints) -> Iterator[Table]:
    return _edges(
        told, name, views.user, views.thing, firstAt=views.first, lastAt=views.last, count=views.count, **columns
    )


def _viewed(told: Told, name: str, views: Views, dwelt: Ints) -> Iterator[Table]:
    rows = kept(views, told.community.behaviour.consented)
    found = Views(views.user[rows], views.thing[rows], views.first[rows], views.last[rows], views.count[rows])
    return _counted(told, name, found, dwellMs=dwelt[rows])


def _attention(told: Told) -> Iterator[Table]:
    seen = told.community.seen
    looked = told.community.behaviour
    yield from _counted(told, "User_SHOWN_Note", looked.shown_notes)
    yield from _counted(told, "User_SHOWN_Product", looked.shown_products)
    yield from _viewed(told, "User_VIEWED_Note", seen.views, looked.dwelt_notes)
    yield from _viewed(told, "User_VIEWED_Product", told.community.trade.pages, looked.dwelt_pages)
    yield from _counted(told, "User_CLICKED_Note", looked.clicked_notes)
    yield from _counted(told, "User_CLICKED_Product", looked.clicked_products)
    yield from _counted(told, "User_CARTED_Product", looked.carted)
    yield from _pairs(told, "User_NOT_INTERESTED_Note", looked.hidden_notes)
    yield from _pairs(told, "User_NOT_INTERESTED_Product", looked.hidden_products)
    yield from _pairs(told, "User_NOT_INTERESTED_Topic", looked.hidden_topics)
    yield from _pairs(told, "User_NOT_INTERESTED_User", looked.hidden_people)
    yield from _pairs(told, "User_LIKES_Note", seen.likes)
    yield from _pairs(told, "User_COLLECTED_Note", seen.collects)
    boards = _range(len(seen.owner))
    yield from _edges(told, "User_OWNS_Collection", seen.owner, boards, at=seen.collection_created)
    yield from _pairs(told, "Collection_CONTAINS_Note", seen.kept_in)


def _talk(told: Told) -> Iterator[Table]:
    spoken = told.community.talk
    rows = _range(len(spoken))
    yield from _edges(told, "User_WROTE_Comment", spoken.user, rows, at=spoken.created)
    shown, hidden = np.flatnonzero(spoken.hidden == 0), np.flatnonzero(spoken.hidden)
    yield from _edges(told, "Comment_ON_Note", shown, spoken.note[shown])
    yield from _edges(told, "Comment_WAS_ON_Note", hidden, spoken.note[hidden])
    answers = np.flatnonzero(spoken.parent >= 0)
    yield from _edges(told, "Comment_REPLIES_TO_Comment", answers, spoken.parent[answers])
    calls = np.flatnonzero(spoken.called >= 0)
    yield from _edges(told, "Comment_MENTIONS_User", calls, spoken.called[calls])
    yield from _pairs(told, "User_LIKES_Comment", spoken.likes)


def _staff(told: Told) -> tuple[Ints, Ints, Ints]:
    """(user, brand, role) of people behind the brands: an owner (0) each, and an editor (1) for most."""
    people, brands = told.community.people, told.community.brands
    draws = Draws(told.community.seed, "staff")
    members = np.flatnonzero((people.kind == MEMBER) & (people.farm < 0))
    members = members[draws.shuffled(len(members))]
    owners, editors = _range(len(brands)), np.flatnonzero(draws.chance(700, len(brands)))
    brand = np.concatenate([owners, editors])
    user = members[np.concatenate([owners, len(brands) + editors]) % len(members)]
    role = np.concatenate([owners * 0, editors * 0 + 1])
    distinct = np.unique(user * len(brands) + brand, return_index=True)[1]
    distinct.sort()
    return user[distinct], brand[distinct], role[distinct]


def _catalogue(told: Told) -> Iterator[Table]:
    goods, brands, people = told.community.goods, told.community.brands, told.community.people
    products, flagships = _range(len(goods)), _range(len(brands))
    yield from _edges(told, "Product_IN_CATEGORY_Category", products, goods.category)
    yield from _edges(told, "Brand_MAKES_Product", goods.brand, products)
    yield from _edges(told, "Product_HAS_VARIANT_Variant", goods.variant_product, _range(told.count("Variant")))
    owner = np.concatenate([flagships, told.outlets])
    yield from _edges(told, "Brand_OPERATES_Store", owner, _range(len(owner)))
    outlet = np.full(len(brands), -1, dtype=np.int64)
    outlet[told.outlets] = len(brands) + _range(len(told.outlets))
    second = np.flatnonzero((outlet[goods.brand] >= 0) & (products % 3 == 0))
    store = np.concatenate([goods.brand, outlet[goods.brand[second]]])
    yield from _edges(told, "Store_SELLS_Product", store, np.concatenate([products, second]))
    official = np.flatnonzero(people.kind == OFFICIAL)
    yield from _edges(told, "User_OFFICIAL_ACCOUNT_OF_Brand", official, people.brand[official])
    user, brand, role = _staff(told)
    yield from _edges(told, "User_STAFF_OF_Brand", user, brand, role=lambda rows: coded(role[rows], "owner", "editor"))


def _opinions(told: Told) -> Iterator[Table]:
    opinions = told.community.opinions
    rows = _range(len(opinions))
    yield from _edges(told, "User_WROTE_Review", opinions.user, rows, at=opinions.created)
    yield from _edges(told, "Review_REVIEWS_Product", rows, opinions.product)


def _trade(told: Told) -> Iterator[Table]:
    trade, products = told.community.trade, len(told.community.goods)
    yield from _edges(told, "User_PLACED_Order", trade.buyer, _range(len(trade.placed)), at=trade.placed)
    lines = _range(len(trade.line_order))
    yield from _edges(told, "Order_CONTAINS_OrderLine", trade.line_order, lines)
    yield from _edges(told, "OrderLine_OF_Variant", lines, trade.line_variant)
    yield from _edges(told, "OrderLine_CREDITED_TO_Note", trade.credit_line, trade.credit_note,
                      share=lambda rows: [1.0] * len(rows), rule=lambda rows: ["last_touch"] * len(rows),
                      touchAt=trade.credit_at)  # fmt: skip
    yield from _edges(told, "User_PURCHASED_Product", trade.bought_key // products, trade.bought_key % products,
                      firstAt=trade.bought_first, lastAt=trade.bought_last, orders=trade.bought_orders,
                      quantity=trade.bought_quantity)  # fmt: skip

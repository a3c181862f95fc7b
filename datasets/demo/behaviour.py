"""Who lets their behaviour be kept, and what of it the last month left: what lists showed them, what they chose from
those, laid into the cart, and hid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.attention import Attention, Views
from datasets.demo.catalogue import Catalogue
from datasets.demo.draws import Draws, Ints, Mask, whole
from datasets.demo.people import OFFICIAL, People, fame
from datasets.demo.seasons import CATEGORIES, DAY, MINUTE, Seasons
from datasets.demo.ties import Pairs, Ties, forbidden, grouped, interest_of, moments, unique
from datasets.demo.trade import Trade
from datasets.demo.words import topic_table
from datasets.demo.writing import PUBLISHED, Notes

WINDOW = 30 * DAY
_PASSED_OVER = (0, 1, 1, 2, 3, 4, 6, 9)  # things shown beside each that was opened
_DWELL_S = (2, 4, 7, 12, 20, 34, 60, 120)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`consented` is when each person let their behaviour be kept, -1 for those who do not; `dwelt_*` (ms) is parallel
    to the views of notes and of product pages."""

    consented: Ints
    dwelt_notes: Ints
    dwelt_pages: Ints
    shown_notes: Views
    shown_products: Views
    clicked_notes: Views
    clicked_products: Views
    carted: Views
    hidden_notes: Pairs
    hidden_products: Pairs
    hidden_topics: Pairs
    hidden_people: Pairs


@dataclass(frozen=True, slots=True)
class _Things:
    """What lists may show: since when each thing is there, its category, whether it is open, its author or -1."""

    since: Ints
    category: Ints
    open: Mask
    author: Ints


@dataclass(frozen=True, slots=True)
class _Crowd:
    people: People
    ties: Ties
    seasons: Seasons
    consented: Ints

    @property
    def from_then(self) -> int:
        """When lists began to be told of."""
        return self.seasons.until - WINDOW


def behave(
    draws: Draws, people: People, ties: Ties, goods: Catalogue, notes: Notes, seen: Attention, bought: Trade,
    seasons: Seasons,
) -> Behaviour:  # fmt: skip
    """The behaviour of everybody who lets it be kept; hiding is open to all."""
    able = (people.farm < 0) & (people.kind != OFFICIAL)
    consented = np.where(able & draws.chance(920, len(people)), people.created + 30_000, -1)
    crowd = _Crowd(people, ties, seasons, consented)
    open_notes = (notes.state == PUBLISHED) & ~people.private[notes.author]
    written = _Things(notes.published, notes.category, open_notes, notes.author)
    sold = _Things(goods.created, goods.category, goods.listed, np.full(len(goods), -1, dtype=np.int64))
    clicked_notes, shown_notes, ignored_notes = _lists(draws, crowd, written, seen.views)
    clicked_products, shown_products, ignored_products = _lists(draws, crowd, sold, bought.pages)
    return Behaviour(
        consented=consented,
        dwelt_notes=_dwelt(draws, seen.views),
        dwelt_pages=_dwelt(draws, bought.pages),
        shown_notes=shown_notes,
        shown_products=shown_products,
        clicked_notes=clicked_notes,
        clicked_products=clicked_products,
        carted=_carts(draws, crowd, goods, bought),
        hidden_notes=_hidden(draws, crowd, ignored_notes),
        hidden_products=_hidden(draws, crowd, ignored_products),
        hidden_topics=_hidden_topics(draws, crowd),
        hidden_people=_hidden_people(draws, crowd),
    )


def kept(views: Views, consented: Ints) -> Ints:
    """The rows of those who let their behaviour be kept."""
    return whole(np.flatnonzero(consented[views.user] >= 0))


def _dwelt(draws: Draws, views: Views) -> Ints:
    return views.count * draws.table(_DWELL_S, len(views)) * 1000 + draws.below(1000, len(views))


def _counted(user: Ints, thing: Ints, at: Ints, count: Ints | None = None, last: Ints | None = None) -> Views:
    """One row for each pair, sorted by thing: the earliest, the latest, how many."""
    width = int(user.max(initial=0)) + 1
    key, member = np.unique(thing * width + user, return_inverse=True)
    first, latest = np.full(len(key), np.iinfo(np.int64).max), np.zeros(len(key), dtype=np.int64)
    np.minimum.at(first, member, at)
    np.maximum.at(latest, member, at if last is None else last)
    times = np.zeros(len(key), dtype=np.int64)
    np.add.at(times, member, np.ones(len(user), dtype=np.int64) if count is None else count)
    return Views(key % width, key // width, first, latest, times)


def _lists(draws: Draws, crowd: _Crowd, things: _Things, views: Views) -> tuple[Views, Views, Views]:
    """What people chose from lists, all that lists showed them, and of that what they passed over."""
    recent = (views.last >= crowd.from_then) & (crowd.consented[views.user] >= 0) & things.open[views.thing]
    rows = np.flatnonzero(recent)
    user, thing, last, count = views.user[rows], views.thing[rows], views.last[rows], views.count[rows]
    first = np.where(views.first[rows] >= crowd.from_then, views.first[rows], last)
    floor = np.maximum(things.since[thing], crowd.people.created[user])
    shown = np.maximum(first - draws.between(np.full(len(rows), 2_000), np.full(len(rows), 45_000)), floor)
    again = draws.table((0, 0, 0, 1, 1, 2, 4), len(rows))
    chosen = np.flatnonzero(draws.chance(850, len(rows)))
    clicked = Views(user[chosen], thing[chosen], first[chosen], last[chosen], count[chosen])
    ignored = _passed_over(draws, crowd, things, user, first, views)
    opened = Views(user, thing, shown, last, count + again)
    both = [np.concatenate([getattr(one, name) for one in (opened, ignored)]) for name in Views.__slots__]
    return clicked, _counted(both[0], both[1], both[2], both[4], both[3]), ignored


def _passed_over(draws: Draws, crowd: _Crowd, things: _Things, user: Ints, at: Ints, opened: Views) -> Views:
    """What stood beside the things that were opened, and was not opened itself."""
    fresh = np.flatnonzero(things.open)
    pool = grouped(fresh, things.category[fresh], np.ones(len(things.open), dtype=np.int64), len(CATEGORIES))
    beside = draws.table(_PASSED_OVER, len(user))
    user, at = np.repeat(user, beside), np.repeat(at, beside)
    thing = pool.draw(draws, interest_of(draws, crowd.people, user))
    at = np.minimum(at + draws.below(20 * MINUTE, len(at)), crowd.seasons.until - 1)
    author = things.author[thing]
    width = len(things.open)
    fine = (thing >= 0) & (things.since[thing] <= at) & (author != user)
    fine &= ~np.isin(user * width + thing, opened.user * width + opened.thing)
    fine &= (author < 0) | ~forbidden(crowd.ties.blocks, user, author, len(crowd.people))
    return _counted(user[fine], thing[fine], at[fine])


def _carts(draws: Draws, crowd: _Crowd, goods: Catalogue, bought: Trade) -> Views:
    """Some of the pages opened, and all that was ordered."""
    pages = bought.pages
    laid = np.flatnonzero((pages.last >= crowd.from_then) & draws.chance(180, len(pages)))
    order = bought.line_order
    ordered = np.flatnonzero(bought.placed[order] >= crowd.from_then)
    user = np.concatenate([pages.user[laid], bought.buyer[order[ordered]]])
    product = np.concatenate([pages.thing[laid], goods.variant_product[bought.line_variant[ordered]]])
    before = draws.between(np.full(len(ordered), 30_000), np.full(len(ordered), 10 * MINUTE))
    at = np.concatenate([pages.last[laid], bought.placed[order[ordered]] - before])
    at = np.maximum(at, np.maximum(goods.created[product], crowd.people.created[user]))
    fine = crowd.consented[user] >= 0
    return _counted(user[fine], product[fine], at[fine])


def _hidden(draws: Draws, crowd: _Crowd, ignored: Views) -> Pairs:
    """The few of the things passed over that people want to see no more of."""
    rows = np.flatnonzero(draws.chance(8, len(ignored)))
    at = np.minimum(ignored.last[rows] + draws.below(MINUTE, len(rows)), crowd.seasons.until - 1)
    return Pairs(ignored.user[rows], ignored.thing[rows], at)


def _annoyed(draws: Draws, crowd: _Crowd, permille: int) -> Ints:
    able = np.flatnonzero((crowd.people.farm < 0) & (crowd.people.kind != OFFICIAL))
    return whole(able[draws.shuffled(len(able))[: max(3, len(able) * permille // 1000)]])


def _hidden_topics(draws: Draws, crowd: _Crowd) -> Pairs:
    topics, user = len(topic_table()), np.repeat(_annoyed(draws, crowd, 60), 2)
    topic = draws.below(topics, len(user))
    follows = crowd.ties.topics
    fine = ~np.isin(user * topics + topic, follows.start * topics + follows.end)
    user, topic = user[fine], topic[fine]
    return unique(Pairs(user, topic, moments(draws, crowd.people.created[user] + MINUTE, crowd.seasons)))


def _hidden_people(draws: Draws, crowd: _Crowd) -> Pairs:
    people, follows = crowd.people, crowd.ties.follows
    user = _annoyed(draws, crowd, 40)
    other = draws.weighted(np.cumsum(fame(people)), len(user))
    width = len(people)
    fine = (user != other) & ~np.isin(user * width + other, follows.start * width + follows.end)
    user, other = user[fine], other[fine]
    floor = np.maximum(people.created[user], people.created[other]) + DAY
    return unique(Pairs(user, other, np.minimum(moments(draws, floor, crowd.seasons), crowd.seasons.until - 1)))

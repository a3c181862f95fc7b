"""Orders, the notes that led to them, product pages opened on the way, and what was bought in the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.attention import Attention, Views
from datasets.demo.catalogue import Catalogue
from datasets.demo.draws import Draws, Ints, ragged, starts_of, whole
from datasets.demo.people import OFFICIAL, People
from datasets.demo.rings import Rings
from datasets.demo.seasons import DAY, HOUR, MINUTE, Seasons, evening
from datasets.demo.ties import interest_of
from datasets.demo.writing import Notes

PLACED, PAID, SHIPPED, COMPLETED, CANCELLED, REFUNDED = range(6)
WINDOW = 30 * DAY  # a touch older than this earns no credit
_CHUNK = 500_000
_PAUSE = (15, 25, 40, 70, 120, 300, 900, 1500, 2900, 5800, 11_000, 19_000)  # minutes from note to order


@dataclass(frozen=True, slots=True)
class Trade:
    """Orders by time, lines by order. `paid` is 0 for orders never paid. `credit_*` pairs lines with notes.
    `bought_*` is one row per user and product with a paid, shipped or completed order; `bought_key` is sorted."""

    placed: Ints
    paid: Ints
    buyer: Ints
    state: Ints
    total: Ints
    line_order: Ints
    line_variant: Ints
    line_quantity: Ints
    line_price: Ints
    credit_line: Ints
    credit_note: Ints
    credit_at: Ints
    bought_key: Ints
    bought_first: Ints
    bought_last: Ints
    bought_orders: Ints
    bought_quantity: Ints
    pages: Views


@dataclass(frozen=True, slots=True)
class _Wish:
    user: Ints
    product: Ints
    at: Ints


def _after_notes(draws: Draws, seen: Attention, notes: Notes, permille: int) -> _Wish:
    """Views after which the reader looked closer at one of the note's products."""
    views = seen.views
    low, high = notes.feature_starts[views.thing], notes.feature_starts[views.thing + 1]
    rows = np.flatnonzero(draws.chance(permille, len(views)) & (high > low))
    feature = draws.between(low[rows], high[rows])
    return _Wish(views.user[rows], notes.feature_product[feature], views.first[rows])


def _browsing(draws: Draws, people: People, goods: Catalogue, seasons: Seasons, each: tuple[int, ...]) -> _Wish:
    """Products that people come upon in the shop."""
    shoppers = np.flatnonzero((people.farm < 0) & (people.kind != OFFICIAL))
    user = np.repeat(shoppers, draws.table(each, len(shoppers)))
    product = goods.by_category.draw(draws, interest_of(draws, people, user))
    floor = np.maximum(np.maximum(people.created[user], goods.created[product]), seasons.since) + HOUR
    return _Wish(user, product, seasons.times(draws, goods.category[product], floor))


def _joined(*wishes: _Wish) -> _Wish:
    return _Wish(*(np.concatenate([getattr(one, name) for one in wishes]) for name in _Wish.__slots__))


def _ordered(draws: Draws, wish: _Wish, seasons: Seasons) -> _Wish:
    """When the wish becomes an order: minutes to two weeks later, some again after a month or two."""
    at = wish.at + draws.table(_PAUSE, len(wish.at)) * MINUTE
    awake = evening(draws, at)
    at = np.where(awake > wish.at + 12 * MINUTE, awake, at)
    again = np.flatnonzero(draws.chance(90, len(at)))
    later = evening(draws, at[again] + draws.between(np.full(len(again), 20 * DAY), np.full(len(again), 70 * DAY)))
    both = _joined(_Wish(wish.user, wish.product, at), _Wish(wish.user[again], wish.product[again], later))
    return _only(both, both.at < seasons.until - HOUR)


def _only(wish: _Wish, mask: Ints | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> _Wish:
    return _Wish(wish.user[mask], wish.product[mask], wish.at[mask])


def _lines(draws: Draws, goods: Catalogue, orders: _Wish) -> tuple[Ints, Ints]:
    """(order, product) of each line: the wish, and for one order in five something else of the same brand."""
    rows = np.arange(len(orders.at), dtype=np.int64)
    by_brand = np.argsort(goods.brand, kind="stable")
    starts = starts_of(np.bincount(goods.brand))
    brand = goods.brand[orders.product]
    other = by_brand[draws.between(starts[brand], starts[brand + 1])]
    fine = draws.chance(200, len(rows)) & (other != orders.product) & (goods.created[other] + HOUR < orders.at)
    order = np.concatenate([rows, rows[fine]])
    by_order = np.argsort(order, kind="stable")
    return order[by_order], np.concatenate([orders.product, other[fine]])[by_order]


def _states(draws: Draws, placed: Ints, sure: Ints, seasons: Seasons) -> tuple[Ints, Ints]:
    """(state, paid) by age: young orders are on their way, old ones done; `sure` orders are always completed."""
    paid = placed + draws.table((1, 1, 2, 3, 8, 25), len(placed)) * MINUTE + draws.below(MINUTE, len(placed))
    age = seasons.until - placed
    roll = draws.below(1000, len(placed))
    state = np.where(age < 2 * DAY, PAID, np.where(age < 7 * DAY, SHIPPED, COMPLETED))
    state = np.where((roll < 30) & (age > 4 * DAY), REFUNDED, state)
    state = np.where((roll >= 30) & (roll < 80), CANCELLED, state)
    state = np.where((age < DAY) & (roll >= 80) & (roll < 300), PLACED, state)
    state = np.where(sure > 0, COMPLETED, state)
    return state, np.where((state == PLACED) | (state == CANCELLED), 0, paid)


def _touches(seen: Attention, notes: Notes, keys: Ints, products: int) -> tuple[Ints, Ints, Ints]:
    """(key, time, note) of each first view of a note that shows a product its reader ordered, by key and time."""
    parts: list[tuple[Ints, Ints, Ints]] = []
    for start in range(0, len(seen.views), _CHUNK):
        thing = seen.views.thing[start : start + _CHUNK]
        counts = notes.feature_starts[thing + 1] - notes.feature_starts[thing]
        row, place = ragged(counts)
        key = seen.views.user[start + row] * products + notes.feature_product[notes.feature_starts[thing[row]] + place]
        hit = keys[np.minimum(np.searchsorted(keys, key), len(keys) - 1)] == key
        parts.append((key[hit], seen.views.first[start + row[hit]], thing[row[hit]]))
    key, at, note = (np.concatenate([part[n] for part in parts]) for n in range(3))
    order = np.lexsort((note, at, key))
    return key[order], at[order], note[order]


def _credits(touches: tuple[Ints, Ints, Ints], key: Ints, placed: Ints) -> tuple[Ints, Ints, Ints]:
    """(line, note, time) where a line has a touch at most WINDOW before its order: the last one."""
    touch_key, touch_at, touch_note = touches
    # One number that sorts by key, then time: keys are renumbered so that it fits 63 bits.
    names, number = np.unique(np.concatenate([touch_key, key]), return_inverse=True)
    base = whole(number) << 42
    sorted_touches = base[: len(touch_key)] + touch_at
    wanted = base[len(touch_key) :] + placed
    last = np.searchsorted(sorted_touches, wanted, side="right") - 1
    found = np.maximum(last, 0)
    fine = (last >= 0) & (touch_key[found] == key) & (touch_at[found] >= placed - WINDOW) if len(names) else last > 0
    lines = np.flatnonzero(fine)
    return lines, touch_note[found[lines]], touch_at[found[lines]]


def _pages(draws: Draws, wishes: _Wish, products: int, seasons: Seasons) -> Views:
    """Product pages opened, one row per user and product."""
    order = np.lexsort((wishes.at, wishes.product, wishes.user))
    key = wishes.user[order] * products + wishes.product[order]
    at = wishes.at[order]
    fresh = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else whole([])
    count = np.diff(np.concatenate([fresh, [len(key)]]))
    return Views(key[fresh] // products, key[fresh] % products, at[fresh], at[fresh + count - 1], count)


def trade(
    draws: Draws, people: People, goods: Catalogue, notes: Notes, seen: Attention, rings: Rings, seasons: Seasons
) -> Trade:
    """Everything bought, in time order."""
    products = len(goods)
    close = _after_notes(draws, seen, notes, 32)
    shop = _browsing(draws, people, goods, seasons, (0, 0, 0, 1, 1, 2))
    orders = _ordered(draws, _joined(close, shop), seasons)
    ring = _Wish(rings.order_user, rings.order_product, rings.order_at)
    sure = np.concatenate([np.zeros(len(orders.at), dtype=np.int64), np.ones(len(ring.at), dtype=np.int64)])
    orders = _joined(orders, ring)
    in_time = np.argsort(orders.at, kind="stable")
    orders, sure = _only(orders, in_time), sure[in_time]
    line_order, line_product = _lines(draws, goods, orders)
    variant = draws.between(goods.variant_starts[line_product], goods.variant_starts[line_product + 1])
    quantity = draws.table((1, 1, 1, 1, 1, 1, 2, 2, 3), len(variant))
    price = goods.variant_price[variant]
    state, paid = _states(draws, orders.at, sure, seasons)
    key = orders.user[line_order] * products + line_product
    credit = _credits(_touches(seen, notes, np.unique(key), products), key, orders.at[line_order])
    settled = np.isin(state, (PAID, SHIPPED, COMPLETED))[line_order]
    bought, member = np.unique(key[settled], return_inverse=True)
    when = paid[line_order][settled]
    first, last = np.full(len(bought), np.iinfo(np.int64).max), np.zeros(len(bought), dtype=np.int64)
    np.minimum.at(first, member, when)
    np.maximum.at(last, member, when)
    looked = _joined(
        close,
        shop,
        _after_notes(draws, seen, notes, 130),
        _browsing(draws, people, goods, seasons, (0, 1, 2, 4, 8)),
        _Wish(orders.user[line_order], line_product, orders.at[line_order]),
    )
    # A page is opened minutes after the wish (or before the order), never before the product is there.
    lag = draws.between(np.full(len(looked.at), 20_000), np.full(len(looked.at), 8 * MINUTE))
    lag[len(looked.at) - len(key) :] *= -1
    looked = _Wish(looked.user, looked.product, np.minimum(looked.at + lag, seasons.until - 1))
    units = np.zeros(len(bought), dtype=np.int64)
    np.add.at(units, member, quantity[settled])
    total = np.zeros(len(orders.at), dtype=np.int64)
    np.add.at(total, line_order, quantity * price)
    return Trade(
        placed=orders.at,
        paid=paid,
        buyer=orders.user,
        state=state,
        total=total,
        line_order=line_order,
        line_variant=variant,
        line_quantity=quantity,
        line_price=price,
        credit_line=credit[0],
        credit_note=credit[1],
        credit_at=credit[2],
        bought_key=bought,
        bought_first=first,
        bought_last=last,
        bought_orders=np.bincount(member, minlength=len(bought)).astype(np.int64),
        bought_quantity=units,
        pages=_pages(draws, looked, products, seasons),
    )

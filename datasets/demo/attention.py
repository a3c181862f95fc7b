"""Who opened, liked and kept which note, and the collections they keep them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from datasets.demo.draws import Draws, Ints, Mask, first_of_pairs, ragged, starts_of, whole
from datasets.demo.people import OFFICIAL, People
from datasets.demo.seasons import CATEGORIES, DAY, HOUR, MINUTE, Seasons, evening
from datasets.demo.ties import Grouped, Pairs, Ties, by_interest, forbidden
from datasets.demo.writing import COVERT, DRAFT, HONEST, ROUNDUP, SPONSORED, THEME, Notes

_CHUNK = 50_000  # notes whose views are drawn at once, so that memory does not grow with the scale
_BASE = (2, 4, 5, 7, 8, 10, 12, 15, 18, 22, 27, 34, 46, 80)
_DELAY = (1, 2, 4, 8, 15, 30, 60, 120, 240, 480, 900, 1500, 2900, 5800, 11_000, 23_000, 52_000, 110_000)  # minutes


@dataclass(frozen=True, slots=True)
class Views:
    """One row per user and thing opened, sorted by the thing. `last` is the latest view, `count` how many."""

    user: Ints
    thing: Ints
    first: Ints
    last: Ints
    count: Ints

    def __len__(self) -> int:
        return len(self.user)


@dataclass(frozen=True, slots=True)
class Attention:
    """`boosted` are the notes with bought likes, `boosters` the farm that liked each. `kept_in` pairs collections
    with notes; collections are rows of owner, category, created and private."""

    views: Views
    likes: Pairs
    collects: Pairs
    boosted: Ints
    boosters: Ints
    owner: Ints
    collection_category: Ints
    collection_created: Ints
    collection_private: Mask
    kept_in: Pairs


@dataclass(frozen=True, slots=True)
class _Audience:
    people: People
    ties: Ties
    notes: Notes
    seasons: Seasons
    fans: Grouped
    everyone: Ints


def _viewers(draws: Draws, crowd: _Audience, notes: Ints) -> Views:
    """The views of the notes of one chunk."""
    who, ties, all_notes = crowd.people, crowd.ties, crowd.notes
    author = all_notes.author[notes]
    audience = np.diff(ties.follower_starts)[author]
    private = who.private[author]
    stir = np.where(all_notes.tone[notes] == HONEST, 100, 120)
    outside = np.where(private, 0, draws.table(_BASE, len(notes)) * stir // 100)
    inside = audience * draws.table((3, 6, 8, 10, 12, 16, 22), len(notes)) // 100 + draws.chance(500, len(notes))
    inside = np.where(audience > 0, inside, 0)
    counts = np.minimum(inside + outside, len(who) * 6 // 10)
    row, place = ragged(counts)
    by_follow = place < inside[row]
    low, high = ties.follower_starts[author[row]], ties.follower_starts[author[row] + 1]
    follow = ties.followers[np.minimum(draws.between(low, high), len(ties.followers) - 1)]
    stranger = np.where(
        draws.chance(850, len(row)),
        crowd.fans.draw(draws, all_notes.category[notes][row]),
        draws.weighted(crowd.everyone, len(row)),
    )
    user = np.where(by_follow, ties.follows.start[follow], stranger)
    floor = np.maximum(all_notes.published[notes][row], who.created[user])
    floor = np.where(private[row], np.maximum(floor, ties.follows.at[follow]), floor)
    first = floor + draws.table(_DELAY, len(row)) * MINUTE + draws.below(MINUTE, len(row))
    awake = evening(draws, first)
    first = np.where(awake > floor, awake, first)
    fine = (first < crowd.seasons.until - HOUR) & (user != author[row]) & (who.farm[user] < 0) & (user >= 0)
    fine &= (who.kind[user] != OFFICIAL) & ~forbidden(ties.blocks, user, author[row], len(who))
    user, thing, first = user[fine], notes[row[fine]], first[fine]
    kept = first_of_pairs(thing, user, first)
    user, thing, first = user[kept], thing[kept], first[kept]
    count = draws.table((1, 1, 1, 1, 1, 1, 1, 2, 2, 4), len(kept))
    later = draws.between(np.full(len(kept), MINUTE), np.minimum(crowd.seasons.until - first, 20 * DAY))
    return Views(user, thing, first, np.where(count > 1, first + later, first), count)


def joined(parts: list[Views]) -> Views:
    """The parts one after the other."""
    return Views(*(np.concatenate([getattr(part, name) for part in parts]) for name in Views.__slots__))


def _marks(draws: Draws, views: Views, notes: Notes, people: People) -> tuple[Pairs, Pairs]:
    """Likes and keeps among the views: shared interest makes both likelier, advertising and fatigue less."""
    shared = (people.interests[views.user] == notes.category[views.thing][:, None]).any(axis=1)
    # Some notes are simply better: their charm is a property of the note, not of the reader.
    charm = draws.table((30, 60, 80, 100, 120, 170, 260), len(notes))[views.thing]
    tone, form = notes.tone[views.thing], notes.form[views.thing]
    dull = np.where((tone == SPONSORED) | (tone == COVERT), 75, 100)
    like = draws.chance((170 + 150 * shared) * charm // 100 * dull // 100)
    keep = draws.chance((50 + 60 * shared + 90 * ((form == ROUNDUP) | (form == THEME))) * charm // 100)
    soon = views.first + draws.between(np.full(len(views), 4000), np.full(len(views), 6 * MINUTE))
    later = views.first + draws.between(np.full(len(views), 9000), np.full(len(views), 9 * MINUTE))
    return (
        Pairs(views.user[like], views.thing[like], soon[like]),
        Pairs(views.user[keep], views.thing[keep], later[keep]),
    )


def _boost(draws: Draws, crowd: _Audience) -> tuple[Pairs, Ints, Ints]:
    """Bought likes: a farm likes two or three of its customer's notes within hours of their publication."""
    notes, people, customers = crowd.notes, crowd.people, crowd.ties.customers
    opened = np.zeros(len(customers), dtype=np.int64)
    fakes = np.flatnonzero(people.farm >= 0)
    np.maximum.at(opened, people.farm[fakes], people.created[fakes])
    boosted: list[int] = []
    boosters: list[int] = []
    for farm, customer in enumerate(customers.tolist()):
        theirs = np.flatnonzero((notes.author == customer) & (notes.state != DRAFT))
        theirs = theirs[
            (notes.published[theirs] > opened[farm]) & (notes.published[theirs] < crowd.seasons.until - DAY)
        ]
        chosen = theirs[draws.shuffled(len(theirs))[:3]].tolist()
        boosted += chosen
        boosters += [farm] * len(chosen)
    size = np.bincount(people.farm[fakes], minlength=len(customers))
    starts = starts_of(size)
    by_farm = fakes[np.argsort(people.farm[fakes], kind="stable")]
    row, place = ragged(size[whole(boosters)] if boosters else whole([]))
    farm_of, note_of = whole(boosters), whole(boosted)
    user = by_farm[starts[farm_of[row]] + place]
    at = notes.published[note_of[row]] + 5 * MINUTE + draws.below(5 * HOUR, len(row))
    return Pairs(user, note_of[row], at), note_of, farm_of


def attend(draws: Draws, people: People, ties: Ties, notes: Notes, seasons: Seasons) -> Attention:
    """Every view, like and keep, and the collections made of the keeps."""
    eager = np.where((people.farm < 0) & (people.kind != OFFICIAL), 2 + people.activity // 100 + draws.table(
        (0, 1, 3, 8, 20), len(people)), 0)  # fmt: skip
    crowd = _Audience(people, ties, notes, seasons, by_interest(people, eager), np.cumsum(eager))
    open_notes = np.flatnonzero(notes.state != DRAFT)
    parts = [_viewers(draws, crowd, chunk) for chunk in _chunks(open_notes)]
    views = joined(parts)
    likes, collects = _marks(draws, views, notes, people)
    bought, boosted, boosters = _boost(draws, crowd)
    both = Pairs(*(np.concatenate(two) for two in (
        (likes.start, bought.start), (likes.end, bought.end), (likes.at, bought.at))))  # fmt: skip
    likes = both.kept(first_of_pairs(both.end, both.start, both.at))
    return _collections(draws, Attention(
        views, likes, collects, boosted, boosters, *(whole([]),) * 3, whole([]) > 0, Pairs(*(whole([]),) * 3)
    ), notes)  # fmt: skip


def _chunks(rows: Ints) -> Iterator[Ints]:
    for start in range(0, max(len(rows), 1), _CHUNK):
        yield rows[start : start + _CHUNK]


def _collections(draws: Draws, seen: Attention, notes: Notes) -> Attention:
    """The same, with a collection for most users and categories of which they kept two notes or more."""
    kept = seen.collects
    key = kept.start * len(CATEGORIES) + notes.category[kept.end]
    groups, member, size = np.unique(key, return_inverse=True, return_counts=True)
    wanted = (size >= 2) & draws.chance(550, len(groups))
    created = np.full(len(groups), np.iinfo(np.int64).max)
    np.minimum.at(created, member, kept.at)
    order = np.flatnonzero(wanted)[np.argsort(created[wanted], kind="stable")]
    number = np.full(len(groups), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    inside = number[member] >= 0
    return Attention(
        views=seen.views,
        likes=seen.likes,
        collects=kept,
        boosted=seen.boosted,
        boosters=seen.boosters,
        owner=groups[order] // len(CATEGORIES),
        collection_category=groups[order] % len(CATEGORIES),
        collection_created=created[order],
        collection_private=draws.chance(200, len(order)),
        kept_in=Pairs(number[member][inside], kept.end[inside], kept.at[inside]),
    )

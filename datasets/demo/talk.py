"""Comments under notes, answers to them, whom they call in, and who liked them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.attention import Attention
from datasets.demo.draws import Draws, Ints, first_of_pairs, starts_of, whole
from datasets.demo.people import People
from datasets.demo.seasons import HOUR, MINUTE, Seasons
from datasets.demo.ties import Pairs, Ties, forbidden
from datasets.demo.writing import COVERT, QUESTION, SPONSORED, THEME, Notes

ASK, AGREE, DISAGREE, PRAISE, CALL, DOUBT, ADVISE, ANSWER, THANKS, CHIME = range(10)

# What readers say, by manner of note: quantiles of intent.
_ON_PRODUCT = (ASK, ASK, ASK, AGREE, AGREE, AGREE, DISAGREE, DISAGREE, PRAISE, PRAISE, CALL)
_ON_ADVERT = (ASK, ASK, AGREE, DOUBT, DOUBT, PRAISE, DISAGREE, CALL)
_ON_THEME = (ASK, ASK, PRAISE, PRAISE, PRAISE, CHIME, CHIME, CHIME, CALL)
_ON_QUESTION = (ADVISE,)


@dataclass(frozen=True, slots=True)
class Talk:
    """One row per comment by time. `parent` is the comment answered, else -1; `called` the user named, else -1;
    `likes` pairs users with comments."""

    created: Ints
    note: Ints
    user: Ints
    intent: Ints
    parent: Ints
    called: Ints
    hidden: Ints
    likes: Pairs

    def __len__(self) -> int:
        return len(self.created)


def _intents(draws: Draws, notes: Notes, note: Ints) -> Ints:
    form, tone = notes.form[note], notes.tone[note]
    count = len(note)
    said = draws.table(_ON_PRODUCT, count)
    said = np.where((tone == SPONSORED) | (tone == COVERT), draws.table(_ON_ADVERT, count), said)
    said = np.where(form == THEME, draws.table(_ON_THEME, count), said)
    return np.where(form == QUESTION, draws.table(_ON_QUESTION, count), said)


def _called(draws: Draws, ties: Ties, people: People, user: Ints, at: Ints) -> Ints:
    """A friend of each user to call in, -1 where there is none yet."""
    low, high = ties.followee_starts[user], ties.followee_starts[user + 1]
    follow = ties.followees[np.minimum(draws.between(low, high), len(ties.followees) - 1)]
    friend = ties.follows.end[follow]
    known = (high > low) & (ties.follows.at[follow] < at) & ~forbidden(ties.blocks, user, friend, len(people))
    return np.where(known, friend, -1)


def _replies(
    draws: Draws, seasons: Seasons, rows: Ints, user: Ints, at: Ints, intent: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """(parent, user, at, intent) of answers written some minutes to a day after `at`, before the end."""
    delay = draws.table((2, 5, 11, 24, 50, 120, 300, 700, 1400), len(rows)) * MINUTE + draws.below(MINUTE, len(rows))
    fine = at + delay < seasons.until - HOUR
    return rows[fine], user[fine], (at + delay)[fine], intent[fine]


def talk(draws: Draws, people: People, ties: Ties, notes: Notes, seen: Attention, seasons: Seasons) -> Talk:
    """Comments by those who opened the note, after they did; authors answer a good part of them."""
    views = seen.views
    eager = np.where(notes.form == QUESTION, 160, 60)[views.thing]
    chosen = np.flatnonzero(draws.chance(eager) & (views.first < seasons.until - 3 * HOUR))
    note, user = views.thing[chosen], views.user[chosen]
    at = views.first[chosen] + draws.between(np.full(len(chosen), 20_000), np.full(len(chosen), 40 * MINUTE))
    intent = _intents(draws, notes, note)
    called = np.where(intent == CALL, _called(draws, ties, people, user, at), -1)
    intent = np.where((intent == CALL) & (called < 0), PRAISE, intent)
    rows = np.arange(len(note), dtype=np.int64)
    wanted = np.where(intent == ASK, 650, np.where((intent == DOUBT) | (intent == ADVISE), 400, 150))
    first = rows[draws.chance(wanted) & (notes.author[note] != user)]
    by_author = _replies(draws, seasons, first, notes.author[note[first]], at[first], np.where(
        np.isin(intent[first], (ASK, DOUBT)), ANSWER, THANKS))  # fmt: skip
    # The one who asked often says thanks; their thanks answer the author's answer.
    grateful = np.flatnonzero(draws.chance(250, len(by_author[0])) & (by_author[3] == ANSWER))
    again = _replies(draws, seasons, grateful + len(note), user[by_author[0][grateful]], by_author[2][grateful],
                     np.full(len(grateful), THANKS))  # fmt: skip
    answered = np.concatenate([np.full(len(note), -1), by_author[0], again[0]])
    every_note = np.concatenate([note, note[by_author[0]], note[by_author[0][again[0] - len(note)]]])
    every_user = np.concatenate([user, by_author[1], again[1]])
    created = np.concatenate([at, by_author[2], again[2]])
    said = np.concatenate([intent, by_author[3], again[3]])
    order = np.argsort(created, kind="stable")
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    spoken = Talk(
        created=created[order],
        note=every_note[order],
        user=every_user[order],
        intent=said[order],
        parent=place[answered[order]],
        called=np.concatenate([called, np.full(len(order) - len(note), -1)])[order],
        hidden=draws.chance(8, len(order)).astype(np.int64),
        likes=Pairs(*(whole([]),) * 3),
    )
    return _liked(draws, spoken, seen, people, ties, seasons)


def _liked(draws: Draws, spoken: Talk, seen: Attention, people: People, ties: Ties, seasons: Seasons) -> Talk:
    """The same with likes: other readers of the note who had opened it, after both."""
    views = seen.views
    starts = starts_of(np.bincount(views.thing, minlength=int(spoken.note.max(initial=0)) + 1))
    comment = np.repeat(np.arange(len(spoken), dtype=np.int64), draws.table((0, 0, 0, 0, 1, 1, 2, 5), len(spoken)))
    note = spoken.note[comment]
    view = np.minimum(draws.between(starts[note], starts[note + 1]), len(views) - 1)
    user = views.user[view]
    at = np.maximum(spoken.created[comment], views.first[view])
    at += draws.table((3, 20, 90, 600, 1500, 4000), len(comment)) * MINUTE + draws.below(MINUTE, len(comment))
    fine = (views.thing[view] == note) & (at < seasons.until - MINUTE) & (user != spoken.user[comment])
    fine &= ~forbidden(ties.blocks, user, spoken.user[comment], len(people))
    likes = Pairs(user[fine], comment[fine], at[fine])
    return Talk(spoken.created, spoken.note, spoken.user, spoken.intent, spoken.parent, spoken.called,
                spoken.hidden, likes.kept(first_of_pairs(likes.end, likes.start, likes.at)))  # fmt: skip

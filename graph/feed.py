"""The home feed: newest first as fragments for the compiler, and ranked; and notes by brand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph.database import Database
from graph.rules.feed_score import FeedNote, FeedScore, FeedWeights, ranked
from graph.rules.heat import people_now
from graph.statements import beside

STATEMENTS = beside(__file__)

HOME_FEED = STATEMENTS["home_feed"].text
HOME_FEED_BACKWARD = STATEMENTS["home_feed_backward"].text
BRAND_NOTES = STATEMENTS["brand_notes"].text
BRAND_NOTES_BACKWARD = STATEMENTS["brand_notes_backward"].text
_CANDIDATES = STATEMENTS["feed_candidates"]
_HISTORY = STATEMENTS["feed_history"]

MOST_CANDIDATES = 300
LONGEST = 200
AUTHORS, OF_AUTHOR, TOPICS, OF_TOPIC = 150, 8, 50, 6
MOST_ACTS = 500
_ACT_HALF_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FeedLaw:
    """How the ranked feed is made: its weights, and the half-life of acts on notes that their heat rests on."""

    weights: FeedWeights = field(default_factory=FeedWeights)
    note_half_life: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _History:
    """What the viewer did: by author, and by note."""

    affinities: Mapping[str, float] = field(default_factory=dict)
    shown: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()


async def rank_feed(
    database: Database, *, viewer_id: str, include: Sequence[str], law: FeedLaw, now: datetime
) -> list[FeedScore]:
    """Up to LONGEST notes of the viewer's followed world, best first; none for nobody active.

    Candidates are the latest MOST_CANDIDATES, of at most 8 of each author. `include` as in the fragments.
    """
    rows, history = await asyncio.gather(
        database.rows(
            _CANDIDATES, viewer_id=viewer_id, include=list(include), authors=AUTHORS, of_author=OF_AUTHOR,
            topics=TOPICS, of_topic=OF_TOPIC, most=MOST_CANDIDATES,
        ),
        _history(database, viewer_id, now),
    )  # fmt: skip
    notes = []
    for row in rows:
        shown, shown_at = history.shown.get(row["id"], (0, None))
        notes.append(
            FeedNote(
                id=row["id"],
                author_id=row["author_id"],
                published_at=row["published_at"].to_native(),
                affinity=history.affinities.get(row["author_id"], 0.0),
                people=people_now(row["heat"], half_life=law.note_half_life, now=now),
                shown=shown,
                shown_at=shown_at,
                seen=row["id"] in history.seen,
            )
        )
    return ranked(notes, law.weights, now=now, size=LONGEST)


async def _history(database: Database, viewer_id: str, now: datetime) -> _History:
    row = await database.row(
        _HISTORY,
        viewer_id=viewer_id,
        most=MOST_ACTS,
        now_ms=now.timestamp() * 1000,
        half_life_ms=_ACT_HALF_LIFE / timedelta(milliseconds=1),
    )
    if row is None:
        return _History()
    return _History(
        affinities=dict(row["affinities"]),
        shown={note: (count, at.to_native()) for note, count, at in row["shown"]},
        seen=frozenset((*row["taken"], *row["opened"])),
    )

"""What is suggested while somebody types, and what they may have meant: from spellings that a job keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.database import Database
from graph.rules import visibility
from graph.rules.queries import Query, Unit
from graph.rules.spelling import normal
from graph.rules.suggesting import LONGEST_KEY, meant, pinyin, words
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_ALIKE = STATEMENTS["spelt_alike"]
MOST = 20
_MOST_CORRECTED = 4


def _composed(*, signed_in: bool) -> Statement:
    found, rule = STATEMENTS["suggest"], visibility.SUGGESTION
    text = found.text.replace("$visible", rule.viewer if signed_in else rule.anyone)
    return Statement(f"{found.name}_{'viewer' if signed_in else 'anyone'}", "read", text, found.about, found.source)


SUGGEST: Mapping[bool, Statement] = {signed_in: _composed(signed_in=signed_in) for signed_in in (False, True)}


async def suggest(database: Database, *, prefix: str, viewer_id: str | None) -> Sequence[str]:
    """Ids of up to 20 suggestions that begin like this, for this viewer, the most popular first."""
    key = normal(prefix)[:LONGEST_KEY]
    if not key:
        return ()
    rows = await database.rows(SUGGEST[viewer_id is not None], prefix=key, viewer=viewer_id, most=MOST)
    return [row["id"] for row in rows]


async def corrected(database: Database, query: Query) -> str | None:
    """The query with words that are known in place of those that are not; None when there is nothing to better."""
    better = query.key
    for unit in query.units[:_MOST_CORRECTED]:
        if (word := await _meant(database, unit)) is not None:
            better = better.replace(unit.text, word, 1)
    return better if better != query.key else None


async def _meant(database: Database, unit: Unit) -> str | None:
    if len(unit.text) < 2 or unit.others:
        return None
    if unit.han:
        pairs = " ".join(f'"{unit.text[n : n + 2]}"' for n in range(len(unit.text) - 1))
        sounds, texts = [pinyin(unit.text)], [f"key:({pairs} {unit.text[0]}*)"]
    elif unit.text.isascii() and unit.text.isalnum():
        sounds, texts = [], [f"key:{unit.text}~{2 if len(unit.text) > 6 else 1}"]
    else:
        return None
    rows = await database.rows(_ALIKE, sounds=sounds, texts=texts)
    return meant(unit.text, (word for row in rows for word in words(normal(row["text"]))))

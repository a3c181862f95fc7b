"""Notes: the start of their text, and what people do with them."""

from __future__ import annotations

import re
from typing import Annotated, Any

import strawberry

from graph import notes
from graph.database import Transaction
from graph.errors import Invalid
from graph.model import NODE_BY_LABEL
from graph.notes import Changes
from graph.rules import texts
from resolvers.act import Act, Values, unit

_MARKS = "。！？!?…\n"
_TOPIC = NODE_BY_LABEL["Topic"].longest("name")
_SPACE = re.compile(r"\s+")

Length = Annotated[int, strawberry.argument(description="Most characters wanted, 1 to 1000.")]


async def excerpt(root: Any, length: Length = 120) -> str:
    """The start of the note's text as one line of at most `length` characters, with … where it was cut."""
    return cut(root.needs["text"], max(1, min(length, 1000)))


def cut(text: str, length: int) -> str:
    """The text's start, cut behind a sentence where one ends in its second half, else between words."""
    line = _SPACE.sub(" ", text).strip()
    if len(line) <= length:
        return line
    head = line[: length - 1]
    end = max(head.rfind(mark) for mark in _MARKS)
    if end >= length // 2:
        return head[: end + 1] + "…"
    space = head.rfind(" ")
    return (head[:space] if space >= length // 2 else head).rstrip() + "…"


@unit
async def create_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The new note."""
    note_id = await notes.create_note(
        tx,
        user_id=act.viewer_id,
        kind=given.kind.value,
        changes=_changes(given),
        publish=given.publish,
        now=act.now,
    )
    return {"note": note_id}


@unit
async def publish_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note that is out."""
    await notes.publish_note(tx, user_id=act.viewer_id, note_id=given.note_id, now=act.now)
    return {"note": given.note_id}


@unit
async def edit_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note with what changed."""
    await notes.edit_note(tx, user_id=act.viewer_id, note_id=given.note_id, changes=_changes(given), now=act.now)
    return {"note": given.note_id}


@unit
async def delete_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the note that is gone."""
    await notes.delete_note(tx, user_id=act.viewer_id, note_id=given.note_id, now=act.now)
    return {"deleted_note_id": given.note_id}


@unit
async def like_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note liked."""
    await notes.like_note(tx, user_id=act.viewer_id, note_id=given.note_id, now=act.now)
    return {"note": given.note_id}


@unit
async def unlike_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note liked no more."""
    await notes.unlike_note(tx, user_id=act.viewer_id, note_id=given.note_id, now=act.now)
    return {"note": given.note_id}


def _changes(given: Any) -> Changes:
    """What of the input is a change of the note. Raises Invalid for null, which only `language` may be."""
    values = {name: getattr(given, name) for name in Changes.__slots__}
    kept = {name: value for name, value in values.items() if value is not strawberry.UNSET}
    for name in [name for name, value in kept.items() if value is None and name != "language"]:
        raise Invalid("null empties nothing of a note; leave it out to keep what is there", field=(name,))
    if "topics" in kept:
        kept["topics"] = _topics(kept["topics"])
    for name in {"language", "audience"} & kept.keys():
        kept[name] = kept[name].value if kept[name] is not None else None
    return Changes(**kept)


def _topics(given: list[str]) -> list[str]:
    try:
        return [*dict.fromkeys(texts.topic(one, longest=_TOPIC) for one in given)]
    except ValueError as error:
        raise Invalid(f"topics: {error}", field=("topics",)) from None

"""The graph's vectors: the spaces they belong to, the texts they are of, and what is nearest.

At most one space is active: the one that searches use. Another may be built beside it. Vectors of different spaces have
different properties and indexes, so they are never compared; what tries to is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from graph import outbox
from graph.database import Database, Transaction
from graph.errors import Conflict
from graph.ids import label_of
from graph.migrations import change_schema
from graph.rules.embedded_texts import digest, text_of
from graph.rules.spaces import LABELS, Space, mark_property, vector_index, vector_property
from graph.statements import beside

STATEMENTS = beside(__file__)
_SPACES = STATEMENTS["embedding_spaces"]
_BEGIN = STATEMENTS["begin_space"]
_ACTIVATE = STATEMENTS["activate_space"]
_HOLD = STATEMENTS["hold_space"]
_RELEASE = STATEMENTS["release_space"]
_ASK_SWEEP = STATEMENTS["ask_sweep"]
_FINISH_SWEEP = STATEMENTS["finish_sweep"]
_DELETE = STATEMENTS["delete_space"]
_TEXT_COUNT = STATEMENTS["text_count"]
_TEXTS = {label: STATEMENTS[f"{label.lower()}_texts"] for label in LABELS}
_TOPICS_OF_NOTE = STATEMENTS["topics_of_note"]
_KEEP = STATEMENTS["keep_vectors"]
_FORGET = STATEMENTS["forget_vectors"]
_NEAREST = STATEMENTS["nearest"]
_NEAREST_TO = STATEMENTS["nearest_to"]
_OF_PERSON = STATEMENTS["vector_of_person"]

CHANGED = "text_changed"
LEASE = timedelta(seconds=45)
_LAST = "~"  # behind every id
_INDEX_TIMEOUT_S = 600.0


class WrongSpace(Conflict):
    """Vectors of one space were about to be compared with those of another, or kept among them."""

    def __init__(self, space: Space, active: Space | None) -> None:
        super().__init__(f"vectors of {space} do not fit: those in use are of {active or 'no space'}")
        self.space = space
        self.active = active


@dataclass(frozen=True, slots=True)
class KnownSpace:
    """A space as the graph knows it; `source` is the setting it came of."""

    space: Space
    source: str
    state: Literal["building", "active", "retired"]
    retired_at: datetime | None
    sweep_at: datetime | None


@dataclass(frozen=True, slots=True)
class Text:
    """What of a node is encoded; `kept` is the digest of the text that its vector is of, if it has one.

    `findable`: others than its author may find it. Only then does it have a vector.
    """

    id: str
    text: str
    findable: bool
    kept: str | None

    @property
    def digest(self) -> str:
        """The digest of the text as it is now."""
        return digest(self.text)

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.kept == self.digest if self.findable else self.kept is None


@dataclass(frozen=True, slots=True)
class Found:
    """A node near a vector; `score` is 1 for the same direction, 0 for the opposite."""

    id: str
    score: float


async def spaces(database: Database) -> list[KnownSpace]:
    """Every space that has vectors, in the order in which they were begun."""
    return [
        KnownSpace(
            Space(row["model"], row["runtime"], row["dimensions"]),
            row["source"],
            row["state"],
            row["retired_at"] and row["retired_at"].to_native(),
            row["sweep_at"] and row["sweep_at"].to_native(),
        )
        for row in await database.rows(_SPACES)
    ]


async def active_space(database: Database) -> KnownSpace | None:
    """The space that searches use, or None."""
    return next((one for one in await spaces(database) if one.state == "active"), None)


async def begin_space(database: Database, *, space: Space, source: str, now: datetime) -> None:
    """Makes the space the one that is being built, with its indexes, unless it is active already."""
    row = await database.row(
        _BEGIN, key=space.key, model=space.model, runtime=space.runtime, dimensions=space.dimensions, source=source,
        now=now,
    )  # fmt: skip
    assert row is not None, "MERGE gives a row"
    for label in LABELS:
        index, name = vector_index(space.key, label), vector_property(space.key)
        await change_schema(
            database,
            f"CREATE VECTOR INDEX {index} IF NOT EXISTS FOR (n:{label}) ON (n.{name}) OPTIONS {{indexConfig: "
            f"{{`vector.dimensions`: {int(space.dimensions)}, `vector.similarity_function`: 'cosine'}}}}",
        )
        await database.command("CALL db.awaitIndex($index, 600)", timeout_s=_INDEX_TIMEOUT_S, index=index)


async def activate_space(database: Database, *, space: Space, now: datetime) -> bool:
    """Whether searches use the space from now on: not if it is not being built any more."""
    return await database.row(_ACTIVATE, key=space.key, now=now) is not None


async def hold_space(database: Database, *, space: Space, holder: str, now: datetime) -> bool:
    """Whether this holder alone works on the space for the next 45 seconds."""
    return await database.row(_HOLD, key=space.key, holder=holder, until=now + LEASE, now=now) is not None


async def release_space(database: Database, *, space: Space, holder: str, now: datetime) -> None:
    """Lets others work on the space."""
    await database.row(_RELEASE, key=space.key, holder=holder, now=now)


async def ask_sweep(database: Database, *, now: datetime) -> bool:
    """Has all texts looked at again by whoever keeps the vectors; False: there are none yet."""
    return await database.row(_ASK_SWEEP, now=now) is not None


async def finish_sweep(database: Database, *, space: Space, asked: datetime) -> None:
    """Notes that all texts were looked at since that was asked."""
    await database.row(_FINISH_SWEEP, key=space.key, asked=asked, now=asked)


async def text_count(database: Database) -> int:
    """How many things may have a text."""
    row = await database.row(_TEXT_COUNT)
    assert row is not None, "counting gives a row"
    return int(row["texts"])


async def texts(database: Database, *, space: Space, label: str, after: str = "", batch: int = 100) -> list[Text]:
    """The next texts of the label behind that id, in the order of ids."""
    # No id goes on with "!", so this is the smallest text behind it.
    return await _texts(database, space, label, f"{after}!" if after else "", _LAST, batch)


async def text(database: Database, *, space: Space, node_id: str) -> Text | None:
    """The text of one node; None where there is none, or it has none."""
    label = label_of(node_id)
    if label not in LABELS:
        return None
    return next(iter(await _texts(database, space, label, node_id, node_id, 1)), None)


async def _texts(database: Database, space: Space, label: str, first: str, last: str, batch: int) -> list[Text]:
    rows = await database.rows(_TEXTS[label], first=first, last=last, batch=batch, mark=mark_property(space.key))
    return [Text(row["id"], text_of(row["parts"]), row["findable"], row["mark"]) for row in rows]


async def topics_without(database: Database, *, space: Space, note_id: str) -> list[str]:
    """The topics of a note that is out which have no vector yet."""
    rows = await database.rows(_TOPICS_OF_NOTE, note_id=note_id, mark=mark_property(space.key))
    return [row["id"] for row in rows]


async def keep_vectors(
    database: Database, *, space: Space, texts: Sequence[Text], vectors: Sequence[Sequence[float]], now: datetime
) -> int:
    """How many of the vectors were kept: not those of what changed since its text was read.

    Raises WrongSpace where the space is neither active nor being built.
    """
    rows = [
        {"id": one.id, "vector": list(vector), "digest": one.digest, "was": one.kept or ""}
        for one, vector in zip(texts, vectors, strict=True)
    ]
    assert all(len(row["vector"]) == space.dimensions for row in rows), "the vectors are of the space"
    names = {"property": vector_property(space.key), "mark": mark_property(space.key)}
    row = await database.row(_KEEP, key=space.key, rows=rows, now=now, **names)
    if row is None:
        active = await active_space(database)
        raise WrongSpace(space, active.space if active else None)
    return int(row["kept"])


async def forget_vectors(
    database: Database, *, space: Space, ids: Sequence[str], now: datetime, all_of_them: bool = False
) -> int:
    """Takes the vectors of what nobody else may find any more, or of all; how many."""
    names = {"property": vector_property(space.key), "mark": mark_property(space.key)}
    row = await database.row(_FORGET, ids=list(ids), all=all_of_them, now=now, **names)
    assert row is not None, "counting gives a row"
    return int(row["forgotten"])


async def drop_indexes(database: Database, *, space: Space) -> None:
    """Drops the indexes of a space that searches do not use any more."""
    for label in LABELS:
        await change_schema(database, f"DROP INDEX {vector_index(space.key, label)} IF EXISTS")


async def delete_space(database: Database, *, space: Space, now: datetime) -> bool:
    """Forgets a space whose vectors were all taken; False: it is in use again."""
    return await database.row(_DELETE, key=space.key, now=now) is not None


async def nearest(database: Database, *, space: Space, label: str, vector: Sequence[float], count: int) -> list[Found]:
    """The nodes of the label whose vectors are nearest, best first, whoever may see them. Raises WrongSpace."""
    active = await active_space(database)
    if active is None or active.space != space:
        raise WrongSpace(space, active.space if active else None)
    index = vector_index(space.key, label)
    rows = await database.rows(_NEAREST, key=space.key, index=index, vector=list(vector), count=count)
    return [Found(row["id"], row["score"]) for row in rows]


async def nearest_to(
    database: Database, *, space: Space, label: str, ids: Sequence[str], count: int
) -> dict[str, list[Found]]:
    """For each of these notes, products or people the nearest others that may be found, best first.

    Up to `count`, or one or two fewer; none for what has no vector, and for all where the space is not active.
    """
    names = {"index": vector_index(space.key, label), "property": vector_property(space.key)}
    rows = await database.rows(_NEAREST_TO, key=space.key, ids=list(ids), count=count, **names)
    return {row["id"]: [Found(*one) for one in row["near"]] for row in rows}


async def near_person(database: Database, *, user_id: str, label: str, count: int) -> list[Found]:
    """The things of the label nearest to what the person says of themselves; none where that has no vector."""
    active = await active_space(database)
    if active is None:
        return []
    row = await database.row(_OF_PERSON, user_id=user_id, property=vector_property(active.space.key))
    if row is None:
        return []
    return await nearest(database, space=active.space, label=label, vector=row["vector"], count=count)


async def changed(tx: Transaction, *, node_id: str, now: datetime) -> None:
    """Has the node's vector brought up to date after the transaction: however often it changes until then, once."""
    assert label_of(node_id) in LABELS, "it has a vector"
    await outbox.emit(tx, kind=CHANGED, key=node_id, data={"id": node_id}, now=now)

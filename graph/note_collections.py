"""Collections: the named boards in which people keep notes.

Each act locks the person first, so that their names stay unique and their bounds hold whatever happens at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from graph.acts import Act, announce
from graph.database import Database, Transaction
from graph.errors import Conflict, LimitExceeded, found, may_act
from graph.ids import new_id
from graph.seeing import must_see, refuse
from graph.statements import beside

STATEMENTS = beside(__file__)
_FORGET_REMOVED = STATEMENTS["forget_removed_note"]
_LOCK_OWNER = STATEMENTS["lock_owner"]
_CREATE_COLLECTION = STATEMENTS["create_collection"]
_UPDATE_COLLECTION = STATEMENTS["update_collection"]
_DELETE_COLLECTION = STATEMENTS["delete_collection"]
_COLLECT_NOTE = STATEMENTS["collect_note"]
_PUT_INTO_COLLECTION = STATEMENTS["put_into_collection"]
_UNCOLLECT_NOTE = STATEMENTS["uncollect_note"]
_TAKE_OUT_OF_COLLECTION = STATEMENTS["take_out_of_collection"]

MAX_COLLECTIONS = 200
MAX_NOTES = 1_000


async def create_collection(tx: Transaction, *, user_id: str, name: str, private: bool, now: datetime) -> str:
    """The id of a new collection. Raises Conflict for a name that one of theirs has, LimitExceeded beyond 200."""
    owned = await _owned(tx, user_id, now)
    if len(owned) >= MAX_COLLECTIONS:
        raise LimitExceeded(f"a person has at most {MAX_COLLECTIONS} collections")
    _check_name(owned, name)
    collection_id = new_id("Collection")
    await tx.row(_CREATE_COLLECTION, user_id=user_id, collection_id=collection_id, name=name, private=private, now=now)
    return collection_id


async def update_collection(
    tx: Transaction, *, user_id: str, collection_id: str, name: str | None, private: bool | None, now: datetime
) -> None:
    """Changes the person's collection; None leaves a value as it is."""
    owned = await _with_own(tx, user_id, collection_id, now)
    if name is not None:
        _check_name({one: other for one, other in owned.items() if one != collection_id}, name)
    await tx.row(_UPDATE_COLLECTION, collection_id=collection_id, name=name, private=private)


async def delete_collection(tx: Transaction, *, user_id: str, collection_id: str, now: datetime) -> None:
    """Deletes the person's collection; the notes in it stay kept."""
    await _with_own(tx, user_id, collection_id, now)
    await tx.row(_DELETE_COLLECTION, collection_id=collection_id)


async def collect_note(
    tx: Transaction, *, user_id: str, note_id: str, collection_id: str | None, now: datetime
) -> None:
    """Keeps a published note that the person may see, in a collection of theirs where one is named.

    Raises LimitExceeded for a collection that holds 1,000 notes.
    """
    await must_see(tx, viewer_id=user_id, node_id=note_id, field="note_id")
    if collection_id is None:
        await _owned(tx, user_id, now)
    else:
        await _with_own(tx, user_id, collection_id, now)
    row = may_act(await tx.row(_COLLECT_NOTE, user_id=user_id, note_id=note_id, now=now))
    if not row["open"]:
        raise Conflict("only a published note can be kept", field=("note_id",))
    if collection_id is not None:
        put = await tx.row(_PUT_INTO_COLLECTION, collection_id=collection_id, note_id=note_id, most=MAX_NOTES, now=now)
        if put is not None and put["full"]:
            raise LimitExceeded(f"a collection holds at most {MAX_NOTES:,} notes", field=("collection_id",))
    if row["fresh"]:
        await announce(tx, act=Act.COLLECTED, actor_id=user_id, subject_id=note_id, now=now)


async def uncollect_note(tx: Transaction, *, user_id: str, note_id: str, now: datetime) -> None:
    """Keeps the note no more, in no collection either, whether or not the person may see it now."""
    row = may_act(await tx.row(_UNCOLLECT_NOTE, user_id=user_id, note_id=note_id, now=now))
    if not row["undone"]:
        await must_see(tx, viewer_id=user_id, node_id=note_id, field="note_id")


async def remove_from_collection(
    tx: Transaction, *, user_id: str, note_id: str, collection_id: str, now: datetime
) -> None:
    """Takes the note out of the person's collection; it stays kept. Raises NotFound when it is not in it."""
    await _with_own(tx, user_id, collection_id, now)
    row = await tx.row(_TAKE_OUT_OF_COLLECTION, collection_id=collection_id, note_id=note_id)
    found(row, "the collection does not hold this note", "note_id")


async def _owned(tx: Transaction, user_id: str, now: datetime) -> Mapping[str, str]:
    """The names of the person's collections by id; the person is locked."""
    row = may_act(await tx.row(_LOCK_OWNER, user_id=user_id, now=now))
    return dict(row["owned"])


async def _with_own(tx: Transaction, user_id: str, collection_id: str, now: datetime) -> Mapping[str, str]:
    """The same, one of them being the collection. Raises Forbidden for somebody else's, NotFound for none."""
    owned = await _owned(tx, user_id, now)
    if collection_id not in owned:
        await refuse(tx, viewer_id=user_id, node_id=collection_id, field="collection_id")
    return owned


def _check_name(owned: Mapping[str, str], name: str) -> None:
    if name.casefold() in {one.casefold() for one in owned.values()}:
        raise Conflict("a collection of yours has this name", field=("name",))


async def forget_removed(database: Database, *, note_id: str) -> int:
    """Takes a deleted note from all who kept it, so that no count tells of it; how many relationships went."""
    return await database.batches(_FORGET_REMOVED, batch=1_000, note_id=note_id)

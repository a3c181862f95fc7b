"""The collections in which people keep notes."""

from __future__ import annotations

from typing import Any

import strawberry

from graph import note_collections
from graph.database import Transaction
from graph.errors import Invalid
from resolvers.act import Act, Values, unit


@unit
async def create_collection(act: Act, tx: Transaction, given: Any) -> Values:
    """The new collection."""
    collection_id = await note_collections.create_collection(
        tx, user_id=act.viewer_id, name=given.name, private=given.private, now=act.now
    )
    return {"collection": collection_id}


@unit
async def update_collection(act: Act, tx: Transaction, given: Any) -> Values:
    """The collection with what changed."""
    await note_collections.update_collection(
        tx,
        user_id=act.viewer_id,
        collection_id=given.collection_id,
        name=_kept(given, "name"),
        private=_kept(given, "private"),
        now=act.now,
    )
    return {"collection": given.collection_id}


def _kept(given: Any, name: str) -> Any:
    value = getattr(given, name)
    if value is None:
        raise Invalid(f"{name} cannot be empty; leave it out to keep it", field=(name,))
    return None if value is strawberry.UNSET else value


@unit
async def delete_collection(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the collection that is gone."""
    await note_collections.delete_collection(tx, user_id=act.viewer_id, collection_id=given.collection_id, now=act.now)
    return {"deleted_collection_id": given.collection_id}


@unit
async def collect_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note kept, and the collection that holds it."""
    await note_collections.collect_note(
        tx, user_id=act.viewer_id, note_id=given.note_id, collection_id=given.collection_id, now=act.now
    )
    return {"note": given.note_id, "collection": given.collection_id}


@unit
async def uncollect_note(act: Act, tx: Transaction, given: Any) -> Values:
    """The note kept no more."""
    await note_collections.uncollect_note(tx, user_id=act.viewer_id, note_id=given.note_id, now=act.now)
    return {"note": given.note_id}


@unit
async def remove_from_collection(act: Act, tx: Transaction, given: Any) -> Values:
    """The note, and the collection that holds it no more."""
    await note_collections.remove_from_collection(
        tx, user_id=act.viewer_id, note_id=given.note_id, collection_id=given.collection_id, now=act.now
    )
    return {"note": given.note_id, "collection": given.collection_id}

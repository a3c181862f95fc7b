"""Mutations of what people keep, and of the collections they keep it in."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import MEMBERS, members
from resolvers import note_collections
from schema.inputs import id_of, idempotency_key, known, line
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.notes import Collection, Note
from schema.writes.notes import NoteInput, NotePayload

_NAME = NODE_BY_LABEL["Collection"].longest("name")
_OWNER = members("the collection's owner")


@strawberry.input(description="A new collection.")
class CreateCollectionInput:
    name: str = line("Its name, another than those of the viewer's other collections, in any case.", most=_NAME)
    private: bool = known("Whether only its owner sees it.", default=False)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a collection changes; what is left out stays.")
class UpdateCollectionInput:
    collection_id: strawberry.ID = id_of("Collection", description="The collection.")
    name: str | None = line("Its name.", most=_NAME, default=strawberry.UNSET)
    private: bool | None = known("Whether only its owner sees it.", default=strawberry.UNSET)


@strawberry.input(description="A collection.")
class CollectionInput:
    collection_id: strawberry.ID = id_of("Collection", description="The collection.")


@strawberry.input(description="A note to keep.")
class CollectNoteInput:
    note_id: strawberry.ID = id_of("Note", description="The note.")
    collection_id: strawberry.ID | None = id_of(
        "Collection", description="The viewer's collection to put it into.", default=None
    )


@strawberry.input(description="A note in a collection.")
class RemoveFromCollectionInput:
    note_id: strawberry.ID = id_of("Note", description="The note.")
    collection_id: strawberry.ID = id_of("Collection", description="The collection.")


@strawberry.type(description="The collection after the change.")
class CollectionPayload(Payload):
    collection: Collection | None = ref("The collection.")


@strawberry.type(description="The collection that is gone.")
class DeleteCollectionPayload(Payload):
    deleted_collection_id: strawberry.ID | None = plain("Its id.")


@strawberry.type(description="The note and the collection after the change.")
class CollectNotePayload(Payload):
    note: Note | None = ref("The note.")
    collection: Collection | None = ref("The collection, where one was named.")


@strawberry.type
class CollectionMutations:
    """Mutations of collections."""

    create_collection: CollectionPayload | None = mutation(
        note_collections.create_collection,
        CreateCollectionInput,
        "Makes a collection; a person has at most 200.",
        access=MEMBERS,
    )
    update_collection: CollectionPayload | None = mutation(
        note_collections.update_collection, UpdateCollectionInput, "Changes a collection.", access=_OWNER
    )
    delete_collection: DeleteCollectionPayload | None = mutation(
        note_collections.delete_collection,
        CollectionInput,
        "Deletes a collection; the viewer still keeps the notes in it.",
        access=_OWNER,
    )
    collect_note: CollectNotePayload | None = mutation(
        note_collections.collect_note,
        CollectNoteInput,
        "Keeps a published note, in a collection where one is named; each holds at most 1,000.",
        access=members("whoever may see the note; the collection's owner"),
    )
    uncollect_note: NotePayload | None = mutation(
        note_collections.uncollect_note, NoteInput, "Keeps a note no more, in no collection either.", access=MEMBERS
    )
    remove_from_collection: CollectNotePayload | None = mutation(
        note_collections.remove_from_collection,
        RemoveFromCollectionInput,
        "Takes a note out of a collection; the viewer still keeps it.",
        access=_OWNER,
    )

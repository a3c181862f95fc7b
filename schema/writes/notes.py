"""Mutations of notes, and of who likes them."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import MEMBERS, members
from resolvers import notes
from schema.inputs import body, id_of, idempotency_key, ids_of, known, line, lines
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.notes import Note, NoteAudience, NoteKind
from schema.people import Language

_NOTE = NODE_BY_LABEL["Note"]
_UNSET = strawberry.UNSET
# A topic is measured in its one spelling; as it is typed, it may be longer.
_TOPIC = 2 * NODE_BY_LABEL["Topic"].longest("name")
_AUTHOR = members("the note's author")
_READER = members("whoever may see the note")


@strawberry.input(description="A new note.")
class CreateNoteInput:
    kind: NoteKind = known("Its main medium.")
    title: str = line("Headline.", most=_NOTE.longest("title"))
    text: str = body("Body; @handle mentions a person or brand.", most=_NOTE.longest("text"))
    category_id: strawberry.ID = id_of("Category", description="Its category.")
    topics: list[str] = lines(
        "Hashtags, with or without #; upper and lower case are one, and so are wide and narrow letters.",
        most=10,
        each=_TOPIC,
        default=(),
    )
    product_ids: list[strawberry.ID] = ids_of("Product", most=9, description="Products it shows, in order.", default=())
    sponsored: bool = known("Whether a brand paid for it; said beside each of its products.", default=False)
    media_ids: list[strawberry.ID] = ids_of(
        "Media", most=9, description="The viewer's own pictures and videos that it shows, in order.", default=()
    )
    audience: NoteAudience = known(
        "Who may read it once it is out; of a private account, only its followers.", default=NoteAudience.EVERYONE
    )
    language: Language | None = known("Main language; left out, the words tell.", default=None)
    publish: bool = known("Publish it at once; else it begins as a draft.", default=False)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a note changes; what is left out stays.")
class EditNoteInput:
    note_id: strawberry.ID = id_of("Note", description="The note.")
    title: str | None = line("Headline.", most=_NOTE.longest("title"), default=_UNSET)
    text: str | None = body("Body.", most=_NOTE.longest("text"), default=_UNSET)
    category_id: strawberry.ID | None = id_of("Category", description="Its category.", default=_UNSET)
    topics: list[str] | None = lines("All its hashtags from now on.", most=10, each=_TOPIC, default=_UNSET)
    product_ids: list[strawberry.ID] | None = ids_of(
        "Product", most=9, description="All products that it shows from now on, in order.", default=_UNSET
    )
    sponsored: bool | None = known("Whether a brand paid for it.", default=_UNSET)
    media_ids: list[strawberry.ID] | None = ids_of(
        "Media", most=9, description="All pictures and videos that it shows from now on, in order.", default=_UNSET
    )
    audience: NoteAudience | None = known("Who may read it.", default=_UNSET)
    language: Language | None = known("Main language; left out or null, changed words tell.", default=_UNSET)


@strawberry.input(description="A note.")
class NoteInput:
    note_id: strawberry.ID = id_of("Note", description="The note.")


@strawberry.type(description="The note after the change.")
class NotePayload(Payload):
    note: Note | None = ref("The note.")


@strawberry.type(description="The note that is gone.")
class DeleteNotePayload(Payload):
    deleted_note_id: strawberry.ID | None = plain("Its id.")


@strawberry.type
class NoteMutations:
    """Mutations of notes."""

    create_note: NotePayload | None = mutation(
        notes.create_note, CreateNoteInput, "Begins a note, or posts it at once.", access=MEMBERS
    )
    publish_note: NotePayload | None = mutation(
        notes.publish_note, NoteInput, "Publishes a draft; a note that is out stays as it is.", access=_AUTHOR
    )
    edit_note: NotePayload | None = mutation(
        notes.edit_note,
        EditNoteInput,
        "Changes a note. What a published one said before is kept as a revision.",
        access=_AUTHOR,
    )
    delete_note: DeleteNotePayload | None = mutation(
        notes.delete_note, NoteInput, "Deletes a note for good; nobody sees it any more.", access=_AUTHOR
    )
    like_note: NotePayload | None = mutation(notes.like_note, NoteInput, "Likes a published note.", access=_READER)
    unlike_note: NotePayload | None = mutation(notes.unlike_note, NoteInput, "Likes a note no more.", access=MEMBERS)

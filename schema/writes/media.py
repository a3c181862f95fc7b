"""Mutations of pictures and videos; they are uploaded by `POST /media`."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import members
from resolvers import media
from schema.inputs import id_of, line
from schema.mapped import plain, ref
from schema.media import Media
from schema.mutating import Payload, mutation

_OWNER = members("its owner")


@strawberry.input(description="What a picture or video shows, in words.")
class SetAltTextInput:
    media_id: strawberry.ID = id_of("Media", description="The picture or video.")
    alt_text: str | None = line(
        "For those who do not see it; null takes it away.", most=NODE_BY_LABEL["Media"].longest("altText"), default=None
    )


@strawberry.input(description="A picture or video.")
class DeleteMediaInput:
    media_id: strawberry.ID = id_of("Media", description="The picture or video.")


@strawberry.type(description="The picture or video after the change.")
class MediaPayload(Payload):
    media: Media | None = ref("The picture or video.")


@strawberry.type(description="The picture or video that is gone.")
class DeleteMediaPayload(Payload):
    deleted_media_id: strawberry.ID | None = plain("Its id.")


@strawberry.type
class MediaMutations:
    """Mutations of media."""

    set_alt_text: MediaPayload | None = mutation(
        media.set_alt_text, SetAltTextInput, "Says what a picture or video shows.", access=_OWNER
    )
    delete_media: DeleteMediaPayload | None = mutation(
        media.delete_media, DeleteMediaInput, "Deletes a picture or video that nothing shows.", access=_OWNER
    )

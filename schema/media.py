"""Pictures and videos that notes and reviews show."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.projection.mapping import ascending
from graph.rules import visibility
from graph.rules.access import ANYONE
from schema.mapped import many, open_to, prop, visible_when
from schema.relay import Node
from schema.scalars import DateTime


@strawberry.enum(description="What an uploaded file is.")
class MediaKind(Enum):
    IMAGE = strawberry.enum_value("image", description="A picture, still or animated.")
    VIDEO = strawberry.enum_value("video", description="A video.")


@open_to(ANYONE)
@visible_when(visibility.MEDIA)
@strawberry.type(description="A picture or video that a person uploaded.")
class Media(Node):
    kind: MediaKind = prop("What it is.")
    mime_type: str = prop("Exact type of the file.")
    width: int | None = prop("Width in pixels, as shown.")
    height: int | None = prop("Height in pixels, as shown.")
    bytes: int = prop("Size of the file.")
    alt_text: str | None = prop("What it shows, in words, for those who do not see it.")
    url: str = prop("Where the file is, from the root of the service.", "'/media/' + this.id")
    thumbnail_url: str | None = prop(
        "Where a WebP of at most 480 pixels a side is; null for a video.",
        "CASE WHEN this.thumbnailKey IS NULL THEN NULL ELSE '/media/' + this.id + '/thumbnail' END",
    )
    created_at: DateTime = prop("When it was uploaded.")


def shown_media(description: str) -> Any:
    """A connection to the media that a note or review shows, in its own order."""
    return many(
        "MATCH (this)-[edge:SHOWS]->(that:Media)",
        description,
        order=ascending("edge.position", "integer"),
        total="COUNT { (this)-[:SHOWS]->() }",
    )

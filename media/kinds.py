"""What may be uploaded, told from the content: neither a name nor a Content-Type is believed."""

from __future__ import annotations

from dataclasses import dataclass

import filetype

from graph.errors import Invalid

SNIFFED_BYTES = 8_192


class Unsupported(Invalid):
    """Content of a type that is not taken; nothing more of it need be read."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """An accepted type: `image` or `video`, its exact MIME type and the extension of its stored objects."""

    kind: str
    mime_type: str
    extension: str


JPEG = MediaType("image", "image/jpeg", "jpg")
PNG = MediaType("image", "image/png", "png")
WEBP = MediaType("image", "image/webp", "webp")
GIF = MediaType("image", "image/gif", "gif")
MP4 = MediaType("video", "video/mp4", "mp4")
WEBM = MediaType("video", "video/webm", "webm")
ACCEPTED = {one.mime_type: one for one in (JPEG, PNG, WEBP, GIF, MP4, WEBM)}
BY_EXTENSION = {one.extension: one for one in ACCEPTED.values()}


def sniffed(head: bytes) -> MediaType:
    """The type of content that begins with `head` (its first SNIFFED_BYTES, or all of it). Raises Unsupported."""
    found = filetype.guess_mime(head) if head else None
    # Recorders name the codec's brand only ('avc1', 'iso5'), which the library takes for nothing.
    if found is None and head[4:8] == b"ftyp" and head[8:12] in (b"avc1", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"):
        found = MP4.mime_type
    if found not in ACCEPTED:
        raise Unsupported(f"only {', '.join(ACCEPTED)} are taken; this is none of them", field=("file",))
    return ACCEPTED[found]

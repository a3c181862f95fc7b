"""Pictures and videos in the graph: one Media for each owner and content, whoever else has the same bytes."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.database import Database, Transaction
from graph.errors import Conflict, Forbidden, Invalid, NotFound
from graph.ids import label_of
from graph.model import NODE_BY_LABEL
from graph.rules import texts
from graph.statements import beside

STATEMENTS = beside(__file__)
_FROM_SOURCE = STATEMENTS["media_from_source"]
_ADD = STATEMENTS["add_media"]
_SERVED = STATEMENTS["served_media"]
_SET_ALT_TEXT = STATEMENTS["set_alt_text"]
_DELETE = STATEMENTS["delete_media"]
_LOCK = STATEMENTS["lock_media"]
_SHOW_IN = {"Note": STATEMENTS["show_in_note"], "Review": STATEMENTS["show_in_review"]}
_REFERENCED = STATEMENTS["referenced_keys"]

MAX_ALT_TEXT = 1_000
MAX_SHOWN = 18


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video of one owner. `storage_key` and `thumbnail_key` name objects of the media store."""

    id: str
    owner_id: str
    kind: str
    mime_type: str
    sha256: str
    bytes: int
    width: int | None
    height: int | None
    storage_key: str
    thumbnail_key: str | None
    thumbnail_bytes: int | None
    alt_text: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Content:
    """What was stored for an upload: the SHA-256 of the stored bytes and of the upload, and where the objects are."""

    kind: str
    mime_type: str
    sha256: str
    source_sha256: str
    bytes: int
    width: int | None
    height: int | None
    storage_key: str
    thumbnail_key: str | None = None
    thumbnail_bytes: int | None = None


async def media_from_source(database: Database, *, owner_id: str, source_sha256: str) -> Media | None:
    """What the owner's earlier upload of the same bytes became, or None."""
    row = await database.row(_FROM_SOURCE, owner_id=owner_id, source_sha256=source_sha256)
    return None if row is None else _media(row["media"])


async def add_media(
    transaction: Transaction, *, owner_id: str, content: Content, alt_text: str | None, now: datetime
) -> tuple[Media, bool]:
    """The owner's Media of this content, and whether it is new.

    Raises Forbidden when the owner is not active or moderation removed the same content of theirs.
    """
    fresh = _unguessable_id(now)
    row = await transaction.row(
        _ADD,
        owner_id=owner_id,
        id=fresh,
        content_key=f"{owner_id}:{content.sha256}",
        kind=content.kind,
        mime_type=content.mime_type,
        sha256=content.sha256,
        source_sha256=content.source_sha256,
        bytes=content.bytes,
        width=content.width,
        height=content.height,
        storage_key=content.storage_key,
        thumbnail_key=content.thumbnail_key,
        thumbnail_bytes=content.thumbnail_bytes,
        alt_text=checked_alt_text(alt_text),
        now=now,
    )
    if row is None:
        raise Forbidden("only active accounts may upload")
    media = _media(row["media"])
    refuse_removed(media)
    return media, media.id == fresh


def refuse_removed(media: Media) -> None:
    """Raises Forbidden when moderation removed this Media: uploading it again does not bring it back."""
    if media.state != "ready":
        raise Forbidden("this file was removed by moderation", field=("file",))


async def served_media(database: Database, media_id: str) -> Media | None:
    """The Media when it may be served, or None."""
    row = await database.row(_SERVED, id=media_id)
    return None if row is None else _media(row["media"])


async def set_alt_text(
    transaction: Transaction, *, user_id: str, media_id: str, alt_text: str | None, now: datetime
) -> Media:
    """The owner's Media with its new alt text; None or blank takes it away. Raises Invalid or NotFound."""
    row = await transaction.row(
        _SET_ALT_TEXT, user_id=user_id, media_id=media_id, alt_text=checked_alt_text(alt_text), now=now
    )
    if row is None:
        raise NotFound("you have no such media", field=("mediaId",))
    return _media(row["media"])


async def delete_media(transaction: Transaction, *, user_id: str, media_id: str, now: datetime) -> None:
    """Deletes the owner's Media; its objects go with the next sweep.

    Raises NotFound, and Conflict while a note or review shows it: what people read keeps its pictures until its
    author takes them out.
    """
    row = await transaction.row(_DELETE, user_id=user_id, media_id=media_id, now=now)
    if row is None:
        raise NotFound("you have no such media", field=("mediaId",))
    if row["shown"]:
        raise Conflict("a note or review still shows it", field=("mediaId",))


async def show_media(
    transaction: Transaction, *, owner_id: str, shower_id: str, media_ids: Sequence[str], now: datetime
) -> None:
    """Makes these of the owner's media, in this order, what a note or review of theirs shows; none clears it.

    The caller has checked that the note or review is the owner's. Raises Invalid for too many or the same twice, and
    NotFound for media that are not ready or not theirs.
    """
    if len(media_ids) > MAX_SHOWN:
        raise Invalid(f"at most {MAX_SHOWN} pictures or videos", field=("mediaIds",))
    if len(set(media_ids)) < len(media_ids):
        raise Invalid("the same picture or video stands there twice", field=("mediaIds",))
    locked = await transaction.rows(_LOCK, owner_id=owner_id, media_ids=sorted(media_ids), now=now)
    if len(locked) < len(media_ids):
        raise NotFound("you have no such media", field=("mediaIds",))
    show_in = _SHOW_IN.get(label_of(shower_id) or "")
    if show_in is None or await transaction.row(show_in, shower_id=shower_id, media_ids=list(media_ids)) is None:
        raise NotFound("there is no such note or review")


async def referenced_keys(database: Database, keys: Collection[str]) -> set[str]:
    """Those of the stored objects' keys that some Media names."""
    return {row["key"] for row in await database.rows(_REFERENCED, keys=list(keys))}


def checked_alt_text(alt_text: str | None) -> str | None:
    """The alt text as it is kept, None for a blank one. Raises Invalid as `setAltText` does."""
    try:
        text = texts.clean(alt_text or "", lines=False)
    except ValueError as error:
        raise Invalid(f"alt text {error}", field=("alt",)) from None
    if len(text) > MAX_ALT_TEXT:
        raise Invalid(f"alt text may have {MAX_ALT_TEXT:,} characters", field=("alt",))
    return text or None


def _unguessable_id(now: datetime) -> str:
    """An id whose 74 random bits are drawn anew: whoever knows the id of a Media may see it.

    `new_id` counts on within one millisecond, so that one id would tell much of the next.
    """
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & (1 << 62) - 1
    uuid7 = int(now.timestamp() * 1000) << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low
    return f"{NODE_BY_LABEL['Media'].prefix}_{uuid7:032x}"


def _media(node: Any) -> Media:
    return Media(
        id=node["id"],
        owner_id=node["ownerId"],
        kind=node["kind"],
        mime_type=node["mimeType"],
        sha256=node["sha256"],
        bytes=node["bytes"],
        width=node.get("width"),
        height=node.get("height"),
        storage_key=node["storageKey"],
        thumbnail_key=node.get("thumbnailKey"),
        thumbnail_bytes=node.get("thumbnailBytes"),
        alt_text=node.get("altText"),
        state=node["state"],
    )

"""The way of an upload: what is accepted, what is stored, and the Media that it becomes.

Objects are written before the Media that names them, so a crash leaves at most objects that nothing names, which
`job media-sweep` takes away.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import datetime
from typing import IO

from graph.database import Database, Transaction
from graph.errors import LimitExceeded
from graph.media import (
    Content,
    Media,
    add_media,
    checked_alt_text,
    media_from_source,
    refuse_removed,
    set_alt_text,
)
from media import images, videos
from media.kinds import WEBP, MediaType
from media.store import MediaStore, key_of
from settings import Settings

# A picture of the largest size takes a few hundred MiB while it is written anew.
_AT_ONCE = 2
_Objects = dict[str, bytes | IO[bytes]]


class Intake:
    """Takes uploads into one store and one graph; at most two are decoded at the same time."""

    def __init__(self, database: Database, store: MediaStore, settings: Settings) -> None:
        self._database = database
        self._store = store
        self._settings = settings
        self._decoding = asyncio.Semaphore(_AT_ONCE)

    @property
    def max_bytes(self) -> int:
        """The most bytes that an upload of any type may have."""
        return max(self._settings.max_image_bytes, self._settings.max_video_bytes)

    def max_bytes_of(self, media_type: MediaType) -> int:
        """The most bytes that an upload of this type may have."""
        return self._settings.max_image_bytes if media_type.kind == "image" else self._settings.max_video_bytes

    def too_large(self, most: int) -> LimitExceeded:
        """The refusal of what is larger than `most` bytes."""
        return LimitExceeded(f"the file may have {most:,} bytes", field=("file",))

    async def take(
        self, file: IO[bytes], media_type: MediaType, *, owner_id: str, alt_text: str | None, now: datetime
    ) -> tuple[Media, bool]:
        """The owner's Media of the file, and whether it is new. The file is on the disk and may be changed.

        Raises Invalid, LimitExceeded, Forbidden or Unavailable.
        """
        alt_text = checked_alt_text(alt_text)
        source_sha256 = await asyncio.to_thread(_sha256, file)
        found = await self._found_again(owner_id, source_sha256, alt_text, now)
        if found is not None:
            return found, False
        async with self._decoding:
            content, objects = await asyncio.to_thread(self._prepare, file, media_type, source_sha256)
        await self._put(objects, now)

        async def work(transaction: Transaction) -> tuple[Media, bool]:
            return await add_media(transaction, owner_id=owner_id, content=content, alt_text=alt_text, now=now)

        media, is_new = await self._database.unit(work)
        # A sweep may have taken an old object between its renewal and the Media; from here on it is named.
        await self._put(objects, now)
        return media, is_new

    async def _found_again(
        self, owner_id: str, source_sha256: str, alt_text: str | None, now: datetime
    ) -> Media | None:
        """What the same upload of theirs became earlier, if its objects are still whole."""
        media = await media_from_source(self._database, owner_id=owner_id, source_sha256=source_sha256)
        if media is None:
            return None
        refuse_removed(media)
        for key, size in ((media.storage_key, media.bytes), (media.thumbnail_key, media.thumbnail_bytes)):
            stored = await self._store.head(key) if key else None
            if key and (stored is None or stored.bytes != size):
                return None
        if alt_text is None or media.alt_text is not None:
            return media

        async def work(transaction: Transaction) -> Media:
            return await set_alt_text(transaction, user_id=owner_id, media_id=media.id, alt_text=alt_text, now=now)

        return await self._database.unit(work)

    def _prepare(self, file: IO[bytes], media_type: MediaType, source_sha256: str) -> tuple[Content, _Objects]:
        if media_type.kind == "video":
            return self._video(file, media_type, source_sha256)
        picture = images.prepared(file, media_type, max_pixels=self._settings.max_image_pixels)
        sha256 = hashlib.sha256(picture.content).hexdigest()
        key = key_of(sha256, media_type)
        thumbnail_key = key_of(hashlib.sha256(picture.thumbnail).hexdigest(), WEBP)
        content = Content(
            kind=media_type.kind,
            mime_type=media_type.mime_type,
            sha256=sha256,
            source_sha256=source_sha256,
            bytes=len(picture.content),
            width=picture.width,
            height=picture.height,
            storage_key=key,
            thumbnail_key=thumbnail_key,
            thumbnail_bytes=len(picture.thumbnail),
        )
        return content, {key: picture.content, thumbnail_key: picture.thumbnail}

    def _video(self, file: IO[bytes], media_type: MediaType, source_sha256: str) -> tuple[Content, _Objects]:
        width, height = videos.strip(file, media_type)
        sha256 = _sha256(file)
        key = key_of(sha256, media_type)
        content = Content(
            kind=media_type.kind,
            mime_type=media_type.mime_type,
            sha256=sha256,
            source_sha256=source_sha256,
            bytes=file.seek(0, io.SEEK_END),
            width=width,
            height=height,
            storage_key=key,
        )
        return content, {key: file}

    async def _put(self, objects: _Objects, now: datetime) -> None:
        for key, content in objects.items():
            if isinstance(content, bytes):
                size = len(content)
            else:
                size = content.seek(0, io.SEEK_END)
                content.seek(0)
            await self._store.put(key, content, size, now=now)


def _sha256(file: IO[bytes]) -> str:
    file.flush()
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any open binary file will do

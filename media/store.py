"""Where the bytes are kept: a folder of this machine, or a bucket of any S3-compatible store.

Objects are named by the SHA-256 of their content, so that the same bytes are kept once, writing them again changes
nothing, and a reader sees all of an object or none of it.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from graph.errors import NotFound, Unavailable
from media.kinds import BY_EXTENSION, MediaType
from settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

_KEY = re.compile(rf"([0-9a-f]{{2}})/(\1[0-9a-f]{{62}})\.({'|'.join(BY_EXTENSION)})", re.ASCII)
_WINDOW_BYTES = 2 * 1024 * 1024
# What is younger is surely kept by the sweep, so it need not be written again to be renewed.
_FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that is there: its key, its size, and when it was last written (aware)."""

    key: str
    bytes: int
    written_at: datetime


def key_of(sha256: str, media_type: MediaType) -> str:
    """The key of content with this SHA-256 in hexadecimal: `ab/abcdef….jpg`."""
    return f"{sha256[:2]}/{sha256}.{media_type.extension}"


def sha256_of_key(key: str) -> str:
    """The SHA-256 that the key names. Raises NotFound for what is no key of ours, so that no path gets further."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise NotFound("there is no such file")
    return match[2]


class MediaStore:
    """Content-addressed objects. Every method raises NotFound for a malformed key and Unavailable when it fails."""

    def __init__(self, inner: LocalStore | S3Store, folder: Path | None = None) -> None:
        self._inner = inner
        self._folder = folder

    async def put(self, key: str, content: bytes | IO[bytes], size: int, *, now: datetime) -> None:
        """Writes the object unless it is there, whole and fresh; an older one is written again, which renews it.

        Renewing keeps a sweep that runs at the same time from taking what is about to be named by a Media.
        """
        found = await self.head(key)
        if found is not None and found.bytes == size and now - found.written_at < _FRESH:
            return
        media_type = BY_EXTENSION[key.rpartition(".")[2]]
        # Folders know no content types; in a bucket they are for who looks at it by other means.
        attributes = {"Content-Type": media_type.mime_type} if self._folder is None else None
        try:
            with _translated():
                await self._inner.put_async(key, content, attributes=attributes)
                if self._folder is not None:
                    await asyncio.to_thread(_settle, self._folder / key)
        except NotFound:
            raise Unavailable("the media store is not there") from None

    async def head(self, key: str) -> Stored | None:
        """What is known of the object, or None when it is not there."""
        sha256_of_key(key)
        try:
            with _translated():
                meta = await self._inner.head_async(key)
        except NotFound:
            return None
        return Stored(key, meta["size"], meta["last_modified"])

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` (exclusive), window by window.

        Each window is a request of its own: a slow reader holds neither more memory nor a connection to the store.
        Raises NotFound when the object is not there.
        """
        sha256_of_key(key)
        for first in range(start, end, _WINDOW_BYTES):
            with _translated():
                window = await self._inner.get_range_async(key, start=first, end=min(first + _WINDOW_BYTES, end))
            yield bytes(window)

    async def listed(self) -> AsyncIterator[list[Stored]]:
        """Every object of ours, in batches; what else lies in the folder or bucket is passed over."""
        with _translated():
            async for batch in self._inner.list(chunk_size=1_000):
                yield [
                    Stored(one["path"], one["size"], one["last_modified"])
                    for one in batch
                    if _KEY.fullmatch(one["path"])
                ]

    async def delete(self, key: str) -> None:
        """Deletes the object; one that is not there is gone already."""
        sha256_of_key(key)
        try:
            with _translated():
                await self._inner.delete_async(key)
        except NotFound:
            return


def open_store(settings: Settings) -> MediaStore:
    """The store that the settings name; a local folder is made when it is not there. Raises Unavailable."""
    if not settings.media_store:
        folder = settings.data_dir / "media"
        with _translated():
            return MediaStore(LocalStore(folder, mkdir=True), folder)
    address = urlsplit(settings.media_store)
    given = {
        "endpoint": settings.media_s3_endpoint,
        "region": settings.media_s3_region,
        "access_key_id": settings.media_s3_key_id,
        "secret_access_key": settings.media_s3_secret.get_secret_value(),
    }
    config: dict[str, Any] = {
        **{name: value for name, value in given.items() if value},
        "virtual_hosted_style_request": settings.media_s3_virtual_host,
        "disable_bulk_delete": True,  # not every store has it, and we delete one at a time
    }
    inner = S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        config=cast("S3Config", config),
        client_options={
            "allow_http": settings.media_s3_endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )
    return MediaStore(inner)


def _settle(path: Path) -> None:
    """Waits until the file and its name are on the disk: the graph must not outlive what it names."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound("there is no such file") from None
    except (BaseError, OSError) as error:
        raise Unavailable(f"the media store does not answer ({type(error).__name__}); please ask again") from error

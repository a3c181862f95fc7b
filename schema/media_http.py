"""Media over HTTP: `POST /media` takes a file, `GET /media/<id>` and `GET /media/<id>/thumbnail` serve it."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any

import orjson
from cachetools import TTLCache
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from graph.database import Database
from graph.errors import (
    Conflict,
    Invalid,
    NotFound,
    SignInRequired,
    TimedOut,
    ZhongcaoError,
)
from graph.ids import label_of
from graph.media import Media, served_media
from media.intake import Intake
from media.kinds import SNIFFED_BYTES, WEBP, MediaType, Unsupported, sniffed
from media.ranges import Part, Unsatisfiable, has_already, part_for
from media.store import MediaStore, open_store, sha256_of_key
from schema.faults import Statuses, described, http_status, masked
from schema.http import Authenticate
from settings import Settings

log = logging.getLogger(__name__)
_STATUSES: Statuses = ((Conflict, 409), (Unsupported, 415), (Invalid, 422))
_BUFFER_BYTES = 1024 * 1024
# How long a process may serve what moderation has just removed, or its owner deleted.
_REMEMBERED_S = 10
_REMEMBERED = 10_000
_SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    """What stands behind one address: an object of the store and what is said of it."""

    key: str
    mime_type: str
    bytes: int
    name: str

    @property
    def etag(self) -> str:
        return f'"{sha256_of_key(self.key)}"'


def media_routes(
    settings: Settings,
    database: Callable[[], Database],
    authenticate: Authenticate,
    count_upload: Callable[[str], Awaitable[object]],
) -> list[Route]:
    """The routes. `count_upload` counts an upload of the person with this id and raises TooMany."""
    # Opened when it is first needed: a service that is only asked to read has no need of a folder.
    store = cache(lambda: open_store(settings))
    uploads = _Uploads(settings, database, store, authenticate, count_upload)
    files = _Files(database, store)
    return [
        Route("/media", uploads.upload, methods=["POST"]),
        Route("/media/{media_id}", files.whole, methods=["GET"]),
        Route("/media/{media_id}/thumbnail", files.thumbnail, methods=["GET"]),
    ]


class _Uploads:
    """Takes files. The body is the file itself; `?alt=` may say in words what it shows."""

    def __init__(
        self,
        settings: Settings,
        database: Callable[[], Database],
        store: Callable[[], MediaStore],
        authenticate: Authenticate,
        count_upload: Callable[[str], Awaitable[object]],
    ) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._authenticate = authenticate
        self._count_upload = count_upload
        self._intake: Intake | None = None

    async def upload(self, request: Request) -> Response:
        """201 with the new Media, or 200 with the one that this file of theirs became earlier."""
        try:
            async with asyncio.timeout(self._settings.upload_timeout_s):
                media, is_new = await self._upload(request)
        except TimeoutError:
            return _refusal(TimedOut(f"the upload took longer than {self._settings.upload_timeout_s:g} s"), 408)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it; access logs know the number
        except ZhongcaoError as error:
            return _refusal(error)
        except Exception as error:
            return _json({"errors": [masked(error)]}, 500)
        return _json(_told(media), 201 if is_new else 200)

    async def _upload(self, request: Request) -> tuple[Media, bool]:
        viewer = self._authenticate(dict(request.scope["headers"]))
        if viewer is None:
            raise SignInRequired("sign in first: send the header Authorization: Bearer <access token>")
        intake = self._intake = self._intake or Intake(self._database(), self._store(), self._settings)
        _check_head(request, intake)
        await self._count_upload(viewer.id)
        with tempfile.TemporaryFile() as file:
            media_type = await _receive(request, file, intake)
            return await intake.take(
                file,
                media_type,
                owner_id=viewer.id,
                alt_text=request.query_params.get("alt"),
                now=datetime.now(UTC),
            )


def _check_head(request: Request, intake: Intake) -> None:
    """Refuses before a byte of the body is read what cannot end well."""
    # The type is not believed. But forms of other sites can send no such type without asking first.
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/octet-stream" and not declared.startswith(("image/", "video/")):
        raise Unsupported(
            "send the file itself as the body, with its Content-Type or application/octet-stream",
            field=("content-type",),
        )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > intake.max_bytes:
        raise intake.too_large(intake.max_bytes)


async def _receive(request: Request, file: IO[bytes], intake: Intake) -> MediaType:
    """Writes the body to the file; the type that its beginning shows decides how much it may be."""
    waiting, received = bytearray(), 0
    media_type: MediaType | None = None
    async for chunk in request.stream():
        waiting += chunk
        received += len(chunk)
        if media_type is None and received >= SNIFFED_BYTES:
            media_type = sniffed(bytes(waiting[:SNIFFED_BYTES]))
        most = intake.max_bytes_of(media_type) if media_type else intake.max_bytes
        if received > most:
            raise intake.too_large(most)
        if len(waiting) >= _BUFFER_BYTES:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    media_type = media_type or sniffed(bytes(waiting))
    if received > intake.max_bytes_of(media_type):
        raise intake.too_large(intake.max_bytes_of(media_type))
    await asyncio.to_thread(file.write, bytes(waiting))
    return media_type


class _Files:
    """Serves files to whoever knows their address."""

    def __init__(self, database: Callable[[], Database], store: Callable[[], MediaStore]) -> None:
        self._database = database
        self._store = store
        self._known: TTLCache[str, Media] = TTLCache(_REMEMBERED, _REMEMBERED_S)

    async def whole(self, request: Request) -> Response:
        """The file as it is stored."""
        return await self._serve(request, _whole)

    async def thumbnail(self, request: Request) -> Response:
        """The file's thumbnail."""
        return await self._serve(request, _thumbnail)

    async def _serve(self, request: Request, which: Callable[[Media], _File]) -> Response:
        try:
            return await self._answer(request, which(await self._media(request.path_params["media_id"])))
        except ZhongcaoError as error:
            return _refusal(error)

    async def _media(self, media_id: str) -> Media:
        media = self._known.get(media_id)
        if media is None:
            known_id = label_of(media_id) == "Media"
            media = await served_media(self._database(), media_id) if known_id else None
            if media is None:
                raise NotFound("there is no such file")
            self._known[media_id] = media
        return media

    async def _answer(self, request: Request, file: _File) -> Response:
        asked = request.headers
        headers = {**_SAFE, "etag": file.etag, "cache-control": _FOREVER, "accept-ranges": "bytes"}
        if has_already(asked.get("if-none-match"), file.etag):
            return Response(status_code=304, headers=headers)
        headers |= {"content-type": file.mime_type, "content-disposition": f'inline; filename="{file.name}"'}
        if request.method == "HEAD":
            return Response(headers={**headers, "content-length": str(file.bytes)})
        try:
            part = part_for(asked.get("range"), file.bytes, etag=file.etag, if_range=asked.get("if-range"))
        except Unsatisfiable:
            return Response(status_code=416, headers={**_SAFE, "content-range": f"bytes */{file.bytes}"})
        if part is None:
            return await self._stream(file, Part(0, file.bytes), headers, 200)
        headers["content-range"] = f"bytes {part.start}-{part.end - 1}/{file.bytes}"
        return await self._stream(file, part, headers, 206)

    async def _stream(self, file: _File, part: Part, headers: dict[str, str], status: int) -> Response:
        windows = self._store().read(file.key, part.start, part.end)
        try:
            # Before the answer begins: afterwards an object that is not there could not be told.
            first = await anext(windows)
        except NotFound:
            log.error("the media store lacks %s", file.key)
            raise
        headers["content-length"] = str(part.end - part.start)
        return StreamingResponse(_joined(first, windows), status, headers)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for window in rest:
        yield window


def _whole(media: Media) -> _File:
    extension = media.storage_key.rpartition(".")[2]
    return _File(media.storage_key, media.mime_type, media.bytes, f"{media.id}.{extension}")


def _thumbnail(media: Media) -> _File:
    if media.thumbnail_key is None or media.thumbnail_bytes is None:
        raise NotFound("there is no thumbnail of it")
    return _File(media.thumbnail_key, WEBP.mime_type, media.thumbnail_bytes, f"{media.id}-thumbnail.webp")


def _told(media: Media) -> dict[str, Any]:
    url = f"/media/{media.id}"
    return {
        "id": media.id,
        "kind": media.kind,
        "mimeType": media.mime_type,
        "width": media.width,
        "height": media.height,
        "bytes": media.bytes,
        "url": url,
        "thumbnailUrl": f"{url}/thumbnail" if media.thumbnail_key else None,
        "altText": media.alt_text,
    }


def _refusal(error: ZhongcaoError, status: int | None = None) -> Response:
    response = _json({"errors": [described(error)]}, status or http_status(error, _STATUSES))
    if isinstance(error, SignInRequired):
        response.headers["www-authenticate"] = "Bearer"
    return response


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, {**_SAFE, "cache-control": "no-store"}, "application/json")

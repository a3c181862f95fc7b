"""The files of our web pages: our own beside each page, and libraries out of the locked, verified WebJars."""

from __future__ import annotations

import asyncio
import logging
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graph.embedded import EmbeddedError
from graph.embedded.artifacts import ensure

log = logging.getLogger(__name__)
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class WebPage:
    """A web page at `path`: the files of `folder`, and of the jars of one locked set those that `in_jar` matches.

    Its first group is the name under which such a file is served. `policy` is the page's Content-Security-Policy.
    """

    path: str
    folder: Path
    jars: str
    in_jar: re.Pattern[str]
    policy: str

    @property
    def headers(self) -> Mapping[str, str]:
        """What every answer carries."""
        return {
            "content-security-policy": self.policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        }

    def answer(self) -> Response:
        """The page itself."""
        content = (self.folder / "index.html").read_bytes()
        return Response(content, media_type="text/html", headers={**self.headers, "cache-control": "no-cache"})

    def read_files(self) -> Mapping[str, bytes]:
        """All files by name. Raises EmbeddedError when the jars cannot be had."""
        files = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.suffix in _TYPES}
        for jar in ensure(self.jars):
            with zipfile.ZipFile(jar) as archive:
                for entry in archive.namelist():
                    if match := self.in_jar.fullmatch(entry):
                        files[match[1]] = archive.read(entry)
        return files


class _Assets:
    """A page's files, read once when somebody first asks."""

    def __init__(self, page: WebPage) -> None:
        self._page = page
        self._files: Mapping[str, bytes] | None = None
        self._lock = asyncio.Lock()

    async def file(self, name: str) -> bytes | None:
        """The content of a file, or None for an unknown name. Raises EmbeddedError when they cannot be had."""
        async with self._lock:
            if self._files is None:
                self._files = await asyncio.to_thread(self._page.read_files)
        return self._files.get(name)


def assets_route(page: WebPage) -> Route:
    """Where the page's files are served. They may be kept for a moment only: a newer release has newer ones."""
    assets = _Assets(page)

    async def asset(request: Request) -> Response:
        name: str = request.path_params["name"]
        try:
            content = await assets.file(name)
        except EmbeddedError as error:
            log.error("%s cannot be served: %s", page.path, error)
            return PlainTextResponse(f"The files of {page.path} cannot be had: {error}\n", status_code=503)
        if content is None:
            return PlainTextResponse("no such file\n", status_code=404)
        headers = {**page.headers, "cache-control": "public, max-age=300"}
        return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)

    return Route(f"{page.path}/{{name:str}}", asset)

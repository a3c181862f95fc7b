"""GraphiQL without any network: its scripts come from the locked, verified WebJars."""

from __future__ import annotations

import asyncio
import logging
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graph.embedded import EmbeddedError
from graph.embedded.artifacts import ensure

log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_IN_JAR = re.compile(
    r"META-INF/resources/webjars/[^/]+/[^/]+/(?:umd/)?"
    r"(react\.production\.min\.js|react-dom\.production\.min\.js|graphiql\.min\.(?:js|css))"
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Assets:
    """The page's files, read once when somebody first asks."""

    def __init__(self) -> None:
        self._files: Mapping[str, bytes] | None = None
        self._lock = asyncio.Lock()

    async def file(self, name: str) -> bytes | None:
        """The content of a file, or None for an unknown name. Raises EmbeddedError when they cannot be had."""
        async with self._lock:
            if self._files is None:
                self._files = await asyncio.to_thread(_read_files)
        return self._files.get(name)


def _read_files() -> Mapping[str, bytes]:
    files = {path.name: path.read_bytes() for path in _HERE.iterdir() if path.suffix in _TYPES}
    for jar in ensure("graphiql"):
        with zipfile.ZipFile(jar) as archive:
            for entry in archive.namelist():
                if match := _IN_JAR.fullmatch(entry):
                    files[match[1]] = archive.read(entry)
    return files


def page() -> Response:
    """The page itself."""
    return Response((_HERE / "index.html").read_bytes(), media_type="text/html", headers=_HEADERS)


def route() -> Route:
    """Where the page's files are served."""
    assets = Assets()

    async def asset(request: Request) -> Response:
        name: str = request.path_params["name"]
        try:
            content = await assets.file(name)
        except EmbeddedError as error:
            log.error("GraphiQL cannot be served: %s", error)
            return PlainTextResponse(f"GraphiQL's files cannot be had: {error}\n", status_code=503)
        if content is None:
            return PlainTextResponse("no such file\n", status_code=404)
        headers = {**_HEADERS, "cache-control": "public, max-age=86400"}
        return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)

    return Route("/graphiql/{name:str}", asset)

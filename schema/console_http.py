"""The console over HTTP: `POST /cypher` answers a question in JSON, CSV, Arrow or Parquet, as its `Accept` asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

import orjson
from starlette.types import Message, Receive, Scope, Send

from graph import personal_tokens, saved_queries
from graph.console.canned import CANNED
from graph.console.explained import explain_graph
from graph.console.formats import ENCODERS, MEDIA_TYPES, Format
from graph.console.refusals import CypherFault, Refused
from graph.database import Database
from graph.errors import (
    Invalid,
    SignInRequired,
    TimedOut,
    ZhongcaoError,
)
from graph.rules.access import Viewer
from graph.saved_queries import Listed, SavedQuery
from resolvers.console import Busy, Console
from resolvers.rates import Rates
from schema.bodies import read_body
from schema.console_requests import Given, read, wanted_format
from schema.faults import Statuses, described, http_status, masked
from schema.http import CHALLENGE, Authenticate
from settings import Settings
from telemetry.context import learned

log = logging.getLogger(__name__)
_STATUSES: Statuses = ((Busy, 429), (Refused, 422), (CypherFault, 422))
TOLD = ("/cypher/canned", "/cypher/saved", "/cypher/graph")


@dataclass(frozen=True, slots=True)
class Services:
    """What the endpoint asks with; made when the application starts."""

    database: Database
    console: Console
    rates: Rates


class ConsoleEndpoint:
    """`POST /cypher`. Who goes away takes the question along: the server's work on it ends."""

    def __init__(self, settings: Settings, services: Callable[[], Services], authenticate: Authenticate) -> None:
        self._settings = settings
        self._services = services
        self._authenticate = authenticate
        self._told = dict(zip(TOLD, (self._canned, self._saved, self._graph), strict=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        if scope["path"] in self._told:
            await self._tell(scope, send)
            return
        if scope["method"] != "POST":
            await _send(send, 405, _errors(Invalid("send a POST request with a JSON body")), [(b"allow", b"POST")])
            return
        headers = dict(scope["headers"])
        try:
            viewer = await self._viewer(scope)
            async with asyncio.timeout(self._settings.request_timeout_s):
                body = await read_body(headers, receive, most=self._settings.max_body_bytes)
                given = await read(headers, body, partial(self._saved_query, viewer))
            form = wanted_format(headers)
        except TimeoutError:
            late = TimedOut(f"the request took longer than {self._settings.request_timeout_s:g} s")
            await _send(send, 408, _errors(late))
            return
        except ZhongcaoError as error:
            await _refuse(send, error)
            return
        await _while_there(receive, lambda: self._answer(send, viewer, given, form))

    async def _tell(self, scope: Scope, send: Send) -> None:
        """Sends what there is to ask about."""
        try:
            viewer = await self._viewer(scope)
            found = await self._told[scope["path"]](viewer)
        except ZhongcaoError as error:
            await _refuse(send, error)
            return
        await _send(send, 200, found)

    async def _canned(self, _viewer: Viewer) -> bytes:
        """The questions that are kept ready."""
        found = [
            {"name": one.name, "about": one.about, "query": one.text, "parameters": list(map(asdict, one.parameters))}
            for one in CANNED.values()
        ]
        return orjson.dumps({"canned": found})

    async def _saved(self, viewer: Viewer) -> bytes:
        """What the viewer saved, and what they opened of others."""
        listed = await saved_queries.saved_queries(self._services().database, user_id=viewer.id)
        return orjson.dumps({"saved": [_described(one) for one in listed]})

    async def _saved_query(self, viewer: Viewer, key: str) -> SavedQuery:
        return await saved_queries.saved_query(self._services().database, key=key, user_id=viewer.id)

    async def _graph(self, _viewer: Viewer) -> bytes:
        """The open part of the graph, explained."""
        return orjson.dumps(await explain_graph(self._services().database))

    async def _viewer(self, scope: Scope) -> Viewer:
        """Who asks, counted. Raises SignInRequired, Forbidden or TooMany."""
        services, headers = self._services(), dict(scope["headers"])
        address = (scope.get("client") or ("",))[0]
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        try:
            if scheme.lower() == "bearer" and token.strip().startswith(personal_tokens.PREFIX):
                viewer: Viewer | None = await personal_tokens.holder(
                    services.database, token=token.strip(), now=datetime.now(UTC)
                )
            else:
                viewer = self._authenticate(headers)
        except SignInRequired:
            await services.rates.request(None, address)
            raise
        if viewer is None:
            await services.rates.request(None, address)
        else:
            learned(viewer=viewer.id)
        return await services.console.admit(viewer)

    async def _answer(self, send: Send, viewer: Viewer, given: Given, form: Format) -> None:
        try:
            if given.mode == "answer":
                await self._stream(send, viewer, given, form)
            else:
                found = await self._services().console.plan(viewer.id, given.asked, given.mode)
                await _send(send, 200, orjson.dumps(found, default=str))
        except ZhongcaoError as error:
            await _refuse(send, error)
        except Exception as error:
            await _send(send, 500, orjson.dumps({"errors": [masked(error)]}))

    async def _stream(self, send: Send, viewer: Viewer, given: Given, form: Format) -> None:
        """Sends the answer piece by piece. Raises only before the first is sent."""
        encoder = ENCODERS[form]()
        begun = False
        try:
            async with self._services().console.answer(viewer.id, given.asked, encoder) as reply:
                async for piece in reply.delivery.pieces():
                    if not begun:
                        headers = [(b"zhongcao-source", reply.source.name.encode())]
                        if reply.source.made_at is not None:
                            headers.append((b"zhongcao-made-at", reply.source.made_at.isoformat().encode()))
                        await send(_head(200, MEDIA_TYPES[form].encode(), headers))
                        begun = True
                    if piece:
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except ZhongcaoError as error:
            if not begun:
                raise
            # The status is gone. An answer that cannot tell of it is broken off, so that nobody takes it as whole.
            last = encoder.broken(error.code, error.message)
            await send({"type": "http.response.body", "body": last, "more_body": not encoder.ends_after_error})


def _described(listed: Listed) -> dict[str, object]:
    one = listed.query
    return {
        "id": one.id,
        "name": one.name,
        "about": one.description,
        "query": one.definition.text,
        "language": one.definition.language,
        "parameters": list(map(asdict, one.definition.parameters)),
        "link": one.link,
        "mine": listed.mine,
    }


async def _while_there(receive: Receive, answer: Callable[[], Awaitable[None]]) -> None:
    """Awaits the answer, or ends it when the caller goes away."""
    work = asyncio.ensure_future(answer())
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    finally:
        gone.cancel()
        work.cancel()
    if not work.cancelled():
        work.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _errors(error: ZhongcaoError) -> bytes:
    told = described(error)
    if isinstance(error, Refused):
        told["extensions"]["reason"] = error.reason
    if isinstance(error, CypherFault):
        told["extensions"]["status"] = error.status
    return orjson.dumps({"errors": [told]})


async def _refuse(send: Send, error: ZhongcaoError) -> None:
    status = http_status(error, _STATUSES)
    if error.field in (("accept",), ("content-type",)):
        status = 406 if error.field == ("accept",) else 415
    await _send(send, status, _errors(error), [CHALLENGE] if status == 401 else [])


def _head(status: int, kind: bytes, more: list[tuple[bytes, bytes]]) -> Message:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), *more]
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _send(send: Send, status: int, body: bytes, more: list[tuple[bytes, bytes]] | None = None) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send(_head(status, b"application/json", [length, *(more or [])]))
    await send({"type": "http.response.body", "body": body})

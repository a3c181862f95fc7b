"""The console over HTTP: `POST /cypher` answers a question in JSON, CSV, Arrow or Parquet, as its `Accept` asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from starlette.types import Message, Receive, Scope, Send

from graph import personal_tokens
from graph.console.formats import ENCODERS, MEDIA_TYPES, Format
from graph.console.reading import Question
from graph.console.refusals import CypherFault, Refused
from graph.database import Database
from graph.errors import Forbidden, Invalid, LimitExceeded, SignInRequired, TimedOut, Unavailable, ZhongcaoError
from graph.rules.access import Viewer
from resolvers.console import Asked, Busy, Console
from resolvers.rates import Rates, TooMany
from schema.faults import described, masked
from schema.http import Authenticate
from settings import Settings
from telemetry.context import learned

log = logging.getLogger(__name__)
Headers = Mapping[bytes, bytes]
# The first that fits decides.
_STATUS: tuple[tuple[type[ZhongcaoError], int], ...] = (
    (SignInRequired, 401),
    (Forbidden, 403),
    (TooMany, 429),
    (Busy, 429),
    (LimitExceeded, 413),
    (Refused, 422),
    (CypherFault, 422),
    (Unavailable, 503),
    (TimedOut, 504),
)
_CHALLENGE = (b"www-authenticate", b'Bearer error="invalid_token"')


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        if scope["method"] != "POST":
            await _send(send, 405, _errors(Invalid("send a POST request with a JSON body")), [(b"allow", b"POST")])
            return
        try:
            viewer = await self._viewer(scope)
            given = _read(dict(scope["headers"]), await self._body(receive))
            form = _format(dict(scope["headers"]))
        except ZhongcaoError as error:
            await _refuse(send, error)
            return
        await _while_there(receive, lambda: self._answer(send, viewer, given, form))

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

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        async with asyncio.timeout(self._settings.request_timeout_s):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > self._settings.max_body_bytes:
                    most = self._settings.max_body_bytes
                    raise LimitExceeded(f"the request's body may have {most} bytes", field=("body",))
                if not message.get("more_body"):
                    return bytes(body)

    async def _answer(self, send: Send, viewer: Viewer, given: _Given, form: Format) -> None:
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

    async def _stream(self, send: Send, viewer: Viewer, given: _Given, form: Format) -> None:
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


@dataclass(frozen=True, slots=True)
class _Given:
    asked: Asked
    mode: Literal["answer", "explain", "profile"]


def _read(headers: Headers, body: bytes) -> _Given:
    # Browsers send other types across origins without asking first, so they would open a door to forged requests.
    if not headers.get(b"content-type", b"").startswith(b"application/json"):
        raise Invalid("content-type must be application/json", field=("content-type",))
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"the body is not JSON: {error}", field=("body",)) from None
    if not isinstance(found, dict):
        raise Invalid("the body must be an object with query, parameters", field=("body",))
    unknown = set(found) - {"query", "parameters", "language", "mode", "timeoutS", "maxRows"}
    if unknown:
        raise Invalid(f"{', '.join(sorted(unknown))}: no such member", field=("body",))
    timeout_s = _number(found, "timeoutS", int, float)
    question = Question(
        _member(found, "query", str, None),
        _member(found, "parameters", dict, {}),
        _choice(found, "language", ("5", "25")),
        float("inf") if timeout_s is None else timeout_s,
    )
    max_rows = _number(found, "maxRows", int)
    return _Given(Asked(question, max_rows), _choice(found, "mode", ("answer", "explain", "profile")))


def _member(found: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    value = found.get(name, default)
    if not isinstance(value, kind):
        raise Invalid(f"{name} must be {'a string' if kind is str else 'an object'}", field=(name,))
    return value


def _choice(found: Mapping[str, Any], name: str, words: tuple[str, ...]) -> Any:
    value = found.get(name, words[0])
    if value not in words:
        raise Invalid(f"{name} must be one of {', '.join(words)}", field=(name,))
    return value


def _number(found: Mapping[str, Any], name: str, *kinds: type[int] | type[float]) -> Any:
    value: Any = found.get(name)
    if value is not None and (type(value) not in kinds or not value > 0):
        raise Invalid(f"{name} must be a number above 0", field=(name,))
    return value


def _format(headers: Headers) -> Format:
    """The format that is wanted most among those there are; JSON where none is named. Raises Invalid for others."""
    wanted: list[tuple[float, str]] = []
    for part in headers.get(b"accept", b"").decode("latin-1").split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        wanted.append((-float(weight) if weight.replace(".", "", 1).isdigit() else 0.0, name))
    known: dict[str, Format] = {media_type.partition(";")[0]: form for form, media_type in MEDIA_TYPES.items()}
    known |= {"*/*": "json", "application/*": "json", "": "json", "text/*": "csv"}
    for _, name in sorted(wanted, key=lambda one: one[0]):
        if name in known:
            return known[name]
    raise Invalid(f"accept must name one of {', '.join(MEDIA_TYPES.values())}", field=("accept",))


def _errors(error: ZhongcaoError) -> bytes:
    told = described(error)
    if isinstance(error, Refused):
        told["extensions"]["reason"] = error.reason
    if isinstance(error, CypherFault):
        told["extensions"]["status"] = error.status
    return orjson.dumps({"errors": [told]})


async def _refuse(send: Send, error: ZhongcaoError) -> None:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    if error.field in (("accept",), ("content-type",)):
        status = 406 if error.field == ("accept",) else 415
    await _send(send, status, _errors(error), [_CHALLENGE] if status == 401 else [])


def _head(status: int, kind: bytes, more: list[tuple[bytes, bytes]]) -> Message:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), *more]
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _send(send: Send, status: int, body: bytes, more: list[tuple[bytes, bytes]] | None = None) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send(_head(status, b"application/json", [length, *(more or [])]))
    await send({"type": "http.response.body", "body": body})

"""GraphQL over HTTP, as an ASGI endpoint that does no more than it must.

Source: GraphQL over HTTP specification (GraphQL Foundation, 2025 draft).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from graph.errors import Invalid, LimitExceeded, SignInRequired, TimedOut, ZhongcaoError
from graph.rules.access import Viewer
from graph.rules.tokens import Tokens
from resolvers.rates import TooMany
from schema import graphiql
from schema.bodies import JSON, read_body, read_json
from schema.documents import Caller, Request
from schema.event_stream import MEDIA_TYPE, EventStreams
from schema.execution import Executor, Response
from schema.faults import described
from settings import Settings
from telemetry.context import request_id

Authenticate = Callable[[Mapping[bytes, bytes]], Viewer | None]
_GRAPHQL_JSON = b"application/graphql-response+json"
CHALLENGE = (b"www-authenticate", b'Bearer error="invalid_token"')


class Bearer:
    """Authenticates by the header `Authorization: Bearer <access token>`. Source: RFC 6750."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def __call__(self, headers: Mapping[bytes, bytes]) -> Viewer | None:
        """Whom the headers name, None when they name nobody. Raises SignInRequired for a token that is not good."""
        given = headers.get(b"authorization")
        if given is None:
            return None
        scheme, _, token = given.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise SignInRequired("the header must read Authorization: Bearer <access token>")
        return self._tokens.read_access(token.strip())


class GraphQLEndpoint:
    """POST runs an operation; GET shows GraphiQL to browsers where the settings allow."""

    def __init__(
        self,
        settings: Settings,
        executor: Callable[[], Executor],
        authenticate: Authenticate,
        streams: EventStreams,
    ) -> None:
        self._settings = settings
        self._executor = executor
        self._authenticate = authenticate
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        headers = dict(scope["headers"])
        if scope["method"] == "POST":
            await self._operation(scope, headers, receive, send)
        elif scope["method"] in ("GET", "HEAD") and self._settings.graphiql and b"html" in headers.get(b"accept", b""):
            await graphiql.page()(scope, receive, send)
        else:
            body = _refusal(Invalid("send a POST request with a JSON body"))
            await _send(send, 405, body, JSON, [(b"allow", b"GET, POST")])

    async def _operation(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, send: Send) -> None:
        modern = _GRAPHQL_JSON in headers.get(b"accept", b"")
        kind = _GRAPHQL_JSON if modern else JSON
        client = scope.get("client")
        address = client[0] if client else ""
        try:
            viewer = await self._viewer(headers, address)
            async with asyncio.timeout(self._settings.request_timeout_s):
                body = await read_body(headers, receive, most=self._settings.max_body_bytes)
            request = _read_request(headers, body)
        except TimeoutError:
            await _send(send, 408, _refusal(self._late()), kind)
            return
        except SignInRequired as error:
            await _send(send, 401, _refusal(error), kind, [CHALLENGE])
            return
        except TooMany as error:
            await _send(send, 429, _refusal(error), kind)
            return
        except ZhongcaoError as error:
            status = 413 if isinstance(error, LimitExceeded) else 415 if error.field == ("content-type",) else 400
            await _send(send, status, _refusal(error), kind)
            return
        caller = Caller(viewer, address, request_id())
        if MEDIA_TYPE in headers.get(b"accept", b""):
            await self._stream(receive, send, request, caller, headers)
            return
        response = await self._answer(request, caller)
        # The older media type answers 200 to every well-formed request, whatever became of it.
        refused = not response.executed and (modern or response.status >= 429)
        await _send(send, response.status if refused else 200, response.body, kind)

    async def _stream(
        self, receive: Receive, send: Send, request: Request, caller: Caller, headers: Mapping[bytes, bytes]
    ) -> None:
        try:
            await self._streams.answer(receive, send, request, caller, lambda: self._believed(headers))
        except LimitExceeded as error:
            await _send(send, 429, _refusal(error), JSON)

    def _believed(self, headers: Mapping[bytes, bytes]) -> None:
        self._authenticate(headers)

    async def _viewer(self, headers: Mapping[bytes, bytes], address: str) -> Viewer | None:
        """Who asks, counted. Raises SignInRequired, or TooMany for whoever asks too often, with a bad token too."""
        rates = self._executor().rates
        try:
            viewer = self._authenticate(headers)
        except SignInRequired:
            await rates.request(None, address)
            raise
        await rates.request(viewer.id if viewer else None, address)
        return viewer

    async def _answer(self, request: Request, caller: Caller) -> Response:
        try:
            async with asyncio.timeout(self._settings.request_timeout_s):
                return await self._executor().execute(request, caller)
        except TimeoutError:
            return Response(_refusal(self._late()), executed=False, status=504)

    def _late(self) -> TimedOut:
        return TimedOut(f"the request took longer than {self._settings.request_timeout_s:g} s")


def _read_request(headers: Mapping[bytes, bytes], body: bytes) -> Request:
    found = read_json(headers, body)
    if isinstance(found, list):
        raise Invalid("one operation at a time: the body must be an object, not a list", field=("body",))
    return request_of(found)


def request_of(found: object) -> Request:
    """The operation in a message's JSON. Raises Invalid."""
    if not isinstance(found, dict):
        raise Invalid("the body must be an object with query, variables, operationName", field=("body",))
    return Request(
        query=_member(found, "query", str, required=True),
        variables=_member(found, "variables", dict) or {},
        operation_name=_member(found, "operationName", str),
    )


_WORDS: Mapping[type, str] = {str: "a string", dict: "an object"}


def _member(found: dict[str, Any], name: str, kind: type, *, required: bool = False) -> Any:
    value = found.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, kind):
        raise Invalid(f"{name} must be {_WORDS[kind]}", field=(name,))
    return value


def _refusal(error: ZhongcaoError) -> bytes:
    return orjson.dumps({"errors": [described(error)]})


async def _send(
    send: Send,
    status: int,
    body: bytes,
    kind: bytes,
    more: list[tuple[bytes, bytes]] | None = None,
) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *(more or ()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

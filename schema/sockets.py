"""GraphQL over WebSockets: any number of operations on one connection.

Source: GraphQL over WebSocket protocol (enisdenjo/graphql-ws, PROTOCOL.md), subprotocol `graphql-transport-ws`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson
from starlette.types import Message, Receive, Scope, Send

from graph.errors import Invalid, LimitExceeded, SignInRequired
from resolvers.rates import Rates, TooMany, counted
from schema.connections import Connections
from schema.documents import Caller, Request
from schema.faults import described
from schema.http import Authenticate, request_of
from schema.subscribing import Subscriptions
from settings import Settings
from telemetry.context import request_id

SUBPROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
BELIEVED_S = 10.0  # how often it is checked that an access token is still good
_SEND_S = 30.0
_MAX_ID = 100


class Closed(Exception):
    """The connection ends with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class SocketEndpoint:
    """Accepts WebSockets and serves each until one side ends it."""

    def __init__(
        self,
        settings: Settings,
        subscriptions: Callable[[], Subscriptions],
        authenticate: Authenticate,
        connections: Connections,
        rates: Rates,
    ) -> None:
        self.settings = settings
        self.subscriptions = subscriptions
        self.authenticate = authenticate
        self.connections = connections
        self.rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        counted.set(None)  # a connection outlives what one answer could tell
        headers = dict(scope["headers"])
        client = scope.get("client")
        address = client[0] if client else ""
        await receive()  # websocket.connect
        if not _same_origin(headers, self.settings.cors_origins):
            await send({"type": "websocket.close", "code": 1008, "reason": "this origin may not connect"})
            return
        chosen = SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None
        await send({"type": "websocket.accept", "subprotocol": chosen})
        try:
            with self.connections.held(address):
                if chosen is None:
                    raise Closed(4406, "Subprotocol not acceptable")
                await _Connection(self, headers, address, receive, send).serve()
        except LimitExceeded:
            await _close(send, 1013, "this address holds too many connections")
        except Closed as closed:
            await _close(send, closed.code, closed.reason)


class _Connection:
    """One connection: what it was authenticated with, and its operations under way by the id that the client chose."""

    def __init__(
        self, endpoint: SocketEndpoint, headers: Mapping[bytes, bytes], address: str, receive: Receive, send: Send
    ) -> None:
        self._endpoint = endpoint
        self._headers = headers
        self._address = address
        self._receive = receive
        self._send = send
        self._sending = asyncio.Lock()
        self._caller: Caller | None = None
        self._begun = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._over: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Returns when the client has left. Raises Closed when it must."""
        watching = [
            asyncio.create_task(self._watch_beginning()),
            asyncio.create_task(self._watch_belief()),
            asyncio.create_task(self._watch_service()),
        ]
        try:
            while (message := await self._next())["type"] != "websocket.disconnect":
                await self._take(_read(message, self._endpoint.settings.max_body_bytes))
        finally:
            running = [*watching, *self._operations.values()]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            self._over.cancel()

    async def _next(self) -> Message:
        """The client's next message. Raises Closed as soon as the connection must end."""
        coming = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait((coming, self._over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not coming.done():
                coming.cancel()
        if self._over.done():
            self._over.result()
        return coming.result()

    def _end(self, code: int, reason: str) -> None:
        if not self._over.done():
            self._over.set_exception(Closed(code, reason))

    async def _watch_beginning(self) -> None:
        await asyncio.sleep(INIT_TIMEOUT_S)
        if not self._begun:
            self._end(4408, "Connection initialisation timeout")

    async def _watch_belief(self) -> None:
        while not self._over.done():
            await asyncio.sleep(BELIEVED_S)
            with suppress(SignInRequired):
                self._check()

    async def _watch_service(self) -> None:
        await self._endpoint.connections.ended()
        self._end(1001, "the service is stopping")

    def _check(self) -> None:
        """Returns while the token of the connection is good; else the connection ends. Raises SignInRequired."""
        try:
            self._endpoint.authenticate(self._headers)
        except SignInRequired:
            self._end(4403, "Forbidden: the access token has expired")
            raise

    async def _take(self, message: Mapping[str, Any]) -> None:
        kind = message.get("type")
        if kind == "connection_init":
            await self._begin(message.get("payload"))
        elif kind == "ping":
            await self._tell({"type": "pong"})
        elif kind == "subscribe":
            await self._subscribe(message)
        elif kind == "complete":
            task = self._operations.pop(_id_of(message), None)
            if task is not None:
                task.cancel()
        elif kind != "pong":
            raise Closed(4400, "Invalid message: unknown type")

    async def _begin(self, payload: object) -> None:
        if self._begun:
            raise Closed(4429, "Too many initialisation requests")
        self._begun = True
        if payload is not None and not isinstance(payload, dict):
            raise Closed(4400, "Invalid message: payload must be an object")
        given = {name.lower(): value for name, value in (payload or {}).items()}.get("authorization")
        if given is not None:
            self._headers = {**self._headers, b"authorization": str(given).encode("latin-1", "replace")}
        rates = self._endpoint.rates
        try:
            viewer = self._endpoint.authenticate(self._headers)
            await rates.request(viewer.id if viewer else None, self._address)
        except SignInRequired:
            with suppress(TooMany):
                await rates.request(None, self._address)
            raise Closed(4403, "Forbidden") from None
        except TooMany as error:
            raise Closed(1013, f"too many requests; try again in {error.retry_after_s} s") from None
        self._caller = Caller(viewer, self._address, request_id())
        await self._tell({"type": "connection_ack"})

    async def _subscribe(self, message: Mapping[str, Any]) -> None:
        caller = self._caller
        if caller is None:
            raise Closed(4401, "Unauthorized")
        operation_id = _id_of(message)
        if operation_id in self._operations:
            raise Closed(4409, f"Subscriber for {operation_id} already exists")
        try:
            request = request_of(message.get("payload"))
        except Invalid as error:
            raise Closed(4400, f"Invalid message: {error.message}") from None
        try:
            most = self._endpoint.settings.max_subscriptions_per_connection
            if len(self._operations) >= most:
                raise LimitExceeded(f"a connection may have {most} operations under way")
            self._check()
            await self._endpoint.rates.request(caller.viewer_id, self._address)
        except LimitExceeded as error:
            await self._tell({"id": operation_id, "type": "error", "payload": [described(error)]})
            return
        except SignInRequired:
            return  # the connection ends
        task = asyncio.create_task(self._operate(operation_id, request, caller), name="operation")
        self._operations[operation_id] = task

    async def _operate(self, operation_id: str, request: Request, caller: Caller) -> None:
        """Sends every answer, and that there are no more."""
        last: dict[str, Any] = {"id": operation_id, "type": "complete"}
        async with aclosing(self._endpoint.subscriptions().stream(request, caller, self._check)) as answers:
            async for response in answers:
                if response.executed:
                    await self._tell({"id": operation_id, "type": "next", "payload": orjson.Fragment(response.body)})
                else:
                    errors = orjson.loads(response.body)["errors"]
                    last = {"id": operation_id, "type": "error", "payload": errors}
        # The id is free again before the client reads that the operation is over.
        self._operations.pop(operation_id, None)
        await self._tell(last)

    async def _tell(self, message: Mapping[str, Any]) -> None:
        """Sends a message; a client that does not read in time is left."""
        try:
            async with asyncio.timeout(_SEND_S), self._sending:
                await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except TimeoutError:
            self._end(1008, "the client does not read")


def _read(message: Message, most: int) -> Mapping[str, Any]:
    text = message.get("text")
    if text is None:
        raise Closed(4400, "Invalid message: send text")
    if len(text) > most:
        raise Closed(1009, f"a message may have {most} bytes")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Closed(4400, "Invalid message: send a JSON object")
    return found


def _id_of(message: Mapping[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= _MAX_ID:
        raise Closed(4400, f"Invalid message: id must be text of 1 to {_MAX_ID} characters")
    return found


def _same_origin(headers: Mapping[bytes, bytes], allowed: tuple[str, ...]) -> bool:
    """Whether a browser's page from elsewhere is not what connects: browsers ask nobody before they do."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin in allowed or "*" in allowed:
        return True
    return urlsplit(origin).netloc.lower() == headers.get(b"host", b"").decode("latin-1").lower()


async def _close(send: Send, code: int, reason: str) -> None:
    # A reason has at most 123 bytes. RFC 6455, section 5.5.
    short = reason.encode()[:123].decode(errors="ignore")
    with suppress(TimeoutError):
        async with asyncio.timeout(_SEND_S):
            await send({"type": "websocket.close", "code": code, "reason": short})

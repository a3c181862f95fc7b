"""The application behind a real server on a port, and clients of its long connections, for tests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import httpx
import orjson
import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection

from app import create_app
from graph.errors import SignInRequired
from schema.http import Authenticate
from settings import Settings
from telemetry import metrics
from tests.schema.support import as_viewer

PROTOCOL = "graphql-transport-ws"


class _Server(uvicorn.Server):
    """A server that leaves the signals of the test run alone."""

    def capture_signals(self) -> Any:
        """Captures none."""
        return nullcontext()


@asynccontextmanager
async def serving(settings: Settings, authenticate: Authenticate | None = None) -> AsyncIterator[str]:
    """The host and port where another instance of the application answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = create_app(settings, authenticate=authenticate)
    config = uvicorn.Config(app, log_level="warning", lifespan="on", ws_per_message_deflate=False)
    config.timeout_graceful_shutdown = 2
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await until(lambda: server.started)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


class Passes:
    """Authenticates whoever names a person's id in place of a token, until the passes end."""

    def __init__(self) -> None:
        self.good = True

    def __call__(self, headers: Mapping[bytes, bytes]) -> Any:
        """The person, or None for nobody."""
        given = headers.get(b"authorization", b"").decode().removeprefix("Bearer ")
        if given and not self.good:
            raise SignInRequired("the access token has expired")
        return as_viewer(given or None)


class Socket:
    """A client that speaks the protocol word by word."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        """Sends a message."""
        await self.connection.send(orjson.dumps(message).decode())

    async def hear(self, within_s: float = 20) -> Any:
        """The next message."""
        async with asyncio.timeout(within_s):
            return orjson.loads(await self.connection.recv())

    async def begin(self, token: str | None = None) -> None:
        """Initialises the connection."""
        payload = {} if token is None else {"payload": {"authorization": f"Bearer {token}"}}
        await self.say(type="connection_init", **payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        """Begins an operation."""
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def closed(self, within_s: float = 20) -> tuple[int | None, str | None]:
        """Code and reason of the close that comes next."""
        async with asyncio.timeout(within_s):
            try:
                said = await self.connection.recv()
            except websockets.ConnectionClosed as closed:
                received = closed.rcvd
                return (received.code, received.reason) if received else (None, None)
        raise AssertionError(f"not closed, but {said!r}")


@asynccontextmanager
async def connected(place: str, *, protocol: str | None = PROTOCOL, **options: Any) -> AsyncIterator[Socket]:
    """A WebSocket to the API."""
    subprotocols = [protocol] if protocol else None
    url = f"ws://{place}/graphql"
    async with websockets.connect(url, subprotocols=subprotocols, proxy=None, **options) as connection:  # type: ignore[arg-type]
        yield Socket(connection)


@asynccontextmanager
async def streamed(
    place: str, query: str, token: str | None = None, **variables: Any
) -> AsyncIterator[tuple[httpx.Response, AsyncIterator[str]]]:
    """An event stream's response and its lines as they come."""
    headers = {"accept": "text/event-stream"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    body = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=10) as client,
        client.stream("POST", f"http://{place}/graphql", json=body, headers=headers) as response,
    ):
        yield response, response.aiter_lines()


def under_way() -> set[str]:
    """Names of the tasks that connections leave running while they are open."""
    names = {"tail", "operation"}
    return {task.get_name() for task in asyncio.all_tasks() if task.get_name() in names}


async def until(met: Callable[[], bool]) -> None:
    """Returns when it is so. Raises TimeoutError after a long while."""
    async with asyncio.timeout(20):
        while not met():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def subscriptions(number: int) -> None:
    """Returns when so many subscriptions are open in this process."""
    told = f"\nzhongcao_graphql_open_subscriptions {number:.1f}\n".encode()
    await until(lambda: told in metrics.rendered())

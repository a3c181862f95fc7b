"""GraphQL as a stream of server-sent events, one operation a connection.

Source: GraphQL over Server-Sent Events protocol (enisdenjo/graphql-sse, PROTOCOL.md), "distinct connections mode".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

import orjson
from starlette.types import Receive, Send

from graph.errors import SignInRequired
from schema.connections import Connections
from schema.documents import Caller, Request
from schema.execution import Response
from schema.faults import described
from schema.subscribing import Check, Subscriptions

MEDIA_TYPE = b"text/event-stream"
KEEP_ALIVE_S = 12.0
_SEND_S = 30.0
_COMPLETE = b"event: complete\ndata:\n\n"


class EventStreams:
    """Answers operations as event streams."""

    def __init__(self, subscriptions: Callable[[], Subscriptions], connections: Connections) -> None:
        self._subscriptions = subscriptions
        self._connections = connections

    async def answer(self, receive: Receive, send: Send, request: Request, caller: Caller, check: Check) -> None:
        """Streams until the operation is over, the caller leaves or may no longer be believed, or the service stops.

        Raises LimitExceeded, before anything is sent, when the caller's address holds too many connections.
        """
        with self._connections.held(caller.address):
            headers = [(b"content-type", MEDIA_TYPE), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            stream = _Stream(send)
            answers = self._subscriptions().stream(request, caller, check)
            pumping = asyncio.create_task(stream.pump(answers))
            ending = [asyncio.create_task(_gone(receive)), asyncio.create_task(self._connections.ended())]
            farewell = b""
            try:
                while not await _first((pumping, *ending)):
                    check()
                    await stream.write(b":\n\n")
            except SignInRequired as error:
                farewell = _next(orjson.dumps({"errors": [described(error)]})) + _COMPLETE
            except TimeoutError:
                pass  # the caller does not read: the server closes what is not finished
            finally:
                for task in (pumping, *ending):
                    task.cancel()
                await asyncio.gather(pumping, *ending, return_exceptions=True)
            await stream.finish(farewell)


class _Stream:
    """One response's body; whoever does not read it in time is left."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._writing = asyncio.Lock()

    async def write(self, text: bytes) -> None:
        async with asyncio.timeout(_SEND_S), self._writing:
            await self._send({"type": "http.response.body", "body": text, "more_body": True})

    async def finish(self, farewell: bytes) -> None:
        """Writes the end, unless nobody reads it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SEND_S), self._writing:
                await self._send({"type": "http.response.body", "body": farewell})

    async def pump(self, answers: AsyncGenerator[Response, None]) -> None:
        """Writes every answer, and that there are no more."""
        async with aclosing(answers):
            async for response in answers:
                await self.write(_next(response.body))
        await self.write(_COMPLETE)


async def _first(tasks: tuple[asyncio.Task[None], ...]) -> bool:
    """Whether one of the tasks ended before it is time for a sign of life."""
    done, _ = await asyncio.wait(tasks, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(body: bytes) -> bytes:
    return b"event: next\ndata: " + body + b"\n\n"

"""The load: a process that keeps a number of connections busy with POST requests and times every answer.

It stands apart from what it measures, so it costs both sides of a comparison the same: about 30 µs of processor time
a request. `python -m bench.load` reads a `Load` as JSON from standard input and writes a `Timing` to standard output.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from array import array
from dataclasses import asdict, dataclass, field
from typing import cast

import numpy as np
import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_FAULTS = b'"faults":[{'  # the errors of a payload, as the questions of `writes` name them
_LATE_S = 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """What to send where: `bodies` (JSON texts) in turn, by so many connections at once, for so long.

    `tokens` are the access tokens of those who send them, one for each body; none: visitors.
    """

    port: int
    path: str
    bodies: list[str]
    connections: int
    seconds: float
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Timing:
    """What came of it. `bad` answers had another status than 200, or errors; `load_cpu_ms` is ours, per request."""

    requests: int
    seconds: float
    rps: float
    bad: int
    first_bad: str
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    load_cpu_ms: float


class _Run:
    """What the connections share."""

    def __init__(self, requests: list[bytes], ends: float) -> None:
        self.requests = requests
        self.ends = ends
        self.sent = 0
        self.took_s = array("d")
        self.bad = 0
        self.first_bad = b""

    def next(self) -> bytes:
        number = self.sent
        self.sent = number + 1
        return self.requests[number % len(self.requests)]


class _Connection(asyncio.Protocol):
    """One keep-alive connection: the next request leaves when the last answer is whole."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._parts: list[bytes] = []
        self._missing = -1  # bytes of the answer still to come; -1: its head is not whole yet
        self._began = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone
        self._send()

    def _send(self) -> None:
        assert self._transport is not None
        self._began = time.perf_counter()
        self._transport.write(self._run.next())

    def data_received(self, data: bytes) -> None:
        """Collects one answer."""
        if self._missing < 0:
            if self._parts:
                data = self._parts.pop() + data
            end = data.find(_HEAD_END)
            if end < 0:
                self._parts.append(data)
                return
            self._missing = end + len(_HEAD_END) + _content_length(data[:end])
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing <= 0:
            self._answered()

    def _answered(self) -> None:
        now, run = time.perf_counter(), self._run
        run.took_s.append(now - self._began)
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        if not whole.startswith(b"HTTP/1.1 200") or b'"errors"' in whole or _FAULTS in whole:
            run.bad += 1
            run.first_bad = run.first_bad or whole[:600]
        self._parts.clear()
        self._missing = -1
        if now < run.ends:
            self._send()
        else:
            self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that the server closes under a request counts as a bad answer."""
        if not self.ended.done():
            self._run.bad += 1
            self._run.first_bad = self._run.first_bad or f"connection closed: {exc}".encode()
            self.ended.set_result(None)

    def _close(self) -> None:
        assert self._transport is not None
        self.ended.set_result(None)
        self._transport.close()


def _content_length(head: bytes) -> int:
    lower = head.lower()
    place = lower.find(_LENGTH)
    if place < 0:
        raise ValueError(f"an answer without content-length: {head[:200]!r}")
    return int(lower[place + len(_LENGTH) :].split(b"\r\n", 1)[0])


def encoded(load: Load) -> list[bytes]:
    """The requests as they go over the wire."""
    head = (
        f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\nContent-Type: application/json\r\n"
        "Accept: application/json\r\n"
    )
    senders = [f"Authorization: Bearer {token}\r\n" for token in load.tokens] or [""] * len(load.bodies)
    bodies = [body.encode() for body in load.bodies]
    return [
        f"{head}{sender}Content-Length: {len(body)}\r\n\r\n".encode() + body
        for sender, body in zip(senders, bodies, strict=True)
    ]


async def run_load(load: Load) -> Timing:
    """Sends until the time is over and every answer under way has come."""
    loop = asyncio.get_running_loop()
    before = _cpu_s()
    began = time.perf_counter()
    run = _Run(encoded(load), began + load.seconds)
    opened = [
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", load.port) for _ in range(load.connections)
    ]
    async with asyncio.timeout(load.seconds + _LATE_S):
        await asyncio.gather(*(connection.ended for _, connection in opened))
    seconds = time.perf_counter() - began
    return _timing(run, seconds, _cpu_s() - before)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _timing(run: _Run, seconds: float, cpu_s: float) -> Timing:
    took_ms = np.frombuffer(run.took_s, dtype=np.float64) * 1000
    p50, p95, p99 = (float(one) for one in np.percentile(took_ms, (50, 95, 99)))
    return Timing(
        requests=len(took_ms),
        seconds=seconds,
        rps=len(took_ms) / seconds,
        bad=run.bad,
        first_bad=run.first_bad.decode(errors="replace"),
        mean_ms=float(took_ms.mean()),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        load_cpu_ms=cpu_s * 1000 / len(took_ms),
    )


def main() -> None:
    """Runs the load that standard input describes."""
    load = Load(**json.load(sys.stdin))
    print(json.dumps(asdict(uvloop.run(run_load(load)))))


if __name__ == "__main__":
    main()

"""The bare statement: a process that runs one write after the other through the driver, and does nothing else.

`python -m bench.bare` reads a `Bare` as JSON from standard input and writes a `Done` to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import neo4j
import uvloop


@dataclass(frozen=True, slots=True)
class Bare:
    """What to run where: the text once for each set of parameters in turn, by so many at once, for so long."""

    uri: str
    username: str
    password: str
    text: str
    parameters: list[dict[str, Any]]
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    writes: int
    rps: float
    p50_ms: float


async def run_bare(bare: Bare) -> Done:
    """Runs until the time is over and every write under way has ended."""
    took_s: list[float] = []
    turn = iter(range(sys.maxsize))
    began = time.perf_counter()
    auth = (bare.username, bare.password)
    async with neo4j.AsyncGraphDatabase.driver(bare.uri, auth=auth, telemetry_disabled=True) as driver:

        async def one() -> None:
            while time.perf_counter() < began + bare.seconds:
                parameters = bare.parameters[next(turn) % len(bare.parameters)]
                started = time.perf_counter()
                async with driver.session(database="neo4j") as session:
                    await session.execute_write(_write, bare.text, parameters)
                took_s.append(time.perf_counter() - started)

        await asyncio.gather(*(one() for _ in range(bare.connections)))
    seconds = time.perf_counter() - began
    return Done(len(took_s), len(took_s) / seconds, sorted(took_s)[len(took_s) // 2] * 1000)


async def _write(tx: neo4j.AsyncManagedTransaction, text: str, parameters: dict[str, Any]) -> None:
    await (await tx.run(text, parameters)).consume()


def main() -> None:
    """Runs what standard input describes."""
    bare = Bare(**json.load(sys.stdin))
    print(json.dumps(asdict(uvloop.run(run_bare(bare)))))


if __name__ == "__main__":
    main()

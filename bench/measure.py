"""One measured run: the load beside the processor time that the server and the database took for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Self

import psutil

from bench.load import Load, Timing

REPOSITORY = Path(__file__).resolve().parent.parent


class Unmeasurable(Exception):
    """What was to be measured did not work; the text says what came instead."""


class Watched(ABC):
    """Looks again and again, in a thread of its own, while the block runs."""

    def __init__(self, *, every_s: float) -> None:
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @abstractmethod
    def look(self) -> None:
        """Looks once, and keeps what was seen."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._every_s):
            self.look()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A GraphQL server on 127.0.0.1, and the processes whose time is counted."""

    name: str
    port: int
    server_pid: int
    database_pid: int
    path: str = "/graphql"


@dataclass(frozen=True, slots=True)
class Run:
    """A timing with the processor time per request, in ms: of the server, of Neo4j."""

    timing: Timing
    server_cpu_ms: float
    db_cpu_ms: float

    @property
    def cpu_ms(self) -> float:
        """Both together: what a request costs the machine."""
        return self.server_cpu_ms + self.db_cpu_ms


METRICS = ("rps", "p50_ms", "p95_ms", "p99_ms", "server_cpu_ms", "db_cpu_ms", "load_cpu_ms")


def metric(run: Run, name: str) -> float:
    """One of METRICS of a run."""
    found: float = getattr(run if name in ("server_cpu_ms", "db_cpu_ms") else run.timing, name)
    return found


def middle(runs: Sequence[Run], name: str) -> float:
    """The median of a metric over runs."""
    return median(metric(run, name) for run in runs)


def measured(
    endpoint: Endpoint, bodies: Sequence[str], *, connections: int, seconds: float, tokens: Sequence[str] = ()
) -> Run:
    """One run, by visitors or with a token for each body. Raises Unmeasurable when an answer was bad."""
    before = cpu_s(endpoint.server_pid), cpu_s(endpoint.database_pid)
    timing = _loaded(Load(endpoint.port, endpoint.path, list(bodies), connections, seconds, list(tokens)))
    server_s = cpu_s(endpoint.server_pid) - before[0]
    database_s = cpu_s(endpoint.database_pid) - before[1]
    if timing.bad:
        raise Unmeasurable(f"{endpoint.name}: {timing.bad} of {timing.requests} answers were bad: {timing.first_bad}")
    return Run(timing, server_s * 1000 / timing.requests, database_s * 1000 / timing.requests)


def _loaded(load: Load) -> Timing:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(load)),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unmeasurable(f"the load process ended: {done.stderr[-600:]}")
    return Timing(**json.loads(done.stdout))


def cpu_s(pid: int) -> float:
    """User and system time of a process and of the children it has now."""
    return sum(_used_s(one) for one in _family(pid))


def rss_mib(pid: int) -> float:
    """Resident memory of a process and of the children it has now, in MiB."""
    return float(sum(one.memory_info().rss for one in _family(pid))) / 2**20


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _used_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def machine() -> dict[str, float | int]:
    """What figures should be read with: the size of the machine and how busy it is."""
    return {
        "cores": os.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_average": round(os.getloadavg()[0], 2),
    }

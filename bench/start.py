"""`start`: how long a start takes, from nothing and with everything in place, and what runs then takes of memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.home import ask, await_answer, folder, free_port, process
from bench.measure import REPOSITORY, Unmeasurable, rss_mib
from bench.report import Figures, begun, rounded, table, write
from graph.embedded.artifacts import default_cache_dir

_FIRST_QUESTION = json.dumps({"query": "{ notes(first: 10) { nodes { id title author { handle } } } }"})
_STOP_S = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to the first answer and from SIGTERM to the end; memory in between, in MiB."""

    seconds: float
    stop_s: float
    app_mib: float
    neo4j_mib: float


def run_start(*, data_dir: Path | None, scale: float, warm_starts: int, fetch: bool, json_file: Path | None) -> Figures:
    """The figures of a first start (with `fetch`, without the jars in the cache either) and of later ones."""
    figures = begun("start", scale=scale, warm_starts=warm_starts)
    found: list[tuple[str, Start]] = []
    with ExitStack() as stack:
        place = stack.enter_context(folder(data_dir))
        if (place / "neo4j").exists():
            raise Unmeasurable(f"{place} holds a database: a cold start needs an empty folder")
        if fetch:
            empty = stack.enter_context(folder(None))
            found.append(("fetch", _started(empty / "data", scale, cache_home=empty / "cache")))
        found.append(("cold", _started(place, scale)))
        warm = [_started(place, scale) for _ in range(warm_starts)]
    warm.sort(key=lambda one: one.seconds)
    found.append(("warm", warm[(len(warm) - 1) // 2]))
    for name, one in found:
        figures |= {
            f"{name}_s": rounded(one.seconds),
            f"{name}_stop_s": rounded(one.stop_s),
            f"{name}_app_mib": rounded(one.app_mib),
            f"{name}_neo4j_mib": rounded(one.neo4j_mib),
        }
    figures["warm_s_worst"] = rounded(warm[-1].seconds)
    figures["class_cache"] = int(any(default_cache_dir().rglob("*.aot")))
    write(figures, json_file)
    rows = [(name, one.seconds, one.stop_s, one.app_mib, one.neo4j_mib) for name, one in found]
    table(f"start, demo scale {scale:g}", ("start", "answers after s", "stops in s", "app MiB", "Neo4j MiB"), rows)
    return figures


def _started(data_dir: Path, scale: float, cache_home: Path | None = None) -> Start:
    """One life of the service on its own database."""
    port = free_port()
    command = [sys.executable, "app.py", "serve", "--port", str(port), "--data-dir", str(data_dir)]
    variables = {"ZHONGCAO_DEMO_SCALE": f"{scale:g}"}
    if cache_home is not None:
        variables["XDG_CACHE_HOME"] = str(cache_home)
    began = time.perf_counter()
    with process(command, variables, REPOSITORY, without=("NEO4J_URI",)) as child:
        await_answer(child, port, within_s=900)
        ask(port, _FIRST_QUESTION)
        seconds = time.perf_counter() - began
        app_mib, neo4j_mib = _memory(child.pid)
        stopping = time.perf_counter()
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            raise Unmeasurable("the service did not stop") from None
        return Start(seconds, time.perf_counter() - stopping, app_mib, neo4j_mib)


def _memory(pid: int) -> tuple[float, float]:
    """MiB of the app with its helpers, and of Neo4j: the largest Java process below it."""
    below = psutil.Process(pid).children(recursive=True)
    javas = [one for one in below if os.path.basename(one.name()).startswith("java")]
    if not javas:
        raise Unmeasurable("no Neo4j runs below the service")
    neo4j = max(one.memory_info().rss for one in javas) / 2**20
    others = sum(one.memory_info().rss for one in javas) / 2**20
    return rss_mib(pid) - others, neo4j

"""What the judged queries take: milliseconds of an answer through the API, and database hits of the statements."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from bench.home import Graph, ask, service, within
from bench.measure import Endpoint, Unmeasurable, measured, middle
from bench.report import OUT, Figures, rounded
from bench.search.judging import Judged
from graph.database import Database
from graph.rules.fusion import Weights
from graph.search import SEARCHES, Asked, parameters

DOCUMENTS = {
    "Note": """query S($query: String!) { found: searchNotes(query: $query, first: 20) {
      mode edges { score node { id title author { handle } } } facets { categories { id name count } } } }""",
    "Product": """query S($query: String!) { found: searchProducts(query: $query, first: 20) {
      mode edges { score node { id name } } facets { brands { id name count } prices { low high count } } } }""",
}
METRICS = ("p50_ms", "p95_ms", "rps", "server_cpu_ms", "db_cpu_ms")
_READY_S = 120.0
_DIFFERENT = 30
_SIGNS = "?!.,:;"


def latencies(
    graph: Graph, asked: Sequence[Judged], *, connections: Sequence[int], seconds: float, rounds: int
) -> Iterator[tuple[str, int, Figures]]:
    """(way, connections, figures) by words, by words and meaning, and the same for queries never asked before."""
    bodies = [_body(one, "") for one in asked]
    for embeddings in (False, True):
        with service(graph.address, embeddings=embeddings) as (port, pid):
            endpoint = Endpoint("ours", port, pid, graph.server.pid)
            if embeddings:
                _await_meaning(port)
            for body in bodies:
                ask(port, body)
            measured(endpoint, bodies, connections=4, seconds=seconds)
            for many in connections:
                OUT.print(f"asking at {many}", highlight=False)
                runs = [measured(endpoint, bodies, connections=many, seconds=seconds) for _ in range(rounds)]
                yield "hybrid" if embeddings else "text", many, {key: rounded(middle(runs, key)) for key in METRICS}
            if embeddings:
                # Signs say nothing, so these find the same, and are encoded anew.
                new = [_body(one, sign) for sign in itertools.islice(_signs(), _DIFFERENT) for one in asked]
                runs = [
                    measured(endpoint, new[place::rounds], connections=1, seconds=seconds) for place in range(rounds)
                ]
                yield "hybrid_new", 1, {key: rounded(middle(runs, key)) for key in METRICS}


def _body(one: Judged, sign: str) -> str:
    return json.dumps({"query": DOCUMENTS[one.label], "variables": {"query": f"{one.query} {sign}".strip()}})


def _signs() -> Iterator[str]:
    for length in itertools.count(1):
        yield from map("".join, itertools.product(_SIGNS, repeat=length))


def _await_meaning(port: int) -> None:
    deadline = time.monotonic() + _READY_S
    body = json.dumps({"query": DOCUMENTS["Note"], "variables": {"query": "sunscreen"}})
    while ask(port, body)["found"]["mode"] != "HYBRID":
        if time.monotonic() > deadline:
            raise Unmeasurable("the service's encoder does not answer")
        time.sleep(0.2)


def hits(graph: Graph, asked: Sequence[tuple[str, Asked]]) -> Figures:
    """Median and most database hits of the searches' statements; raises Unmeasurable where one walks a label."""

    async def count(database: Database) -> list[int]:
        return [await _hits(database, label, one) for label, one in asked]

    counted = within(graph.address, count)
    return {"db_hits_median": rounded(median(counted)), "db_hits_most": max(counted)}


async def _hits(database: Database, label: str, asked: Asked) -> int:
    statement = SEARCHES[label, False]
    summary = await database.summary(f"PROFILE {statement.text}", **parameters(label, asked, Weights()))
    assert summary.profile is not None, "it was asked for"
    operators = list(_operators(summary.profile))
    walked = {one["operatorType"] for one in operators if "LabelScan" in one["operatorType"]}
    if walked:
        raise Unmeasurable(f"{statement.name}: {', '.join(sorted(walked))}")
    return sum(int(one["args"].get("DbHits", 0)) for one in operators)


def _operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _operators(child)

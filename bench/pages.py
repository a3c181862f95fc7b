"""`pages`: how fast the service answers each page, alone with its database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.home import access_tokens, ask, config_in, demo_graph, folder, service, within
from bench.measure import Endpoint, measured, middle
from bench.questions import OWN, Variables, bodies, document, drawn
from bench.report import OUT, Figures, begun, table, under, write

_COLUMNS = ("page", "connections", "req/s", "p50 ms", "p95 ms", "p99 ms", "server cpu ms", "neo4j cpu ms")
_SHOWN = ("rps", "p50_ms", "p95_ms", "p99_ms", "server_cpu_ms", "db_cpu_ms")


def run_pages(
    *,
    data_dir: Path | None,
    scale: float,
    questions: Sequence[str],
    connections: Sequence[int],
    seconds: float,
    warmup_s: float,
    rounds: int,
    sets: int,
    json_file: Path | None,
) -> Figures:
    """The figures of every page; keys such as `profile_c16_rps`."""
    figures = begun("pages", scale=scale, seconds=seconds, rounds=rounds, sets=sets)
    rows: list[tuple[object, ...]] = []
    with folder(data_dir) as place, demo_graph(config_in(place), scale) as graph:
        variables = within(graph.address, lambda db: drawn(db, sets=sets))
        with service(graph.address) as (port, pid):
            endpoint = Endpoint("ours", port, pid, graph.server.pid)
            asked = {name: _asked(name, variables) for name in questions}
            for name, (texts, tokens) in asked.items():
                OUT.print(f"warming {name}", highlight=False)
                for text, token in zip(texts[:5], tokens or [""] * 5, strict=False):
                    ask(port, text, token=token)
                measured(endpoint, texts, connections=16, seconds=warmup_s, tokens=tokens)
            for name, (texts, tokens) in asked.items():
                for many in connections:
                    runs = [
                        measured(endpoint, texts, connections=many, seconds=seconds, tokens=tokens)
                        for _ in range(rounds)
                    ]
                    figures |= under(f"{name}_c{many}", runs)
                    rows.append((name, many, *(middle(runs, metric) for metric in _SHOWN)))
                    write(figures, json_file)
    table(f"pages, demo scale {scale:g}, medians of {rounds} × {seconds:g} s", _COLUMNS, rows)
    return figures


def _asked(name: str, variables: Variables) -> tuple[list[str], list[str]]:
    """The bodies of a question, and the tokens of those who send them; none where visitors do."""
    sets = variables[name]
    return bodies(document(name), sets), access_tokens([one["id"] for one in sets]) if name in OWN else []

"""`peer`: the service beside the official Neo4j GraphQL Library, on the same database, with the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.answers import answers, same_share
from bench.home import Graph, access_tokens, config_in, demo_graph, folder, service, with_plugins, within
from bench.measure import Endpoint, Run, measured, metric, middle
from bench.peer import apoc_functions, peer_service
from bench.questions import OWN, PEER_VARIANTS, Variables, bodies, document, drawn
from bench.report import OUT, Figures, begun, rounded, table, under, write
from commands.terminal import TerminalProgress

# What a ratio of ours to the peer's must keep to.
GOALS = {"rps": "≥ 2", "cpu": "≤ 0.5", "p95": "≤ 1"}
_RATIOS = {"rps": "rps", "cpu": "server_cpu_ms", "p95": "p95_ms", "db_cpu": "db_cpu_ms"}
_COLUMNS = ("question", "side", "req/s", "p50 ms", "p95 ms", "server cpu ms", "neo4j cpu ms", "same answers",
            "rps ratio", "cpu ratio", "p95 ratio")  # fmt: skip
_SHOWN = ("rps", "p50_ms", "p95_ms", "server_cpu_ms", "db_cpu_ms")
_OURS = "ours"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    scale: float
    connections: int
    seconds: float
    warmup_s: float
    rounds: int
    sets: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One way to ask one question, and what came of it."""

    name: str
    endpoint: Endpoint
    texts: list[str]
    tokens: list[str]
    runs: list[Run]
    same: float


def run_peer(*, data_dir: Path | None, questions: Sequence[str], sizes: Sizes, json_file: Path | None) -> Figures:
    """The figures of both sides; `<question>_ratio_rps` and the like are ours over the peer's better way to ask."""
    figures = begun(
        "peer", scale=sizes.scale, connections=sizes.connections, seconds=sizes.seconds, rounds=sizes.rounds,
        sets=sizes.sets,
    )  # fmt: skip
    with ExitStack() as stack:
        place = stack.enter_context(folder(data_dir))
        with TerminalProgress() as progress:
            apoc = apoc_functions(progress)
        config = with_plugins(config_in(place), apoc.plugins_dir, apoc.classpath)
        # The peer's plain ways to ask read whole lists before they cut them.
        config = replace(config, transaction_memory_mib=512, transactions_memory_mib=768)
        graph = stack.enter_context(demo_graph(config, sizes.scale))
        variables = within(graph.address, lambda db: drawn(db, sets=sizes.sets))
        ours, peer = _endpoints(stack, graph)
        rows: list[tuple[object, ...]] = []
        for question in questions:
            sides = _measured_sides(question, ours, peer, variables, sizes)
            found, shown = _compared(question, sides)
            figures |= found
            rows += shown
            write(figures, json_file)
    title = (
        f"side by side, demo scale {sizes.scale:g}, {sizes.connections} connections, medians of {sizes.rounds} rounds"
    )
    table(title, _COLUMNS, rows)
    OUT.print(f"goals of the ratios (ours / the peer's better way): {GOALS}", highlight=False)
    return figures


def _endpoints(stack: ExitStack, graph: Graph) -> tuple[Endpoint, Endpoint]:
    port, pid = stack.enter_context(service(graph.address))
    peer_port, peer_pid, path = stack.enter_context(peer_service(graph.address))
    ours = Endpoint(_OURS, port, pid, graph.server.pid)
    return ours, Endpoint("peer", peer_port, peer_pid, graph.server.pid, path)


def _measured_sides(question: str, ours: Endpoint, peer: Endpoint, variables: Variables, sizes: Sizes) -> list[_Side]:
    """Both sides of a question, run in alternating order so that the machine's noise falls on all alike."""
    asked = [(_OURS, ours, document(question))]
    asked += [(variant, peer, document(question, variant)) for variant in PEER_VARIANTS[question]]
    sides: list[_Side] = []
    reference = None
    for name, endpoint, text in asked:
        texts = bodies(text, variables[question])
        signed_in = name == _OURS and question in OWN
        tokens = access_tokens([one["id"] for one in variables[question]]) if signed_in else []
        given = answers(f"{question} {name}", endpoint.port, endpoint.path, texts, tokens)
        reference = reference or given
        sides.append(_Side(name, endpoint, texts, tokens, [], same_share(given, reference)))
        measured(endpoint, texts, connections=sizes.connections, seconds=sizes.warmup_s, tokens=tokens)
    for number in range(sizes.rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            run = measured(
                side.endpoint, side.texts, connections=sizes.connections, seconds=sizes.seconds, tokens=side.tokens
            )
            side.runs.append(run)
        OUT.print(f"{question}: round {number + 1} of {sizes.rounds}", highlight=False)
    return sides


def _compared(question: str, sides: Sequence[_Side]) -> tuple[Figures, list[tuple[object, ...]]]:
    ours, *peers = sides
    figures = under(f"{question}_{_OURS}", ours.runs)
    rows: list[tuple[object, ...]] = [(question, _OURS, *_shown(ours), None, None, None, None)]
    ratios: dict[str, dict[str, float]] = {}
    for side in peers:
        found = ratios[side.name] = {name: rounded(_ratio(ours, side, one)) for name, one in _RATIOS.items()}
        figures |= under(f"{question}_{side.name}", side.runs)
        figures |= {f"{question}_{side.name}_ratio_{name}": value for name, value in found.items()}
        figures[f"{question}_{side.name}_same_answers"] = side.same
        shown = (found[name] for name in GOALS)
        rows.append(("", side.name, *_shown(side), f"{side.same:.1%}", *shown))
    better = max(peers, key=lambda side: middle(side.runs, "rps")).name
    figures[f"{question}_peer_better"] = better
    figures |= {f"{question}_ratio_{name}": value for name, value in ratios[better].items()}
    return figures, rows


def _shown(side: _Side) -> tuple[float, ...]:
    return tuple(middle(side.runs, name) for name in _SHOWN)


def _ratio(ours: _Side, side: _Side, name: str) -> float:
    """The median over rounds of the ratio of neighbouring runs."""
    pairs = zip(ours.runs, side.runs, strict=True)
    return median(metric(one, name) / max(metric(other, name), 1e-9) for one, other in pairs)

"""Makes the plan, takes its time and memory, and plays it out beside the plans of PageRank and of degree."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.influence.networks import Model, by_degree, by_pagerank, made_up, network
from bench.influence.reading import Arcs, Edges, read
from bench.measure import Unmeasurable
from bench.report import OUT, begun, rounded, table, write
from graph.jobs.seeding import Network, Plan, Question, Rules, Simulated, Step, plan, simulate
from graph.jobs.seeding.network import Lists

_JUDGE = 7_919  # away from the seeds of plans, which people count up from 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured; see the command's help."""

    place: Path | None
    synthetic: int | None
    edges: Edges | None
    model: Model
    probability: float
    k: int
    cascades: int
    target: float
    memory_mb: int
    seed: int


def run_influence(asked: Asked, json_file: Path | None) -> None:
    """Prints and writes the figures. Raises Unmeasurable."""
    arcs = _arcs(asked)
    if not 1 <= asked.k <= len(arcs.names):
        raise Unmeasurable(f"--k must be from 1 to {len(arcs.names):,}, the number of people")
    OUT.print(f"{len(arcs.names):,} people, {len(arcs.sources):,} arcs; {arcs.edges}: {arcs.why}", highlight=False)
    _warm()
    graph = network(arcs, asked.model, asked.probability)
    begun_s = time.process_time()
    found = plan(_question(asked, graph), told=_tell)
    cpu_s, peak_mb = time.process_time() - begun_s, _peak_mb()
    lists = graph.forward()
    judged = {
        "plan": _judged(lists, found.seeds, asked),
        "pagerank": _judged(lists, by_pagerank(arcs, asked.k), asked),
        "degree": _judged(lists, by_degree(arcs, asked.k), asked),
    }
    _show(asked, found, judged, cpu_s, peak_mb)
    figures = {
        **begun("influence", data=_name(asked), edges=arcs.edges.value, model=asked.model.value, k=asked.k),
        "p": asked.probability if asked.model is Model.IC else None,
        "people": len(arcs.names),
        "arcs": len(arcs.sources),
        "seeds": [arcs.names[seed] for seed in found.seeds],
        "gains": [rounded(gain) for gain in found.gains],
        "spread": rounded(judged["plan"].mean),
        "spread_se": rounded(judged["plan"].error),
        "estimate": rounded(found.reach.expected),
        "estimate_low": rounded(found.reach.low),
        "estimate_high": rounded(found.reach.high),
        "certificate": round(found.certificate, 4),
        "stable": found.stable,
        "sets": found.sets,
        "cpu_s": rounded(cpu_s),
        "peak_mb": rounded(peak_mb),
        "cascades": asked.cascades,
        "pagerank_spread": rounded(judged["pagerank"].mean),
        "pagerank_spread_se": rounded(judged["pagerank"].error),
        "degree_spread": rounded(judged["degree"].mean),
        "degree_spread_se": rounded(judged["degree"].error),
    }
    write(figures, json_file)


def _arcs(asked: Asked) -> Arcs:
    if asked.synthetic is not None:
        return made_up(asked.synthetic)
    assert asked.place is not None, "the command sees to it"
    return read(asked.place, asked.edges)


def _name(asked: Asked) -> str:
    return f"synthetic-{asked.synthetic}" if asked.place is None else asked.place.resolve().name


def _question(asked: Asked, graph: Network) -> Question:
    rules = Rules(asked.k, np.ones(graph.people, np.bool_))
    return Question(graph, rules, target=asked.target, memory_mb=asked.memory_mb, seed=asked.seed)


def _warm() -> None:
    """Has everything compiled, or read from where it was kept, before time is taken."""
    for probabilities in ([0.5, 0.5, 0.5], [0.5, 0.25, 1.0]):
        ends = np.array([0, 1, 2], np.int32), np.array([1, 2, 1], np.int32)
        graph = Network(3, *ends, np.array(probabilities))
        plan(Question(graph, Rules(1, np.ones(3, np.bool_)), memory_mb=1))
        simulate(graph.forward(), [0], cascades=2)


def _tell(step: Step) -> None:
    moved = "" if step.moved is None else f", moved {step.moved:+.2%}"
    OUT.print(f"  {step.sets:>13,} sets: reach {step.expected:,.1f}{moved}", highlight=False)


def _judged(lists: Lists, seeds: Sequence[int], asked: Asked) -> Simulated:
    return simulate(lists, seeds, cascades=asked.cascades, seed=_JUDGE + asked.seed)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _show(asked: Asked, found: Plan, judged: dict[str, Simulated], cpu_s: float, peak_mb: float) -> None:
    p = f" p={asked.probability:g}" if asked.model is Model.IC else ""
    table(
        f"{_name(asked)}, {asked.model}{p}, k={asked.k}: {asked.cascades:,} cascades",
        ("seeds of", "spread", "standard error"),
        [(name, f"{one.mean:,.1f}", f"{one.error:,.2f}") for name, one in judged.items()],
    )
    reach, ended = found.reach, "" if found.stable else "; not settled, there was no room for more"
    OUT.print(
        f"certificate {found.certificate:.3f}: at least that part of what any {asked.k} could reach\n"
        f"expected {reach.expected:,.1f} ({reach.low:,.1f} to {reach.high:,.1f}), by {found.sets:,} sets{ended}\n"
        f"{cpu_s:.2f} CPU seconds on one thread, {peak_mb:,.0f} MB at most",
        highlight=False,
    )

"""Every invariant over the whole graph: range after range of ids, in memory that does not grow with the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import neo4j

from graph.embedded.progress import Progress, Silent
from graph.invariants import derived
from graph.invariants.rules import Invariant, Rules
from graph.invariants.structural import STRUCTURAL
from graph.model import NodeKind
from graph.overview import GRAPH_SIZE, Size
from graph.statements import Statement

_NODES_PER_RANGE = 1_000


class Reader(Protocol):
    """What runs the statements: a `Database`, or one `Transaction` of it."""

    async def row(self, statement: Statement, **parameters: Any) -> neo4j.Record | None:
        """The first row."""

    async def rows(self, statement: Statement, **parameters: Any) -> list[neo4j.Record]:
        """All rows."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: how often, and where for example."""

    invariant: Invariant
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How many invariants were checked over how much, and those that do not hold."""

    invariants: int
    size: Size
    violations: tuple[Violation, ...]


class _Findings:
    def __init__(self, examples: int) -> None:
        self.limit = examples
        self.counts: Counter[Invariant] = Counter()
        self._examples: dict[Invariant, list[str]] = {}
        self.checked: dict[Invariant, None] = {}

    async def add(self, reader: Reader, rules: Rules, **parameters: Any) -> None:
        """Runs the statement and notes what it found."""
        for row in await reader.rows(rules.statement, examples=self.limit, **parameters):
            if row["count"]:
                invariant = rules.invariants[row.get("rule", 0)]
                self.counts[invariant] += row["count"]
                known = self._examples.setdefault(invariant, [])
                known += row["examples"][: self.limit - len(known)]

    def violations(self) -> tuple[Violation, ...]:
        """What does not hold, in the order in which it is checked."""
        broken = (one for one in self.checked if self.counts[one])
        return tuple(Violation(one, self.counts[one], tuple(self._examples[one])) for one in broken)


async def check(reader: Reader, *, examples: int = 10, progress: Progress | None = None) -> Report:
    """What of the graph is not as it must be. Read range by range: on a busy graph, look again before you worry."""
    progress, findings = progress or Silent(), _Findings(examples)
    row = await reader.row(GRAPH_SIZE)
    assert row is not None, "a count gives a row"
    size = Size(row["nodes"], row["relationships"])
    progress.step("Checking the graph as a whole")
    await _whole(reader, findings)
    progress.done()
    progress.step("Checking nodes and their relationships", size.nodes, "nodes")
    for kind in derived.LABELS:
        await _ranges(reader, kind, findings, progress)
    progress.done()
    return Report(len(findings.checked), size, findings.violations())


async def _whole(reader: Reader, findings: _Findings) -> None:
    for rules in (derived.unknown_labels(), *(one for one in STRUCTURAL if one.label is None)):
        findings.checked.update(dict.fromkeys(rules.invariants))
        await findings.add(reader, rules)


async def _ranges(reader: Reader, kind: NodeKind, findings: _Findings, progress: Progress) -> None:
    """All invariants of the label, over ranges of its ids; what has no id is looked for when the numbers differ."""
    without_id = derived.without_id(kind)
    chosen = (*derived.by_label(kind), *(one for one in STRUCTURAL if one.label == kind.label))
    findings.checked.update(dict.fromkeys(_invariants((without_id, *chosen))))
    page, after, seen = derived.page_of_ids(kind), "", 0
    while (row := await reader.row(page, after=after, batch=_NODES_PER_RANGE)) is not None and row["nodes"]:
        for rules in chosen:
            await findings.add(reader, rules, after=after, last=row["last"])
        after, seen = row["last"], seen + row["nodes"]
        progress.advance(row["nodes"])
    stored = await reader.row(derived.label_count(kind))
    if stored is None or stored["nodes"] != seen:
        await findings.add(reader, without_id)


def _invariants(rules: Iterable[Rules]) -> Iterable[Invariant]:
    return (invariant for one in rules for invariant in one.invariants)

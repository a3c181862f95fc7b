"""Invariants that join several nodes, as statements of `structural.cypher`; each one's comment is its sentence."""

from __future__ import annotations

import re

from graph.invariants.rules import Invariant, Rules
from graph.model import NODE_BY_LABEL
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_RANGE = re.compile(r"MATCH \((\w+):(\w+)\)\s+WHERE \1\.id > \$after AND \1\.id <= \$last\b")


def _rules(statement: Statement) -> Rules:
    found = _RANGE.match(statement.text)
    label = found[2] if found else None
    if label is not None and label not in NODE_BY_LABEL:
        raise ValueError(f"{statement.source}: {statement.name} is about {label}, which is not in the model")
    return Rules(label, (Invariant(statement.name, statement.about.rstrip(".")),), statement)


STRUCTURAL: tuple[Rules, ...] = tuple(map(_rules, STATEMENTS.values()))

"""An invariant, and a statement that finds what breaks some of them."""

from __future__ import annotations

from dataclasses import dataclass

from graph.statements import Statement


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that holds in a sound graph: a name for machines, a sentence for people."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Invariants that one statement checks over nodes of a label whose ids lie between `$after` and `$last`.

    It returns rows of `rule` (place in `invariants`, 0 when absent), `count`, and at most `$examples` `examples`.
    `label` None: over the whole graph at once, for what is few or has no id to go by.
    """

    label: str | None
    invariants: tuple[Invariant, ...]
    statement: Statement

"""What must hold in the graph and Community Edition cannot constrain, checked on a running one.

Most of it follows from `graph.model` (`derived`); what joins several nodes is written out (`structural.cypher`).
"""

from graph.invariants import derived
from graph.invariants.checking import Reader, Report, Violation, check
from graph.invariants.rules import Invariant, Rules
from graph.invariants.structural import STRUCTURAL

__all__ = ["STRUCTURAL", "Invariant", "Reader", "Report", "Rules", "Violation", "check", "derived"]

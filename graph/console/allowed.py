"""What a question may use: all else is refused, what a later server brings too. The lists are in `allowed.txt`."""

from __future__ import annotations

import re
from pathlib import Path

from graph.model import NODES, OWN_NODES, OWN_RELATIONSHIPS, RELATIONSHIPS


def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    section = ""
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            found.setdefault(section, set()).update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_LISTS = _read()
OPERATORS, FUNCTIONS, PROCEDURES = _LISTS["operators"], _LISTS["functions"], _LISTS["procedures"]
BEFORE_BRACKETS = _LISTS["before brackets"]
FIRST_WORDS = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL", "LET", "FILTER", "WHEN"})

# `Expand(All)`, `VarLengthExpand(Pruning,BFS,All)`, `StatefulShortestPath(All, Trail)`: a name, and words of this list.
_FORM = re.compile(r"(\w+?)(?:\((?:All|Into|Pruning|BFS|Trail|Walk|Acyclic|, ?)+\))?")


def operator(said: str) -> str | None:
    """The name of an operator that EXPLAIN calls so, when it is allowed; None when it is not."""
    found = _FORM.fullmatch(said.partition("@")[0])
    return found[1] if found and found[1] in OPERATORS else None


# A label that is not named here is closed, so what the model gains stays closed until somebody opens it.
OPEN_LABELS = frozenset(
    {
        *("User", "Note", "Comment", "Collection", "Topic", "Category", "Media"),
        *("Brand", "Store", "Product", "Variant", "Review", "Order", "OrderLine"),
        *("BehaviourEvent", "Recommendation", "Suggestion", "Influence", "InfluenceSnapshot", "Community"),
    }
)
# Between open labels, and yet only for those whom they are about.
_CLOSED_TYPES = frozenset(
    {
        *("BLOCKS", "MUTES", "ASKED_TO_FOLLOW", "INVITED_AS_STAFF", "NOT_INTERESTED", "INTERESTED_IN", "EXCLUDES"),
        *("DRAFTED", "DRAFT_TAGGED", "DRAFT_FEATURES"),
    }
)
_ALL_LABELS = {kind.label for kind in (*NODES, *OWN_NODES)}
_KINDS = (*RELATIONSHIPS, *OWN_RELATIONSHIPS)
CLOSED_LABELS = frozenset(_ALL_LABELS - OPEN_LABELS) | {"Migration", "Import", "EmbeddingSpace"}
CLOSED_TYPES = _CLOSED_TYPES | {one.type for one in _KINDS if not {one.start, one.end} <= OPEN_LABELS}
OPEN_TYPES = frozenset({one.type for one in _KINDS} - CLOSED_TYPES)

"""The second wall: what EXPLAIN says that the server would do.

Every operator must be one that is allowed, and be seen. A subquery inside an expression is planned out of sight and
only written out in the expression: of these, plain patterns pass (`CASE WHEN (a)-[:FOLLOWS]->(b) THEN …`), whose
conditions cannot fail and so cannot tell a value in an error, and nothing else does. Where labels and relationship
types are closed, nodes and relationships may only come from open ones, which the operators that fetch them tell in
their details.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graph.console.allowed import OPEN_LABELS, OPEN_TYPES, operator
from graph.console.refusals import Refused

Plan = Mapping[str, Any]

# How a subquery is written out in the details of the operator whose expression it is in.
_HIDDEN = re.compile(r"\b(COLLECT|COUNT|EXISTS) \{")
_QUOTED = re.compile(r"`[^`]*`")
_NODE = r"\([\w ]+\)"
_CONDITION = r"(?:(?!\w\.\w+\.)[^(){}\[\]+*/%^-])*"
_PLAIN = re.compile(
    rf"\b(?:EXISTS|COUNT) \{{\s+MATCH {_NODE}(?:<?-\[[\w ]*:[\w|]+\]->?{_NODE})+(?:\s+WHERE {_CONDITION})?\s*\}}"
)
_TYPES = re.compile(r"-\[[\w ]*:([\w|]+)\]")
_LABELS = re.compile(r"[^:]+:([\w|&!]+)")
_NODE_INDEX = re.compile(r"(?:UNIQUE|\w+ INDEX) [^:(]+:(\w+)\(")
_RELATIONSHIP_INDEX = re.compile(r"(?:UNIQUE|\w+ INDEX) \([^()]*\)<?-\[[^:\[\]]*:(\w+)\(")
# (a)-[r:LIKES|FOLLOWS*..3]->(b), perhaps named, perhaps with conditions behind it.
_STEP = re.compile(r"(?:[^=()]+ = )?\((?P<start>[^()]*)\)<?-\[[^:\[\]]*:(?P<types>[\w|]+)[^\[\]]*\]->?\([^()]*\)")
_STEP_VARIABLE = re.compile(r"-\[`?([^`\[\]]*)`?\]-")
_OF_TYPES = re.compile(r"\s*(?:inlined predicates:)?\s*(\w+):([\w|]+)\s*")

_NODES_BY_LABEL = {
    "NodeByLabelScan",
    "UnionNodeByLabelsScan",
    "IntersectionNodeByLabelsScan",
    "SubtractionNodeByLabelsScan",
}
_NODES_BY_INDEX = {
    *("NodeIndexContainsScan", "NodeIndexEndsWithScan", "NodeIndexScan", "NodeIndexSeek", "NodeIndexSeekByRange"),
    *("NodeUniqueIndexSeek", "NodeUniqueIndexSeekByRange"),
}
_STEPS = {"Expand", "OptionalExpand", "VarLengthExpand", "ShortestPath"}
_TYPE_SCANS = {
    f"{direction}{kind}Scan"
    for direction in ("Directed", "Undirected")
    for kind in ("RelationshipType", "UnionRelationshipTypes")
}
_RELATIONSHIP_INDEXES = {
    f"{direction}RelationshipIndex{kind}"
    for direction in ("Directed", "Undirected")
    for kind in ("ContainsScan", "EndsWithScan", "Scan", "Seek", "SeekByRange")
}
_ANYTHING = {
    *("NodeByElementIdSeek", "NodeByIdSeek", "MultiNodeIndexSeek", "AssertingMultiNodeIndexSeek"),
    *(f"{direction}{kind}" for direction in ("Directed", "Undirected") for kind in (
        "AllRelationshipsScan", "RelationshipByElementIdSeek", "RelationshipByIdSeek")),
}  # fmt: skip
_NAME_LABELS = "name the label of the nodes to begin with, one that is open"
_NAME_TYPES = "name the types of relationships, open ones: -[:FOLLOWS|LIKES]->"


def inspect_plan(plan: Plan, *, closed: bool) -> None:
    """Returns when the plan may run. `closed`: it must not come near closed labels and types. Raises Refused."""
    for one, parent in _walk(plan, None):
        name = operator(one["operatorType"])
        if name is None:
            raise Refused("operator", f"the operator {one['operatorType'].partition('@')[0]} is not offered")
        details = str(one["args"].get("Details") or "")
        _check_hidden(details, closed=closed)
        if closed:
            _check_open(name, details, parent)


def _check_hidden(details: str, *, closed: bool) -> None:
    """Raises Refused for subqueries in an expression that are more than patterns."""
    # Names lose their quotation marks; they hold no brackets.
    said = details.replace("`", "") if _HIDDEN.search(_QUOTED.sub("", details)) else ""
    patterns = _PLAIN.findall(said)
    types = {one for found in patterns for each in _TYPES.findall(found) for one in each.split("|")}
    if _HIDDEN.search(_PLAIN.sub("", said)) or (closed and not types <= OPEN_TYPES):
        raise Refused(
            "hidden",
            "the planner hides a subquery inside an expression: compute it in a WITH of its own, or in CALL (…) { … }",
        )


def _walk(plan: Plan, parent: Plan | None) -> Iterator[tuple[Plan, Plan | None]]:
    yield plan, parent
    for child in plan.get("children", ()):
        yield from _walk(child, plan)


def _check_open(name: str, details: str, parent: Plan | None) -> None:
    """Raises Refused for an operator that fetches anything but open labels and types, or does not say what."""
    if name in _NODES_BY_LABEL:
        _check_labels(_LABELS.fullmatch(details))
    elif name in _NODES_BY_INDEX:
        _check_labels(_NODE_INDEX.match(details))
    elif name in _STEPS or name in _TYPE_SCANS:
        _check_types(_STEP.match(details), "types")
    elif name in _RELATIONSHIP_INDEXES:
        _check_types(_RELATIONSHIP_INDEX.match(details), 1)
    elif name == "StatefulShortestPath":
        _check_path(details)
    elif name == "AllNodesScan":
        _check_all_nodes(details, parent)
    elif name in _ANYTHING:
        raise Refused("closed", _NAME_LABELS)


def _check_labels(found: re.Match[str] | None) -> None:
    # What is subtracted only makes less of it.
    labels = [one for one in re.split(r"[|&]", found[1]) if not one.startswith("!")] if found else []
    if not labels or not set(labels) <= OPEN_LABELS:
        raise Refused("closed", _NAME_LABELS)


def _check_types(found: re.Match[str] | None, group: str | int) -> None:
    if found is None or not set(found[group].split("|")) <= OPEN_TYPES:
        raise Refused("closed", _NAME_TYPES)


def _check_path(details: str) -> None:
    """Every step of a path pattern has a condition of its own that names open types."""
    pattern, _, conditions = details.partition("expanding from:")
    steps = _STEP_VARIABLE.findall(pattern)
    known = {found[1]: found[2] for line in conditions.split("\n") if (found := _OF_TYPES.fullmatch(line))}
    typed = [set(known.get(one, "").split("|")) <= OPEN_TYPES for one in steps]
    if not steps or not all(typed) or pattern.count("-[") + pattern.count("--") != len(steps):
        raise Refused("closed", _NAME_TYPES)


def _check_all_nodes(variable: str, parent: Plan | None) -> None:
    """All nodes are harmless where nothing looks at them before a step of open types leaves only their ends."""
    if parent is not None and operator(parent["operatorType"]) in ("Expand", "VarLengthExpand"):
        step = _STEP.match(str(parent["args"].get("Details") or ""))
        if step is not None and step["start"] == variable and "*0" not in step[0]:
            return
    raise Refused("closed", _NAME_LABELS)

"""Invariants that follow from `graph.model`: whatever is declared there is checked.

Labels and names cannot be parameters, so the texts are composed here, only from the model, whose names `graph.bulk`
has checked to be plain identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph import bulk
from graph.invariants.rules import Invariant, Rules
from graph.model import (
    NODES,
    OWN_NODES,
    OWN_RELATIONSHIPS,
    RELATIONSHIPS,
    NodeKind,
    Property,
    PropertyType,
    RelationshipKind,
)
from graph.rules import spaces
from graph.statements import Statement

LABELS = (*NODES, *OWN_NODES)
KINDS = (*RELATIONSHIPS, *OWN_RELATIONSHIPS)
_VECTORS = "embed(ding|ded)_[0-9a-f]{12}"
BOOK_KEEPING = ("Migration", "Import", "EmbeddingSpace")
MOST_WITHOUT_ID = 10_000
bulk.check_names()

_CYPHER_TYPE = {
    PropertyType.STRING: "STRING",
    PropertyType.INTEGER: "INTEGER",
    PropertyType.FLOAT: "FLOAT",
    PropertyType.BOOLEAN: "BOOLEAN",
    PropertyType.DATETIME: "ZONED DATETIME",
    PropertyType.STRINGS: "LIST<STRING NOT NULL>",
    PropertyType.FLOATS: "LIST<FLOAT NOT NULL>",
}
_ARTICLE = {
    PropertyType.STRING: "a text",
    PropertyType.INTEGER: "an integer",
    PropertyType.FLOAT: "a number with a fraction",
    PropertyType.BOOLEAN: "true or false",
    PropertyType.DATETIME: "a time with a zone",
    PropertyType.STRINGS: "a list of texts",
    PropertyType.FLOATS: "a list of numbers",
}
_Condition = tuple[Invariant, str]


def nodes(kind: NodeKind) -> Rules:
    """Each node of the label has the one label, its properties and no others."""
    label, found = kind.label, list(_of_properties("node", kind.label, kind.all_properties))
    shape = f"'^{kind.prefix}_[0-9A-Za-z.:-]{{1,64}}$'"
    found += [
        (Invariant(f"{label}.id:prefix", f"ids of {label} begin with {kind.prefix}_"), f"NOT node.id =~ {shape}"),
        (Invariant(f"{label}:labels", f"a {label} has no other label"), "size(labels(node)) <> 1"),
        _no_others(
            "node", label, kind.all_properties, "embed(ding|ded)_[0-9a-f]{12}" if label in spaces.LABELS else ""
        ),
    ]
    text = f"{_range('node', label)}\n{_broken(found)}\n{_counted('node.id')}"
    return _rules(label, f"nodes_of_{label}", found, text)


def relationships(kind: RelationshipKind) -> Rules:
    """Each relationship of the kind has its properties and no others, and joins two nodes."""
    found = [*_of_properties("edge", kind.name, kind.properties), _no_others("edge", kind.name, kind.properties)]
    if any(one.name == "to" for one in kind.properties):
        found.append((Invariant(f"{kind.name}.to:end", f"{kind.name}.to is the id of its end"), "edge.to <> end.id"))
    if kind.start == kind.end:
        found.append((Invariant(f"{kind.name}:self", f"no {kind.start} {kind.type} itself"), "start = end"))
    text = (
        f"{_range('start', kind.start)}\nMATCH (start)-[edge:{kind.type}]->(end:{kind.end})\n"
        f"{_broken(found)}\n{_counted(_pair(repr(kind.type)))}"
    )
    return _rules(kind.start, f"relationships_of_{kind.name}", found, text)


def pairs(kind: NodeKind) -> Rules:
    """What starts at the label is of a kind of the model, and once for each pair unless the kind says otherwise."""
    starting = [one for one in KINDS if one.start == kind.label]
    known = " OR ".join(f"edge:{one.type} AND end:{one.end}" for one in starting) or "false"
    repeated = sorted({one.type for one in starting if one.many_per_pair})
    found = [
        Invariant(f"{kind.label}:relationships", f"the model has every relationship that starts from a {kind.label}"),
        Invariant(f"{kind.label}:pairs", f"one relationship of a type from a {kind.label} to each other node"),
    ]
    text = (
        f"{_range('start', kind.label)}\n"
        "CALL (start) {\n"
        f"  MATCH (start)-[edge]->(end) WHERE NOT ({known}) RETURN 0 AS rule, type(edge) AS type, end\n"
        "  UNION ALL\n"
        "  MATCH (start)-[edge]->(end) WITH type(edge) AS type, end, count(*) AS edges\n"
        f"  WHERE edges > 1 AND NOT type IN {repeated!r} RETURN 1 AS rule, type, end\n"
        "}\n"
        f"{_counted(_pair('type'))}"
    )
    return Rules(kind.label, tuple(found), Statement(f"pairs_of_{kind.label}", "read", text))


def without_id(kind: NodeKind) -> Rules:
    """Nodes of the label that no range of ids holds; at most MOST_WITHOUT_ID are counted."""
    text = (
        f"MATCH (node:{kind.label}) WHERE node.id IS NULL OR node.id IS NOT :: STRING OR node.id = ''\n"
        f"WITH node LIMIT {MOST_WITHOUT_ID}\n"
        "RETURN count(*) AS count, collect('element ' + elementId(node))[..$examples] AS examples"
    )
    invariant = Invariant(f"{kind.label}:id", f"every {kind.label} has an id, which is a text")
    return Rules(None, (invariant,), Statement(f"without_id_{kind.label}", "read", text))


def unknown_labels() -> Rules:
    """Nodes with no label of the model."""
    known = "|".join((*(kind.label for kind in LABELS), *BOOK_KEEPING))
    text = (
        f"MATCH (node) WHERE NOT node:{known}\nWITH node LIMIT {MOST_WITHOUT_ID}\n"
        "RETURN count(*) AS count,\n"
        "  collect('element ' + elementId(node) + reduce(s = '', one IN labels(node) | s + ':' + one))[..$examples]"
        " AS examples"
    )
    invariant = Invariant("graph:labels", "the model has the label of every node")
    return Rules(None, (invariant,), Statement("unknown_labels", "read", text))


def page_of_ids(kind: NodeKind) -> Statement:
    """The last of the next `$batch` ids behind `$after`, and how many they are."""
    text = (
        f"MATCH (node:{kind.label}) WHERE node.id > $after\nWITH node.id AS id ORDER BY id LIMIT $batch\n"
        "RETURN max(id) AS last, count(id) AS nodes"
    )
    return Statement(f"page_of_ids_{kind.label}", "read", text)


def label_count(kind: NodeKind) -> Statement:
    """How many nodes have the label, as stored."""
    return Statement(f"count_of_{kind.label}", "read", f"RETURN COUNT {{ (:{kind.label}) }} AS nodes")


def by_label(kind: NodeKind) -> Iterator[Rules]:
    """All that is checked over ranges of the label's ids."""
    yield nodes(kind)
    yield from (relationships(one) for one in KINDS if one.start == kind.label)
    yield pairs(kind)


def _range(variable: str, label: str) -> str:
    return f"MATCH ({variable}:{label}) WHERE {variable}.id > $after AND {variable}.id <= $last"


def _broken(found: list[_Condition]) -> str:
    """Goes on with one row for each rule that is broken."""
    cases = ",\n  ".join(f"CASE WHEN {condition} THEN {place} END" for place, (_, condition) in enumerate(found))
    return f"UNWIND [one IN [\n  {cases}\n] WHERE one IS NOT NULL] AS rule"


def _counted(example: str) -> str:
    return f"RETURN rule, count(*) AS count, collect({example})[..$examples] AS examples"


def _pair(type_text: str) -> str:
    name = "coalesce(end.id, 'element ' + elementId(end))"
    return f"start.id + ' ' + {type_text} + ' ' + {name}"


def _rules(label: str, name: str, found: list[_Condition], text: str) -> Rules:
    return Rules(label, tuple(invariant for invariant, _ in found), Statement(name, "read", text))


def _no_others(variable: str, owner: str, properties: Iterable[Property], also: str = "") -> _Condition:
    names = [one.name for one in properties]
    invariant = Invariant(f"{owner}:properties", f"{owner} has no property that the model does not name")
    known = f"key IN {names!r}" + (f" OR key =~ '{also}'" if also else "")
    return invariant, f"any(key IN keys({variable}) WHERE NOT ({known}))"


def _of_properties(variable: str, owner: str, properties: Iterable[Property]) -> Iterator[_Condition]:
    for one in properties:
        name, value, kind = f"{owner}.{one.name}", f"{variable}.{one.name}", _CYPHER_TYPE[one.type]
        if one.required:
            yield Invariant(f"{name}:present", f"every {owner} has {one.name}"), f"{value} IS NULL"
        yield Invariant(f"{name}:type", f"{name} is {_ARTICLE[one.type]}"), f"{value} IS NOT :: {kind}"
        wrong = " OR ".join(_wrong(one, value))
        if wrong:
            # Only a value of the right type can be compared.
            guarded = f"CASE WHEN {value} IS :: {kind} NOT NULL THEN {wrong} ELSE false END"
            yield Invariant(f"{name}:value", f"{name} is {_accepted(one)}"), guarded


def _wrong(one: Property, value: str) -> Iterator[str]:
    each = (lambda test: f"any(part IN {value} WHERE {test})") if one.type is PropertyType.STRINGS else None
    subject = "part" if each else value
    if one.one_of:
        test = f"NOT {subject} IN {list(one.one_of)!r}"
        yield each(test) if each else test
    if one.max_length is not None:
        test = f"size({subject}) > {one.max_length}"
        yield each(test) if each else test
    if one.type is PropertyType.STRING and one.required and not one.one_of:
        yield f"{value} = ''"
    if one.minimum is not None:
        yield f"{value} < {one.minimum}"
    if one.maximum is not None:
        yield f"{value} > {one.maximum}"
    if one.type is PropertyType.FLOAT:
        yield f"isNaN({value}) OR abs({value}) > 1.7976931348623157e308"
    if one.type is PropertyType.DATETIME:
        yield f"{value}.offsetSeconds <> 0"


def _accepted(one: Property) -> str:
    parts = []
    if one.one_of:
        parts.append("one of " + ", ".join(one.one_of))
    if one.type is PropertyType.STRING and one.required and not one.one_of:
        parts.append("not empty")
    if one.max_length is not None:
        parts.append(f"at most {one.max_length:,} characters")
    if one.minimum is not None:
        parts.append(f"at least {one.minimum:,}")
    if one.maximum is not None:
        parts.append(f"at most {one.maximum:,}")
    if one.type is PropertyType.FLOAT:
        parts.append("finite")
    if one.type is PropertyType.DATETIME:
        parts.append("in UTC")
    return ", ".join(parts)

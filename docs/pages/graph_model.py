"""The page of the graph model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docs.pages import table
from graph.migrations import all_migrations
from graph.model import NODES, OWN_NODES, OWN_RELATIONSHIPS, RELATIONSHIPS, NodeKind, Property, PropertyType

_PROSE = (Path(__file__).parent / "graph_model.md").read_text(encoding="utf-8")
_CONSTRAINT = re.compile(r"CREATE CONSTRAINT (\w+) IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE")
_INDEX = re.compile(
    r"CREATE (?:(FULLTEXT|VECTOR) )?INDEX (\w+) IF NOT EXISTS FOR (?:\(n:(\w+)\)|\(\)-\[e:(\w+)\]-\(\)) "
    r"ON (?:EACH )?[(\[]([^)\]]+)[)\]](?:\s+OPTIONS \{indexConfig: \{(.*)\}\})?"
)
_DROP = re.compile(r"DROP INDEX (\w+) IF EXISTS")
_KEPT_BY_THE_MIGRATIONS = ("migration_version", "Migration", "version")
_BOOK_KEEPING = {
    "Migration": (
        "A change of the schema that was applied.",
        (
            Property("version", PropertyType.INTEGER, "number of its file"),
            Property("name", PropertyType.STRING, "name of its file"),
            Property("checksum", PropertyType.STRING, "SHA-256 of its commands"),
            Property("appliedAt", PropertyType.DATETIME, "when it was applied"),
        ),
    ),
    "Import": (
        "An online import and how far it came. One more integer for each kind of its data, named as in "
        "[interchange](interchange.md), counts the rows that are in the graph.",
        (
            Property("id", PropertyType.STRING, "`import_` and a fingerprint of the data"),
            Property("name", PropertyType.STRING, "name of the data"),
            Property("startedAt", PropertyType.DATETIME, "when it began"),
            Property("lockedAt", PropertyType.DATETIME, "when it last took the write lock"),
            Property("finishedAt", PropertyType.DATETIME, "when every row was in", required=False),
        ),
    ),
    "EmbeddingSpace": (
        "A space of vectors: what encoded texts, and where the vectors are. A node's vector is in its property "
        "`embedding_` and the key, the digest of the text that was encoded in `embedded_` and the key.",
        (
            Property("id", PropertyType.STRING, "`embeddingspace_` and the key"),
            Property("key", PropertyType.STRING, "twelve hexadecimal digits of model, runtime and dimensions"),
            Property("model", PropertyType.STRING, "name of the model"),
            Property("runtime", PropertyType.STRING, "what ran it, with whatever changes its vectors"),
            Property("dimensions", PropertyType.INTEGER, "numbers in a vector"),
            Property("source", PropertyType.STRING, "the setting `embedding_model` that it came of"),
            Property(
                "state",
                PropertyType.STRING,
                "whether searches use it, will, or did",
                one_of=("building", "active", "retired"),
            ),
            Property("slot", PropertyType.STRING, "the state, unless it is `retired`: unique", required=False),
            Property("createdAt", PropertyType.DATETIME, "when it was begun"),
            Property("activatedAt", PropertyType.DATETIME, "since when searches use it", required=False),
            Property("retiredAt", PropertyType.DATETIME, "since when they do not", required=False),
            Property("sweepAt", PropertyType.DATETIME, "when it was asked that all texts be looked at", required=False),
            Property("heldBy", PropertyType.STRING, "which process works on it", required=False),
            Property("heldUntil", PropertyType.DATETIME, "until when, unless it says so again", required=False),
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Index:
    """An index as a migration makes it."""

    name: str
    type: str
    on: str
    properties: tuple[str, ...]
    options: str


def constraints() -> list[tuple[str, str, str]]:
    """Every uniqueness constraint: its name, label and property."""
    found = [match.groups() for match in map(_CONSTRAINT.fullmatch, _commands()) if match]
    return [_KEPT_BY_THE_MIGRATIONS, *((name, label, prop) for name, label, prop in found)]


def indexes() -> list[Index]:
    """Every index that is not a constraint's own, and that no later migration drops."""
    found = []
    dropped = {match[1] for match in map(_DROP.fullmatch, _commands()) if match}
    for match in filter(None, map(_INDEX.fullmatch, _commands())):
        kind, name, label, relationship, properties, options = match.groups()
        if name in dropped:
            continue
        names = tuple(one.strip().partition(".")[2] for one in properties.split(","))
        shown = (options or "").replace("`", "").replace("'", "")
        found.append(Index(name, (kind or "RANGE").lower(), label or relationship, names, shown))
    return found


def _commands() -> list[str]:
    commands = [" ".join(command.split()) for one in all_migrations() for command in one.commands]
    for command in commands:
        command = command.removesuffix(";")
        if not any(known.fullmatch(command) for known in (_CONSTRAINT, _INDEX, _DROP)):
            raise ValueError(f"docs/pages/graph_model.py cannot read this command of a migration: {command}")
    return [command.removesuffix(";") for command in commands]


def graph_model() -> str:
    """The page's text."""
    parts = {
        "picture": _picture(),
        "nodes": _nodes(NODES),
        "own nodes": _nodes(OWN_NODES),
        "relationships": _relationships(),
        "relationship properties": _relationship_properties(),
        "book-keeping": _book_keeping(),
        "constraints": table(
            ("constraint", "label", "unique"), ((f"`{a}`", f"`{b}`", f"`{c}`") for a, b, c in constraints())
        ),
        "indexes": _indexes(),
    }
    return re.sub(r"<<(.+?)>>\n", lambda hole: "\n".join(parts[hole[1]]) + "\n", _PROSE)


def _picture() -> list[str]:
    names: dict[tuple[str, str], list[str]] = {}
    for kind in RELATIONSHIPS:
        names.setdefault((kind.start, kind.end), []).append(kind.type)
    edges = [f'  {start} -- "{" · ".join(types)}" --> {end}' for (start, end), types in names.items()]
    return ["```mermaid", "flowchart LR", *edges, "```", ""]


def _nodes(kinds: Iterable[NodeKind]) -> list[str]:
    lines: list[str] = []
    for kind in kinds:
        lines += [f"### {kind.label}", "", f"{kind.meaning} Ids begin with `{kind.prefix}_`.", ""]
        lines += _properties(kind.all_properties, unique=("id", *kind.unique))
    return lines


def _book_keeping() -> list[str]:
    lines: list[str] = []
    for label, (meaning, properties) in _BOOK_KEEPING.items():
        lines += [f"### {label}", "", meaning, "", *_properties(properties, unique=())]
    return lines


def _properties(properties: Iterable[Property], *, unique: tuple[str, ...]) -> list[str]:
    rows = (
        (
            f"`{one.name}`",
            one.type.value,
            "yes" if one.required else "",
            _accepted(one, unique=one.name in unique),
            one.meaning,
        )
        for one in properties
    )
    return table(("property", "type", "always", "accepted", "meaning"), rows)


def _accepted(one: Property, *, unique: bool = False, optional: bool = False) -> str:
    said = ["unique"] if unique else ["may be absent"] if optional else []
    if one.one_of:
        said.append(", ".join(f"`{value}`" for value in one.one_of))
    if one.minimum is not None and one.maximum is not None and one.maximum < 100:
        said.append(f"{one.minimum} to {one.maximum}")
    elif one.minimum is not None:
        said.append(f"at least {one.minimum}")
    if one.max_length is not None:
        said.append(f"at most {one.max_length:,} characters")
    return ", ".join(said)


def _relationships() -> list[str]:
    rows = (
        (
            f"`{kind.type}`",
            f"`{kind.start}` → `{kind.end}`",
            ", ".join(f"`{one.name}` {one.type.value}" for one in kind.properties),
            kind.meaning,
        )
        for kind in sorted((*RELATIONSHIPS, *OWN_RELATIONSHIPS), key=lambda kind: kind.type)
    )
    return table(("type", "from → to", "properties", "meaning"), rows)


def _relationship_properties() -> list[str]:
    on: dict[tuple[str, str, str, str], list[str]] = {}
    for kind in RELATIONSHIPS:
        for one in kind.properties:
            key = (f"`{one.name}`", one.type.value, _accepted(one, optional=not one.required), one.meaning)
            on.setdefault(key, []).append(f"`{kind.type}`")
    rows = ((name, ", ".join(dict.fromkeys(types)), *rest) for (name, *rest), types in sorted(on.items()))
    return table(("property", "on", "type", "accepted", "meaning"), rows)


def _indexes() -> list[str]:
    rows = (
        (f"`{one.name}`", one.type, f"`{one.on}`", ", ".join(f"`{name}`" for name in one.properties), one.options)
        for one in indexes()
    )
    return table(("index", "type", "on", "properties", "options"), rows)

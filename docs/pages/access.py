"""The page of who may do and read what, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.pages import table
from graph.projection.mapping import TypeMapping
from graph.rules.access import Access, Role, Viewer
from schema.api import GRAPHQL_SCHEMA, MAPPING, MUTATIONS

_PROSE = (Path(__file__).parent / "access.md").read_text(encoding="utf-8")
_HEAD = "<!-- Written by `python -m docs.generate` from the schema; do not edit. -->\n\n"
_VISITOR = "visitor"
_COLUMNS = (_VISITOR, *(role.value.replace("_", " ") for role in Role))


def access() -> str:
    """The page as Markdown."""
    return _HEAD + _PROSE.format(mutations=_mutations(), reading=_reading())


def _mutations() -> str:
    rows = [(f"`{name}`", *_marks(one.access), one.access.condition) for name, one in sorted(MUTATIONS.items())]
    return "\n".join(table(("mutation", *_COLUMNS, "and only"), rows)).rstrip()


def _reading() -> str:
    mutation = GRAPHQL_SCHEMA.mutation_type
    assert mutation is not None
    rows = [row for name, one in sorted(MAPPING.items()) if name != mutation.name for row in _rows(one)]
    return "\n".join(table(("type", "fields", *_COLUMNS, "and only"), rows)).rstrip()


def _rows(mapped: TypeMapping) -> Iterator[tuple[str, ...]]:
    """One row for all fields of a type that have the same rule."""
    for rule, fields in _grouped(mapped.access).items():
        condition = rule.condition or ("what its visibility rule shows" if mapped.visible else "")
        yield (f"`{mapped.name}`", ", ".join(f"`{name}`" for name in fields), *_marks(rule), condition)


def _grouped(access: Mapping[str, Access]) -> Mapping[Access, list[str]]:
    found: dict[Access, list[str]] = {}
    for name, rule in access.items():
        found.setdefault(rule, []).append(name)
    return found


def _marks(rule: Access) -> list[str]:
    """A mark under each column whose people the rule admits."""
    holders = [None, *(Viewer("", frozenset({Role.MEMBER, role}), "") for role in Role)]
    staff = rule.roles is not None and Role.BRAND_STAFF in rule.roles and Role.MEMBER not in rule.roles
    shown = [rule.admits(one) for one in holders]
    if staff:
        # Which brand somebody works for is the statement's to check, so the rule by itself admits everybody.
        shown = [one is not None and bool(one.roles & (rule.roles or set())) for one in holders]
    return ["✓" if one else "" for one in shown]

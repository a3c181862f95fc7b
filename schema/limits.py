"""What a document may be before anything of it runs: sizes that are known from its text alone.

Fragments are counted at each place that spreads them, without being walked twice, so that a small document cannot
hide an enormous one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.errors import Invalid, LimitExceeded
from settings import Settings

_MAX_FIELDS = 2_000
# Validation compares the repetitions of a field pair by pair, and introspection answers are large.
_MAX_REPEATED = 20
_MAX_INTROSPECTING = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is with every fragment in place. Introspection's fields count apart from depth."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


class _Measure:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}
        self._open: set[str] = set()
        self.selection_sets: list[SelectionSetNode] = []

    def selection(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        if selections is not None:
            self.selection_sets.append(selections)
        for size in self._sizes(selections):
            total += size
        return total

    def _sizes(self, selections: SelectionSetNode | None) -> Iterator[Size]:
        for node in selections.selections if selections else ():
            directives = len(node.directives or ())
            if isinstance(node, FieldNode):
                below = self.selection(node.selection_set)
                hidden = node.name.value.startswith("__")
                yield Size(
                    depth=0 if hidden else 1 + below.depth,
                    fields=1 + below.fields,
                    aliases=below.aliases + (node.alias is not None),
                    directives=below.directives + directives,
                )
            elif isinstance(node, InlineFragmentNode):
                yield self.selection(node.selection_set) + Size(directives=directives)
            elif isinstance(node, FragmentSpreadNode):
                yield self._fragment(node.name.value) + Size(directives=directives)

    def _fragment(self, name: str) -> Size:
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return Size()  # validation names the unknown fragment or the cycle
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.selection(fragment.selection_set)
            self._open.discard(name)
        return self._known[name]


def check(document: DocumentNode, settings: Settings) -> None:
    """Returns when the document is within the limits. Raises LimitExceeded, or Invalid for one without operation."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not operations:
        raise Invalid("query: the document holds no operation", field=("query",))
    measure = _Measure(fragments)
    for operation in operations:
        size = measure.selection(operation.selection_set)
        _at_most("depth", size.depth, settings.max_depth)
        _at_most("number of fields, fragments expanded,", size.fields, _MAX_FIELDS)
        _at_most("number of aliases", size.aliases, settings.max_aliases)
        _at_most("number of directives", size.directives, settings.max_directives)
        root = _fields(operation.selection_set, fragments)
        _at_most("number of root fields", len({_key(node) for node in root}), settings.max_root_fields)
        introspecting = sum(node.name.value in ("__schema", "__type") for node in root)
        _at_most("number of introspecting fields", introspecting, _MAX_INTROSPECTING)
        for selections in measure.selection_sets:
            repeated = Counter(map(_key, _fields(selections, fragments))).most_common(1)
            _at_most("number of times one field is repeated", repeated[0][1] if repeated else 0, _MAX_REPEATED)


def _key(node: FieldNode) -> str:
    return (node.alias or node.name).value


def _fields(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> list[FieldNode]:
    """The fields of a selection with its fragments in place, each fragment once."""
    found: list[FieldNode] = []
    waiting, seen = [selections], set[str]()
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                found.append(node)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    waiting.append(fragments[node.name.value].selection_set)
    return found


def _at_most(what: str, found: int, most: int) -> None:
    if found > most:
        raise LimitExceeded(f"the operation's {what} is {found}; the most is {most}", field=("query",))

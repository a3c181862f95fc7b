"""What an operation asks for: its fields collected type by type, as the specification's CollectFields does.

Source: GraphQL specification, section 6.3.2 "Field Collection".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDirective,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values

from graph.projection.mapping import FieldMapping, SchemaMapping

Arguments = Callable[[VariableValues], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Field:
    """One response key of an object: the field behind it and, per possible type, what is asked below it."""

    key: str
    name: str
    definition: GraphQLField
    mapping: FieldMapping | None
    arguments: Arguments
    below: Mapping[str, Selection]


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields asked of one object type, in the order of the response."""

    type_name: str
    fields: tuple[Field, ...]


def no_arguments(_variables: VariableValues) -> Mapping[str, Any]:
    """For a field without arguments."""
    return {}


class Collector:
    """Collects one operation for given values of the variables that `@skip` and `@include` read."""

    def __init__(
        self,
        schema: GraphQLSchema,
        mapping: SchemaMapping,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._mapping = mapping
        self._fragments = fragments
        self._variables = variables

    def operation(self, operation: OperationDefinitionNode) -> Selection:
        """The selection at the operation's root type."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        return self.selection(root, [operation.selection_set])

    def selection(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Selection:
        """The fields that the selection sets ask of `parent`, merged by response key."""
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for one in sets:
            self._collect(parent, one, grouped, visited)
        return Selection(parent.name, tuple(self._field(parent, key, nodes) for key, nodes in grouped.items()))

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: SelectionSetNode,
        grouped: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                grouped.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or self._applies(parent, condition.name.value):
                    self._collect(parent, node.selection_set, grouped, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(parent, fragment.type_condition.name.value):
                    self._collect(parent, fragment.selection_set, grouped, visited)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = self._directive(GraphQLSkipDirective, node)
        include = self._directive(GraphQLIncludeDirective, node)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _directive(self, directive: GraphQLDirective, node: SelectionNode) -> dict[str, Any] | None:
        return get_directive_values(directive, node, self._variables)

    def _applies(self, parent: GraphQLObjectType, condition: str) -> bool:
        if condition == parent.name:
            return True
        abstract = self._schema.type_map[condition]
        return isinstance(abstract, GraphQLInterfaceType | GraphQLUnionType) and self._schema.is_sub_type(
            abstract, parent
        )

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        definition = self._schema.get_field(parent, name)
        assert definition is not None
        mapped = self._mapping.get(parent.name)
        below = {
            possible.name: self.selection(possible, [node.selection_set for node in nodes if node.selection_set])
            for possible in self._possible(definition)
        }
        return Field(
            key=key,
            name=name,
            definition=definition,
            mapping=mapped.fields.get(name) if mapped else None,
            arguments=_arguments(definition, nodes[0]),
            below=below,
        )

    def _possible(self, definition: GraphQLField) -> Iterable[GraphQLObjectType]:
        named = get_named_type(definition.type)
        if isinstance(named, GraphQLObjectType):
            return [named]
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return self._schema.get_possible_types(named)
        return []


def _arguments(definition: GraphQLField, node: FieldNode) -> Arguments:
    if not definition.args:
        return no_arguments
    if _has_variable(node):
        return lambda variables: get_argument_values(definition, node, variables)
    fixed = get_argument_values(definition, node)
    return lambda _variables: fixed


def _has_variable(node: FieldNode) -> bool:
    waiting: list[Any] = [argument.value for argument in node.arguments or ()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            return True
        waiting += [one.value for one in getattr(value, "fields", ())]
        waiting += getattr(value, "values", ())
    return False

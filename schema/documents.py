"""Documents as clients send them: parsed, measured and validated once, kept, and planned for their variables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    Source,
    VariableNode,
    Visitor,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import DirectiveNode, FragmentDefinitionNode

from graph.errors import Invalid, LimitExceeded
from graph.projection.plan import Limits, Plan
from graph.projection.selection import Collector, Selection
from graph.rules.access import Viewer
from resolvers.counters import LocalCounters
from resolvers.rates import network
from schema import limits
from schema.api import GRAPHQL_SCHEMA, MAPPING
from schema.faults import malformed
from settings import Settings
from telemetry import metrics

_PLANS_PER_DOCUMENT = 32
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Request:
    """One operation as a client sent it."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the signed-in person (None: nobody), where from, and the id that logs know the request by."""

    viewer: Viewer | None = None
    address: str = ""
    request_id: str = ""

    @property
    def viewer_id(self) -> str | None:
        """The person's id, or None."""
        return self.viewer.id if self.viewer else None


class Refused(Exception):
    """The request is answered with these errors and nothing of it runs."""

    def __init__(self, errors: list[dict[str, Any]], status: int = 400) -> None:
        super().__init__("refused")
        self.errors = errors
        self.status = status


class Prepared:
    """A parsed and valid document with one of its operations, and the plans made of it so far."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.document = document
        self.has_text = False
        self.operation = operation
        self.kind = operation.operation
        self.name = operation.name.value if operation.name else "anonymous"
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.deciding = _deciding_variables(document)
        self.plans: LRUCache[tuple[Any, ...], Planned] = LRUCache(_PLANS_PER_DOCUMENT)

    def variables(self, given: Mapping[str, Any]) -> VariableValues:
        """The variables as the document declares them. Raises Refused."""
        coerced = get_variable_values(
            GRAPHQL_SCHEMA, self.operation.variable_definitions or (), dict(given), max_errors=10
        )
        if isinstance(coerced, list):
            raise Refused([malformed(error) for error in coerced])
        return coerced


@dataclass(frozen=True, slots=True)
class Planned:
    """An operation's selection and what is read for it: all at once, or for each root field that acts by itself."""

    selection: Selection
    whole: Plan | None
    steps: Mapping[str, Plan] = field(default_factory=dict)


def _acting(selection: Selection) -> Iterator[str]:
    """The response keys of root fields that act, so all but `__typename`."""
    return (one.key for one in selection.fields if one.below)


class Documents:
    """The documents of one process; shared by all requests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.limits = Limits(settings.max_page_size, settings.max_cost)
        self._prepared: LRUCache[tuple[str, str | None], Prepared] = LRUCache(settings.plan_cache_size)
        self._rules = list(specified_rules)
        if not settings.introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        # Counted by each process for itself: each has a cache of its own to fill.
        self._new_shapes = LocalCounters()

    def prepare(self, request: Request, caller: Caller) -> Prepared:
        """The document, kept from an earlier request or read now. Raises Refused, Invalid or LimitExceeded."""
        key = (request.query, request.operation_name)
        prepared = self._prepared.get(key)
        metrics.plan_lookup(hit=prepared is not None)
        if prepared is None:
            self._count_new_shape(caller)
            prepared = self._read(request)
            self._prepared[key] = prepared
        return prepared

    def planned(self, prepared: Prepared, variables: VariableValues) -> Planned:
        """What the operation asks for with these values of the variables that decide it."""
        key = tuple(variables.coerced.get(name) for name in prepared.deciding)
        planned = prepared.plans.get(key)
        if planned is None:
            collector = Collector(GRAPHQL_SCHEMA, MAPPING, prepared.fragments, variables)
            planned = self._plan(prepared.kind, collector.operation(prepared.operation))
            prepared.plans[key] = planned
        return planned

    def before_new_text(self, prepared: Prepared, caller: Caller) -> Callable[[], None]:
        """To be called before a text is compiled: a document's first was counted with it, each further one counts."""

        def count() -> None:
            if prepared.has_text:
                self._count_new_shape(caller)
            prepared.has_text = True

        return count

    def _plan(self, kind: OperationType, selection: Selection) -> Planned:
        if kind is not OperationType.MUTATION:
            return Planned(selection, Plan(MAPPING, selection, self.limits))
        # What follows an act is read after it, so each root field has a plan of its own.
        steps = (Plan(MAPPING, below, self.limits) for one in selection.fields for below in one.below.values())
        return Planned(selection, None, dict(zip(_acting(selection), steps, strict=True)))

    def _count_new_shape(self, caller: Caller) -> None:
        """Whatever must be validated here or planned by the database for the first time is rationed by address."""
        key = f"{network(caller.address)}/{time.time() // _MINUTE_S:.0f}"
        if self._new_shapes.add(key, _MINUTE_S) > self._settings.new_shapes_per_minute:
            raise LimitExceeded("too many new operations, or forms of one, in a minute; use variables for what varies")
        metrics.new_shape()

    def _read(self, request: Request) -> Prepared:
        try:
            document = parse(Source(request.query), max_tokens=self._settings.max_tokens)
        except GraphQLSyntaxError as error:
            raise Refused([malformed(error)]) from None
        except RecursionError:
            raise LimitExceeded("query: nested too deeply", field=("query",)) from None
        limits.check(document, self._settings)
        errors = validate(GRAPHQL_SCHEMA, document, self._rules, max_errors=10)
        if errors:
            raise Refused([malformed(error) for error in errors])
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            raise Invalid("operationName: name one operation of the document", field=("operationName",))
        return Prepared(document, operation)


class _Deciding(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        values = [argument.value for argument in node.arguments or ()]
        self.names |= {value.name.value for value in values if isinstance(value, VariableNode)}


def _deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that `@skip` and `@include` read: they decide what is selected."""
    visitor = _Deciding()
    visit(document, visitor)
    return tuple(sorted(visitor.names))

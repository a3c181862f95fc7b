"""Answers GraphQL operations: one statement each, shaped directly when everything selected is mapped.

Both ways of answering share everything up to the rows: limits, validation, coercion of variables, the plan and its
statement. What differs is only who walks the rows: our shaper, or strawberry's engine where a field needs a
resolver or a value does not fit its type.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import uuid_utils
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
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
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from graph.database import Database, transaction_metadata
from graph.errors import Invalid, LimitExceeded, TimedOut, Unavailable, ZhongcaoError
from graph.projection.plan import Bound, Limits, Plan
from graph.projection.selection import Collector
from graph.projection.shape import Record, Unshapeable
from schema import limits
from schema.api import GRAPHQL_SCHEMA, MAPPING, SCHEMA, Context
from settings import Settings

log = logging.getLogger(__name__)
_PLANS_PER_DOCUMENT = 32
_STATUS: Mapping[type[ZhongcaoError], int] = {Unavailable: 503, TimedOut: 504}


@dataclass(frozen=True, slots=True)
class Request:
    """One operation as a client sent it."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the signed-in person (None: nobody), where from, and the id that logs know the request by."""

    viewer: str | None = None
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """The body as JSON, whether execution began (else it was refused whole), and the status for that."""

    body: bytes
    executed: bool
    status: int = 200


class Refused(Exception):
    """The request is answered with these errors and nothing of it runs."""

    def __init__(self, errors: list[dict[str, Any]], status: int = 400) -> None:
        super().__init__("refused")
        self.errors = errors
        self.status = status


class _Prepared:
    """A parsed and valid document with one of its operations, and the plans made of it so far."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.document = document
        self.has_text = False
        self.operation = operation
        self.name = operation.name.value if operation.name else "anonymous"
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.deciding = _deciding_variables(document)
        self.plans: LRUCache[tuple[Any, ...], Plan] = LRUCache(_PLANS_PER_DOCUMENT)


class Executor:
    """Answers operations against one database. Plans are shared by all requests."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._limits = Limits(settings.max_page_size, settings.max_cost)
        self._prepared: LRUCache[tuple[str, str | None], _Prepared] = LRUCache(settings.plan_cache_size)
        self._rules = list(specified_rules)
        if not settings.introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._new_shapes = FixedWindowRateLimiter(MemoryStorage())
        self._new_shapes_limit = RateLimitItemPerMinute(settings.new_shapes_per_minute)

    async def execute(self, request: Request, caller: Caller, *, fast: bool = True) -> Response:
        """The answer to an operation; `fast=False` leaves the shaping to the engine, for comparison."""
        try:
            return await self._execute(request, caller, fast=fast)
        except Refused as refused:
            return Response(orjson.dumps({"errors": refused.errors}), executed=False, status=refused.status)
        except ZhongcaoError as error:
            status = _STATUS.get(type(error), 400)
            return Response(orjson.dumps({"errors": [described(error)]}), executed=False, status=status)
        except Exception as error:
            return Response(orjson.dumps({"errors": [masked(error)]}), executed=False, status=500)

    async def _execute(self, request: Request, caller: Caller, *, fast: bool) -> Response:
        prepared = self._prepare(request, caller)
        coerced = get_variable_values(
            GRAPHQL_SCHEMA, prepared.operation.variable_definitions or (), dict(request.variables), max_errors=10
        )
        if isinstance(coerced, list):
            raise Refused([_formatted(error) for error in coerced])
        plan = self._plan(prepared, coerced)
        bound = plan.bind(coerced, caller.viewer, lambda: self._before_new_text(prepared, caller))
        row = await self._row(plan, bound, prepared, caller)
        extensions = {"cost": {"estimated": bound.cost, "limit": self._limits.cost}}
        if fast and bound.compiled.strict is not None:
            try:
                data = bound.compiled.strict(row, bound.asked)
                return Response(orjson.dumps({"data": data, "extensions": extensions}), executed=True)
            except Unshapeable:
                log.warning("operation %s: a value does not fit its type; the engine says which", prepared.name)
        context = Context(caller.viewer, prepared.document)
        return await self._engine(request, bound, row, context, extensions)

    async def _row(self, plan: Plan, bound: Bound, prepared: _Prepared, caller: Caller) -> Any:
        if not plan.reads_graph:
            return []
        token = transaction_metadata.set({"operation": prepared.name, "request": caller.request_id})
        try:
            rows = await self._database.read(bound.compiled.text, bound.parameters)
        finally:
            transaction_metadata.reset(token)
        return rows[0][0]

    async def _engine(
        self, request: Request, bound: Bound, row: Any, context: Context, extensions: dict[str, Any]
    ) -> Response:
        root: Record = bound.compiled.lenient(row, bound.asked)
        result = await SCHEMA.execute(
            request.query,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            root_value=root,
            context_value=context,
        )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_execution_error(error) for error in result.errors]
        return Response(orjson.dumps({**body, "extensions": extensions}), executed=True)

    def _prepare(self, request: Request, caller: Caller) -> _Prepared:
        key = (request.query, request.operation_name)
        prepared = self._prepared.get(key)
        if prepared is None:
            self._count_new_shape(caller)
            prepared = self._read_document(request)
            self._prepared[key] = prepared
        return prepared

    def _count_new_shape(self, caller: Caller) -> None:
        """Whatever must be validated here or planned by the database for the first time is rationed by address."""
        if not self._new_shapes.hit(self._new_shapes_limit, _network(caller.address)):
            raise LimitExceeded("too many new operations, or forms of one, in a minute; use variables for what varies")

    def _before_new_text(self, prepared: _Prepared, caller: Caller) -> None:
        """The first text of a document was counted with the document; each further form of it counts for itself."""
        if prepared.has_text:
            self._count_new_shape(caller)
        prepared.has_text = True

    def _read_document(self, request: Request) -> _Prepared:
        try:
            document = parse(Source(request.query), max_tokens=self._settings.max_tokens)
        except GraphQLSyntaxError as error:
            raise Refused([_formatted(error)]) from None
        except RecursionError:
            raise LimitExceeded("query: nested too deeply", field=("query",)) from None
        limits.check(document, self._settings)
        errors = validate(GRAPHQL_SCHEMA, document, self._rules, max_errors=10)
        if errors:
            raise Refused([_formatted(error) for error in errors])
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            raise Invalid("operationName: name one operation of the document", field=("operationName",))
        if operation.operation is not OperationType.QUERY:
            raise Invalid(f"{operation.operation.value} operations are not served here", field=("query",))
        return _Prepared(document, operation)

    def _plan(self, prepared: _Prepared, variables: VariableValues) -> Plan:
        key = tuple(variables.coerced.get(name) for name in prepared.deciding)
        plan = prepared.plans.get(key)
        if plan is None:
            collector = Collector(GRAPHQL_SCHEMA, MAPPING, prepared.fragments, variables)
            plan = Plan(MAPPING, collector.operation(prepared.operation), self._limits)
            prepared.plans[key] = plan
        return plan


def _network(address: str) -> str:
    """What one caller owns: an IPv4 address, or the /64 of an IPv6 address."""
    return ":".join(address.split(":")[:4]) if ":" in address else address


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


def described(error: ZhongcaoError) -> dict[str, Any]:
    """A domain error as GraphQL shows it."""
    extensions: dict[str, Any] = {"code": error.code}
    if error.field:
        extensions["field"] = list(error.field)
    return {"message": error.message, "extensions": extensions}


def masked(error: BaseException) -> dict[str, Any]:
    """An error nobody should see inside of: logged with an id, which is all that the answer names."""
    error_id = uuid_utils.uuid7().hex
    log.error("unexpected error %s", error_id, exc_info=error)
    return {
        "message": f"something went wrong on our side; please name {error_id} when you report it",
        "extensions": {"code": "INTERNAL", "errorId": error_id},
    }


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """What is wrong with a document or its variables, which its sender could know."""
    return {**error.formatted, "extensions": {**(error.extensions or {}), "code": "BAD_REQUEST"}}


def _execution_error(error: GraphQLError) -> dict[str, Any]:
    """What went wrong at one field: a domain error as it is, anything else masked."""
    inner: BaseException | None = error.original_error
    while isinstance(inner, GraphQLError):
        inner = inner.original_error
    shown = described(inner) if isinstance(inner, ZhongcaoError) else masked(inner or error)
    return {**error.formatted, **shown}

"""Answers GraphQL operations: one statement for each read, shaped directly when everything selected is mapped.

Both ways of answering a query share everything up to the rows: limits, validation, coercion of variables, the plan
and its statement. What differs is only who walks the rows: our shaper, or strawberry's engine where a field needs a
resolver or a value does not fit its type. A mutation's root fields act one after the other; each payload is read back
by a compiled statement too, and walked by the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError, OperationType
from graphql.execution.values import VariableValues

from graph.database import Database, transaction_metadata
from graph.errors import Invalid, LimitExceeded, TimedOut, Unavailable, ZhongcaoError
from graph.projection.mapping import Ref
from graph.projection.plan import Bound, Plan
from graph.projection.selection import Field
from graph.projection.shape import Record, Unshapeable
from resolvers.act import Act, Services
from resolvers.rates import TooMany
from schema.api import CONVERT, MUTATIONS, SCHEMA, Context
from schema.documents import Caller, Documents, Planned, Prepared, Refused, Request
from schema.faults import at_field, described, malformed, masked
from schema.mutating import Performed, perform
from settings import Settings
from telemetry import metrics
from telemetry.context import learned

log = logging.getLogger(__name__)
_STATUS: Mapping[type[ZhongcaoError], int] = {TooMany: 429, Unavailable: 503, TimedOut: 504}


@dataclass(frozen=True, slots=True)
class Response:
    """The body as JSON, whether execution began (else it was refused whole), the status for that; errors within."""

    body: bytes
    executed: bool
    status: int = 200
    faulty: bool = False

    @property
    def outcome(self) -> metrics.OperationOutcome:
        """What metrics call it."""
        if self.executed:
            return "errors" if self.faulty else "ok"
        return "failed" if self.status >= 500 else "refused"


class Executor:
    """Answers operations against one database. Plans are shared by all requests."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._database: Database = services.database
        self.documents = Documents(settings)
        self.rates = services.rates

    async def execute(self, request: Request, caller: Caller, *, fast: bool = True) -> Response:
        """The answer to an operation; `fast=False` leaves the shaping to the engine, for comparison."""
        kind: metrics.OperationKind = "unknown"
        response = None
        try:
            prepared = self.documents.prepare(request, caller)
            kind = prepared.kind.value
            learned(operation=prepared.name, viewer=caller.viewer_id)
            response = await self._execute(request, prepared, caller, fast=fast)
        except Exception as error:
            response = self.refusal(error)
        finally:
            metrics.operation(kind, response.outcome if response else "failed")
        return response

    def refusal(self, error: Exception) -> Response:
        """The answer that an error becomes when nothing was executed."""
        if isinstance(error, Refused):
            return Response(orjson.dumps({"errors": error.errors}), executed=False, status=error.status)
        if isinstance(error, GraphQLError):
            return Response(orjson.dumps({"errors": [malformed(error)]}), executed=False, status=400)
        if isinstance(error, ZhongcaoError):
            status = _STATUS.get(type(error), 400)
            return Response(orjson.dumps({"errors": [described(error)]}), executed=False, status=status)
        return Response(orjson.dumps({"errors": [masked(error)]}), executed=False, status=500)

    async def _execute(self, request: Request, prepared: Prepared, caller: Caller, *, fast: bool) -> Response:
        variables = prepared.variables(request.variables)
        planned = self.documents.planned(prepared, variables)
        if prepared.kind is OperationType.MUTATION:
            return await self._mutation(request, prepared, planned, variables, caller)
        if planned.whole is None or prepared.kind is OperationType.SUBSCRIPTION:
            raise Invalid("subscriptions are served over a WebSocket or as an event stream", field=("query",))
        return await self._query(request, prepared, planned.whole, variables, caller, fast=fast)

    async def _query(
        self, request: Request, prepared: Prepared, plan: Plan, variables: VariableValues, caller: Caller, *, fast: bool
    ) -> Response:
        bound = self.bound(plan, variables, prepared, caller)
        row = await self.read(plan, bound, prepared, caller)
        return await self.shaped(request, bound, row, prepared, caller, fast=fast)

    async def shaped(
        self, request: Request, bound: Bound, row: Any, prepared: Prepared, caller: Caller, *, fast: bool = True
    ) -> Response:
        """The answer that the row of a bound plan becomes."""
        extensions = self._extensions(bound.cost)
        if fast and bound.compiled.strict is not None:
            try:
                data = bound.compiled.strict(row, bound.asked)
                return Response(orjson.dumps({"data": data, "extensions": extensions}), executed=True)
            except Unshapeable:
                log.warning("operation %s: a value does not fit its type; the engine says which", prepared.name)
        root: Record = bound.compiled.lenient(row, bound.asked)
        return await self._engine(request, root, self._context(prepared, caller), extensions)

    async def _mutation(
        self, request: Request, prepared: Prepared, planned: Planned, variables: VariableValues, caller: Caller
    ) -> Response:
        # A payload that asks too much, or for what its caller may not read, is refused before anything is written.
        cost = sum(self.bound(plan, variables, prepared, caller).cost for plan in planned.steps.values())
        if cost > self.documents.limits.cost:
            raise LimitExceeded(f"the operation's estimated cost is {cost}, the most is {self.documents.limits.cost}")
        steps = [(field, planned.steps[field.key]) for field in planned.selection.fields if field.key in planned.steps]
        arguments = [field.arguments(variables) for field, _ in steps]
        await self.rates.write(caller.viewer_id, caller.address, cost=len(steps))
        results: dict[str, Any] = {}
        with _named(prepared, caller):
            for (field, plan), given in zip(steps, arguments, strict=True):
                results[field.key] = await self._step(field, plan, given, prepared, variables, caller)
        context = self._context(prepared, caller)
        return await self._engine(request, Record("Mutation", results, {}), context, self._extensions(cost))

    async def _step(
        self,
        field: Field,
        plan: Plan,
        given: Mapping[str, Any],
        prepared: Prepared,
        variables: VariableValues,
        caller: Caller,
    ) -> Record | Exception:
        """The payload of one mutation as the engine reads it; an unexpected failure is for the engine to raise."""
        act = Act(self._services, caller.viewer, caller.address)
        try:
            done = await perform(MUTATIONS[field.name], act, given, CONVERT)
            return await self._payload(plan, done, prepared, variables, caller)
        except Exception as error:
            return error

    async def _payload(
        self, plan: Plan, done: Performed, prepared: Prepared, variables: VariableValues, caller: Caller
    ) -> Record:
        fields = plan.selection.fields
        values = {one.key: done.values.get(one.name) for one in fields if one.mapping is None}
        values |= {one.key: done.errors for one in fields if one.name == "errors"}
        refs = {one.name: done.values.get(one.name) for one in fields if isinstance(one.mapping, Ref)}
        if any(value is not None for value in refs.values()):
            reader = Caller(done.viewer or caller.viewer, caller.address, caller.request_id)
            # What the payload asks was checked and counted before the act, and must not be refused after it.
            bound = plan.bind(variables, reader.viewer_id, _counted_already, refs)
            record: Record = bound.compiled.lenient(await self.read(plan, bound, prepared, reader), bound.asked)
            return Record(record.typename, {**values, **record}, {})
        return Record(plan.selection.type_name, {**values, **{one.key: None for one in fields if one.name in refs}}, {})

    def bound(
        self,
        plan: Plan,
        variables: VariableValues,
        prepared: Prepared,
        caller: Caller,
        refs: Mapping[str, Any] | None = None,
    ) -> Bound:
        """The plan for these variables; `refs` are ids known by field. Raises what a caller may not, or not so much."""
        for _, access in plan.access:
            access.check(caller.viewer)
        counting = self.documents.before_new_text(prepared, caller)
        return plan.bind(variables, caller.viewer_id, counting, refs or {})

    async def read(self, plan: Plan, bound: Bound, prepared: Prepared, caller: Caller) -> Any:
        """The one row of a bound plan."""
        if not plan.reads_graph:
            return []
        with _named(prepared, caller):
            parameters, pending = await bound.ranked(Act(self._services, caller.viewer, caller.address))
            rows = await self._database.read(bound.compiled.text, parameters)
            for begun in pending:
                await begun
        return rows[0][0]

    def _context(self, prepared: Prepared, caller: Caller) -> Context:
        return Context(caller.viewer, prepared.document, self._services)

    def _extensions(self, cost: int) -> dict[str, Any]:
        return {"cost": {"estimated": cost, "limit": self.documents.limits.cost}}

    async def _engine(self, request: Request, root: Record, context: Context, extensions: dict[str, Any]) -> Response:
        result = await SCHEMA.execute(
            request.query,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            root_value=root,
            context_value=context,
        )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [at_field(error) for error in result.errors]
        return Response(orjson.dumps({**body, "extensions": extensions}), executed=True, faulty=bool(result.errors))


def _counted_already() -> None:
    """The form of a payload's text counts with its document."""


@contextmanager
def _named(prepared: Prepared, caller: Caller) -> Iterator[None]:
    """Statements within carry the operation's name and the request's id to the database."""
    token = transaction_metadata.set({"operation": prepared.name, "request": caller.request_id})
    try:
        yield
    finally:
        transaction_metadata.reset(token)

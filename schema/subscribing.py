"""Answers operations that may go on: one answer for a query or mutation, one for each event of a subscription.

An event carries an id alone. What a subscriber sees of it is read for them by one compiled statement when it is
delivered, so that limits, visibility and shape are those of every other read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from graphql import OperationType
from graphql.execution.values import VariableValues

from graph.errors import Invalid, TimedOut
from graph.projection.plan import Plan
from schema.documents import Caller, Prepared, Request
from schema.execution import Executor, Response
from schema.tailing import Tail
from settings import Settings
from telemetry import metrics

Check = Callable[[], None]
"""Returns while the caller is still who they said. Raises SignInRequired."""


class Subscriptions:
    """Streams of answers over one executor and one tail."""

    def __init__(self, executor: Executor, tail: Tail, settings: Settings) -> None:
        self._executor = executor
        self._tail = tail
        self._timeout_s = settings.request_timeout_s

    async def stream(self, request: Request, caller: Caller, check: Check) -> AsyncGenerator[Response, None]:
        """The answers, until the operation is over. A last one that is not `executed` says why there are no more."""
        try:
            prepared = self._executor.documents.prepare(request, caller)
        except Exception as error:
            refusal = self._executor.refusal(error)
            metrics.operation("unknown", refusal.outcome)
            yield refusal
            return
        if prepared.kind is not OperationType.SUBSCRIPTION:
            yield await self._once(request, caller)
            return
        outcome: metrics.OperationOutcome = "ok"
        try:
            async with aclosing(self._events(request, prepared, caller, check)) as events:
                async for response in events:
                    yield response
        except Exception as error:
            refusal = self._executor.refusal(error)
            outcome = refusal.outcome
            yield refusal
        finally:
            metrics.operation("subscription", outcome)

    async def _once(self, request: Request, caller: Caller) -> Response:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._executor.execute(request, caller)
        except TimeoutError:
            return self._executor.refusal(TimedOut(f"the request took longer than {self._timeout_s:g} s"))

    async def _events(
        self, request: Request, prepared: Prepared, caller: Caller, check: Check
    ) -> AsyncGenerator[Response, None]:
        variables = prepared.variables(request.variables)
        plan = self._executor.documents.planned(prepared, variables).whole
        if plan is None or not plan.reads_graph:
            raise Invalid("query: the subscription asks for nothing", field=("query",))
        # Too costly, or not for this caller: refused before anything is waited for.
        self._executor.bound(plan, variables, prepared, caller)
        assert caller.viewer is not None, "the root field is for members"
        async with self._tail.listen(caller.viewer.id) as listener:
            metrics.subscription_opened()
            try:
                while True:
                    notification_id = await listener.next()
                    check()
                    response = await self._event(request, prepared, plan, variables, caller, notification_id)
                    if response is not None:
                        yield response
            finally:
                metrics.subscription_closed()

    async def _event(
        self,
        request: Request,
        prepared: Prepared,
        plan: Plan,
        variables: VariableValues,
        caller: Caller,
        notification_id: str,
    ) -> Response | None:
        """What the caller sees of a notification; None when it is gone."""
        refs = {"notificationAdded": notification_id}
        bound = self._executor.bound(plan, variables, prepared, caller, refs=refs)
        row = await self._executor.read(plan, bound, prepared, caller)
        if not any(row):
            return None
        return await self._executor.shaped(request, bound, row, prepared, caller)

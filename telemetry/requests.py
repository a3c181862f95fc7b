"""Around every request: its id, one access record, its metrics, its span."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from telemetry import metrics, tracing
from telemetry.context import Asked, asked, request_id_of

log = logging.getLogger(__name__)
_ABANDONED = 499
_UPGRADED = 101


class _Answer:
    """Passes an answer on, remembers its status and when it began, and puts the request's id on it."""

    __slots__ = ("_request_id", "_send", "head_s", "status")

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id.encode()
        self.status = 0
        self.head_s = 0.0

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
            self.head_s = perf_counter()
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self._request_id)]
        elif kind == "websocket.accept":
            self.status = _UPGRADED
        elif kind == "websocket.close" and not self.status:
            self.status = 403
        await self._send(message)


async def observe(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one request, or one WebSocket connection, by `app`, and tells of it."""
    headers = dict(scope["headers"])
    current = Asked(request_id_of(headers.get(b"x-request-id")))
    answer = _Answer(send, current.request_id)
    method = scope.get("method", "WEBSOCKET")
    token = asked.set(current)
    began_s = perf_counter()
    traced = tracing.request_span(current, method, headers) if tracing.active() else nullcontext()
    try:
        with traced as span:
            try:
                await app(scope, receive, answer)
            except Exception:
                answer.status = 500
                raise
            finally:
                if span is not None:
                    tracing.end_request(span, current, method=method, route=_route(scope), status=answer.status)
    finally:
        _tell(scope, method, answer, began_s)
        asked.reset(token)


def _tell(scope: Scope, method: str, answer: _Answer, began_s: float) -> None:
    status = answer.status or _ABANDONED
    now_s = perf_counter()
    if method != "WEBSOCKET":
        # How long a body takes is up to its reader, and an event stream's has no end.
        metrics.request(_route(scope), status, (answer.head_s or now_s) - began_s)
    if log.isEnabledFor(logging.INFO):
        told = {
            "method": method,
            "path": scope["path"],
            "status": status,
            "duration_ms": round((now_s - began_s) * 1000, 2),
        }
        log.info("request", extra=told)


def _route(scope: Scope) -> str:
    """The pattern that the path matched: a word of ours, so that there are few."""
    if scope["path"] == "/graphql":
        return "/graphql"
    return getattr(scope.get("route"), "path", None) or "other"

"""Errors as answers show them: what the caller may know as it is, anything else behind an id; and their statuses."""

from __future__ import annotations

import logging
from typing import Any, TypeAlias

import uuid_utils
from graphql import GraphQLError

from graph.errors import Forbidden, LimitExceeded, NotFound, SignInRequired, TimedOut, Unavailable, ZhongcaoError
from resolvers.rates import TooMany

log = logging.getLogger(__name__)
Statuses: TypeAlias = tuple[tuple[type[ZhongcaoError], int], ...]
# The first that fits decides.
_USUAL: Statuses = (
    (SignInRequired, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (TooMany, 429),
    (LimitExceeded, 413),
    (Unavailable, 503),
    (TimedOut, 504),
)


def http_status(error: ZhongcaoError, own: Statuses = ()) -> int:
    """The status of a response that tells of the error, outside of GraphQL; `own` are those of the endpoint alone."""
    return next((status for kind, status in (*own, *_USUAL) if isinstance(error, kind)), 400)


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


def malformed(error: GraphQLError) -> dict[str, Any]:
    """What is wrong with a document or its variables, which its sender could know."""
    return {**error.formatted, "extensions": {**(error.extensions or {}), "code": "BAD_REQUEST"}}


def at_field(error: GraphQLError) -> dict[str, Any]:
    """What went wrong at one field: a domain error as it is, anything else masked."""
    inner: BaseException | None = error.original_error
    while isinstance(inner, GraphQLError):
        inner = inner.original_error
    shown = described(inner) if isinstance(inner, ZhongcaoError) else masked(inner or error)
    return {**error.formatted, **shown}

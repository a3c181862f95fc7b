"""Scalars beyond GraphQL's own."""

from __future__ import annotations

from datetime import datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

_LARGEST = 2**53

DateTime = NewType("DateTime", str)
MinorUnits = NewType("MinorUnits", int)


def _parse_time(value: object) -> str:
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        parsed = None
    if not isinstance(value, str) or parsed is None or parsed.tzinfo is None:
        raise GraphQLError("DateTime: pass RFC 3339 text with a zone, such as 2026-11-01T08:00:00Z")
    return value


def _parse_amount(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise GraphQLError(f"MinorUnits: pass a whole number from 0 to {_LARGEST}")
    return value


def _render_time(value: object) -> object:
    if not isinstance(value, str):
        raise GraphQLError("DateTime cannot represent a value that is no text")
    return value


def _render_amount(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise GraphQLError("MinorUnits cannot represent a value that is no whole number")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC as RFC 3339 text, such as `2026-11-01T08:00:00Z`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=_render_time,
        parse_value=_parse_time,
    ),
    MinorUnits: strawberry.scalar(
        name="MinorUnits",
        description="An amount of money in the currency's minor unit (分, cent): a whole number, exact to 2^53.",
        serialize=_render_amount,
        parse_value=_parse_amount,
    ),
}

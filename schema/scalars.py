"""Scalars beyond GraphQL's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII | re.IGNORECASE
)
_LARGEST = 2**53

DateTime = NewType("DateTime", str)
MinorUnits = NewType("MinorUnits", int)
Json = NewType("Json", object)


def _parse_time(value: object) -> str:
    try:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise ValueError(value)
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime: pass RFC 3339 text with a zone, such as 2026-11-01T08:00:00Z") from None
    return moment.isoformat().replace("+00:00", "Z")


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


def _as_it_is(value: object) -> object:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Json: strawberry.scalar(
        name="JSON",
        description="Any value of JSON.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_as_it_is,
        parse_value=_as_it_is,
    ),
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

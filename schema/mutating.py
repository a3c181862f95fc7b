"""Mutations: what each takes, who may use it, and how its outcome becomes a payload.

A mutation is declared once, beside its types; its resolver gets what it needs to act and the cleaned input, and
returns the payload's values by field: ids of nodes, whose fields are then read from the graph, or plain values.
What goes wrong as it may (bad input, no permission, a state that does not allow it) is data in the payload.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Annotated, Any, TypeAlias

import orjson
import strawberry
from strawberry.types.arguments import convert_argument

from graph.errors import Invalid, TimedOut, Unavailable, ZhongcaoError
from graph.idempotency import Request
from graph.rules.access import ANYONE, Access, Viewer
from resolvers.act import Act, Outcome, SignedIn
from schema.inputs import camel, clean
from schema.mapped import open_to, plain

_MUTATION = "mutation"


@strawberry.enum(description="Why something was not done.")
class ErrorCode(Enum):
    INVALID = strawberry.enum_value("INVALID", description="The input breaks a rule that the message names.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="No such thing, or none that you may see.")
    SIGN_IN_REQUIRED = strawberry.enum_value("SIGN_IN_REQUIRED", description="Only signed-in people may do this.")
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="You may not do this.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="The state of things does not allow it now.")
    OUT_OF_STOCK = strawberry.enum_value("OUT_OF_STOCK", description="Fewer units are left than asked for.")
    PAYMENT_DECLINED = strawberry.enum_value("PAYMENT_DECLINED", description="The payment was not accepted.")
    LIMIT_EXCEEDED = strawberry.enum_value("LIMIT_EXCEEDED", description="Too much or too often; try later.")


@open_to(ANYONE)
@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="What kind of error it is, for programs.")
    message: str = strawberry.field(description="What is wrong and what would be accepted, for people.")
    field: list[str] = strawberry.field(description="Path of the input at fault, such as input, noteId; else empty.")


@open_to(ANYONE)
@strawberry.type
class Payload:
    """What every payload has."""

    errors: list[UserError] = plain("Why nothing was done; empty when it was.")


Resolver: TypeAlias = Callable[[Act, Any], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """How a mutation is carried out."""

    resolver: Resolver
    given: type
    access: Access


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of it: the payload's values by GraphQL field; and who is signed in when this changed that."""

    values: Mapping[str, Any]
    errors: list[UserError]
    viewer: Viewer | None = None


MutationMapping = Mapping[str, Mutation]


def mutation(resolver: Resolver, given: type, description: str, *, access: Access) -> Any:
    """A root field of Mutation, whose annotation names its payload."""

    def read_payload(root: Any, info: strawberry.Info, input: Any) -> Any:
        found = root[info.path.key]
        if isinstance(found, Exception):
            raise found
        return found

    described = strawberry.argument(description="What to do it with.")
    read_payload.__annotations__["input"] = Annotated[given, described]
    metadata = {_MUTATION: Mutation(resolver, given, access)}
    return strawberry.field(resolver=read_payload, description=description, metadata=metadata)


def mutation_mapping(schema: strawberry.Schema) -> MutationMapping:
    """How each mutation of the schema is carried out, by GraphQL name."""
    root = schema._schema.mutation_type
    assert root is not None
    fields = {name: field.extensions["strawberry-definition"] for name, field in root.fields.items()}
    return {name: field.metadata[_MUTATION] for name, field in fields.items()}


async def perform(mutation: Mutation, act: Act, arguments: Mapping[str, Any], convert: Convert) -> Performed:
    """Carries the mutation out; expected failures come back as errors.

    Raises what the caller could not have caused: Unavailable, TimedOut and whatever is unexpected.
    """
    try:
        mutation.access.check(act.viewer)
        given = convert(arguments["input"], mutation.given)
        problems = clean(given)
        if problems:
            return Performed({}, [_user_error(one) for one in problems])
        outcome = await mutation.resolver(_recognised(act, mutation, given), given)
    except (Unavailable, TimedOut):
        raise
    except ZhongcaoError as error:
        return Performed({}, [_user_error(error)])
    viewer = outcome.viewer if isinstance(outcome, SignedIn) else None
    values = outcome.values if isinstance(outcome, SignedIn) else outcome
    return Performed({camel(name): value for name, value in values.items()}, [], viewer)


Convert: TypeAlias = Callable[[object, type], Any]


def converter(schema: strawberry.Schema) -> Convert:
    """Makes input objects of what GraphQL has coerced."""
    registry, config = schema.schema_converter.scalar_registry, schema.config
    return lambda value, given: convert_argument(value, given, registry, config)


def _recognised(act: Act, mutation: Mutation, given: Any) -> Act:
    """The act, with what a repetition of it is known by where its sender gave a key."""
    key = getattr(given, "idempotency_key", None)
    if key is None or act.viewer is None:
        return act
    name = mutation.resolver.__name__
    values = {one: value for one, value in asdict(given).items() if one != "idempotency_key"}
    text = orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)
    return replace(act, request=Request(f"{act.viewer.id}/{name}/{key}", hashlib.sha256(text).hexdigest()))


def _user_error(error: ZhongcaoError) -> UserError:
    path = ["input", *map(camel, error.field)] if error.field else []
    return UserError(code=ErrorCode(error.code), message=error.message, field=path)


def invalid(message: str, *field: str) -> Invalid:
    """The error of an input's field, by its Python name."""
    return Invalid(message, field=field)

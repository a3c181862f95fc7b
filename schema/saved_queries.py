"""Queries that are kept for the console: the viewer's own, those that others shared, and the service's."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import orjson
import strawberry

from graph.console.canned import CANNED, canned
from graph.console.parameters import Parameter, filled, of_json
from graph.console.reading import Question
from graph.errors import Invalid
from graph.rules import visibility
from graph.rules.access import Access, Role, only
from resolvers.kept_queries import answer
from schema.mapped import computed, one, open_to, prop, restricted, visible_when
from schema.people import User
from schema.relay import Node
from schema.scalars import DateTime, Json

_SCIENTISTS = only(Role.DATA_SCIENTIST)
_ANSWER = "What it tells now: for a page of it; whole answers and other forms are /cypher's."
_ANSWER_COST = 5_000
_HOLDERS = Access(None, "its owner, and data scientists who opened its link")


@strawberry.enum(description="What values a parameter takes.")
class ParameterType(Enum):
    TEXT = strawberry.enum_value("text", description="Text.")
    INTEGER = strawberry.enum_value("integer", description="A whole number.")
    NUMBER = strawberry.enum_value("number", description="A number.")
    BOOLEAN = strawberry.enum_value("boolean", description="True or false.")
    TIME = strawberry.enum_value("time", description="A time with its zone, as text of ISO 8601.")


@strawberry.enum(description="Versions of the language.")
class CypherLanguage(Enum):
    CYPHER_5 = strawberry.enum_value("5", description="Cypher 5.")
    CYPHER_25 = strawberry.enum_value("25", description="Cypher 25.")


@open_to(_HOLDERS)
@strawberry.type(description="What a kept query asks to be told.")
class QueryParameter:
    name: str = strawberry.field(description="Its name, without $.")
    type: ParameterType = strawberry.field(description="What values it takes.")
    meaning: str = strawberry.field(description="What it is.")
    default: str | None = strawberry.field(description="Its value where none is given, as JSON; null: must be given.")


def _told(parameters: tuple[Parameter, ...]) -> list[QueryParameter]:
    return [
        QueryParameter(
            name=one.name,
            type=ParameterType(one.type),
            meaning=one.meaning,
            default=None if one.default is None else orjson.dumps(one.default).decode(),
        )
        for one in parameters
    ]


@open_to(_SCIENTISTS)
@strawberry.type(description="What a kept query tells now, as /cypher does in JSON.")
class QueryAnswer:
    columns: list[str] = strawberry.field(description="The names of its columns.")
    rows: Json = strawberry.field(description="Its rows, each a list with a value for each column.")
    truncated: bool = strawberry.field(description="Whether there is more.")
    source: str = strawberry.field(description="Which graph was asked: live or replica.")


_Given = Annotated[
    Json | None, strawberry.argument(description="Its parameters by name, as an object; defaults for the others.")
]
_First = Annotated[int, strawberry.argument(description="How many rows at most, 1 to 1,000.")]


async def _answered(info: strawberry.Info, question: Question, first: int) -> QueryAnswer:
    found = await answer(info.context.services, info.context.viewer, question, first=first)
    return QueryAnswer(
        columns=found["columns"],
        rows=found["rows"],
        truncated=found["truncated"] is not None,
        source=found["summary"]["source"],
    )


def _filled(parameters: tuple[Parameter, ...], given: object, whose: str) -> dict[str, Any]:
    if given is not None and not isinstance(given, dict):
        raise Invalid("parameters must be an object", field=("parameters",))
    return filled(parameters, given or {}, whose=whose)


async def _ask_saved(root: Any, info: strawberry.Info, parameters: _Given = None, first: _First = 100) -> QueryAnswer:
    needs = root.needs
    given = _filled(of_json(needs["parameters"]), parameters, needs["name"])
    return await _answered(info, Question(needs["text"], given, needs["language"]), first)


async def _parameters(root: Any) -> list[QueryParameter]:
    return _told(of_json(root.needs["parameters"]))


@visible_when(visibility.SAVED_QUERY)
@open_to(_HOLDERS)
@strawberry.type(description="A query that a data scientist saved: ask it at /cypher by its id, or by its link.")
class SavedQuery(Node):
    name: str = prop("What its owner calls it.")
    description: str = prop("What it tells.")
    query: str = prop("The query.", "this.text")
    language: CypherLanguage = prop("The version of Cypher it is in.")
    parameters: list[QueryParameter] = computed(_parameters, "What it asks to be told.", parameters="this.parameters")
    link: str | None = prop("What opens it to other data scientists; null while it is not shared.")
    owner: User | None = one(
        "(this)<-[:HAS_SAVED_QUERY]-(:Account)<-[:HAS_ACCOUNT]-(that:User)", "Who saved it, if they may be seen."
    )
    answer: QueryAnswer | None = restricted(
        computed(
            _ask_saved,
            _ANSWER,
            cost=_ANSWER_COST,
            text="this.text",
            parameters="this.parameters",
            language="this.language",
            name="this.name",
        ),
        _SCIENTISTS,
    )
    created_at: DateTime = prop("When it was saved.")
    updated_at: DateTime = prop("When it was changed last.")


async def _ask_canned(root: Any, info: strawberry.Info, parameters: _Given = None, first: _First = 100) -> QueryAnswer:
    ready = canned(root.name)
    return await _answered(info, Question(ready.text, _filled(ready.parameters, parameters, ready.name)), first)


@open_to(_SCIENTISTS)
@strawberry.type(description="A query that the service keeps ready: ask it at /cypher by its name.")
class CannedQuery:
    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it tells.")
    query: str = strawberry.field(description="The query.")
    parameters: list[QueryParameter] = strawberry.field(description="What it asks to be told.")

    answer: QueryAnswer | None = strawberry.field(resolver=_ask_canned, description=_ANSWER)


_Name = Annotated[str | None, strawberry.argument(description="Only the one of that name.")]


async def _canned(root: Any, name: _Name = None) -> list[CannedQuery]:
    return [
        CannedQuery(name=one.name, description=one.about, query=one.text, parameters=_told(one.parameters))
        for one in CANNED.values()
        if name in (None, one.name)
    ]


def canned_queries() -> Any:
    """The field that lists what the service keeps ready."""
    return restricted(computed(_canned, "Queries that the service keeps ready for data scientists."), _SCIENTISTS)

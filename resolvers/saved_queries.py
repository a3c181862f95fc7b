"""Saved queries of the viewer: checked as if they were asked, and then kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import strawberry

from graph import saved_queries
from graph.console.parameters import Parameter, check_defaults, samples
from graph.console.reading import Question
from graph.console.refusals import CypherFault, Refused
from graph.console.text import parameters_of
from graph.database import Transaction
from graph.errors import Conflict, Invalid
from graph.saved_queries import Definition
from resolvers.act import Act, Values, unit

_CHECK_S = 10.0


async def save_query(act: Act, given: Any) -> Values:
    """The new query."""
    definition = Definition(given.query, given.language.value, _parameters(given.parameters or ()))
    await _check(act, definition)

    async def work(tx: Transaction) -> Values:
        query_id = await saved_queries.save_query(
            tx, user_id=act.viewer_id, name=given.name, description=given.description, definition=definition,
            now=act.now,
        )  # fmt: skip
        return {"saved_query": query_id}

    return await act.unit(work)


async def update_saved_query(act: Act, given: Any) -> Values:
    """The query with what changed."""
    before = await saved_queries.own_query(act.services.database, user_id=act.viewer_id, query_id=given.saved_query_id)
    definition = _changed(before.definition, given)
    if definition is not None:
        await _check(act, definition)

    async def work(tx: Transaction) -> Values:
        await saved_queries.update_saved_query(
            tx, user_id=act.viewer_id, query_id=given.saved_query_id, name=_kept(given, "name"),
            description=_kept(given, "description"), definition=definition, now=act.now,
        )  # fmt: skip
        return {"saved_query": given.saved_query_id}

    return await act.unit(work)


@unit
async def delete_saved_query(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the query that is gone."""
    await saved_queries.delete_saved_query(tx, user_id=act.viewer_id, query_id=given.saved_query_id, now=act.now)
    return {"deleted_saved_query_id": given.saved_query_id}


@unit
async def share_saved_query(act: Act, tx: Transaction, given: Any) -> Values:
    """The query, which has a link."""
    await saved_queries.share_saved_query(tx, user_id=act.viewer_id, query_id=given.saved_query_id, now=act.now)
    return {"saved_query": given.saved_query_id}


@unit
async def unshare_saved_query(act: Act, tx: Transaction, given: Any) -> Values:
    """The query, which has no link."""
    await saved_queries.unshare_saved_query(tx, user_id=act.viewer_id, query_id=given.saved_query_id, now=act.now)
    return {"saved_query": given.saved_query_id}


@unit
async def open_shared_query(act: Act, tx: Transaction, given: Any) -> Values:
    """The query that the link leads to."""
    query_id = await saved_queries.open_shared_query(tx, user_id=act.viewer_id, link=given.link, now=act.now)
    return {"saved_query": query_id}


@unit
async def leave_shared_query(act: Act, tx: Transaction, given: Any) -> Values:
    """The id of the query that the viewer's list holds no more."""
    await saved_queries.leave_shared_query(tx, user_id=act.viewer_id, query_id=given.saved_query_id)
    return {"left_saved_query_id": given.saved_query_id}


def _changed(before: Definition, given: Any) -> Definition | None:
    """The whole definition after the change, so that what is kept was checked together; None: it stays."""
    changes: dict[str, Any] = {"text": _kept(given, "query")}
    language, parameters = _kept(given, "language"), given.parameters
    changes["language"] = None if language is None else language.value
    changes["parameters"] = None if parameters is strawberry.UNSET else _parameters(parameters or ())
    changes = {name: value for name, value in changes.items() if value is not None}
    return replace(before, **changes) if changes else None


def _kept(given: Any, name: str) -> Any:
    value = getattr(given, name)
    if value is None:
        raise Invalid(f"{name} cannot be empty; leave it out to keep it", field=(name,))
    return None if value is strawberry.UNSET else value


def _parameters(given: Sequence[Any]) -> tuple[Parameter, ...]:
    found = []
    for number, one in enumerate(given):
        try:
            default = None if one.default is None else orjson.loads(one.default)
        except orjson.JSONDecodeError:
            raise Invalid(
                'a default is JSON, such as 20 or "beauty"', field=("parameters", str(number), "default")
            ) from None
        found.append(Parameter(one.name, one.type.value, one.meaning, default))
    check_defaults(found)
    return tuple(found)


async def _check(act: Act, definition: Definition) -> None:
    """Returns when the query passes the guard. Raises Invalid naming what is at fault."""
    console = act.services.console
    if console is None:
        raise Conflict("this service answers no Cypher")
    try:
        named = {one.name for one in definition.parameters}
        if unknown := parameters_of(definition.text) - named:
            raise Invalid(f"the query asks for ${min(unknown)}: describe it", field=("parameters",))
        given = samples(definition.parameters)
        await console.check(act.viewer_id, Question(definition.text, given, definition.language, _CHECK_S))
    except (Refused, CypherFault) as error:
        why = error.reason if isinstance(error, Refused) else error.status
        raise Invalid(f"query is not let through ({why}): {error.message}", field=("query",)) from error

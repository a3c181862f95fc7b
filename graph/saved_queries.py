"""Queries that data scientists save: each has its owner, and a link that opens it to others while it is shared."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph import audit
from graph.console.parameters import Parameter, filled, of_json, to_json
from graph.console.reading import Language
from graph.database import Database, Transaction
from graph.errors import Forbidden, LimitExceeded, NotFound, found
from graph.ids import new_id
from graph.rules.access import Role
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_LOCK = STATEMENTS["lock_for_saved_query"]
_CREATE = STATEMENTS["create_saved_query"]
_OWN = STATEMENTS["own_saved_query"]
_UPDATE = STATEMENTS["update_saved_query"]
_DELETE = STATEMENTS["delete_saved_query"]
_SHARE = STATEMENTS["share_saved_query"]
_UNSHARE = STATEMENTS["unshare_saved_query"]
_OPEN = STATEMENTS["open_saved_query"]
_LEAVE = STATEMENTS["leave_shared_query"]
_OF_ID = STATEMENTS["saved_query_of_id"]
_OF_LINK = STATEMENTS["saved_query_of_link"]
_ANY = STATEMENTS["any_saved_query"]
_LIST = STATEMENTS["saved_queries_of"]

PREFIX = "zcq_"
LINK = re.compile(r"zcq_[A-Za-z0-9_-]{32}", re.ASCII)
"""What a link looks like: 192 random bits."""
MOST = 200
MOST_OPENED = 500
_ABSENT = "you have no saved query with this id"


@dataclass(frozen=True, slots=True)
class Definition:
    """What is asked: the text, the version of the language it is in, and its parameters."""

    text: str
    language: Language
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved query; `link` is None while it is not shared."""

    id: str
    name: str
    description: str
    definition: Definition
    link: str | None

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters, those that are not given by their defaults. Raises Invalid naming one at fault."""
        return filled(self.definition.parameters, given, whose=self.name)


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved query in somebody's list; `mine`: they saved it themselves."""

    query: SavedQuery
    mine: bool


async def save_query(
    tx: Transaction, *, user_id: str, name: str, description: str, definition: Definition, now: datetime
) -> str:
    """The id of a new saved query.

    Raises Forbidden for somebody who is no data scientist (any more), LimitExceeded for who has 200.
    """
    locked = await _locked(tx, user_id, now)
    if locked["saved"] >= MOST:
        raise LimitExceeded(f"you have {MOST} saved queries: delete one first")
    query_id = new_id("SavedQuery")
    await tx.row(
        _CREATE, account_id=locked["account_id"], query_id=query_id, name=name, description=description, now=now,
        **_properties(definition),
    )  # fmt: skip
    await _record(tx, "saved", user_id, query_id, now, definition)
    return query_id


async def own_query(database: Database, *, user_id: str, query_id: str) -> SavedQuery:
    """A saved query of the person. Raises NotFound."""
    return _read(_own(await database.row(_OWN, user_id=user_id, query_id=query_id)))


async def update_saved_query(
    tx: Transaction, *, user_id: str, query_id: str, name: str | None, description: str | None,
    definition: Definition | None, now: datetime,
) -> None:  # fmt: skip
    """Changes the person's query; None leaves a value as it is. Raises Forbidden as `save_query`, or NotFound."""
    await _locked(tx, user_id, now)
    properties = {"query": None, "language": None, "parameters": None}
    row = await tx.row(
        _UPDATE, user_id=user_id, query_id=query_id, name=name, description=description, now=now,
        **(properties if definition is None else _properties(definition)),
    )  # fmt: skip
    _own(row)
    await _record(tx, "updated", user_id, query_id, now, definition)


async def delete_saved_query(tx: Transaction, *, user_id: str, query_id: str, now: datetime) -> None:
    """Deletes the person's query, for those too who opened it. Raises NotFound."""
    _own(await tx.row(_DELETE, user_id=user_id, query_id=query_id))
    await _record(tx, "deleted", user_id, query_id, now)


async def share_saved_query(tx: Transaction, *, user_id: str, query_id: str, now: datetime) -> None:
    """Gives the person's query a link, unless it has one. Raises Forbidden as `save_query`, or NotFound."""
    await _locked(tx, user_id, now)
    link = PREFIX + secrets.token_urlsafe(24)
    _own(await tx.row(_SHARE, user_id=user_id, query_id=query_id, link=link, now=now))
    await _record(tx, "shared", user_id, query_id, now)


async def unshare_saved_query(tx: Transaction, *, user_id: str, query_id: str, now: datetime) -> None:
    """Ends the link of the person's query; those who opened it lose it. Raises NotFound."""
    _own(await tx.row(_UNSHARE, user_id=user_id, query_id=query_id))
    await _record(tx, "unshared", user_id, query_id, now)


async def open_shared_query(tx: Transaction, *, user_id: str, link: str, now: datetime) -> str:
    """The id of the query that the link leads to, which the person now has in their list.

    Raises Forbidden as `save_query`, NotFound, or LimitExceeded for who opened 500.
    """
    locked = await _locked(tx, user_id, now)
    if locked["opened"] >= MOST_OPENED:
        raise LimitExceeded(f"you opened {MOST_OPENED} shared queries: leave one first")
    row = await tx.row(_OPEN, account_id=locked["account_id"], link=link, now=now)
    query_id = str(found(row, "this link leads to no query", "link")["query_id"])
    await _record(tx, "opened", user_id, query_id, now)
    return query_id


async def leave_shared_query(tx: Transaction, *, user_id: str, query_id: str) -> None:
    """Takes somebody else's query from the person's list. Raises NotFound."""
    row = await tx.row(_LEAVE, user_id=user_id, query_id=query_id)
    found(row, "your list holds no shared query with this id", "saved_query_id")


async def saved_query(database: Database, *, key: str, user_id: str | None) -> SavedQuery:
    """The query with that id, which the person has or opened, or the one that the link leads to.

    `user_id` None: an operator asks, who may ask anybody's. Raises NotFound.
    """
    statement: Statement = _OF_LINK if key.startswith(PREFIX) else _ANY if user_id is None else _OF_ID
    given = {"user_id": user_id} if statement is _OF_ID else {}
    row = await database.row(statement, key=key, **given)
    if row is None:
        raise NotFound("no saved query has this id or link", field=("saved",))
    return _read(row)


async def saved_queries(database: Database, *, user_id: str) -> Sequence[Listed]:
    """What the person saved, latest changed first, and then what they opened, latest first."""
    return [Listed(_read(row), row["mine"]) for row in await database.rows(_LIST, user_id=user_id)]


async def _locked(tx: Transaction, user_id: str, now: datetime) -> Mapping[str, Any]:
    row = await tx.row(_LOCK, user_id=user_id, role=Role.DATA_SCIENTIST.value, now=now)
    if row is None:
        raise Forbidden("this takes the role data_scientist")
    return row


async def _record(
    tx: Transaction, act: str, user_id: str, query_id: str, now: datetime, definition: Definition | None = None
) -> None:
    """Keeps the act; of what is asked as of a question, and never the link, which opens it."""
    detail = {} if definition is None else audit.of_query(definition.text)
    await audit.record(
        tx, kind=f"saved_query_{act}", actor_id=user_id, subject_id=query_id, detail=detail, now=now
    )  # fmt: skip


def _own(row: Any) -> Any:
    return found(row, _ABSENT, "saved_query_id")


def _properties(definition: Definition) -> dict[str, str]:
    parameters = to_json(definition.parameters)
    return {"query": definition.text, "language": definition.language, "parameters": parameters}


def _read(row: Mapping[str, Any]) -> SavedQuery:
    definition = Definition(row["text"], row["language"], of_json(row["parameters"]))
    return SavedQuery(row["id"], row["name"], row["description"], definition, row["link"])

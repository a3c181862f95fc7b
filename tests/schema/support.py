"""Asking the service, and the graph behind it, in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from graph.database import Database
from graph.rules.access import Role, Viewer
from graph.statements import Statement
from schema.documents import Caller, Request
from schema.execution import Executor


class CountingDatabase(Database):
    """A door that counts the statements that go through it, and keeps the last one."""

    statements = 0
    last: tuple[str, Mapping[str, Any]] = ("", {})

    async def read(self, text: str, parameters: Mapping[str, Any], *, name: str | None = None) -> Any:
        """Counts, and reads."""
        self.statements += 1
        self.last = (text, parameters)
        return await super().read(text, parameters, name=name)


def as_viewer(user_id: str | None, *roles: Role) -> Viewer | None:
    """The person as somebody signed in; None stays nobody."""
    return None if user_id is None else Viewer(user_id, frozenset({Role.MEMBER, *roles}), "session_test")


async def ask(executor: Executor, query: str, viewer: str | None = None, **variables: Any) -> Any:
    """The data of an answer without errors."""
    response = await executor.execute(Request(query, variables), Caller(as_viewer(viewer), address="test"))
    answer = orjson.loads(response.body)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def cypher(database: Database, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of an ad-hoc statement, as dictionaries."""
    return [row.data() for row in await database.rows(Statement("test", "write", statement), **parameters)]

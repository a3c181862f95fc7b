"""The fast path and the GraphQL engine give the same bytes, for thousands of generated operations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from graph.database import Database
from graph.projection.plan import Bound, Plan
from graph.statements import Statement
from resolvers.services import make_services
from schema.documents import Caller, Prepared, Request
from schema.execution import Executor
from settings import Settings
from tests.projection.operations import Generator, Pool
from tests.schema.support import as_viewer

pytestmark = pytest.mark.anyio
SHAPES = 200
PRESENTATIONS = 26
_ERROR_ID = re.compile(rb"[0-9a-f]{32}(?=[\" ])")

_KEYS = Statement(
    "keys",
    "read",
    """
    RETURN
      COLLECT { MATCH (n:User) RETURN n.id ORDER BY n.id LIMIT 40 } AS user,
      COLLECT { MATCH (n:User) RETURN n.handle ORDER BY n.id LIMIT 40 } AS userByHandle,
      COLLECT { MATCH (n:Note) RETURN n.id ORDER BY n.id LIMIT 60 } AS note,
      COLLECT { MATCH (n:Product) RETURN n.id ORDER BY n.id LIMIT 40 } AS product,
      COLLECT { MATCH (n:Brand) RETURN n.id } AS brand,
      COLLECT { MATCH (n:Brand) RETURN n.handle } AS brandByHandle,
      COLLECT { MATCH (n:Category) RETURN n.slug } AS category,
      COLLECT { MATCH (n:Topic) RETURN n.name ORDER BY n.id LIMIT 40 } AS topic,
      COLLECT { MATCH (n:Comment) RETURN n.id ORDER BY n.id LIMIT 20 } AS comment,
      COLLECT { MATCH (n:Review) RETURN n.id ORDER BY n.id LIMIT 20 } AS review,
      COLLECT { MATCH (n:Variant) RETURN n.id ORDER BY n.id LIMIT 20 } AS variant
    """,
)


async def _pool(database: Database) -> Pool:
    row = await database.row(_KEYS)
    assert row is not None
    keys: dict[str, list[str]] = {name: list(row[name]) for name in row.keys()}  # noqa: SIM118  # a Record, no dict
    keys["node"] = [*keys["user"], *keys["note"], *keys["product"], *keys["comment"], *keys["review"], *keys["variant"]]
    keys["node"] += ["user_nobody", "what_isthis", "no id at all"]
    keys["user"].append("user_nobody")
    keys["userByHandle"].append("nobody")
    return Pool(keys)


class Once(Executor):
    """Reads the graph once for both ways: they share everything up to the row, and differ in who walks it."""

    row: Any = None

    async def read(self, plan: Plan, bound: Bound, prepared: Prepared, caller: Caller) -> Any:
        """The row of the present operation."""
        if self.row is None:
            self.row = await super().read(plan, bound, prepared, caller)
        return self.row


@pytest.mark.timeout(1200)
async def test_both_ways_give_the_same_bytes(database: Database, settings: Settings) -> None:
    pool = await _pool(database)
    executor = Once(make_services(database, settings), settings)
    generator = Generator(pool)
    callers = [Caller(address="test"), Caller(as_viewer(pool.keys["user"][0]), address="test")]
    kinds: Counter[str] = Counter()
    for seed in range(SHAPES * PRESENTATIONS):
        document, variables = generator.operation(seed // PRESENTATIONS, seed)
        request = Request(document, variables)
        caller = callers[seed // PRESENTATIONS % 4 == 0]
        executor.row = None
        fast = await executor.execute(request, caller)
        slow = await executor.execute(request, caller, fast=False)
        assert _without_ids(fast.body) == _without_ids(slow.body), f"seed {seed}: {document} {variables}"
        assert (fast.status, fast.executed) == (slow.status, slow.executed)
        answer = orjson.loads(fast.body)
        kinds["refused" if not fast.executed else "errors" if "errors" in answer else "data"] += 1
        _harvest(document, answer, pool)
    assert sum(kinds.values()) >= 5_000
    assert kinds["errors"] == 0
    assert kinds["data"] > 0.9 * sum(kinds.values()), kinds


def _without_ids(body: bytes) -> bytes:
    return _ERROR_ID.sub(b"", body)


def _harvest(document: str, answer: dict[str, Any], pool: Pool) -> None:
    """Keeps cursors for later operations, under every connection that the document names."""
    cursors = list(_cursors(answer.get("data")))
    if len(cursors) > 20:
        cursors = cursors[:20]
    for connection in ("User.notes", "Viewer.feed", "User.followers", "Note.comments", "Category.notes", "Query.notes"):
        if f"{connection.split('.')[1]}(" in document:
            pool.cursors[connection] = (pool.cursors[connection] + cursors)[-50:]


def _cursors(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key in ("cursor", "endCursor", "startCursor"):
                yield inner
            else:
                yield from _cursors(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cursors(inner)

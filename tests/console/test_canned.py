"""Questions that are kept ready: each passes the guard and is answered, over HTTP and by the client alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import zhongcao_client as zc

from graph.console.canned import CANNED, Canned, canned
from graph.console.reading import ConsoleDoor, Question
from graph.errors import Invalid, NotFound
from graph.rules.access import Role, Viewer
from resolvers.services import make_tokens
from settings import Settings
from tests.schema.serving import serving

pytestmark = pytest.mark.anyio
# What those must be told that ask for something.
_GIVEN: dict[str, dict[str, Any]] = {"reach": {"handle": "lizi_snow9"}, "search_notes": {"words": "咖啡 OR 口红"}}


@pytest.mark.parametrize("one", CANNED.values(), ids=lambda one: one.name)
async def test_each_is_answered(door: ConsoleDoor, one: Canned) -> None:
    question = Question(one.text, one.filled(_GIVEN.get(one.name, {})))
    async with door.ask(question, closed=True, who="test") as answer:
        rows = await answer.rows.pull(1_000)
    assert rows
    assert all(f"${parameter.name}" in one.text for parameter in one.parameters)


def test_parameters_have_types_and_defaults() -> None:
    funnel = canned("funnel")
    assert [(one.name, one.type, one.default) for one in funnel.parameters] == [
        ("category", "text", ""),
        ("limit", "integer", 50),
    ]
    assert funnel.filled({"category": "beauty"}) == {"category": "beauty", "limit": 50}
    for name, given, field in (
        ("funnel", {"limit": "5"}, "limit"),
        ("funnel", {"limit": True}, "limit"),
        ("funnel", {"more": 1}, "more"),
        ("reach", {}, "handle"),
        ("selling_notes", {"since": "yesterday"}, "since"),
        ("selling_notes", {"since": "2026-01-01T00:00:00"}, "since"),
    ):
        with pytest.raises(Invalid) as raised:
            canned(name).filled(given)
        assert raised.value.field == ("parameters", field)
    with pytest.raises(NotFound):
        canned("nothing")


@pytest.fixture
async def place(settings: Settings) -> AsyncIterator[str]:
    async with serving(settings) as one:
        yield one


async def test_over_http_and_by_the_client(place: str, settings: Settings) -> None:
    viewer = Viewer("user_scientist", frozenset({Role.MEMBER, Role.DATA_SCIENTIST}), "session_test")
    token = make_tokens(settings).access(viewer, now=datetime.now(UTC))
    client = zc.Client(f"http://{place}", token)
    listed = await asyncio.to_thread(client.canned_questions)
    assert [one["name"] for one in listed] == list(CANNED)
    assert listed[0]["parameters"][0].keys() == {"name", "type", "meaning", "default"}
    graph = await asyncio.to_thread(client.graph)
    assert "User" in {one["label"] for one in graph["labels"]}
    answer = await asyncio.to_thread(lambda: client.canned("most_followed", limit=3))
    assert (len(answer), answer.table.column_names[:2]) == (3, ["id", "handle"])
    with pytest.raises(zc.NotFound):
        await asyncio.to_thread(lambda: client.canned("nothing"))
    with pytest.raises(zc.Invalid):
        await asyncio.to_thread(lambda: client.canned("reach"))
    async with httpx.AsyncClient(base_url=f"http://{place}", trust_env=False) as nobody:
        for path in ("/cypher/canned", "/cypher/graph"):
            assert (await nobody.get(path)).status_code == 401
        both = {"query": "RETURN 1", "canned": "reach"}
        response = await nobody.post("/cypher", json=both, headers={"authorization": f"Bearer {token}"})
        assert response.json()["errors"][0]["extensions"] == {"code": "INVALID", "field": ["canned"]}

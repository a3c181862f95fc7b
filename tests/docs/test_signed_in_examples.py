"""Examples of the API's page that take somebody signed in, or that listen."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from graphql import parse, validate

from schema.api import GRAPHQL_SCHEMA
from settings import Settings
from tests.docs.pages import DOCS, fenced
from tests.schema.community import join
from tests.schema.serving import Passes, connected, serving, under_way

pytestmark = pytest.mark.anyio
API = (DOCS / "api.md").read_text(encoding="utf-8")
README = (DOCS.parent / "README.md").read_text(encoding="utf-8")
ANALYSED = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("audience.md", "influence.md"))
_VALUES = {"until": "2026-01-01T00:00:00Z", "after": None}


@pytest.mark.parametrize("document", fenced(API, "graphql viewer"), ids=lambda text: text.split("\n")[0])
async def test_examples_of_the_viewer(client: httpx.AsyncClient, document: str) -> None:
    viewer = await join(client)
    answer = await viewer.ask(document, **{name: value for name, value in _VALUES.items() if f"${name}" in document})
    assert all(value is not None for value in answer.values()), answer


@pytest.mark.parametrize(
    "document",
    fenced(API + README, "graphql mutation") + fenced(ANALYSED, "graphql"),
    ids=lambda text: text.split("\n")[0],
)
def test_examples_that_act(document: str) -> None:
    """They are only held against the schema: what they do is tested where it belongs."""
    assert validate(GRAPHQL_SCHEMA, parse(document)) == []


@pytest.mark.parametrize("document", fenced(API, "graphql subscription"), ids=lambda text: text.split("\n")[0])
async def test_examples_that_listen(settings: Settings, document: str) -> None:
    async with serving(settings, Passes()) as place, connected(place) as socket:
        await socket.begin("user_anybody")
        await socket.subscribe(document)
        async with asyncio.timeout(10):
            while under_way() != {"tail", "operation"}:  # noqa: ASYNC110  # nothing is said while nothing happens
                await asyncio.sleep(0.05)
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}

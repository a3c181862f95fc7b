"""Search through the API by words and meaning together: what is found, told, paged and hidden."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app import create_app
from embeddings import serving
from embeddings.building import Builder
from graph.database import Database
from settings import Settings
from tests.embeddings.fake import FakeEncoder
from tests.schema.community import Person
from tests.schema.noting import post
from tests.schema.searching import NOTES, indexed, latin, note_ids
from tests.schema.shop import people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
# The fake encoder takes what is spelt with the same letters for the same; no word of one is a word of the other.
SAID, MEANT = "zqxjzqxj vkwvkw", "jxqzjxqz wkvwkv"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The one encoder of every process in the test."""
    encoder = FakeEncoder()
    monkeypatch.setattr(serving, "EncoderProcess", lambda _source, threads: encoder)
    return encoder


@pytest.fixture
def meaning(settings: Settings) -> Settings:
    """Settings of a process that asks for vectors and keeps none."""
    return settings.model_copy(update={"embeddings": True, "embedding_model": "fake"})


@pytest.fixture
async def served(bare: Database, fake: FakeEncoder, meaning: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service with that encoder."""
    async with service(meaning) as client:
        yield client
        fake.unavailable = False


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service of its own."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client


@pytest.fixture
async def author(served: httpx.AsyncClient, bare: Database, meaning: Settings) -> Person:
    """Somebody who posts."""
    (one,) = await people(served, bare, meaning, 1)
    return one


async def built(database: Database, fake: FakeEncoder) -> None:
    """Returns when all texts have vectors and are indexed."""
    await Builder(database).build(fake, "fake")
    await indexed(database)


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """The whole answer to somebody who is not signed in."""
    body = {"query": NOTES, "variables": {"query": query, "first": 10, **variables}}
    return (await client.post("/graphql", json=body)).json()


async def test_what_means_the_same_is_found_in_other_words(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder, author: Person
) -> None:
    by_meaning = await post(author, title=SAID, text=SAID)
    by_words = await post(author, title="标题", text=f"一些别的话 {MEANT}")
    alone = (await ask(served, MEANT))["data"]["found"]
    assert alone["mode"] == "FULL_TEXT"
    assert fake.queries_asked == []
    await built(bare, fake)
    await noticed(served)
    found = (await ask(served, MEANT))["data"]
    assert found["found"]["mode"] == "HYBRID"
    assert set(note_ids(found)[:2]) == {by_meaning, by_words}
    assert fake.queries_asked == [MEANT]  # and remembered


async def noticed(client: httpx.AsyncClient) -> None:
    """Waits until the process looks again which space is active."""
    for _ in range(100):
        if (await ask(client, MEANT, first=1))["data"]["found"]["mode"] == "HYBRID":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("vectors are not used")


async def test_codes_characters_and_names_are_searched_by_words_alone(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder, author: Person
) -> None:
    await built(bare, fake)
    await noticed(served)
    fake.queries_asked.clear()
    for query in ("防", "TENT-000000-1", "wh-1000xm5", "!!!"):
        assert (await ask(served, query))["data"]["found"]["mode"] == "FULL_TEXT"
    document = "query P($q: String!) { searchPeople(query: $q, first: 3) { mode nodes { id } } }"
    found = await author.ask(document, q=author.handle)
    assert found["searchPeople"] == {"mode": "FULL_TEXT", "nodes": [{"id": author.id}]}
    assert fake.queries_asked == []
    assert (await author.ask(document, q="skincare"))["searchPeople"]["mode"] == "HYBRID"


async def test_without_its_encoder_a_search_is_by_words(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder, author: Person
) -> None:
    word = latin()
    note_id = await post(author, title=word)
    await built(bare, fake)
    await noticed(served)
    fake.unavailable = True
    found = (await ask(served, word))["data"]
    assert found["found"]["mode"] == "FULL_TEXT"
    assert note_ids(found) == [note_id]


async def test_what_was_hidden_is_not_found_by_the_vector_it_still_has(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder, author: Person
) -> None:
    shown = await post(author, title=SAID, text=SAID)
    hidden = await post(author, title=SAID, text=SAID)
    await built(bare, fake)
    await noticed(served)
    assert {shown, hidden} <= set(note_ids((await ask(served, MEANT))["data"]))
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN n.id", id=hidden)
    left = note_ids((await ask(served, MEANT))["data"])
    assert shown in left
    assert hidden not in left


async def test_a_list_goes_on_by_the_same_ways(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder, author: Person, meaning: Settings
) -> None:
    for number in range(4):
        await post(author, title=SAID, text=SAID + " z" * number)
    await built(bare, fake)
    await noticed(served)
    whole = note_ids((await ask(served, MEANT))["data"])
    first = (await ask(served, MEANT, first=2))["data"]
    assert note_ids(first) == whole[:2]
    after = first["found"]["pageInfo"]["endCursor"]
    async with service(meaning) as elsewhere:
        fake.ready = False  # it is waited for, since the list needs it
        rest = (await ask(elsewhere, MEANT, first=3, after=after))["data"]
        assert rest["found"]["mode"] == "HYBRID"
        assert note_ids(rest) == whole[2:5]
    fake.ready, fake.unavailable = True, True
    assert note_ids((await ask(served, MEANT, first=3, after=after))["data"]) == whole[2:5]
    async with service(meaning) as elsewhere:
        (error,) = (await ask(elsewhere, MEANT, first=3, after=after))["errors"]
        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID", ["after"])

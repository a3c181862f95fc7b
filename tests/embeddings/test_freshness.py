"""Vectors follow what people write, hide and change, through the API and the worker; searches ask for theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from app import create_app
from embeddings import keeping, serving
from embeddings.encoder import EncoderUnavailable
from embeddings.keeping import Keeper, refresh
from embeddings.loading import EMBEDDED
from embeddings.serving import Encoders
from graph import embeddings
from graph.database import Database
from graph.rules.embedded_texts import text_of
from graph.rules.spaces import Space, vector_index, vector_property
from settings import Settings
from tests.embeddings.fake import FakeEncoder, letters
from tests.schema.community import Person, join
from tests.schema.noting import begin, fresh_topic, post
from tests.schema.shop import open_shop
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
SPACE = Space("fake", "fake", 32)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The one encoder of every process in the test."""
    encoder = FakeEncoder()
    monkeypatch.setattr(serving, "EncoderProcess", lambda _source, threads: encoder)
    monkeypatch.setattr(keeping, "_FIRST_REST_S", 0.0)
    monkeypatch.setattr(keeping, "_REST_S", 0.2)
    return encoder


@pytest.fixture
def working(settings: Settings) -> Settings:
    """Settings of a process that keeps vectors."""
    update = {"worker": True, "worker_poll_s": 0.05, "embeddings": True, "embedding_model": "fake"}
    return settings.model_copy(update=update)


@pytest.fixture
async def served(bare: Database, fake: FakeEncoder, working: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose vectors are built."""
    app = create_app(working)
    async with app.router.lifespan_context(app):
        await until(lambda: is_active(bare))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client
        fake.unavailable = False


async def is_active(database: Database) -> bool:
    return await embeddings.active_space(database) is not None


async def until(met: Callable[[], Awaitable[bool]], within_s: float = 60.0) -> None:
    async with asyncio.timeout(within_s):
        while not await met():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.05)


async def vector(database: Database, node_id: str) -> list[float] | None:
    (row,) = await cypher(
        database,
        "OPTIONAL MATCH (n:Note|Product|Brand|Topic|User {id: $id}) RETURN n[$name] AS vector",
        id=node_id,
        name=vector_property(SPACE.key),
    )
    found: list[float] | None = row["vector"]
    return found


async def has_vector_of(database: Database, node_id: str, *parts: str | list[str]) -> None:
    """Returns once the node's vector is that of the text."""
    (expected,) = letters([text_of(parts)])

    async def met() -> bool:
        found = await vector(database, node_id)
        return found is not None and np.allclose(found, expected, atol=1e-6)

    await until(met)


async def has_none(database: Database, node_id: str) -> None:
    """Returns once the node has no vector."""

    async def met() -> bool:
        return await vector(database, node_id) is None

    await until(met)


async def test_a_note_has_a_vector_while_it_is_out(served: httpx.AsyncClient, bare: Database) -> None:
    person, topic = await join(served), fresh_topic()
    note = await begin(person, title="敏感肌防晒", text="清爽不油腻", topics=[topic])
    await has_vector_of(bare, person.id, "某人")
    assert await vector(bare, note) is None
    await person.done("publishNote", {"noteId": note})
    await has_vector_of(bare, note, "敏感肌防晒", [topic], "清爽不油腻")
    (row,) = await cypher(bare, "MATCH (t:Topic {name: $name}) RETURN t.id AS id", name=topic)
    await has_vector_of(bare, row["id"], topic)
    await person.done("editNote", {"noteId": note, "title": "换了标题"})
    await has_vector_of(bare, note, "换了标题", [topic], "清爽不油腻")
    found = await embeddings.nearest(
        bare, space=SPACE, label="Note", vector=letters([f"换了标题 {topic} 清爽不油腻"])[0].tolist(), count=3
    )
    assert note in {one.id for one in found}
    await person.done("deleteNote", {"noteId": note})
    await has_none(bare, note)


async def test_products_brands_and_people_are_followed(
    served: httpx.AsyncClient, bare: Database, working: Settings
) -> None:
    shop = await open_shop(served, bare, working)
    await shop.owner.done("updateBrand", {"brandId": shop.brand_id, "name": "山茶", "nameEn": "Camellia"})
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "name": "面霜", "description": "滋润"})

    async def met() -> bool:
        found = await embeddings.text(bare, space=SPACE, node_id=shop.product_id)
        return found is not None and found.current and found.text.startswith("面霜\n山茶 Camellia\n")

    await until(met)
    await has_vector_of(bare, shop.brand_id, "山茶", "Camellia")
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "state": "UNLISTED"})
    await has_none(bare, shop.product_id)
    person = await join(served, "小雨")
    await person.done("updateProfile", {"bio": "爱喝茶", "traits": ["干皮"]})
    await has_vector_of(bare, person.id, "小雨", ["干皮"], "爱喝茶")
    await person.done("updateProfile", {"private": True})
    await has_none(bare, person.id)


async def test_an_unchanged_text_is_not_encoded_again(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder
) -> None:
    person = await join(served)
    note = await post(person, title="不变", text="只改谁能看")
    await has_vector_of(bare, note, "不变", "只改谁能看")
    asked = len(fake.passages_asked)
    await person.done("editNote", {"noteId": note, "audience": "FOLLOWERS"})
    await nothing_waits(bare)
    assert fake.passages_asked[asked:] == []
    assert await vector(bare, note) is not None


async def test_many_edits_wait_as_one(client: httpx.AsyncClient, bare: Database) -> None:
    """With no worker to take them, there is one event for the note."""
    person = await join(client)
    note = await post(person, title="一", text="正文")
    for title in ("二", "三"):
        await person.done("editNote", {"noteId": note, "title": title})
    rows = await cypher(bare, "MATCH (e:OutboxEvent {kind: $kind}) RETURN e.data AS data", kind=embeddings.CHANGED)
    assert sorted(row["data"] for row in rows) == sorted(f'{{"id":"{one}"}}' for one in (note, person.id))


async def test_without_a_space_an_event_costs_no_encoding(
    client: httpx.AsyncClient, bare: Database, fake: FakeEncoder, working: Settings
) -> None:
    person: Person = await join(client)
    note = await post(person, title="早", text="还没有向量")
    await refresh(bare, Encoders(bare, working), node_id=note, now=datetime.now(UTC))
    assert fake.passages_asked == []
    assert await vector(bare, note) is None


async def test_what_cannot_be_encoded_now_is_made_good_by_a_sweep(
    served: httpx.AsyncClient, bare: Database, fake: FakeEncoder
) -> None:
    person = await join(served)
    note = await post(person, title="先", text="有")
    await has_vector_of(bare, note, "先", "有")
    fake.unavailable = True
    await person.done("editNote", {"noteId": note, "title": "后"})
    await nothing_waits(bare)
    await has_vector_of(bare, note, "先", "有")
    fake.unavailable = False
    await has_vector_of(bare, note, "后", "有")

    async def swept() -> bool:
        active = await embeddings.active_space(bare)
        return active is not None and active.sweep_at is None

    await until(swept)


async def nothing_waits(database: Database) -> None:
    """Returns once no event waits."""

    async def met() -> bool:
        return await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) RETURN e", kind=embeddings.CHANGED) == []

    await until(met)


async def test_a_query_is_a_vector_of_the_active_space(bare: Database, fake: FakeEncoder, working: Settings) -> None:
    """None until there is one; then asked of the encoder once, however often it comes."""
    encoders = Encoders(bare, working)
    assert await encoders.query("防晒", wait=True) is None
    await Keeper(bare, encoders).look()
    found = await encoders.query("  防晒  ")
    assert found is not None
    assert (found.space, found.property) == (SPACE, vector_property(SPACE.key))
    assert found.index("Note") == vector_index(SPACE.key, "Note")
    assert np.allclose(found.vector, letters(["防晒"])[0])
    assert await encoders.query("防晒") == found
    assert fake.queries_asked == ["防晒"]
    assert await encoders.query("   ") is None
    fake.unavailable = True
    assert await encoders.query("别的") is None
    await encoders.close()
    with pytest.raises(EncoderUnavailable):
        encoders.encoder("fake")


async def test_an_encoder_that_is_not_loaded_holds_no_search_up(
    bare: Database, fake: FakeEncoder, working: Settings
) -> None:
    encoders = Encoders(bare, working)
    await Keeper(bare, encoders).look()
    fake.ready = False
    assert await encoders.query("防晒") is None
    assert await encoders.query("防晒", wait=True) is not None


async def test_another_model_than_that_of_the_space_is_not_used(
    bare: Database, fake: FakeEncoder, working: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """What the setting names was exchanged: its vectors would be compared with others."""
    encoders = Encoders(bare, working)
    await Keeper(bare, encoders).look()
    fake.source = "exchanged"
    assert await encoders.query("防晒") is None
    assert "vectors of exchanged (fake, 32 dimensions) do not fit: those in use are of fake" in caplog.text


async def test_vectors_that_are_off_cost_nothing(bare: Database, fake: FakeEncoder, settings: Settings) -> None:
    encoders = Encoders(bare, settings)
    assert await encoders.query("防晒", wait=True) is None
    await refresh(bare, encoders, node_id="note_none", now=datetime.now(UTC))
    with pytest.raises(EncoderUnavailable, match="ZHONGCAO_EMBEDDINGS"):
        encoders.encoder(EMBEDDED)


async def test_a_keeper_changes_the_model_once(bare: Database, fake: FakeEncoder, working: Settings) -> None:
    """Two processes whose settings differ do not undo each other's work for ever."""
    one = Keeper(bare, Encoders(bare, working))
    await one.look()
    fake.source = "other"
    other = Keeper(bare, Encoders(bare, working.model_copy(update={"embedding_model": "other"})))
    await other.look()
    active = await embeddings.active_space(bare)
    assert active is not None
    assert active.space.model == "other"
    fake.source = "fake"
    await one.look()
    active = await embeddings.active_space(bare)
    assert active is not None
    assert active.space.model == "other"

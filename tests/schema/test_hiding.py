"""What people hide, and what becomes of what was kept when they let it be kept no more."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app import create_app
from graph import behaviour
from graph.database import Database
from graph.jobs.tidy import Kept, tidy
from settings import Settings
from tests.schema.behaving import consent, edges, event, kept, moment, tell
from tests.schema.community import Person, code_of
from tests.schema.noting import post, products
from tests.schema.shop import people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_HIDDEN = """{ viewer {
  hiddenNotes(first: 5) { nodes { id } } hiddenProducts(first: 5) { nodes { id } }
  hiddenTopics(first: 5) { nodes { id } } hiddenPeople(first: 5) { nodes { id } } } }"""
_CONSENT = "{ viewer { behaviourConsent } }"


@pytest.fixture
async def pair(client: httpx.AsyncClient, database: Database, settings: Settings) -> tuple[Person, Person]:
    one, other = await people(client, database, settings, 2)
    return one, other


async def hidden(person: Person) -> dict[str, list[str]]:
    """The ids of what the person hides, by connection, as they are told."""
    found = (await person.ask(_HIDDEN))["viewer"]
    return {name: [node["id"] for node in page["nodes"]] for name, page in found.items()}


async def withdrawn(database: Database, person: Person) -> list[dict[str, Any]]:
    """The events that have the person's behaviour forgotten."""
    return await cypher(
        database,
        "MATCH (e:OutboxEvent {kind: 'behaviour_withdrawn'}) WHERE e.data CONTAINS $id RETURN e.id AS id",
        id=person.id,
    )


async def test_four_kinds_are_hidden_and_shown_again(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    first, second, (product, *_) = await post(author), await post(author), await products(database)
    topics = await one.ask("{ topics(first: 1) { nodes { id } } }")
    topic = topics["topics"]["nodes"][0]["id"]
    for subject in (first, second, product, topic, author.id, first):
        await one.done("hide", {"subjectId": subject}, "viewer { user { id } }")
    assert await hidden(one) == {
        "hiddenNotes": [second, first],
        "hiddenProducts": [product],
        "hiddenTopics": [topic],
        "hiddenPeople": [author.id],
    }
    assert [row["kind"] for row in await kept(database, one)] == ["hide"] * 5
    assert [*(await hidden(author)).values()] == [[]] * 4
    for _ in range(2):
        await one.done("unhide", {"subjectId": first})
    assert (await hidden(one))["hiddenNotes"] == [second]
    await author.done("deleteNote", {"noteId": second})
    assert (await hidden(one))["hiddenNotes"] == []
    await one.done("unhide", {"subjectId": second})
    assert code_of(await one.act("unhide", {"subjectId": second})) == ("NOT_FOUND", ["input", "subjectId"])
    assert {kind for kind, _ in await edges(database, one)} == {"NOT_INTERESTED"}
    for absent in ("note_absent", "brand_x"):
        code, field = code_of(await one.act("hide", {"subjectId": absent}))
        assert (code, field) == ("INVALID" if absent == "brand_x" else "NOT_FOUND", ["input", "subjectId"])


async def test_hiding_at_once_draws_one(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note = await post(author)
    await asyncio.gather(*(one.done("hide", {"subjectId": note}) for _ in range(10)))
    rows = await cypher(database, "MATCH (:User {id: $id})-[e:NOT_INTERESTED]->() RETURN count(e) AS n", id=one.id)
    assert rows == [{"n": 1}]
    assert len(await kept(database, one)) == 1


async def test_there_is_an_end_to_hiding(
    database: Database, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, author = pair
    notes = [await post(author) for _ in range(4)]
    monkeypatch.setattr(behaviour, "MAX_HIDDEN", 2)
    assert await tell(one, *(event("HIDE", note) for note in notes[:3])) == (2, 0, [(2, "LIMIT_EXCEEDED")])
    assert code_of(await one.act("hide", {"subjectId": notes[3]})) == ("LIMIT_EXCEEDED", ["input", "subjectId"])
    await one.done("hide", {"subjectId": notes[0]})
    assert len(await edges(database, one)) == 2


async def test_without_consent_only_hiding_works(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note, (product, *_) = await post(author), await products(database)
    cited = {"recommendationId": "recommendation_x", "position": 1, "surface": "home_feed"}
    kinds = ("IMPRESSION", "VIEW", "CLICK", "LIKE", "COLLECT")
    sent = [*(event(kind, note, **cited) for kind in kinds), event("CART_ADD", product), event("PURCHASE", product)]
    hide = event("HIDE", note, **cited)
    assert await one.ask(_CONSENT) == {"viewer": {"behaviourConsent": False}}
    assert await tell(one, *sent, hide) == (1, 0, [(index, "NO_CONSENT") for index in range(7)])
    assert await edges(database, one) == {("NOT_INTERESTED", note): [None, None, hide["at"], None]}
    assert await kept(database, one) == [{"kind": "hide", "subjectId": note, "at": hide["at"]}]
    assert await tell(one, hide) == (0, 1, [])
    await consent(one)
    assert await one.ask(_CONSENT) == {"viewer": {"behaviourConsent": True}}
    assert await tell(one, *sent) == (7, 0, [])


async def test_the_earliest_consent_stands(database: Database, pair: tuple[Person, Person]) -> None:
    one, _ = pair
    asked = "MATCH (u:User {id: $id}) RETURN u.behaviourConsentAt AS at"
    await consent(one)
    first = await cypher(database, asked, id=one.id)
    assert first[0]["at"] is not None
    await consent(one)
    assert await cypher(database, asked, id=one.id) == first
    assert await withdrawn(database, one) == []


async def test_taking_it_back_forgets_what_was_kept(
    database: Database, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, author = pair
    await consent(one)
    note, (product, *_) = await post(author), await products(database)
    await one.done("likeNote", {"noteId": note})
    told = [event("IMPRESSION", note), event("VIEW", note), event("CLICK", product), event("CART_ADD", product)]
    await tell(one, *told, event("LIKE", note), event("HIDE", product))
    done = await one.done("setBehaviourConsent", {"given": False}, "viewer { behaviourConsent }")
    assert done["viewer"] == {"behaviourConsent": False}
    assert len(await withdrawn(database, one)) == 1
    assert await tell(one, event("VIEW", note)) == (0, 0, [(0, "NO_CONSENT")])
    assert len(await edges(database, one)) == 5, "forgetting is the worker's"

    # Stopped after its first batch of one, and begun again.
    async def one_batch(self: Database, statement: Any, **parameters: Any) -> int:
        await self.row(statement, batch=1, **{key: value for key, value in parameters.items() if key != "batch"})
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(Database, "batches", one_batch)
        with contextlib.suppress(TimeoutError):
            await behaviour.forget(database, user_id=one.id, now=datetime.now(UTC))
    assert len(await edges(database, one)) == 4
    assert await behaviour.forget(database, user_id=one.id, now=datetime.now(UTC)) == 3 + 6
    assert list(await edges(database, one)) == [("NOT_INTERESTED", product)]
    assert await kept(database, one) == []
    likes = await cypher(database, "MATCH (:User {id: $id})-[l:LIKES]->() RETURN count(l) AS n", id=one.id)
    assert likes == [{"n": 1}], "acts stay"


async def test_the_worker_forgets(database: Database, settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"worker": True, "worker_poll_s": 0.05}))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        one, author = await people(client, database, settings, 2)
        await consent(one)
        note = await post(author)
        await tell(one, event("VIEW", note), event("CLICK", note))
        await one.done("setBehaviourConsent", {"given": False})
        async with asyncio.timeout(20):
            while await edges(database, one) or await kept(database, one):  # noqa: ASYNC110  # the worker tells nobody
                await asyncio.sleep(0.05)
    assert await withdrawn(database, one) == []


async def test_consent_given_again_brings_nothing_back(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    await consent(one)
    note = await post(author)
    await tell(one, *(event("VIEW", note, at=moment(50)) for _ in range(3)))
    await one.done("setBehaviourConsent", {"given": False})
    await consent(one)
    assert await edges(database, one) == {}
    late = event("VIEW", note)
    assert await tell(one, late) == (1, 0, [])
    assert await behaviour.forget(database, user_id=one.id, now=datetime.now(UTC)) == 0, "the worker comes late"
    assert await edges(database, one) == {("VIEWED", note): [1, None, late["at"], late["at"]]}
    assert len(await kept(database, one)) == 1


async def test_batches_and_withdrawal_at_once_leave_nothing(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    await consent(one)
    note = await post(author)
    batches = [tell(one, *(event("IMPRESSION", note) for _ in range(5))) for _ in range(8)]
    await asyncio.gather(*batches[:4], one.done("setBehaviourConsent", {"given": False}), *batches[4:])
    await behaviour.forget(database, user_id=one.id, now=datetime.now(UTC))
    assert await edges(database, one) == {}
    assert await kept(database, one) == []


async def test_old_events_are_forgotten_and_what_counts_them_stays(
    database: Database, pair: tuple[Person, Person]
) -> None:
    one, author = pair
    await consent(one)
    note = await post(author)
    await tell(one, *(event("VIEW", note) for _ in range(4)))
    old = "MATCH (e:BehaviourEvent {userId: $id}) WITH e LIMIT 3 SET e.receivedAt = $then RETURN count(e) AS n"
    await cypher(database, old, id=one.id, then=datetime.now(UTC) - timedelta(days=40))
    assert "3 behaviour events" in await tidy(database, kept=Kept(behaviour=timedelta(days=39)))
    assert len(await kept(database, one)) == 1
    assert (await edges(database, one))["VIEWED", note][0] == 4

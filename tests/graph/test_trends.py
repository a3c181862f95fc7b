"""Heat is what its formula says of the acts that count, and is kept up by looking at what stirred alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from math import isclose, log2
from typing import Any

import pytest

from graph import outbox
from graph.database import Database
from graph.ids import new_id
from graph.jobs import state
from graph.jobs.trends import EVENT, JOB, STATEMENTS, warm
from graph.outbox import Event
from graph.rules.heat import FEW, LANDMARK, HeatLaw, people_now
from resolvers.services import make_services
from settings import Settings
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Outside

pytestmark = pytest.mark.anyio
LAW = HeatLaw()
NOW = datetime.now(UTC)
_PEOPLE = """
UNWIND $ids AS id
CREATE (:User {id: id, handle: id, displayName: 'H', state: 'active', kind: 'member', language: 'zh', private: false,
               createdAt: $now})"""


class Things:
    """A note, a product and a topic of an author and a brand, and the people who act on them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.note, self.product, self.topic = new_id("Note"), new_id("Product"), new_id("Topic")
        self.author, self.brand = new_id("User"), new_id("Brand")

    async def made(self) -> None:
        """Puts them into the graph."""
        await self.people(self.author)
        await cypher(
            self.database,
            """
            MATCH (author:User {id: $author})
            CREATE (brand:Brand {id: $brand, handle: $brand, name: '青屿', verified: false, createdAt: $now})
            CREATE (note:Note {id: $note, authorId: $author, kind: 'text', title: 'T', text: 'T', language: 'zh',
                state: 'published', audience: 'everyone', categoryId: 'c', createdAt: $now, publishedAt: $now})
            CREATE (product:Product {id: $product, name: 'P', state: 'listed', priceMinor: 1, currency: 'CNY',
                brandId: $brand, categoryId: 'c', reviewCount: 0, ratingSum: 0, createdAt: $now})
            CREATE (topic:Topic {id: $topic, name: $topic, createdAt: $now})
            CREATE (author)-[:POSTED {at: $now}]->(note), (brand)-[:MAKES]->(product)""",
            now=NOW - timedelta(days=90),
            **{name: getattr(self, name) for name in ("author", "brand", "note", "product", "topic")},
        )

    async def people(self, *ids: str) -> None:
        """Lets these people join."""
        await cypher(self.database, _PEOPLE, ids=ids, now=NOW)

    async def crowd(self, count: int) -> list[str]:
        """So many new people."""
        ids = [new_id("User") for _ in range(count)]
        await self.people(*ids)
        return ids

    async def act(self, kind: str, end: str, who: list[str], at: datetime, **more: Any) -> None:
        """Draws a relationship from each of them to the thing."""
        await cypher(
            self.database,
            f"UNWIND $who AS id MATCH (user:User {{id: id}}) MATCH (that:Note|Product {{id: $end}}) "
            f"CREATE (user)-[edge:{kind} {{at: $at, to: $end}}]->(that) SET edge += $more",
            who=who, end=end, at=at, more=more,
        )  # fmt: skip

    async def heat(self, thing: str) -> float | None:
        """The heat that the graph has."""
        rows = await cypher(
            self.database, "MATCH (that:Note|Product|Topic {id: $id}) RETURN that.heat AS heat", id=thing
        )
        found: float | None = rows[0]["heat"]
        return found


@pytest.fixture
async def things(database: Database) -> AsyncIterator[Things]:
    made = Things(database)
    await made.made()
    yield made
    await cypher(
        database,
        "MATCH (n:Note|Product|Topic|Brand) WHERE n.id IN $ids "
        "OPTIONAL MATCH (n)--(x:Comment|Review) DETACH DELETE x, n",
        ids=[made.note, made.product, made.topic, made.brand],
    )


def formula(people: list[tuple[list[str], datetime]], half_life: timedelta) -> float:
    """Heat, as the rules' docstring has it: each person with the kinds of their acts and the time of the last."""
    strengths = [(log2(1 + sum(LAW.weights[kind] for kind in kinds)), at) for kinds, at in people]
    total = sum(strength * 2.0 ** ((at - NOW) / half_life) for strength, at in strengths)
    count = sum(min(1.0, strength) for strength, _ in strengths)
    return (NOW - LANDMARK) / half_life + log2(total) + log2(count / (count + FEW))


async def weigh(database: Database, label: str, *ids: str, law: HeatLaw = LAW, now: datetime = NOW) -> Any:
    """Runs the job's statement alone, and gives how many heats it changed."""
    row = await database.row(
        STATEMENTS[f"heat_{label.lower()}s"],
        ids=ids, now=now, landmark_ms=round(LANDMARK.timestamp() * 1000), few=FEW, most=law.most,
        half_life_ms=law.half_life(label) / timedelta(milliseconds=1), weights=dict(law.weights),
    )  # fmt: skip
    assert row is not None
    return row["changed"]


async def test_heat_of_a_note_is_what_the_formula_says(database: Database, things: Things) -> None:
    one, two, suspended, looker, shy = await things.crowd(5)
    early, late = NOW - timedelta(days=7), NOW - timedelta(hours=5)
    await things.act("LIKES", things.note, [one, suspended, things.author], early)
    await things.act("COLLECTED", things.note, [one], late)
    await things.act("VIEWED", things.note, [looker, shy], late, lastAt=late)
    await cypher(
        database,
        """MATCH (two:User {id: $two}) MATCH (note:Note {id: $note})
        UNWIND $times AS at
        CREATE (two)-[:WROTE {at: at}]->(:Comment {id: $two + toString(at), text: 'C', state: 'published',
            noteId: $note, createdAt: at})-[:ON]->(note)""",
        two=two, note=things.note, times=[early, early + timedelta(days=1)],
    )  # fmt: skip
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=suspended)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.behaviourConsentAt = $now RETURN 1", id=looker, now=NOW)
    assert await weigh(database, "Note", things.note) == 1
    expected = formula(
        [(["like", "collect"], late), (["comment"], early + timedelta(days=1)), (["view"], late)], LAW.note_half_life
    )
    found = await things.heat(things.note)
    assert found is not None
    assert isclose(found, expected, abs_tol=1e-6)
    assert isclose(
        people_now(found, half_life=LAW.note_half_life, now=NOW),
        2.0 ** (expected - (NOW - LANDMARK) / LAW.note_half_life),
        rel_tol=1e-6,
    )
    assert await weigh(database, "Note", things.note, now=NOW + timedelta(days=100)) == 0, "time alone changes nothing"


async def test_heat_of_a_product_and_a_topic(database: Database, things: Things) -> None:
    buyer, critic, staff = await things.crowd(3)
    at = NOW - timedelta(days=10)
    await things.act("PURCHASED", things.product, [buyer, staff], at, firstAt=at, lastAt=at, orders=1, quantity=1)
    await cypher(
        database,
        """MATCH (staff:User {id: $staff}) MATCH (brand:Brand {id: $brand})
        CREATE (staff)-[:STAFF_OF {role: 'owner'}]->(brand)
        WITH brand MATCH (critic:User {id: $critic}) MATCH (product:Product {id: $product})
        MATCH (note:Note {id: $note}) MATCH (topic:Topic {id: $topic})
        CREATE (critic)-[:WROTE {at: $at}]->(:Review {id: $critic, rating: 1, text: 'R', verified: false,
            state: 'published', productId: $product, createdAt: $at})-[:REVIEWS]->(product)
        CREATE (note)-[:FEATURES {position: 0, sponsored: false, at: $at, to: $product}]->(product)
        CREATE (note)-[:TAGGED {at: $at, to: $topic}]->(topic)""",
        staff=staff, brand=things.brand, critic=critic, product=things.product, note=things.note, topic=things.topic,
        at=at,
    )  # fmt: skip
    await weigh(database, "Product", things.product)
    await weigh(database, "Topic", things.topic)
    product, topic = await things.heat(things.product), await things.heat(things.topic)
    assert product is not None
    assert topic is not None
    expected = formula([(["purchase"], at), (["review"], at), (["post"], at)], LAW.product_half_life)
    assert isclose(product, expected, abs_tol=1e-6)
    assert isclose(topic, formula([(["post"], at)], LAW.topic_half_life), abs_tol=1e-6)
    await cypher(
        database,
        "MATCH (n:Note {id: $id})-[f:FEATURES]->(p) "
        "SET f.sponsored = true, n.audience = 'followers', p.state = 'unlisted' RETURN 1",
        id=things.note,
    )
    await weigh(database, "Product", things.product)
    await weigh(database, "Topic", things.topic)
    assert (await things.heat(things.product), await things.heat(things.topic)) == (None, None)


async def test_a_burst_of_few_weighs_less_than_many(database: Database, things: Things) -> None:
    loud = await things.crowd(3)
    for kind in ("LIKES", "COLLECTED"):
        await things.act(kind, things.note, loud, NOW)
    await weigh(database, "Note", things.note)
    burst = await things.heat(things.note)
    await cypher(database, "MATCH (:Note {id: $id})<-[e:LIKES|COLLECTED]-() DELETE e RETURN 1", id=things.note)
    await things.act("LIKES", things.note, await things.crowd(8), NOW - LAW.note_half_life / 4)
    await weigh(database, "Note", things.note)
    many = await things.heat(things.note)
    assert burst is not None
    assert many is not None
    assert burst < many


async def test_what_nobody_likes_any_more_or_nobody_may_read_has_none(database: Database, things: Things) -> None:
    await things.act("LIKES", things.note, await things.crowd(2), NOW)
    await weigh(database, "Note", things.note)
    assert await things.heat(things.note) is not None
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN 1", id=things.note)
    assert await weigh(database, "Note", things.note) == 1
    assert await things.heat(things.note) is None
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'published' RETURN 1", id=things.note)
    await weigh(database, "Note", things.note)
    await cypher(database, "MATCH (:Note {id: $id})<-[e:LIKES]-() DELETE e RETURN 1", id=things.note)
    assert await weigh(database, "Note", things.note) == 1
    assert await things.heat(things.note) is None


async def test_only_what_stirred_is_weighed(database: Database, things: Things) -> None:
    assert (await warm(database, LAW, now=NOW, rebuild=True)).finished
    later = NOW + timedelta(hours=1)
    still = new_id("Note")
    await cypher(
        database,
        "CREATE (:Note {id: $id, authorId: $author, kind: 'text', title: 'T', text: 'T', language: 'zh',"
        " categoryId: 'c', state: 'published', audience: 'everyone', createdAt: $now, publishedAt: $now, heat: -5.0})",
        id=still, author=things.author, now=NOW,
    )  # fmt: skip
    await things.act("LIKES", things.note, await things.crowd(4), later)
    run = await warm(database, LAW, now=later)
    assert run.finished
    assert await things.heat(still) == -5.0, "nothing stirred it, and it leads no list"
    stirred = await things.heat(things.note)
    assert stirred is not None
    # What leads the lists is looked at again, so that a like taken back tells, though nothing says when it was.
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.heat = 1e6 RETURN 1", id=still)
    await warm(database, LAW, now=later)
    assert await things.heat(still) is None
    await cypher(database, "MATCH (n:Note {id: $id}) DELETE n RETURN 1", id=still)
    again = await warm(database, LAW, now=later)
    assert again.changed == 0


async def test_a_run_that_was_ended_goes_on_and_a_new_law_begins_anew(database: Database, things: Things) -> None:
    await things.act("LIKES", things.note, await things.crowd(4), NOW)
    runs = [await warm(database, LAW, now=NOW, rebuild=True, within_s=0)]
    assert not runs[0].finished
    assert runs[0].weighed <= 200
    while not runs[-1].finished:
        runs.append(await warm(database, LAW, now=NOW, within_s=0))
    assert len(runs) > 5
    assert await things.heat(things.note) is not None
    rows = await cypher(database, "MATCH (n:Note) RETURN count(*) AS notes")
    assert sum(run.weighed for run in runs) >= rows[0]["notes"]
    assert set(await state.noted(database, JOB)) == {"law", "since"}
    slower = HeatLaw(note_half_life=timedelta(days=6))
    assert (await warm(database, slower, now=NOW)).weighed > 1_000
    assert (await warm(database, LAW, now=NOW)).weighed > 1_000


async def test_a_celebrity_s_likes_are_not_all_read(database: Database, things: Things) -> None:
    await cypher(
        database,
        """MATCH (note:Note {id: $note}) UNWIND range(1, 5000) AS n
        CREATE (user:User {id: $note + '-' + n, handle: $note + '-' + n, displayName: 'H', state: 'active',
            kind: 'member', language: 'zh', private: false, createdAt: $now})
        CREATE (user)-[:LIKES {at: $now - duration({seconds: n}), to: $note}]->(note)""",
        note=things.note, now=NOW,
    )  # fmt: skip
    law = HeatLaw(most=50)
    text = STATEMENTS["heat_notes"].text
    summary = await database.summary(
        f"PROFILE {text}".replace("SET note.heat = heat\n", ""),
        ids=[things.note], now=NOW, landmark_ms=0, half_life_ms=1e8, weights=dict(law.weights), most=law.most, few=FEW,
    )  # fmt: skip
    assert db_hits(summary.profile) < 25 * law.most
    await cypher(database, "MATCH (u:User) WHERE u.id STARTS WITH $note + '-' DETACH DELETE u", note=things.note)


def db_hits(profile: Any) -> int:
    """Database hits of a profiled plan, all operators together."""
    return int(profile.get("dbHits", 0)) + sum(db_hits(child) for child in profile.get("children", ()))


async def test_the_job_is_asked_for_once_and_at_the_earlier_time(database: Database) -> None:
    await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) DELETE e RETURN 1", kind=EVENT)
    for minutes in (10, 0, 5):
        await outbox.schedule(database, EVENT, now=NOW, at=NOW + timedelta(minutes=minutes))
    rows = await cypher(
        database, "MATCH (e:OutboxEvent {kind: $kind}) RETURN count(e) AS n, min(e.availableAt) AS at", kind=EVENT
    )
    assert rows[0]["n"] == 1
    assert rows[0]["at"].to_native() == NOW
    await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) DELETE e RETURN 1", kind=EVENT)


async def test_the_worker_runs_the_job_and_asks_for_the_next_run(
    database: Database, settings: Settings, things: Things
) -> None:
    await warm(database, LAW, now=datetime.now(UTC))
    await things.act("LIKES", things.note, await things.crowd(2), datetime.now(UTC))
    services = make_services(database, settings)
    job = BatchJob("similarity", settings)
    handler = handlers(
        services, settings, notified=lambda: None, comparing=job, planning=job, exporting=job, ranking=job
    )[EVENT]
    assert isinstance(handler, Outside)
    await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) DELETE e RETURN 1", kind=EVENT)
    now = datetime.now(UTC)
    await handler.act(Event("outboxevent_x", EVENT, {}, now, 1, "x"), now)
    assert await things.heat(things.note) is not None
    (row,) = await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) RETURN e.availableAt AS at", kind=EVENT)
    assert row["at"].to_native() - now == timedelta(minutes=settings.heat_interval_minutes)
    await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) DELETE e RETURN 1", kind=EVENT)

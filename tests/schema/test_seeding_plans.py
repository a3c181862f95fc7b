"""Seeding plans through the API: asked for, computed by the job, cancelled, and for the brand's staff alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph import seeding_plans
from graph.database import Database
from graph.jobs import seeding_plans as job
from graph.jobs import state
from graph.outbox import Event
from resolvers.services import make_services
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import Shop, category, hire, open_shop, people
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Outside

pytestmark = pytest.mark.anyio

_PLAN = """id kind state progress brandId failureReason expectedReach reachLow reachHigh certificate audience stable
  product { id } startedAt finishedAt
  seeds(first: 50) { totalCount edges { position gain priceMinor node { id } } }
  comparisons { rule expectedReach reachLow reachHigh priceMinor userIds }"""
_NODE = f"query P($id: ID!) {{ node(id: $id) {{ ... on SeedingPlan {{ {_PLAN} }} }} }}"
# A star of 6 followers, one of 3 who are among them, and somebody whom one follows; all take up all notes.
_STARS = """
UNWIND $follows AS one
MATCH (follower:User {id: one[0]})
CALL (follower, one) {
  MATCH (author:User {id: one[1]})
  CREATE (follower)-[:FOLLOWS {at: datetime(), to: author.id}]->(author)
}
RETURN count(*) AS drawn"""
_NOTES = """
UNWIND $authors AS id
MATCH (author:User {id: id})
UNWIND range(1, 200) AS number
CREATE (author)-[:POSTED {at: datetime()}]->(note:Note {
  id: 'note_' + author.handle + number, authorId: author.id, kind: 'text', title: 't', text: 't', language: 'zh',
  state: 'published', audience: 'everyone', createdAt: datetime(), publishedAt: datetime()})
WITH author, note
MATCH (author)<-[:FOLLOWS]-(follower:User)
CREATE (follower)-[:LIKES {at: datetime(), to: note.id}]->(note)"""
_CLEAR = "MATCH (n:SeedingPlan) DETACH DELETE n"


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> Shop:
    await cypher(database, _CLEAR)
    return await open_shop(client, database, settings)


@pytest.fixture
async def stars(client: httpx.AsyncClient, database: Database, settings: Settings) -> list[Person]:
    """Ten people: the first is followed by 3 to 8, the second by 6 to 8, the third by 9."""
    made = await people(client, database, settings, 10)
    follows = [(3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (6, 1), (7, 1), (8, 1), (9, 2)]
    await cypher(database, _STARS, follows=[[made[a].id, made[b].id] for a, b in follows])
    await cypher(database, _NOTES, authors=[one.id for one in made[:3]])
    return made


def only(stars: list[Person]) -> dict[str, Any]:
    """What makes the audience the people of the stars: nobody else lives there."""
    return {"audience": [{"weight": 1, "region": f"region of {stars[0].handle}"}]}


async def settle(database: Database, stars: list[Person]) -> None:
    """Has everybody of the stars live in a region of their own."""
    await cypher(
        database,
        "UNWIND $ids AS id MATCH (u:User {id: id}) SET u.region = $region",
        ids=[one.id for one in stars],
        region=f"region of {stars[0].handle}",
    )


async def ask(person: Person, mutation: str, given: dict[str, Any]) -> str:
    """The id of the plan that a mutation made."""
    made = await person.done(mutation, given, "seedingPlan { id state progress }")
    assert made["seedingPlan"] | {"id": ""} == {"id": "", "state": "QUEUED", "progress": 0.0}
    found: str = made["seedingPlan"]["id"]
    return found


async def read(person: Person, plan_id: str) -> dict[str, Any]:
    """The plan as the person sees it."""
    found: dict[str, Any] = (await person.ask(_NODE, id=plan_id))["node"]
    return found


async def plans(database: Database) -> list[dict[str, Any]]:
    """State of every plan there is."""
    return await cypher(database, "MATCH (p:SeedingPlan) RETURN p.state AS state, p.brandId AS brand")


async def test_a_plan_chooses_by_gain_and_price(database: Database, shop: Shop, stars: list[Person]) -> None:
    await settle(database, stars)
    first, second, third = (one.id for one in stars[:3])
    prices = [{"userId": first, "priceMinor": 500}, {"userId": second, "priceMinor": 200}]
    prices.append({"userId": third, "priceMinor": 100})
    given = {"brandId": shop.brand_id, "most": 3, "budgetMinor": 600, "prices": prices, **only(stars)}
    plan_id = await ask(shop.owner, "createSeedingPlan", given)
    assert await job.plan_seeding(database) == "1 seeding plans computed"
    plan = await read(shop.owner, plan_id)
    assert plan | {"state": "DONE", "progress": 1.0, "failureReason": None, "stable": True} == plan
    assert (plan["kind"], plan["brandId"], plan["product"]) == ("PLAN", shop.brand_id, None)
    chosen = {edge["node"]["id"]: edge["priceMinor"] for edge in plan["seeds"]["edges"]}
    assert chosen == {first: 500, third: 100}
    assert [edge["position"] for edge in plan["seeds"]["edges"]] == [0, 1]
    assert sum(edge["gain"] for edge in plan["seeds"]["edges"]) == pytest.approx(plan["expectedReach"])
    # All that follow took up all of 200 notes; the mean of everybody, which counts for 20, is somewhere below 1.
    assert 8.0 < plan["expectedReach"] <= 9.0
    assert plan["reachLow"] <= plan["expectedReach"] <= plan["reachHigh"] <= plan["audience"] == 10.0
    assert 0.75 <= plan["certificate"] <= 1.0
    rules = {one["rule"]: one for one in plan["comparisons"]}
    assert set(rules) == {"TOP_FOLLOWERS", "TOP_PAGERANK"}
    assert (rules["TOP_FOLLOWERS"]["userIds"], rules["TOP_FOLLOWERS"]["priceMinor"]) == ([first, third], 600)
    assert rules["TOP_FOLLOWERS"]["expectedReach"] == pytest.approx(plan["expectedReach"], rel=0.02)


async def test_who_may_be_chosen(database: Database, shop: Shop, stars: list[Person]) -> None:
    await settle(database, stars)
    first, second, third = (one.id for one in stars[:3])
    await cypher(database, "MATCH (u:User {id: $id}) SET u.private = true", id=first)
    base = {"brandId": shop.brand_id, **only(stars)}
    without = await ask(shop.owner, "createSeedingPlan", {**base, "most": 1})
    forced = await ask(shop.owner, "createSeedingPlan", {**base, "most": 2, "forcedIds": [third], "minFollowers": 3})
    none = await ask(shop.owner, "createSeedingPlan", {**base, "most": 1, "forbiddenIds": [second], "budgetMinor": 100})
    await job.plan_seeding(database)

    async def chosen(plan_id: str) -> list[str]:
        return [edge["node"]["id"] for edge in (await read(shop.owner, plan_id))["seeds"]["edges"]]

    assert await chosen(without) == [second]
    assert await chosen(forced) == [third, second]
    failed = await read(shop.owner, none)
    assert (failed["state"], failed["failureReason"]) == ("FAILED", "nobody who may be chosen reaches anybody")
    assert (failed["seeds"]["totalCount"], failed["expectedReach"], failed["comparisons"]) == (0, None, [])


async def test_a_choice_made_by_hand_is_simulated(database: Database, shop: Shop, stars: list[Person]) -> None:
    await settle(database, stars)
    given = {"brandId": shop.brand_id, "userIds": [stars[2].id, stars[1].id], "model": "WEIGHTED_CASCADE"}
    plan_id = await ask(shop.owner, "simulateSeeds", {**given, **only(stars), "otherwise": 0})
    await job.plan_seeding(database)
    plan = await read(shop.owner, plan_id)
    # 9 follows the third alone; 6 to 8 follow two each, so half of them are reached.
    assert plan["expectedReach"] == pytest.approx(4.5, abs=0.1)
    assert plan["reachLow"] < plan["expectedReach"] < plan["reachHigh"]
    assert (plan["kind"], plan["state"], plan["certificate"]) == ("SIMULATION", "DONE", None)
    edges = plan["seeds"]["edges"]
    assert [(edge["node"]["id"], edge["gain"]) for edge in edges] == [(stars[2].id, None), (stars[1].id, None)]


async def test_a_product_is_for_who_cares_for_its_category(database: Database, shop: Shop, stars: list[Person]) -> None:
    beauty = await category(database)
    given = {"brandId": shop.brand_id, "productId": shop.product_id, "most": 2}
    plan_id = await ask(shop.owner, "createSeedingPlan", given)
    await job.plan_seeding(database)
    plan = await read(shop.owner, plan_id)
    (caring,) = await cypher(
        database,
        "MATCH (u:User {state: 'active'}) WHERE EXISTS { (u)-[:INTERESTED_IN]->(:Category {id: $id}) } "
        "OR COUNT { MATCH (u)-[:LIKES|COLLECTED]->(n:Note {categoryId: $id}) RETURN DISTINCT n } >= 3 "
        "RETURN count(u) AS n, COUNT { MATCH (other:User {state: 'active'}) } AS people",
        id=beauty,
    )
    assert 0 < caring["n"] < caring["people"]
    assert (plan["state"], plan["product"], plan["audience"]) == ("DONE", {"id": shop.product_id}, caring["n"])
    assert plan["seeds"]["totalCount"] == 2


async def test_only_staff_see_plans(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop
) -> None:
    editor, stranger = await people(client, database, settings, 2)
    plan_id = await ask(shop.owner, "createSeedingPlan", {"brandId": shop.brand_id, "most": 1})
    await hire(shop.owner, shop.brand_id, editor)
    document = "query B($id: ID!) { brand(id: $id) { seedingPlans(first: 5) { nodes { id } } } }"
    for person, seen in ((shop.owner, True), (editor, True), (stranger, False)):
        found = await person.ask(document, id=shop.brand_id)
        assert found["brand"]["seedingPlans"]["nodes"] == [{"id": plan_id}] * seen
        assert (await read(person, plan_id) is not None) is seen
    anonymous = await client.post("/graphql", json={"query": _NODE, "variables": {"id": plan_id}})
    assert anonymous.json()["data"] == {"node": None}
    for mutation, given in (
        ("createSeedingPlan", {"brandId": shop.brand_id, "most": 1}),
        ("simulateSeeds", {"brandId": shop.brand_id, "userIds": [editor.id]}),
    ):
        assert code_of(await stranger.act(mutation, given)) == ("FORBIDDEN", ["input", "brandId"])
    refused = await stranger.act("cancelSeedingPlan", {"seedingPlanId": plan_id})
    assert code_of(refused) == ("NOT_FOUND", ["input", "seedingPlanId"])
    assert await plans(database) == [{"state": "queued", "brand": shop.brand_id}]
    await editor.done("cancelSeedingPlan", {"seedingPlanId": plan_id})


async def test_a_waiting_plan_is_cancelled(database: Database, shop: Shop) -> None:
    plan_id = await ask(shop.owner, "createSeedingPlan", {"brandId": shop.brand_id, "most": 1})
    for _ in range(2):
        done = await shop.owner.done("cancelSeedingPlan", {"seedingPlanId": plan_id}, "seedingPlan { state }")
        assert done["seedingPlan"] == {"state": "CANCELLED"}
    assert await seeding_plans.waiting(database) == 0
    assert await job.plan_seeding(database) == "0 seeding plans computed"
    other = await ask(shop.owner, "createSeedingPlan", {"brandId": shop.brand_id, "most": 1})
    await job.plan_seeding(database)
    refused = await shop.owner.act("cancelSeedingPlan", {"seedingPlanId": other})
    assert code_of(refused) == ("CONFLICT", ["input", "seedingPlanId"])
    assert (await read(shop.owner, other))["state"] == "DONE"


async def test_a_running_plan_is_cancelled(database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.jobs.seeding import answering

    monkeypatch.setattr(answering, "CASCADES", 1_000_000_000)
    given = {"brandId": shop.brand_id, "userIds": [shop.owner.id]}
    plan_id = await ask(shop.owner, "simulateSeeds", given)
    working = asyncio.create_task(job.plan_seeding(database))
    async with asyncio.timeout(30):
        while (await read(shop.owner, plan_id))["progress"] == 0.0:  # noqa: ASYNC110  # it is noted in the graph
            await asyncio.sleep(0.05)
        with pytest.raises(state.Running):
            await job.plan_seeding(database)
        await shop.owner.done("cancelSeedingPlan", {"seedingPlanId": plan_id})
        await working
    found = await read(shop.owner, plan_id)
    assert (found["state"], found["expectedReach"], found["seeds"]["totalCount"]) == ("CANCELLED", None, 0)


async def test_a_plan_whose_process_ended_is_begun_again_and_not_for_ever(database: Database, shop: Shop) -> None:
    plan_id = await ask(shop.owner, "createSeedingPlan", {"brandId": shop.brand_id, "most": 1})
    for _ in range(3):
        assert await seeding_plans.begin(database, now=job._now()) is not None
    assert (await read(shop.owner, plan_id))["state"] == "RUNNING"
    await job.plan_seeding(database)
    found = await read(shop.owner, plan_id)
    assert (found["state"], found["failureReason"]) == ("FAILED", "the process that computed it ended each time")


async def test_the_worker_has_them_computed_in_a_process_beside_it(
    database: Database, settings: Settings, shop: Shop
) -> None:
    process = BatchJob("seeding-plans", settings)
    services = make_services(database, settings)
    handler = handlers(
        services,
        settings,
        notified=lambda: None,
        comparing=process,
        planning=process,
        exporting=process,
        ranking=process,
    )
    plan_seeding = handler[seeding_plans.EVENT]
    assert isinstance(plan_seeding, Outside)
    event = Event("outboxevent_x", seeding_plans.EVENT, {}, datetime.now(UTC), 1, "x")
    plan_id = await ask(shop.owner, "createSeedingPlan", {"brandId": shop.brand_id, "most": 1})
    waiting = "MATCH (e:OutboxEvent {kind: 'seeding_plans'}) RETURN e.availableAt AS at"
    (asked,) = await cypher(database, waiting)
    await plan_seeding.act(event, asked["at"].to_native() + timedelta(seconds=1))
    assert not await process.start(), "one runs already"
    await process.wait()
    assert (await read(shop.owner, plan_id))["state"] == "DONE"
    await cypher(database, "MATCH (e:OutboxEvent {kind: 'seeding_plans'}) DELETE e")
    await plan_seeding.act(event, datetime.now(UTC))
    assert await cypher(database, waiting) == []
    await process.stop()


async def test_a_repeated_request_makes_one_plan(database: Database, shop: Shop) -> None:
    given = {"brandId": shop.brand_id, "most": 1, "idempotencyKey": "one"}
    assert await ask(shop.owner, "createSeedingPlan", given) == await ask(shop.owner, "createSeedingPlan", given)
    assert len(await plans(database)) == 1


async def test_what_cannot_be_asked_is_refused(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, stars: list[Person]
) -> None:
    other = await open_shop(client, database, settings)
    absent = "user_00000000000000000000000000000000"
    base = {"brandId": shop.brand_id, "most": 1}
    someone = stars[0].id
    twice = [{"userId": someone, "priceMinor": 1}, {"userId": someone, "priceMinor": 2}]
    refusals: list[tuple[dict[str, Any], tuple[str, list[str]]]] = [
        ({"productId": other.product_id}, ("NOT_FOUND", ["productId"])),
        ({"forcedIds": [absent]}, ("NOT_FOUND", ["forcedIds"])),
        ({"forbiddenIds": [absent]}, ("NOT_FOUND", ["forbiddenIds"])),
        ({"prices": [{"userId": absent, "priceMinor": 1}]}, ("NOT_FOUND", ["prices"])),
        ({"prices": twice}, ("INVALID", ["prices"])),
        ({"forcedIds": [someone], "forbiddenIds": [someone]}, ("INVALID", ["forbiddenIds"])),
        ({"forcedIds": [someone, stars[1].id]}, ("INVALID", ["forcedIds"])),
        ({"audience": [{"weight": 1}]}, ("INVALID", ["audience", "0"])),
        (
            {"audience": [{"weight": 1, "categoryId": "category_00000000000000000000000000000000"}]},
            ("NOT_FOUND", ["audience"]),
        ),
    ]
    for given, (code, field) in refusals:
        payload = await shop.owner.act("createSeedingPlan", {**base, **given})
        assert code_of(payload) == (code, ["input", *field]), given
    empty = await shop.owner.act("simulateSeeds", {"brandId": shop.brand_id, "userIds": []})
    assert code_of(empty) == ("INVALID", ["input", "userIds"])
    assert await plans(database) == []
    for _ in range(3):
        await ask(shop.owner, "createSeedingPlan", base)
    assert code_of(await shop.owner.act("createSeedingPlan", base)) == ("LIMIT_EXCEEDED", ["input", "brandId"])
    assert len(await plans(database)) == 3

"""Influence through the API: what is measured, who may know it, lists and their orders, creators for a brand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from datasets.demo import demo
from graph.database import Database
from graph.invariants.structural import STATEMENTS as INVARIANTS
from graph.jobs import state
from graph.jobs.influence import EVENT, JOB, Run, next_run, rank
from graph.outbox import Event
from graph.rules.access import Role
from graph.rules.influence import InfluenceLaw
from resolvers.services import make_services
from settings import Settings
from tests.conftest import DEMO_SCALE
from tests.schema.community import Person
from tests.schema.shop import ACCEPT, Shop, category, feature, hire, open_shop, people
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Outside

pytestmark = pytest.mark.anyio
# Later than all that a run of the whole suite writes.
NOW = datetime.now(UTC) + timedelta(hours=2)
LAW = InfluenceLaw(micro_from=3, mid_from=6, macro_from=60)
_ALL = """id score band kind reasons followers audience secondReach secondReachError notes engagement expectedEngagement
  resonance network orders authenticity hollowFollowers burstFollowers reachPart resonancePart networkPart pullPart
  growth followerGrowth category { id } user { id }"""
OF = f"""query I($id: ID!) {{ user(id: $id) {{
  influence {{ {_ALL} history(first: 60) {{ nodes {{ at score followers }} }} }}
  influenceByCategory(first: 20) {{ nodes {{ {_ALL} }} }} }} }}"""
LIST = f"""query L($n: Int!, $at: String, $c: ID, $b: InfluenceBand, $k: InfluenceKind, $o: InfluenceOrder!) {{
  influencers(first: $n, after: $at, category: $c, band: $b, kind: $k, orderBy: $o) {{
    nodes {{ {_ALL} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
RISING = "query R($c: ID) { risingCreators(first: 100, category: $c) { nodes { growth user { id } } } }"
BRAND = """query B($id: ID!, $o: BrandInfluencerOrder!, $n: Int!, $at: String) {
  brandInfluencers(brandId: $id, orderBy: $o, first: $n, after: $at) {
    edges { notes sponsored engagement orders closeness node { id } } pageInfo { endCursor } } }"""


async def follow(database: Database, whom: Person, by: Sequence[Person], at: datetime) -> None:
    await cypher(
        database,
        "MATCH (a:User {id: $a}) UNWIND $by AS id MATCH (f:User {id: id}) "
        "CREATE (f)-[:FOLLOWS {at: $at, to: $a}]->(a)",
        a=whom.id, by=[one.id for one in by], at=at,
    )  # fmt: skip


async def buy(buyer: Person, shop: Shop, note_id: str) -> None:
    given = {"variantId": shop.variant_id, "quantity": 1, "expectedUnitPriceMinor": 3_900, "fromNoteId": note_id}
    order = (await buyer.done("placeOrder", given, "order { id }"))["order"]
    await buyer.done("payOrder", {"orderId": order["id"], "paymentToken": ACCEPT}, "order { state }")


class Stars:
    """An author with six followers of whom one has two, and a rival with one; a brand whose product both show."""

    author: Person
    rival: Person
    followers: list[Person]
    analyst: Person
    shop: Shop
    note: str


@pytest.fixture
async def stars(client: httpx.AsyncClient, database: Database, settings: Settings) -> Stars:
    made = Stars()
    made.author, made.rival, *rest = await people(client, database, settings, 10)
    made.followers, further = rest[:6], rest[6:]
    (made.analyst,) = await people(client, database, settings, 1, Role.ANALYST)
    made.shop = await open_shop(client, database, settings)
    long_ago = NOW - timedelta(days=200)
    await cypher(
        database, "UNWIND $ids AS id MATCH (u:User {id: id}) SET u.createdAt = $at",
        ids=[one.id for one in (made.author, made.rival, *rest)], at=long_ago,
    )  # fmt: skip
    await follow(database, made.author, made.followers, long_ago)
    await follow(database, made.followers[0], further, long_ago)
    await follow(database, made.rival, further[:1], long_ago)
    made.note = await feature(database, made.author, made.shop.product_id)
    await feature(database, made.rival, made.shop.product_id)
    for one in made.followers[:4]:
        await one.done("likeNote", {"noteId": made.note})
    await made.followers[0].done("collectNote", {"noteId": made.note})
    await made.followers[1].done("commentOnNote", {"noteId": made.note, "text": "好用"})
    await buy(made.followers[0], made.shop, made.note)
    await cypher(database, "MATCH (s:InfluenceSnapshot) DETACH DELETE s")
    return made


async def ranked(database: Database, now: datetime = NOW) -> None:
    await rank(Run(database, LAW, now))


async def of(person: Person, about: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await person.ask(OF, id=about.id))["user"]
    return found


async def listed(person: Person, **given: Any) -> Any:
    asked = {"n": 100, "at": None, "c": None, "b": None, "k": None, "o": "SCORE", **given}
    return (await person.ask(LIST, **asked))["influencers"]


async def for_brand(person: Person, shop: Shop, order: str, n: int = 100, at: str | None = None) -> Any:
    return (await person.ask(BRAND, id=shop.brand_id, o=order, n=n, at=at))["brandInfluencers"]


async def test_what_is_measured_and_what_it_makes(database: Database, stars: Stars) -> None:
    await ranked(database)
    beauty = await category(database)
    found = await of(stars.author, stars.author)
    mine, (there,) = found["influence"], found["influenceByCategory"]["nodes"]
    facts = {
        "followers": 6, "audience": 6, "secondReach": 8, "secondReachError": 0.0, "notes": 1,
        "engagement": 4 * 1.0 + 2.0 + 3.0, "orders": 1.0, "hollowFollowers": 4, "burstFollowers": 0, "band": "MID",
        "kind": "KOL", "category": None, "user": {"id": stars.author.id},
    }  # fmt: skip
    assert mine | facts == mine
    assert {"AUDIENCE", "SELLS"} <= set(mine["reasons"])
    assert mine["authenticity"] == pytest.approx(1 - 0.5 * 4 / 16)
    assert mine["resonance"] == pytest.approx(9.0 / 3 / mine["expectedEngagement"])
    assert mine["network"] > 1
    # Of those who follow the author, four took up something of the category.
    assert (
        there | {"audience": 4, "followers": 6, "engagement": 9.0, "orders": 1.0, "category": {"id": beauty}} == there
    )
    for one in (mine, there):
        parts = [one[f"{name}Part"] for name in ("reach", "resonance", "network", "pull")]
        whole = sum(weight * part for weight, part in zip((0.35, 0.25, 0.2, 0.2), parts, strict=True))
        assert one["score"] == pytest.approx(100 * one["authenticity"] * whole)
        assert all(0 < part < 1 for part in parts)
    other = (await of(stars.rival, stars.rival))["influence"]
    assert other | {"followers": 1, "band": "NANO", "kind": "OTHER", "orders": 0.0, "pullPart": 0.0} == other
    assert other["score"] < mine["score"]
    for name in ("influence_of_one_user", "influence_snapshot_of_one_user", "influence_is_its_score"):
        (broken,) = await database.rows(INVARIANTS[name], after="", last="z", examples=3)
        assert broken["count"] == 0, broken["examples"]


async def test_history_begins_in_the_past_and_says_who_rises(database: Database, stars: Stars) -> None:
    await ranked(database)
    assert (await of(stars.author, stars.author))["influence"]["growth"] is not None
    await follow(database, stars.rival, stars.followers, NOW)
    then = NOW + timedelta(days=28)
    await ranked(database, then)
    await ranked(database, then)
    mine = (await of(stars.rival, stars.rival))["influence"]
    weeks = mine["history"]["nodes"]
    assert [one["followers"] for one in weeks] == [7, 1, 1], "one for each week that was measured, latest first"
    assert (mine["growth"], mine["followerGrowth"]) == (weeks[0]["score"] - weeks[1]["score"], 6)
    rising = (await stars.analyst.ask(RISING, c=await category(database)))["risingCreators"]["nodes"]
    gains = [one["growth"] for one in rising]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    assert stars.rival.id in {one["user"]["id"] for one in rising}
    # What is older than a year is forgotten, and so is whoever is not ranked any more.
    await cypher(database, "MATCH (u:User {id: $id}) SET u.private = true", id=stars.rival.id)
    await ranked(database, NOW + timedelta(weeks=54))
    (left,) = await cypher(
        database,
        "MATCH (u:User {id: $id}) "
        "RETURN COUNT { (u)-[:HAS_INFLUENCE]->() } AS now, COUNT { (u)-[:HAD_INFLUENCE]->() } AS was",
        id=stars.rival.id,
    )  # fmt: skip
    assert left == {"now": 0, "was": 1}


async def test_who_may_know(client: httpx.AsyncClient, database: Database, settings: Settings, stars: Stars) -> None:
    await ranked(database)
    stranger, editor, blocked = await people(client, database, settings, 3)
    await hire(stars.shop.owner, stars.shop.brand_id, editor)
    await hire(stars.shop.owner, stars.shop.brand_id, blocked)
    await stars.author.done("blockUser", {"userId": blocked.id})
    mine = (await of(stars.analyst, stars.author))["influence"]["id"]
    node = "query N($id: ID!) { node(id: $id) { id } }"
    for who in (stars.author, editor, stars.shop.owner, stars.analyst):
        assert (await of(who, stars.author))["influence"]["followers"] == 6
        assert (await who.ask(node, id=mine))["node"] == {"id": mine}
    assert (await of(stranger, stars.author)) == {"influence": None, "influenceByCategory": {"nodes": []}}
    for who in (stranger, blocked):
        assert (await who.ask(node, id=mine))["node"] is None
    assert (await listed(stranger))["nodes"] == []
    assert stars.author.id not in {one["user"]["id"] for one in (await listed(blocked, o="REACH"))["nodes"]}
    assert {one["user"]["id"] for one in (await listed(stars.rival))["nodes"]} == {stars.rival.id}
    nobody = await client.post("/graphql", json={"query": OF, "variables": {"id": stars.author.id}})
    assert nobody.json()["data"]["user"]["influence"] is None
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=stars.author.id)
    assert (await stars.analyst.ask(node, id=mine))["node"] is None


async def test_lists_in_each_order_page_after_page(database: Database, stars: Stars) -> None:
    await ranked(database)
    keys = {"SCORE": "score", "REACH": "audience", "RESONANCE": "resonance", "NETWORK": "network", "PULL": "orders"}
    for order, key in keys.items():
        whole = (await listed(stars.analyst, o=order))["nodes"]
        assert [one[key] for one in whole] == sorted((one[key] for one in whole), reverse=True)
        assert len(whole) > 20
        paged, at = [], None
        for _ in range(3):
            page = await listed(stars.analyst, o=order, n=7, at=at)
            paged += page["nodes"]
            at = page["pageInfo"]["endCursor"]
        assert [one["id"] for one in paged] == [one["id"] for one in whole[:21]]
    beauty = await category(database)
    there = (await listed(stars.analyst, c=beauty))["nodes"]
    assert {one["category"]["id"] for one in there} == {beauty}
    for band, kind in (("MID", None), (None, "KOL"), ("NANO", "OTHER")):
        some = (await listed(stars.analyst, b=band, k=kind))["nodes"]
        assert some
        assert all((not band or one["band"] == band) and (not kind or one["kind"] == kind) for one in some)


async def test_creators_for_a_brand(
    client: httpx.AsyncClient, database: Database, settings: Settings, stars: Stars
) -> None:
    await ranked(database)
    shop, author, rival = stars.shop, stars.author, stars.rival
    await feature(database, shop.owner, shop.product_id)
    by_pull = (await for_brand(shop.owner, shop, "PULL"))["edges"]
    closeness = by_pull[0]["closeness"]
    assert by_pull[0] == {
        "notes": 1, "sponsored": 0, "engagement": 6, "orders": 1.0, "closeness": closeness, "node": {"id": author.id},
    }  # fmt: skip
    assert by_pull[1] | {"notes": 1, "orders": 0.0, "node": {"id": rival.id}} == by_pull[1]
    assert len(by_pull) == 2, "who works for the brand is no creator for it"
    close = (await for_brand(stars.analyst, shop, "CLOSENESS"))["edges"]
    assert close[0]["node"]["id"] == author.id, "all who took up the brand's notes follow the author"
    values = [one["closeness"] for one in close]
    assert values == sorted(values, reverse=True)
    page = await for_brand(shop.owner, shop, "PULL", n=1)
    second = await for_brand(shop.owner, shop, "PULL", n=1, at=page["pageInfo"]["endCursor"])
    assert [one["node"]["id"] for one in second["edges"]] == [rival.id]
    asked = {"id": shop.brand_id, "o": "PULL", "n": 1, "at": None}
    other = await open_shop(client, database, settings)
    for who, given, code in (
        (author, asked, "FORBIDDEN"),
        (other.owner, asked, "FORBIDDEN"),
        (shop.owner, {**asked, "id": "brand_none"}, "NOT_FOUND"),
        (shop.owner, {**asked, "o": "CLOSENESS", "at": page["pageInfo"]["endCursor"]}, "INVALID"),
    ):
        answer = await who.post(BRAND, **given)
        assert answer["errors"][0]["extensions"]["code"] == code, answer
    nobody = (await client.post("/graphql", json={"query": BRAND, "variables": asked})).json()
    assert nobody["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


async def test_bought_followers_are_doubted(database: Database, stars: Stars) -> None:
    await ranked(database)
    labels = [row for table in demo(DEMO_SCALE).labels() for row in _rows(table.columns)]
    bought = {row["id"] for row in labels if row["label"] == "bought_followers"}
    people = {one["user"]["id"]: one["authenticity"] for one in (await listed(stars.analyst, o="REACH"))["nodes"]}
    doubted = [people[one] for one in bought if one in people]
    assert doubted
    others = [value for one, value in people.items() if one not in bought]
    assert max(doubted) < sum(others) / len(others)


def _rows(columns: Any) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


async def test_the_service_sees_to_the_job(database: Database, settings: Settings, stars: Stars) -> None:
    await ranked(database)
    day = timedelta(days=1)
    assert await next_run(database, now=NOW, every=day) == NOW + day
    with pytest.raises(state.Running):
        async with state.held(database, JOB):
            await ranked(database)
    services, job = make_services(database, settings), BatchJob("influence", settings)
    never = settings.model_copy(update={"influence_interval_hours": 0.0})
    handler = handlers(services, never, notified=lambda: None, comparing=job, planning=job, exporting=job, ranking=job)[
        EVENT
    ]
    assert isinstance(handler, Outside)
    await handler.act(Event("outboxevent_x", EVENT, {}, NOW, 1, "x"), NOW)
    assert await cypher(database, "MATCH (e:OutboxEvent {kind: $kind}) RETURN e.id", kind=EVENT) == []

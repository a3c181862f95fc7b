"""Audiences through the API: who follows, what several share, counted and from samples, and what nobody is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app import create_app
from graph.database import Database
from graph.jobs.influence import Run, rank
from graph.rules.access import Role
from graph.rules.audience import AudienceLaw
from graph.rules.influence import Evidence, authenticity
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import post
from tests.schema.shop import Shop, category, feature, hire, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
# Later than all that a run of the whole suite writes.
NOW = datetime.now(UTC) + timedelta(hours=2)
LAW = AudienceLaw(exact=30, sample=25)
_ESTIMATE = "{ value standardError low high }"
_GROUP = f"id name nameEn followers {_ESTIMATE} share {_ESTIMATE}"
_GROUPS = f"groups {{ {_GROUP} }} other {_ESTIMATE}"
AUDIENCE = f"""query A($id: ID!) {{ user(id: $id) {{ audience {{
  total sampled sampleSize drawnAt byRegion {{ {_GROUPS} }} byInterest {{ {_GROUP} }} byActivity {{ {_GROUPS} }}
  estimatedFakeShare {{ share low high evidence {{ followers hollow burst at }} }}
  brandAffinity {{ brand {{ {_GROUP} }} times lift }} }} }} }}"""
OVERLAP = f"""query O($ids: [ID!]!) {{ audienceOverlap(creatorIds: $ids) {{
  exact total unique {_ESTIMATE} creators {{ userId name handle reach drawnAt exclusiveReach {_ESTIMATE} }}
  pairs {{ a b shared {_ESTIMATE} shareOfA {_ESTIMATE} shareOfB {_ESTIMATE} jaccard }} }} }}"""
ALIKE = """query L($id: ID!, $n: Int! = 10, $at: String) { lookalikes(creatorId: $id, first: $n, after: $at) {
  edges { score shared standardError node { id } } pageInfo { endCursor hasNextPage } } }"""
_FOLLOW = """UNWIND $followers AS number
MERGE (follower:User {id: $prefix + number})
  ON CREATE SET follower.handle = follower.id, follower.displayName = '某人', follower.language = 'zh',
    follower.kind = 'member', follower.state = 'active', follower.private = false,
    follower.createdAt = $joined + duration({days: 5 * number})
WITH follower MATCH (creator:User {id: $id})
MERGE (follower)-[follow:FOLLOWS]->(creator)
  ON CREATE SET follow.at = follower.createdAt, follow.to = $id"""


async def followed(database: Database, creator: str, numbers: Iterable[int], prefix: str) -> None:
    """Has people of these numbers follow somebody; each number is one person, who joined five days after the last."""
    joined = NOW - timedelta(days=3_000)
    await cypher(database, _FOLLOW, id=creator, followers=list(numbers), prefix=prefix, joined=joined)


async def set_regions(database: Database, prefix: str, regions: Sequence[str | None]) -> None:
    await cypher(
        database, "UNWIND range(0, size($all) - 1) AS n MATCH (u:User {id: $prefix + n}) SET u.region = $all[n]",
        all=list(regions), prefix=prefix,
    )  # fmt: skip


def holds(estimate: dict[str, float], truth: float) -> bool:
    return estimate["low"] <= truth <= estimate["high"]


def values(groups: list[dict[str, Any]]) -> dict[str, float]:
    return {one["name"]: one["followers"]["value"] for one in groups}


@pytest.fixture
async def analyst(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1, Role.ANALYST)
    return found


@pytest.fixture
async def sampling(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that draws followers of who has more than 30."""
    app = create_app(settings.model_copy(update={"audience_exact": LAW.exact, "audience_sample": LAW.sample}))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as one:
            yield one


# Whose ids are always the same, so that the same of their followers are always drawn.
GREAT, LARGE, SMALL = (f"user_audience{one}" for one in ("great", "large", "small"))
FOLLOWERS = {GREAT: range(90), LARGE: range(60, 120), SMALL: range(80, 100)}
_IDS = list(FOLLOWERS)


@pytest.fixture
async def famous(database: Database) -> list[str]:
    """Three people with 90, 60 and 20 followers, of whom two each share some."""
    for one, numbers in FOLLOWERS.items():
        await cypher(
            database,
            "MERGE (u:User {id: $id}) SET u.handle = $id, u.displayName = '博主', u.language = 'zh', "
            "u.kind = 'creator', u.state = 'active', u.private = false, u.createdAt = $at",
            id=one, at=NOW - timedelta(days=3_000),
        )  # fmt: skip
        await followed(database, one, numbers, "user_audiencefan")
    await set_regions(database, "user_audiencefan", [["上海", "成都", None][n % 3] for n in range(120)])
    return _IDS


async def test_overlap_is_counted(analyst: Person, famous: list[str]) -> None:
    found = (await analyst.ask(OVERLAP, ids=famous))["audienceOverlap"]
    sets = [set(FOLLOWERS[one]) for one in famous]
    whole = {"standardError": 0.0}
    assert found | {"exact": True, "total": 170} == found
    assert found["unique"] == {"value": 120, "low": 120, "high": 120, **whole}
    for one, mine in zip(found["creators"], sets, strict=True):
        alone = len(mine - set().union(*(other for other in sets if other is not mine)))
        assert (one["reach"], one["exclusiveReach"]["value"]) == (len(mine), alone)
    assert [one["userId"] for one in found["creators"]] == famous
    first, *_ = found["pairs"]
    assert len(found["pairs"]) == 3
    assert (first["a"], first["b"], first["shared"]["value"]) == (GREAT, LARGE, 30)
    assert first["shareOfA"]["value"] == pytest.approx(30 / 90)
    assert first["shareOfB"]["value"] == pytest.approx(30 / 60)
    assert first["jaccard"] == pytest.approx(30 / 120)


async def test_overlap_of_celebrities_is_estimated(
    sampling: httpx.AsyncClient, database: Database, analyst: Person, famous: list[str]
) -> None:
    exact = (await analyst.ask(OVERLAP, ids=famous))["audienceOverlap"]
    asking = Person(sampling, analyst.id, analyst.handle, "", analyst.tokens)
    early = await asking.post(OVERLAP, ids=famous)
    assert early["errors"][0]["extensions"]["code"] == "CONFLICT", "nobody was drawn yet"
    assert (await asking.post(AUDIENCE, id=GREAT))["errors"][0]["extensions"]["code"] == "CONFLICT"
    await rank(Run(database, now=NOW, audience=LAW))
    found = (await asking.ask(OVERLAP, ids=famous))["audienceOverlap"]
    assert found | {"exact": False, "total": 170} == found
    assert holds(found["unique"], exact["unique"]["value"])
    assert found["unique"]["standardError"] > 0
    for mine, theirs in zip(found["creators"], exact["creators"], strict=True):
        assert mine["reach"] == theirs["reach"]
        assert holds(mine["exclusiveReach"], theirs["exclusiveReach"]["value"])
    assert [one["drawnAt"] is None for one in found["creators"]] == [False, False, True]
    assert [one["drawnAt"] for one in exact["creators"]] == [None] * 3
    for mine, theirs in zip(found["pairs"], exact["pairs"], strict=True):
        for name in ("shared", "shareOfA", "shareOfB"):
            assert holds(mine[name], theirs[name]["value"])
    # Of the smallest audience everybody is read, so what others share with it is counted.
    assert [one["shared"]["standardError"] > 0 for one in found["pairs"]] == [True, False, False]
    great = (await asking.ask(AUDIENCE, id=GREAT))["user"]["audience"]
    assert great | {"total": 90, "sampled": True, "sampleSize": 25} == great
    assert great["drawnAt"].startswith(NOW.isoformat()[:19])
    for one in great["byRegion"]["groups"]:
        assert holds(one["followers"], 30)
        assert holds(one["share"], 1 / 3)
        assert one["share"]["standardError"] > 0
    assert holds(great["byRegion"]["other"], 30)
    assert great["estimatedFakeShare"] is None, "the job measures nobody who has no note"
    await posted_by_all(database)
    counted = (await analyst.ask(ALIKE, id=GREAT))["lookalikes"]["edges"]
    alike = (await asking.ask(ALIKE, id=GREAT))["lookalikes"]["edges"]
    assert [one["shared"] for one in counted] == [30, 10]
    large = next(one for one in alike if one["node"]["id"] == LARGE)
    assert abs(large["shared"] - 30) < 3 * large["standardError"]
    # Of those drawn nobody follows any more: too few to tell anything.
    await cypher(database, "MATCH (f:User)-[:STANDS_FOR]->(u:User {id: $id}) SET f.state = 'suspended'", id=LARGE)
    for query, given in ((AUDIENCE, {"id": LARGE}), (OVERLAP, {"ids": famous})):
        assert (await asking.post(query, **given))["errors"][0]["extensions"]["code"] == "CONFLICT"
    await cypher(database, "MATCH (f:User)-[:STANDS_FOR]->(u:User {id: $id}) SET f.state = 'active'", id=LARGE)
    # Who unfollows stands for nobody; who has few followers again is counted.
    await cypher(database, "MATCH (:User)-[f:FOLLOWS]->(u:User {id: $id}) WHERE f.to = $id "
                 "WITH f ORDER BY f.at SKIP 10 DELETE f", id=LARGE)  # fmt: skip
    left = (await asking.ask(AUDIENCE, id=LARGE))["user"]["audience"]
    assert left | {"total": 10, "sampled": False, "drawnAt": None} == left


async def posted_by_all(database: Database) -> None:
    await cypher(
        database, "MATCH (n:Note {state: 'published'})-[:IN_CATEGORY]->(c) WITH n, c LIMIT 1 UNWIND $ids AS id "
        "MATCH (u:User {id: id}) WHERE NOT EXISTS { (u)-[:POSTED]->() } "
        "CREATE (u)-[:POSTED {at: n.publishedAt}]->(:Note {id: 'note_by' + id, kind: 'text', title: 'x', text: 'x', "
        "language: 'zh', state: 'published', audience: 'everyone', authorId: id, categoryId: n.categoryId, "
        "createdAt: n.createdAt, publishedAt: n.publishedAt})-[:IN_CATEGORY]->(c)",
        ids=_IDS,
    )  # fmt: skip


async def test_whose_audiences_are_alike(
    client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person, famous: list[str]
) -> None:
    await posted_by_all(database)
    (stranger,) = await people(client, database, settings, 1)
    found = (await analyst.ask(ALIKE, id=GREAT))["lookalikes"]["edges"]
    assert [(one["node"]["id"], one["shared"], one["standardError"]) for one in found] == [
        (LARGE, 30, 0), (SMALL, 10, 0),
    ]  # fmt: skip
    assert [one["score"] for one in found] == pytest.approx([30 / (90 * 60) ** 0.5, 10 / (90 * 20) ** 0.5])
    page = (await analyst.ask(ALIKE, id=GREAT, n=1))["lookalikes"]
    rest = (await analyst.ask(ALIKE, id=GREAT, at=page["pageInfo"]["endCursor"]))["lookalikes"]
    assert page["edges"] + rest["edges"] == found
    # Private people are no creators to look for.
    await cypher(database, "MATCH (u:User {id: $id}) SET u.private = true", id=SMALL)
    assert len((await analyst.ask(ALIKE, id=GREAT))["lookalikes"]["edges"]) == 1
    assert (await stranger.ask(ALIKE, id=stranger.id))["lookalikes"]["edges"] == []
    for who, given, code in (
        (stranger, {"id": GREAT}, "FORBIDDEN"),
        (analyst, {"id": "user_none"}, "NOT_FOUND"),
        (analyst, {"id": LARGE, "at": page["pageInfo"]["endCursor"]}, "INVALID"),
    ):
        assert (await who.post(ALIKE, **given))["errors"][0]["extensions"]["code"] == code


async def test_who_follows(client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person) -> None:
    (creator, other) = await people(client, database, settings, 2)
    shop = await open_shop(client, database, settings)
    prefix = f"{creator.id}fan"
    await followed(database, creator.id, range(24), prefix)
    await set_regions(database, prefix, ["上海"] * 9 + ["成都"] * 6 + ["北京"] * 3 + [None] * 6)
    notes = [await feature(database, who, shop.product_id) for who in (creator, other, other)]
    await cypher(
        database, "UNWIND $ids AS id MATCH (n:Note {id: id}) UNWIND range(0, 6) AS k MATCH (u:User {id: $p + k}) "
        "CREATE (u)-[:LIKES {at: $at, to: id}]->(n)",
        ids=notes, p=prefix, at=datetime.now(UTC),
    )  # fmt: skip
    await cypher(
        database, "MATCH (n:Note {id: $id}) UNWIND range(7, 9) AS k MATCH (u:User {id: $p + k}) "
        "CREATE (u)-[:LIKES {at: $at, to: $id}]->(n)",
        id=notes[1], p=prefix, at=datetime.now(UTC),
    )  # fmt: skip
    await cypher(
        database, "MATCH (b:Brand {id: $id}) UNWIND range(0, 7) AS k MATCH (u:User {id: $p + k}) "
        "CREATE (u)-[:FOLLOWS {at: $at, to: $id}]->(b)",
        id=shop.brand_id, p=prefix, at=datetime.now(UTC),
    )  # fmt: skip
    await cypher(
        database, "UNWIND range(18, 23) AS k MATCH (u:User {id: $p + k}) SET u.createdAt = $at", p=prefix,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    found = (await creator.ask(AUDIENCE, id=creator.id))["user"]["audience"]
    assert found | {"total": 24, "sampled": False, "sampleSize": 24, "drawnAt": None} == found
    # Three from 北京 are too few to tell, and with the six who do not say they are not to be told apart.
    assert values(found["byRegion"]["groups"]) == {"上海": 9, "成都": 6}
    assert found["byRegion"]["other"]["value"] == 9
    (beauty,) = found["byInterest"]
    assert (beauty["id"], beauty["followers"]["value"]) == (await category(database), 7)
    assert beauty["share"]["value"] == pytest.approx(7 / 24)
    # Three who are active and do not engage are too few, and with engaged ones they hide among the others.
    assert {one["id"]: one["followers"]["value"] for one in found["byActivity"]["groups"]} == {"quiet": 14}
    assert found["byActivity"]["other"]["value"] == 10
    evidence = found["estimatedFakeShare"]["evidence"]
    assert evidence == {"followers": 24, "hollow": 17, "burst": 6, "at": None}
    shares = [1 - authenticity(Evidence(24, hollow, burst)) for hollow, burst in ((17, 6), (6, 6), (17, 17))]
    assert [found["estimatedFakeShare"][name] for name in ("share", "low", "high")] == pytest.approx(shares)
    (brand,) = found["brandAffinity"]
    assert (brand["brand"]["id"], brand["brand"]["followers"]["value"]) == (shop.brand_id, 8)
    assert brand["times"] > 1


async def test_few_followers_tell_nothing(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    (creator,) = await people(client, database, settings, 1)
    nobody = (await creator.ask(AUDIENCE, id=creator.id))["user"]["audience"]
    assert (nobody["total"], nobody["byRegion"]["groups"], nobody["byInterest"]) == (0, [], [])
    await followed(database, creator.id, range(4), f"{creator.id}fan")
    await set_regions(database, f"{creator.id}fan", ["上海"] * 4)
    found = (await creator.ask(AUDIENCE, id=creator.id))["user"]["audience"]
    for name in ("byRegion", "byActivity"):
        assert (found[name]["groups"], found[name]["other"]["value"]) == ([], 4)


async def test_who_may_know(client: httpx.AsyncClient, database: Database, settings: Settings, analyst: Person) -> None:
    creator, other, stranger, editor, blocked = await people(client, database, settings, 5)
    shop: Shop = await open_shop(client, database, settings)
    for one in (editor, blocked):
        await hire(shop.owner, shop.brand_id, one)
    await creator.done("blockUser", {"userId": blocked.id})
    await post(creator)
    both = [creator.id, other.id]
    for who in (analyst, editor, shop.owner):
        assert (await who.ask(AUDIENCE, id=creator.id))["user"]["audience"]["total"] == 0
        assert (await who.ask(OVERLAP, ids=both))["audienceOverlap"]["unique"]["value"] == 0
    assert (await creator.ask(AUDIENCE, id=creator.id))["user"]["audience"] is not None
    assert (await stranger.ask(AUDIENCE, id=creator.id))["user"]["audience"] is None
    assert (await blocked.ask(AUDIENCE, id=creator.id))["user"] is None
    nobody = await client.post("/graphql", json={"query": AUDIENCE, "variables": {"id": creator.id}})
    assert nobody.json()["data"]["user"]["audience"] is None
    for who, ids, code in (
        (stranger, both, "FORBIDDEN"),
        (creator, both, "FORBIDDEN"),
        (blocked, both, "NOT_FOUND"),
        (analyst, both[:1], "INVALID"),
        (analyst, [], "INVALID"),
        (analyst, [both[0], both[0]], "INVALID"),
        (analyst, [f"user_{one}" for one in range(51)], "INVALID"),
        (analyst, [*both, "user_none"], "NOT_FOUND"),
        (analyst, [*both, "'}) DETACH DELETE (n) //"], "NOT_FOUND"),
        (analyst, [*both, shop.brand_id], "NOT_FOUND"),
    ):
        answer = await who.post(OVERLAP, ids=ids)
        assert answer["errors"][0]["extensions"]["code"] == code, (ids, answer)
    asked = {"query": OVERLAP, "variables": {"ids": both}}
    refused = (await client.post("/graphql", json=asked)).json()
    assert refused["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"

"""Lists of what is popular: in the order of heat, for everybody alike, and without what not everybody may read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.database import Database
from graph.jobs.trends import warm
from graph.rules.heat import HeatLaw
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import begin, fresh_topic, post
from tests.schema.shop import Shop, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
# Later than all that other tests do, so that what is liked here leads the lists.
LATER = datetime.now(UTC) + timedelta(days=300)
NOTES = "query P($n: Int!, $at: String) { popularNotes(first: $n, after: $at) { nodes { id } pageInfo { endCursor } } }"
OF_CATEGORY = "query C($note: ID!) { note(id: $note) { category { popularNotes(first: 30) { nodes { id } } } } }"
PRODUCTS = "{ popularProducts(first: 30) { nodes { id } } }"
TOPICS = "{ trendingTopics(first: 30) { nodes { name } } }"


async def warmed(database: Database, *notes: str) -> None:
    """Weighs everything that was done, as if the likes of these notes were the latest of all."""
    await cypher(
        database,
        "UNWIND $notes AS id MATCH (:Note {id: id})<-[e:LIKES|COLLECTED]-() SET e.at = $later RETURN 1",
        notes=notes, later=LATER,
    )  # fmt: skip
    assert (await warm(database, HeatLaw(), now=LATER, rebuild=True)).finished


async def liked(note: str, *by: Person) -> str:
    for one in by:
        await one.done("likeNote", {"noteId": note})
    return note


async def listed(client: httpx.AsyncClient, query: str, who: Person | None = None, **variables: Any) -> Any:
    headers = who.headers if who else {}
    answer = (await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]


def ids(connection: Any) -> list[str]:
    return [one["id"] for one in connection["nodes"]]


async def test_notes_in_the_order_of_heat_page_after_page(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    author, *crowd = await people(client, database, settings, 6)
    notes = [await liked(await post(author), *crowd[:count]) for count in (1, 5, 3)]
    await warmed(database, *notes)
    seen, at = [], None
    for _ in range(3):
        page = (await listed(client, NOTES, n=1, at=at))["popularNotes"]
        seen += ids(page)
        at = page["pageInfo"]["endCursor"]
    assert seen == [notes[1], notes[2], notes[0]]
    of_category = await listed(client, OF_CATEGORY, note=notes[0])
    assert ids(of_category["note"]["category"]["popularNotes"])[:3] == seen


async def test_what_not_everybody_may_read_is_in_no_list(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    author, private, follower, blocked, *crowd = await people(client, database, settings, 8)
    for one in (author, private):
        await follower.done("followUser", {"userId": one.id})
    notes = {
        "open": await liked(await post(author), follower, *crowd),
        "followers": await liked(await post(author, audience="FOLLOWERS"), follower),
        "hidden": await liked(await post(author), *crowd),
        "private": await liked(await post(private), *crowd),
        "draft": await begin(author),
    }
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN 1", id=notes["hidden"])
    await warmed(database, *notes.values())
    # What became so since the job ran is out as well.
    await private.done("updateProfile", {"private": True})
    await author.done("blockUser", {"userId": blocked.id})
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.heat = 1e5 RETURN 1", id=notes["hidden"])
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.heat = 1e5 RETURN 1", id=notes["followers"])
    for who in (None, follower, author, private, blocked):
        found = {
            name for name, id in notes.items() if id in ids((await listed(client, NOTES, who, n=50))["popularNotes"])
        }
        assert found == (set() if who is blocked else {"open"})
        if who is not blocked:
            category = (await listed(client, OF_CATEGORY, who, note=notes["open"]))["note"]["category"]
            assert {name for name, id in notes.items() if id in ids(category["popularNotes"])} == {"open"}
    await author.done("deleteNote", {"noteId": notes["open"]})
    assert notes["open"] not in ids((await listed(client, NOTES, n=50))["popularNotes"])


async def test_products_and_topics(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    shop: Shop = await open_shop(client, database, settings)
    writers = await people(client, database, settings, 4)
    topic = fresh_topic()
    for one in writers:
        await post(one, topics=[topic], productIds=[shop.product_id])
    await cypher(
        database,
        "MATCH (n:Note)-[e:TAGGED|FEATURES]->(x) WHERE x.id = $product OR x.name = $topic SET e.at = $later RETURN 1",
        product=shop.product_id, topic=topic, later=LATER,
    )  # fmt: skip
    await warmed(database)
    assert ids((await listed(client, PRODUCTS))["popularProducts"])[0] == shop.product_id
    assert (await listed(client, TOPICS))["trendingTopics"]["nodes"][0] == {"name": topic}
    await cypher(database, "MATCH (p:Product {id: $id}) SET p.state = 'unlisted' RETURN 1", id=shop.product_id)
    for who in (None, shop.owner):
        assert shop.product_id not in ids((await listed(client, PRODUCTS, who))["popularProducts"])

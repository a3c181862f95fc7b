"""Every page is one statement, right by a recount, and planned without walking a label."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.database import Address, Database
from resolvers.services import make_services
from schema.execution import Executor
from settings import Settings
from tests.graph.test_statements import operators
from tests.schema.documents import PAGES
from tests.schema.support import CountingDatabase, ask, cypher

pytestmark = pytest.mark.anyio


@pytest.fixture
async def counting(address: Address) -> AsyncIterator[CountingDatabase]:
    door = CountingDatabase(address)
    yield door
    await door.close()


@pytest.fixture
def executor(counting: CountingDatabase, settings: Settings) -> Executor:
    return Executor(make_services(counting, settings), settings)


@pytest.fixture
async def busiest(database: Database) -> dict[str, str]:
    """Ids of the most connected things, by the page that shows them."""
    (row,) = await cypher(
        database,
        """
        MATCH (user:User) WITH user ORDER BY COUNT { (user)-[:FOLLOWS]->(:User) } DESC LIMIT 1
        MATCH (star:User) WITH user, star ORDER BY COUNT { (star)<-[:FOLLOWS]-() } DESC LIMIT 1
        MATCH (note:Note {state: 'published', audience: 'everyone'})
        WITH user, star, note ORDER BY COUNT { (note)<-[:LIKES]-() } DESC LIMIT 1
        MATCH (product:Product {state: 'listed'})
        WHERE product.brandId IS NOT NULL
        WITH user, star, note, product ORDER BY product.reviewCount DESC LIMIT 1
        MATCH (brand:Brand) WITH user, star, note, product, brand ORDER BY COUNT { (brand)-[:MAKES]->() } DESC LIMIT 1
        RETURN user.id AS user, star.id AS star, star.handle AS handle, note.id AS note,
               product.id AS product, brand.id AS brand
        """,
    )
    return row


async def variables(page: str, busiest: dict[str, str], database: Database) -> dict[str, Any]:
    if page in ("person",):
        return {"id": busiest["star"]}
    if page == "social":
        return {"id": busiest["user"]}
    if page in ("note", "product", "brand"):
        return {"id": busiest[page]}
    if page in ("category", "popular_of_category"):
        return {"slug": "beauty"}
    if page == "topic":
        (row,) = await cypher(
            database, "MATCH (t:Topic) RETURN t.name AS name ORDER BY COUNT { (t)<-[:TAGGED]-() } DESC LIMIT 1"
        )
        return row
    return {"handle": busiest["handle"]} if page == "handle" else {}


@pytest.mark.parametrize("page", PAGES)
async def test_one_statement_and_its_plan(
    page: str, executor: Executor, counting: CountingDatabase, database: Database, busiest: dict[str, str]
) -> None:
    asked = await variables(page, busiest, database)
    data = await ask(executor, PAGES[page], busiest["user"] if page == "feed" else None, **asked)
    (root,) = data.values()
    assert root
    assert counting.statements == 1
    text, parameters = counting.last
    summary = await database.summary(f"EXPLAIN {text}", **parameters)
    assert summary.plan is not None
    found = set(operators(summary.plan))
    assert not found & {"AllNodesScan", "NodeByLabelScan", "CartesianProduct", "AllRelationshipsScan"}, found
    assert not {one for one in found if one.endswith("TypeScan")}, found


async def test_person(executor: Executor, database: Database, busiest: dict[str, str]) -> None:
    data = await ask(executor, PAGES["person"], id=busiest["star"])
    (truth,) = await cypher(
        database,
        """
        MATCH (u:User {id: $id})
        RETURN u.handle AS handle,
          COLLECT { MATCH (u)<-[f:FOLLOWS]-(x:User {state: 'active'})
                    RETURN x.id ORDER BY f.at DESC, x.id DESC LIMIT 5 }
            AS followers,
          COLLECT { MATCH (u)-[:POSTED]->(n:Note {state: 'published', audience: 'everyone'})
                    RETURN n.id ORDER BY n.publishedAt DESC, n.id DESC LIMIT 5 } AS notes,
          COUNT { (u)<-[:FOLLOWS]-() } AS followerCount
        """,
        id=busiest["star"],
    )
    user = data["user"]
    assert user["handle"] == truth["handle"]
    assert user["followerCount"] == user["followers"]["totalCount"] == truth["followerCount"]
    assert [edge["node"]["id"] for edge in user["followers"]["edges"]] == truth["followers"]
    assert [note["id"] for note in user["notes"]["nodes"]] == truth["notes"]


async def test_feed(executor: Executor, database: Database, busiest: dict[str, str]) -> None:
    data = await ask(executor, PAGES["feed"], busiest["user"])
    truth = await cypher(
        database,
        """
        MATCH (me:User {id: $id})
        CALL (me) {
          MATCH (me)-[:FOLLOWS]->(:User)-[:POSTED]->(n:Note {state: 'published'})
          RETURN n
          UNION
          MATCH (me)-[:FOLLOWS]->(:Brand)<-[:OFFICIAL_ACCOUNT_OF]-(:User)-[:POSTED]->(n:Note {state: 'published'})
          WHERE n.audience = 'everyone'
          RETURN n
          UNION
          MATCH (me)-[:FOLLOWS]->(:Topic)<-[:TAGGED]-(n:Note {state: 'published'})<-[:POSTED]-(author)
          WHERE author <> me AND (n.audience = 'everyone' OR EXISTS { (me)-[:FOLLOWS]->(author) })
          RETURN n
        }
        WITH me, n MATCH (n)<-[:POSTED]-(author)
        WHERE NOT EXISTS { (me)-[:MUTES|NOT_INTERESTED]->(author) } AND NOT EXISTS { (me)-[:BLOCKS]-(author) }
        RETURN n.id AS id ORDER BY n.publishedAt DESC, n.id DESC LIMIT 20
        """,
        id=busiest["user"],
    )
    assert [note["id"] for note in data["viewer"]["feed"]["nodes"]] == [row["id"] for row in truth]


async def test_brand_notes_come_once(executor: Executor, database: Database, busiest: dict[str, str]) -> None:
    query = "query B($id: ID!) { brand(id: $id) { notes(first: 100) { nodes { id } } } }"
    data = await ask(executor, query, id=busiest["brand"])
    truth = await cypher(
        database,
        """
        MATCH (:Brand {id: $id})-[:MAKES]->(:Product)<-[:FEATURES]-(n:Note {state: 'published', audience: 'everyone'})
        WITH DISTINCT n RETURN n.id AS id ORDER BY n.publishedAt DESC, n.id DESC LIMIT 100
        """,
        id=busiest["brand"],
    )
    assert [note["id"] for note in data["brand"]["notes"]["nodes"]] == [row["id"] for row in truth]


async def test_product_rating_is_the_mean_of_its_reviews(
    executor: Executor, database: Database, busiest: dict[str, str]
) -> None:
    data = await ask(executor, PAGES["product"], id=busiest["product"])
    (truth,) = await cypher(
        database,
        """
        MATCH (:Product {id: $id})<-[:REVIEWS]-(r:Review {state: 'published'})
        RETURN avg(r.rating) AS mean, count(r) AS count
        """,
        id=busiest["product"],
    )
    assert data["product"]["reviewCount"] == data["product"]["reviews"]["totalCount"] == truth["count"]
    assert data["product"]["averageRating"] == pytest.approx(truth["mean"])


async def test_nodes_keep_the_order_of_the_ids(executor: Executor, busiest: dict[str, str]) -> None:
    ids = [busiest["note"], "note_nothing", busiest["user"], "gibberish", busiest["note"], "order_1"]
    query = "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Note { title } ... on User { handle } } }"
    nodes = (await ask(executor, query, ids=ids))["nodes"]
    assert [node and node["__typename"] for node in nodes] == ["Note", None, "User", None, "Note", None]
    assert [node and node["id"] for node in nodes] == [
        busiest["note"],
        None,
        busiest["user"],
        None,
        busiest["note"],
        None,
    ]


async def test_handles_and_tags_are_found_in_any_case(executor: Executor, busiest: dict[str, str]) -> None:
    data = await ask(executor, PAGES["handle"], handle=busiest["handle"].upper())
    assert data["userByHandle"]["handle"] == busiest["handle"]


async def test_excerpt_is_computed(executor: Executor, counting: CountingDatabase, busiest: dict[str, str]) -> None:
    query = "query N($id: ID!) { note(id: $id) { short: excerpt(length: 20) excerpt text author { id } } }"
    note = (await ask(executor, query, id=busiest["note"]))["note"]
    assert len(note["short"]) <= 20
    assert note["short"][:8] == " ".join(note["text"].split())[:8]
    assert counting.statements == 1


async def test_clients_that_name_things_differently_share_a_statement(
    executor: Executor, counting: CountingDatabase, busiest: dict[str, str]
) -> None:
    one = "query A($id: ID!) { user(id: $id) { handle notes(first: 2) { nodes { title id } } } }"
    two = """query B($person: ID!, $n: Int) { me: user(id: $person) { ...F } }
             fragment F on User { mine: notes(first: $n) { nodes { id heading: title } } name: handle }"""
    await ask(executor, one, id=busiest["star"])
    first = counting.last[0]
    await ask(executor, two, person=busiest["star"], n=7)
    assert counting.last[0] == first

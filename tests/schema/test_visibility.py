"""Who may see what holds on both ways of answering, wherever a traversal reaches the thing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from graph.database import Address, Database
from graph.ids import new_id
from resolvers.services import make_services
from schema.documents import Caller, Request
from schema.execution import Executor
from settings import Settings
from tests.schema.support import as_viewer, cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def executor(address: Address, settings: Settings) -> AsyncIterator[Executor]:
    door = Database(address)
    yield Executor(make_services(door, settings), settings)
    await door.close()


async def both(executor: Executor, query: str, viewer: str | None = None, **variables: Any) -> Any:
    """The data, after checking that both ways give the same bytes."""
    request, caller = Request(query, variables), Caller(as_viewer(viewer), address="test")
    fast = await executor.execute(request, caller)
    slow = await executor.execute(request, caller, fast=False)
    assert fast.body == slow.body
    answer = orjson.loads(fast.body)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


class Scene:
    """An author, a follower, a stranger, somebody the author blocked; and a public, a followers' and a hidden note."""

    def __init__(self) -> None:
        self.author, self.follower, self.stranger, self.blocked = (new_id("User") for _ in range(4))
        self.open, self.closed, self.hidden, self.draft = (new_id("Note") for _ in range(4))
        self.comment, self.hidden_comment = (new_id("Comment") for _ in range(2))
        self.product, self.unlisted = (new_id("Product") for _ in range(2))
        self.board, self.secret_board = (new_id("Collection") for _ in range(2))


@pytest.fixture
async def scene(database: Database) -> Scene:
    one = Scene()
    await cypher(
        database,
        """
        UNWIND [$author, $follower, $stranger, $blocked] AS id
        CREATE (:User {id: id, handle: id, displayName: id, state: 'active', kind: 'member', language: 'zh',
                       private: false, createdAt: $now})
        """,
        now=NOW,
        **{name: getattr(one, name) for name in ("author", "follower", "stranger", "blocked")},
    )
    await cypher(
        database,
        """
        MATCH (author:User {id: $author}), (follower:User {id: $follower}), (blocked:User {id: $blocked})
        CREATE (follower)-[:FOLLOWS {at: $now, to: author.id}]->(author)
        CREATE (blocked)-[:FOLLOWS {at: $now, to: author.id}]->(author)
        CREATE (author)-[:BLOCKS {at: $now}]->(blocked)
        WITH author, blocked
        UNWIND $notes AS row
        CREATE (note:Note {id: row.id, authorId: author.id, kind: 'text', title: row.id, text: 'T', language: 'zh',
            state: row.state, audience: row.audience, categoryId: 'c', createdAt: $now,
            publishedAt: CASE WHEN row.state = 'draft' THEN NULL ELSE $now END})
        FOREACH (_ IN CASE WHEN row.state <> 'published' THEN [1] ELSE [] END |
            CREATE (author)-[:DRAFTED {at: $now}]->(note))
        FOREACH (_ IN CASE WHEN row.state <> 'published' THEN [] ELSE [1] END |
            CREATE (author)-[:POSTED {at: $now}]->(note))
        """,
        author=one.author,
        follower=one.follower,
        blocked=one.blocked,
        now=NOW,
        notes=[
            {"id": one.open, "state": "published", "audience": "everyone"},
            {"id": one.closed, "state": "published", "audience": "followers"},
            {"id": one.hidden, "state": "hidden", "audience": "everyone"},
            {"id": one.draft, "state": "draft", "audience": "everyone"},
        ],
    )
    await cypher(
        database,
        """
        MATCH (author:User {id: $author})
        MATCH (blocked:User {id: $blocked})
        MATCH (note:Note {id: $note})
        CREATE (blocked)-[:WROTE {at: $now}]->(:Comment {id: $comment, text: 'C', state: 'published', noteId: $note,
                                                     createdAt: $now})-[:ON]->(note)
        CREATE (author)-[:WROTE {at: $now}]->(:Comment {id: $hidden_comment, text: 'C', state: 'hidden', noteId: $note,
                                                     createdAt: $now})-[:ON]->(note)
        CREATE (note)-[:FEATURES {position: 0, sponsored: false, at: $now, to: $product}]->
               (:Product {id: $product, name: 'P', state: 'listed', priceMinor: 100, currency: 'CNY', reviewCount: 0,
                          ratingSum: 0, createdAt: $now, brandId: 'b', categoryId: 'c'})
        CREATE (note)-[:FEATURES {position: 1, sponsored: false, at: $now, to: $unlisted}]->
               (:Product {id: $unlisted, name: 'P', state: 'unlisted', priceMinor: 100, currency: 'CNY', reviewCount: 0,
                          ratingSum: 0, createdAt: $now, brandId: 'b', categoryId: 'c'})
        CREATE (author)-[:OWNS {at: $now}]->(:Collection {id: $board, name: 'A', private: false, createdAt: $now})
        CREATE (author)-[:OWNS {at: $now}]->(:Collection {id: $secret_board, name: 'B', private: true, createdAt: $now})
        """,
        author=one.author,
        blocked=one.blocked,
        note=one.open,
        now=NOW,
        **{name: getattr(one, name) for name in ("comment", "hidden_comment", "product", "unlisted", "board")},
        secret_board=one.secret_board,
    )
    return one


NOTES = "query N($id: ID!) { user(id: $id) { notes(first: 10) { nodes { id } } } }"
FEED = "{ viewer { feed(first: 10) { nodes { id } } } }"
NOTE = "query N($id: ID!) { note(id: $id) { id } node(id: $id) { id } }"


async def test_notes_of_a_person(executor: Executor, scene: Scene) -> None:
    async def seen(viewer: str | None) -> set[str] | None:
        user = (await both(executor, NOTES, viewer, id=scene.author))["user"]
        return None if user is None else {note["id"] for note in user["notes"]["nodes"]}

    assert await seen(None) == {scene.open}
    assert await seen(scene.stranger) == {scene.open}
    assert await seen(scene.follower) == {scene.open, scene.closed}
    assert await seen(scene.author) == {scene.open, scene.closed, scene.hidden}
    assert await seen(scene.blocked) is None


async def test_the_home_feed(executor: Executor, scene: Scene) -> None:
    feed = await both(executor, FEED, scene.follower)
    assert {note["id"] for note in feed["viewer"]["feed"]["nodes"]} == {scene.open, scene.closed}
    assert await both(executor, FEED, None) == {"viewer": None}
    blocked = await both(executor, FEED, scene.blocked)
    assert blocked["viewer"]["feed"]["nodes"] == []


@pytest.mark.parametrize("name", ["hidden", "draft", "closed"])
async def test_what_is_not_for_everybody_is_not_there(executor: Executor, scene: Scene, name: str) -> None:
    assert await both(executor, NOTE, None, id=getattr(scene, name)) == {"note": None, "node": None}


@pytest.mark.parametrize("name", ["hidden", "draft"])
async def test_what_is_not_out_is_for_its_author_alone(executor: Executor, scene: Scene, name: str) -> None:
    note_id = getattr(scene, name)
    own = {"id": note_id}
    assert await both(executor, NOTE, scene.author, id=note_id) == {"note": own, "node": own}
    for viewer in (scene.follower, scene.stranger, scene.blocked):
        assert await both(executor, NOTE, viewer, id=note_id) == {"note": None, "node": None}


async def test_comments_and_products_and_boards(executor: Executor, scene: Scene) -> None:
    query = """query P($id: ID!) { note(id: $id) {
        comments(first: 5) { nodes { id } } products(first: 5) { nodes { id } }
        author { collections(first: 5) { nodes { id } } } } }"""
    note = (await both(executor, query, None, id=scene.open))["note"]
    assert [one["id"] for one in note["comments"]["nodes"]] == [scene.comment]
    assert [one["id"] for one in note["products"]["nodes"]] == [scene.product]
    assert [one["id"] for one in note["author"]["collections"]["nodes"]] == [scene.board]
    own = (await both(executor, query, scene.author, id=scene.open))["note"]
    assert own["comments"]["nodes"] == []
    assert [one["id"] for one in own["author"]["collections"]["nodes"]] == [scene.board, scene.secret_board]
    gone = await both(executor, "query P($id: ID!) { product(id: $id) { id } }", None, id=scene.unlisted)
    assert gone == {"product": None}


async def test_a_block_hides_both_from_each_other(executor: Executor, scene: Scene) -> None:
    query = "query U($id: ID!) { user(id: $id) { id followers(first: 9) { nodes { id } } } }"
    assert (await both(executor, query, scene.blocked, id=scene.author))["user"] is None
    assert (await both(executor, query, scene.author, id=scene.blocked))["user"] is None
    own = (await both(executor, query, scene.author, id=scene.author))["user"]
    assert [one["id"] for one in own["followers"]["nodes"]] == [scene.follower]

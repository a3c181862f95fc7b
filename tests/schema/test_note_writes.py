"""Notes are drafted and published, by their author alone."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph.database import Database
from tests.schema.community import Person, act, code_of, join
from tests.schema.noting import (
    SEEN,
    WHOLE,
    announced,
    begin,
    categories,
    fresh_topic,
    picture,
    post,
    products,
    revisions,
    shape,
    told,
)
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


_LISTS = {
    "drafts": "query L { viewer { drafts(first: 5) { nodes { id } } } }",
    "own": "query L($me: ID!) { user(id: $me) { notes(first: 5) { nodes { id } } } }",
    "feed": "query L { viewer { feed(first: 5) { nodes { id } } } }",
    "topic": "query L($topic: String!) { topic(name: $topic) { notes(first: 5) { nodes { id } } } }",
    "product": "query L($product: ID!) { product(id: $product) { notes(first: 5) { nodes { id } } } }",
    "brand": "query L($product: ID!) { product(id: $product) { brand { notes(first: 5) { nodes { id } } } } }",
    "category": "query L($note: ID!) { note(id: $note) { category { notes(first: 20) { nodes { id } } } } }",
    "latest": "query L { notes(first: 20) { nodes { id } } }",
}


async def lists(person: Person, note_id: str, topic: str, product: str) -> set[str]:
    """In which lists the person sees the note."""
    values = {"me": person.id, "topic": topic, "product": product, "note": note_id}
    found = set()
    for name, query in _LISTS.items():
        variables = {one: value for one, value in values.items() if f"${one}" in query}
        if note_id in str(await person.ask(query, **variables)):
            found.add(name)
    return found


async def test_a_draft_is_its_authors_alone(client: httpx.AsyncClient, database: Database) -> None:
    author, other = await join(client), await join(client)
    category, _ = await categories(author)
    topic, (first, second, _) = fresh_topic(), await products(database)
    shown = await picture(database, author)
    found = await author.done(
        "createNote",
        {
            "kind": "IMAGE",
            "title": "  Morning light ",
            "text": "Two coats\r\nare enough",
            "categoryId": category,
            "topics": [f"#{topic.upper()}", topic],
            "productIds": [second, first],
            "sponsored": True,
            "mediaIds": [shown],
        },
        f"{WHOLE[:-1]} id }}",
    )
    note = found["note"]
    note_id = note.pop("id")
    assert note == {
        "kind": "IMAGE",
        "title": "Morning light",
        "text": "Two coats\nare enough",
        "language": "EN",
        "state": "DRAFT",
        "audience": "EVERYONE",
        "publishedAt": None,
        "editedAt": None,
        "likeCount": 0,
        "viewerLikes": False,
        "author": {"handle": author.handle},
        "category": {"id": category},
        "topics": {"nodes": [{"name": topic, "noteCount": 0}]},
        "media": {"nodes": [{"id": shown}]},
        "products": {
            "edges": [
                {"position": 0, "sponsored": True, "node": {"id": second}},
                {"position": 1, "sponsored": True, "node": {"id": first}},
            ]
        },
        "revisions": {"nodes": []},
    }
    assert (await other.ask(SEEN, id=note_id)) == {"note": None, "node": None}
    edges = ["DRAFTED", "DRAFT_FEATURES", "DRAFT_FEATURES", "DRAFT_TAGGED", "IN_CATEGORY", "SHOWS"]
    assert await shape(database, note_id) == {"state": "draft", "out": False, "edges": edges}

    assert await lists(author, note_id, topic, first) == {"drafts"}
    assert (await author.ask(SEEN, id=note_id))["node"] == {"id": note_id}
    await author.done("publishNote", {"noteId": note_id})
    assert await lists(author, note_id, topic, first) == {"topic", "product", "brand", "category", "own", "latest"}
    counts = "query C($topic: String!, $me: ID!) { topic(name: $topic) { noteCount } user(id: $me) { noteCount } }"
    found = await author.ask(counts, topic=topic, me=author.id)
    assert found == {"topic": {"noteCount": 1}, "user": {"noteCount": 1}}
    edges = ["FEATURES", "FEATURES", "IN_CATEGORY", "POSTED", "SHOWS", "TAGGED"]
    assert await shape(database, note_id) == {"state": "published", "out": True, "edges": edges}
    (keys,) = await cypher(
        database,
        """MATCH (note:Note {id: $id})-[edge:TAGGED|FEATURES]->(that)
        RETURN collect(DISTINCT edge.to = that.id AND edge.at = note.publishedAt) AS fits""",
        id=note_id,
    )
    assert keys["fits"] == [True]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": " "}, "INVALID", "title"),
        ({"title": "x" * 101}, "INVALID", "title"),
        ({"text": "\u0007"}, "INVALID", "text"),
        ({"topics": [f"t{number}" for number in range(11)]}, "INVALID", "topics"),
        ({"topics": ["x" * 61]}, "INVALID", "topics"),
        ({"topics": ["#"]}, "INVALID", "topics"),
        ({"categoryId": "category_nowhere"}, "NOT_FOUND", "categoryId"),
        ({"categoryId": "product_1"}, "INVALID", "categoryId"),
        ({"productIds": ["product_nowhere"]}, "NOT_FOUND", "productIds"),
        ({"productIds": ["product_1", "product_1"]}, "INVALID", "productIds"),
        ({"mediaIds": ["media_nowhere"]}, "NOT_FOUND", "mediaIds"),
        ({"kind": "IMAGE", "publish": True}, "CONFLICT", "mediaIds"),
        ({"kind": "VIDEO", "publish": True}, "CONFLICT", "mediaIds"),
    ],
)
async def test_what_a_note_may_not_be(
    client: httpx.AsyncClient, database: Database, change: dict[str, Any], code: str, field: str
) -> None:
    author = await join(client)
    category, _ = await categories(author)
    given = {"kind": "TEXT", "title": "T", "text": "t", "categoryId": category, **change}
    refused = await author.act("createNote", given, "note { id }")
    assert (code_of(refused), refused["note"]) == ((code, ["input", field]), None)
    assert await cypher(database, "MATCH (n:Note {authorId: $id}) RETURN n.id AS id", id=author.id) == []


async def test_media_are_of_the_author_and_of_the_kind(client: httpx.AsyncClient, database: Database) -> None:
    author, other = await join(client), await join(client)
    theirs, still, moving = (
        await picture(database, other),
        await picture(database, author),
        await picture(database, author, "video"),
    )
    category, _ = await categories(author)
    given = {"kind": "VIDEO", "title": "T", "text": "t", "categoryId": category, "publish": True}
    assert code_of(await author.act("createNote", {**given, "mediaIds": [theirs]})) == (
        "NOT_FOUND",
        ["input", "mediaIds"],
    )
    no_video = await author.act("createNote", {**given, "mediaIds": [still]})
    assert code_of(no_video) == ("CONFLICT", ["input", "mediaIds"])
    note_id = await begin(author, kind="VIDEO", mediaIds=[still, moving], publish=True)
    bare = {"noteId": note_id, "mediaIds": [still]}
    assert code_of(await author.act("editNote", bare)) == ("CONFLICT", ["input", "mediaIds"])
    query = "query M($id: ID!) { note(id: $id) { media(first: 9) { nodes { id kind } } } }"
    found = (await other.ask(query, id=note_id))["note"]["media"]["nodes"]
    assert found == [{"id": still, "kind": "IMAGE"}, {"id": moving, "kind": "VIDEO"}]
    assert await revisions(author, note_id) == []


async def test_a_request_sent_twice_makes_one_note(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    category, _ = await categories(author)
    given = {"kind": "TEXT", "title": "T", "text": "t", "categoryId": category, "idempotencyKey": "once"}
    answers = await asyncio.gather(*(author.done("createNote", given, "note { id }") for _ in range(5)))
    assert len({one["note"]["id"] for one in answers}) == 1
    rows = await cypher(database, "MATCH (n:Note {authorId: $id}) RETURN count(*) AS notes", id=author.id)
    assert rows == [{"notes": 1}]
    other = await author.act("createNote", {**given, "title": "Other"})
    assert code_of(other) == ("CONFLICT", ["input", "idempotencyKey"])


async def test_publishing_again_changes_nothing(client: httpx.AsyncClient) -> None:
    author = await join(client)
    note_id = await begin(author)
    first = await author.done("publishNote", {"noteId": note_id}, "note { state publishedAt }")
    again = await author.done("publishNote", {"noteId": note_id}, "note { state publishedAt }")
    assert first["note"]["state"] == "PUBLISHED"
    assert again == first


async def test_a_private_account_writes_for_its_followers(client: httpx.AsyncClient, database: Database) -> None:
    author, stranger = await join(client), await join(client)
    await author.done("updateProfile", {"private": True})
    note_id = await begin(author)
    published = await author.done("publishNote", {"noteId": note_id}, "note { audience }")
    assert published["note"] == {"audience": "FOLLOWERS"}
    assert (await stranger.ask(SEEN, id=note_id))["note"] is None
    refused = await author.act("editNote", {"noteId": note_id, "audience": "EVERYONE"})
    assert code_of(refused) == ("CONFLICT", ["input", "audience"])
    rows = await cypher(database, "MATCH (n:Note {id: $id}) RETURN n.audience AS audience", id=note_id)
    assert rows == [{"audience": "followers"}]
    await author.done("updateProfile", {"private": False})
    opened = await author.done("editNote", {"noteId": note_id, "audience": "EVERYONE"}, WHOLE)
    assert (opened["note"]["audience"], opened["note"]["editedAt"]) == ("EVERYONE", None)
    assert opened["note"]["revisions"]["nodes"] == []
    assert (await stranger.ask(SEEN, id=note_id))["note"]["audience"] == "EVERYONE"


async def test_only_the_author_may(client: httpx.AsyncClient, database: Database) -> None:
    author, other = await join(client), await join(client)
    draft, out = await begin(author), await post(author)
    before = [await shape(database, note_id) for note_id in (draft, out)]
    for mutation, given in (("publishNote", {}), ("editNote", {"title": "Mine"}), ("deleteNote", {})):
        unseen = await other.act(mutation, {"noteId": draft, **given})
        assert code_of(unseen) == ("NOT_FOUND", ["input", "noteId"])
        seen = await other.act(mutation, {"noteId": out, **given})
        assert code_of(seen) == ("FORBIDDEN", ["input", "noteId"])
        nobody = await act(client, mutation, {"noteId": out, **given})
        assert code_of(nobody) == ("SIGN_IN_REQUIRED", [])
    assert [await shape(database, note_id) for note_id in (draft, out)] == before
    assert (await author.ask(SEEN, id=out))["note"]["title"] == "标题"


async def test_who_is_suspended_writes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    person, author = await join(client), await join(client)
    mine, theirs = await begin(person), await post(author)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=person.id)
    category, _ = await categories(author)
    whole = {"kind": "TEXT", "title": "T", "text": "t", "categoryId": category}
    for mutation, given in (
        ("createNote", whole),
        ("publishNote", {"noteId": mine}),
        ("editNote", {"noteId": mine, "title": "x"}),
        ("deleteNote", {"noteId": mine}),
        ("likeNote", {"noteId": theirs}),
        ("unlikeNote", {"noteId": theirs}),
    ):
        assert code_of(await person.act(mutation, given)) == ("FORBIDDEN", []), mutation
    rows = await cypher(
        database,
        "MATCH (n:Note {authorId: $id}) RETURN n.state AS state, COUNT { (:User {id: $id})-[:LIKES]->() } AS likes",
        id=person.id,
    )
    assert rows == [{"state": "draft", "likes": 0}]


async def test_mentions_are_drawn_and_told_while_the_note_is_out(client: httpx.AsyncClient, database: Database) -> None:
    author, named, later, foe = [await join(client) for _ in range(4)]
    await foe.done("blockUser", {"userId": author.id})
    text = f"和@{named.handle.upper()}、@{foe.handle}、@{author.handle}、@nobody_at_all 一起"
    note_id = await begin(author, text=text)

    async def mentioned() -> set[str]:
        rows = await cypher(database, "MATCH (:Note {id: $id})-[:MENTIONS]->(u:User) RETURN u.id AS id", id=note_id)
        return {row["id"] for row in rows}

    assert await mentioned() == set()
    await author.done("publishNote", {"noteId": note_id})
    assert await mentioned() == {named.id}
    assert await announced(database, note_id) == [("posted", author.id)]
    assert await told(named) == [("MENTIONED", author.handle)]
    await author.done("editNote", {"noteId": note_id, "title": "另一个标题"})
    assert await announced(database, note_id) == []
    await author.done("editNote", {"noteId": note_id, "text": f"和@{later.handle} 一起"})
    assert await mentioned() == {later.id}
    assert await announced(database, note_id) == [("posted", author.id)]
    assert await told(later) == [("MENTIONED", author.handle)]
    assert await told(named) == [("MENTIONED", author.handle)]
    await author.done("deleteNote", {"noteId": note_id})
    assert await mentioned() == set()
    assert await told(foe) == []

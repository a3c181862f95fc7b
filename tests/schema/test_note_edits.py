"""Notes are edited with their history kept, and deleted."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import uuid_utils

from graph.database import Database
from tests.schema.community import code_of, join
from tests.schema.noting import (
    SEEN,
    WHOLE,
    begin,
    categories,
    fresh_topic,
    picture,
    post,
    products,
    revisions,
    shape,
)
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def test_edits_of_what_is_out_keep_what_was_said(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    one, two, three = await products(database)
    old, new = sorted((fresh_topic(), fresh_topic()))
    _, second = await categories(author)
    shown = await picture(database, author)
    note_id = await post(author, title="One", text="第一版的正文", topics=[old], productIds=[one, two], sponsored=True,
                         mediaIds=[shown])  # fmt: skip
    given = {"noteId": note_id, "title": "Two", "text": "a second text in English", "categoryId": second,
             "topics": [old, new], "productIds": [three, two], "mediaIds": []}  # fmt: skip
    note = (await author.done("editNote", given, WHOLE))["note"]
    assert note["editedAt"] is not None
    assert note["language"] == "EN"
    assert note["category"] == {"id": second}
    assert note["topics"]["nodes"] == [{"name": old, "noteCount": 1}, {"name": new, "noteCount": 1}]
    # What was disclosed stays disclosed unless the author says otherwise.
    assert note["products"]["edges"] == [
        {"position": 0, "sponsored": True, "node": {"id": three}},
        {"position": 1, "sponsored": True, "node": {"id": two}},
    ]
    assert note["media"]["nodes"] == []
    kept = {"number": 1, "title": "One", "text": "第一版的正文", "topics": [old], "productIds": [one, two],
            "mediaIds": [shown]}  # fmt: skip
    assert note["revisions"]["nodes"] == [kept]
    edges = ["FEATURES", "FEATURES", "HAS_REVISION", "IN_CATEGORY", "POSTED", "TAGGED", "TAGGED"]
    assert await shape(database, note_id) == {"state": "published", "out": True, "edges": edges}

    same = (await author.done("editNote", given, WHOLE))["note"]
    assert same == note
    plain = (await author.done("editNote", {"noteId": note_id, "sponsored": False, "topics": []}, WHOLE))["note"]
    assert [edge["sponsored"] for edge in plain["products"]["edges"]] == [False, False]
    assert [one["number"] for one in plain["revisions"]["nodes"]] == [2, 1]
    assert plain["revisions"]["nodes"][0]["topics"] == [old, new]
    query = "query R($id: ID!) { note(id: $id) { title revisions(first: 9) { totalCount nodes { id } } } }"
    hidden: dict[str, Any] = {"totalCount": None, "nodes": []}
    assert (await reader.ask(query, id=note_id))["note"] == {"title": "Two", "revisions": hidden}
    anonymous = await client.post("/graphql", json={"query": query, "variables": {"id": note_id}})
    assert anonymous.json()["data"]["note"]["revisions"] == hidden
    own = (await author.ask(query, id=note_id))["note"]["revisions"]["nodes"]
    node = "query N($id: ID!) { node(id: $id) { id } }"
    assert (await author.ask(node, id=own[0]["id"]))["node"] == own[0]
    assert (await reader.ask(node, id=own[0]["id"]))["node"] is None


async def test_a_draft_changes_in_place(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    note_id = await begin(author)
    note = (await author.done("editNote", {"noteId": note_id, "title": "New", "text": "words"}, WHOLE))["note"]
    assert (note["title"], note["language"], note["editedAt"]) == ("New", "EN", None)
    assert note["revisions"]["nodes"] == []
    refused = await author.act("editNote", {"noteId": note_id, "title": None})
    assert code_of(refused) == ("INVALID", ["input", "title"])
    chosen = (await author.done("editNote", {"noteId": note_id, "text": "more", "language": "ZH"}, WHOLE))["note"]
    assert (chosen["text"], chosen["language"]) == ("more", "ZH")


async def test_products_that_left_the_shelf_stay_in_notes(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    product_id = f"product_{uuid_utils.uuid7().hex}"
    await cypher(
        database,
        """MATCH (old:Product {state: 'listed'}) WITH old LIMIT 1
        CREATE (new:Product) SET new = old {.*, id: $id}
        WITH old, new MATCH (old)<-[:MAKES]-(brand:Brand) CREATE (brand)-[:MAKES]->(new)
        WITH old, new MATCH (old)-[:IN_CATEGORY]->(category:Category) CREATE (new)-[:IN_CATEGORY]->(category)""",
        id=product_id,
    )
    note_id = await post(author, productIds=[product_id])
    await cypher(database, "MATCH (p:Product {id: $id}) SET p.state = 'unlisted'", id=product_id)
    (other, *_) = await products(database, 1)
    await author.done("editNote", {"noteId": note_id, "productIds": [other, product_id]})
    rows = await cypher(
        database,
        "MATCH (:Note {id: $id})-[f:FEATURES]->(p) RETURN p.id AS id ORDER BY f.position",
        id=note_id,
    )
    assert [row["id"] for row in rows] == [other, product_id]
    category, _ = await categories(author)
    fresh = {"kind": "TEXT", "title": "T", "text": "t", "categoryId": category, "productIds": [product_id]}
    assert code_of(await author.act("createNote", fresh)) == ("NOT_FOUND", ["input", "productIds"])
    await cypher(database, "MATCH (p:Product {id: $id}) DETACH DELETE p", id=product_id)


async def test_deleting_is_for_good(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    topic, (product, *_) = fresh_topic(), await products(database, 1)
    note_id = await post(author, topics=[topic], productIds=[product], text=f"谢谢 @{reader.handle}")
    await author.done("editNote", {"noteId": note_id, "title": "Other"})
    await reader.done("likeNote", {"noteId": note_id})
    deleted = await author.done("deleteNote", {"noteId": note_id}, "deletedNoteId")
    assert deleted["deletedNoteId"] == note_id
    for person in (author, reader):
        assert await person.ask(SEEN, id=note_id) == {"note": None, "node": None}
    edges = ["DRAFTED", "DRAFT_FEATURES", "DRAFT_TAGGED", "HAS_REVISION", "IN_CATEGORY", "LIKES"]
    gone = {"state": "removed", "out": True, "edges": edges}
    assert await shape(database, note_id) == gone
    counts = "query C($topic: String!, $me: ID!) { topic(name: $topic) { noteCount } user(id: $me) { noteCount } }"
    found = await reader.ask(counts, topic=topic, me=author.id)
    assert found == {"topic": None, "user": {"noteCount": 0}}
    assert (await author.done("deleteNote", {"noteId": note_id}, "deletedNoteId"))["deletedNoteId"] == note_id
    for mutation, given in (("publishNote", {}), ("editNote", {"title": "Again"})):
        refused = await author.act(mutation, {"noteId": note_id, **given})
        assert code_of(refused) == ("CONFLICT", ["input", "noteId"])
    assert code_of(await reader.act("likeNote", {"noteId": note_id})) == ("NOT_FOUND", ["input", "noteId"])
    assert await shape(database, note_id) == gone


async def test_what_moderation_hid_stays_hidden(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id = await post(author)
    await cypher(
        database,
        """MATCH (n:Note {id: $id})<-[old:POSTED]-(u) SET n.state = 'hidden'
        CREATE (n)<-[:DRAFTED {at: n.createdAt}]-(u) DELETE old""",
        id=note_id,
    )
    refused = await author.act("publishNote", {"noteId": note_id})
    assert code_of(refused) == ("CONFLICT", ["input", "noteId"])
    assert code_of(await author.act("likeNote", {"noteId": note_id})) == ("CONFLICT", ["input", "noteId"])
    edited = await author.done("editNote", {"noteId": note_id, "title": "Milder", "topics": [fresh_topic()]}, WHOLE)
    assert (edited["note"]["state"], edited["note"]["title"]) == ("HIDDEN", "Milder")
    assert await revisions(author, note_id) == [(1, "标题")]
    assert (await reader.ask(SEEN, id=note_id))["note"] is None
    edges = ["DRAFTED", "DRAFT_TAGGED", "HAS_REVISION", "IN_CATEGORY"]
    assert await shape(database, note_id) == {"state": "hidden", "out": True, "edges": edges}


async def test_two_edits_at_once_give_two_revisions(client: httpx.AsyncClient) -> None:
    author = await join(client)
    note_id = await post(author, title="Zero")
    await asyncio.gather(*(author.done("editNote", {"noteId": note_id, "title": title}) for title in ("One", "Two")))
    (second, middle), (first, oldest) = await revisions(author, note_id)
    assert (second, first, oldest) == (2, 1, "Zero")
    now = (await author.ask(SEEN, id=note_id))["note"]["title"]
    assert {middle, now} == {"One", "Two"}


async def test_publishing_and_deleting_at_once_ends_deleted(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    for _ in range(8):
        note_id = await begin(author, topics=[fresh_topic()])
        published, deleted = await asyncio.gather(
            author.act("publishNote", {"noteId": note_id}), author.act("deleteNote", {"noteId": note_id})
        )
        assert deleted["errors"] == []
        out = published["errors"] == []
        assert out or code_of(published) == ("CONFLICT", ["input", "noteId"])
        edges = ["DRAFTED", "DRAFT_TAGGED", "IN_CATEGORY"]
        assert await shape(database, note_id) == {"state": "removed", "out": out, "edges": edges}


async def test_pictures_of_a_deleted_note_can_be_deleted(client: httpx.AsyncClient, database: Database) -> None:
    author = await join(client)
    shown = await picture(database, author)
    note_id = await post(author, kind="IMAGE", mediaIds=[shown])
    refused = await author.act("deleteMedia", {"mediaId": shown})
    assert code_of(refused) == ("CONFLICT", ["input", "mediaId"])
    await author.done("deleteNote", {"noteId": note_id})
    gone = await author.done("deleteMedia", {"mediaId": shown}, "deletedMediaId")
    assert gone["deletedMediaId"] == shown


async def test_a_topic_that_only_drafts_name_is_its_author_s(client: httpx.AsyncClient) -> None:
    author, reader = await join(client), await join(client)
    topic = fresh_topic()
    note_id = await begin(author, topics=[topic])
    query = "query T($topic: String!) { topic(name: $topic) { name noteCount } }"
    assert await reader.ask(query, topic=topic) == {"topic": None}
    assert await author.ask(query, topic=topic) == {"topic": {"name": topic, "noteCount": 0}}
    await author.done("publishNote", {"noteId": note_id})
    assert await reader.ask(query, topic=topic) == {"topic": {"name": topic, "noteCount": 1}}

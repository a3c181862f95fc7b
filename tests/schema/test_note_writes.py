"""Notes are drafted, published, edited with their history kept, and deleted; and liked."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import uuid_utils

from graph.database import Database
from tests.schema.community import Person, act, code_of, join
from tests.schema.noting import begin, categories, fresh_topic, picture, post, products, told
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
WHOLE = """note { kind title text language state audience publishedAt editedAt likeCount viewerLikes
  author { handle } category { id }
  topics(first: 10) { nodes { name noteCount } } media(first: 9) { nodes { id } }
  products(first: 9) { edges { position sponsored node { id } } }
  revisions(first: 9) { nodes { number title text topics productIds mediaIds } } }"""
SEEN = "query N($id: ID!) { note(id: $id) { id state audience title } node(id: $id) { id } }"


async def shape(database: Database, note_id: str) -> dict[str, Any]:
    """What the graph says of a note: its state, and how many relationships of each kind it has."""
    (row,) = await cypher(
        database,
        """MATCH (note:Note {id: $id})
        RETURN note.state AS state, note.publishedAt IS NOT NULL AS out,
          COLLECT {
            MATCH (note)-[edge]-(that) WHERE NOT that:Notification RETURN type(edge) ORDER BY type(edge)
          } AS edges""",
        id=note_id,
    )
    return row


_LISTS = {
    "drafts": "query L { viewer { drafts(first: 5) { nodes { id } } } }",
    "own": "query L($me: ID!) { user(id: $me) { notes(first: 5) { nodes { id } } } }",
    "feed": "query L($me: ID!) { user(id: $me) { feed(first: 5) { nodes { id } } } }",
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


async def revisions(person: Person, note_id: str) -> list[tuple[int, str]]:
    query = "query R($id: ID!) { note(id: $id) { revisions(first: 50) { nodes { number title } } } }"
    found = (await person.ask(query, id=note_id))["note"]["revisions"]["nodes"]
    return [(one["number"], one["title"]) for one in found]


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
    assert found == {"topic": {"noteCount": 0}, "user": {"noteCount": 0}}
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
    assert await told(named, 1) == [("MENTIONED", author.handle)]
    await author.done("editNote", {"noteId": note_id, "text": f"和@{later.handle} 一起"})
    assert await mentioned() == {later.id}
    assert await told(later, 1) == [("MENTIONED", author.handle)]
    assert await told(named, 1) == [("MENTIONED", author.handle)]
    await author.done("deleteNote", {"noteId": note_id})
    assert await mentioned() == set()
    assert await told(foe, 0) == []


async def test_a_note_is_liked_once(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id = await post(author)
    answers = await asyncio.gather(
        *(reader.done("likeNote", {"noteId": note_id}, "note { likeCount viewerLikes }") for _ in range(40))
    )
    assert {(one["note"]["likeCount"], one["note"]["viewerLikes"]) for one in answers} == {(1, True)}
    rows = await cypher(
        database,
        "MATCH (:User {id: $user})-[l:LIKES]->(n:Note {id: $id}) RETURN count(*) AS likes, collect(l.to) AS to",
        user=reader.id,
        id=note_id,
    )
    assert rows == [{"likes": 1, "to": [note_id]}]
    assert await told(author, 1) == [("NOTE_LIKED", reader.handle)]
    undone = await reader.done("unlikeNote", {"noteId": note_id}, "note { likeCount viewerLikes }")
    assert undone["note"] == {"likeCount": 0, "viewerLikes": False}
    again = await reader.done("unlikeNote", {"noteId": note_id}, "note { likeCount }")
    assert again["note"] == {"likeCount": 0}


async def test_many_people_like_a_note_at_once(client: httpx.AsyncClient) -> None:
    author = await join(client)
    readers = await asyncio.gather(*(join(client) for _ in range(16)))
    note_id = await post(author)
    await asyncio.gather(*(one.done("likeNote", {"noteId": note_id}) for one in readers for _ in range(2)))
    query = "query L($id: ID!) { note(id: $id) { likeCount viewerLikes } }"
    assert (await author.ask(query, id=note_id))["note"] == {"likeCount": 16, "viewerLikes": False}


async def test_only_what_one_may_see_can_be_liked(client: httpx.AsyncClient, database: Database) -> None:
    author, follower, stranger, foe = [await join(client) for _ in range(4)]
    await follower.done("followUser", {"userId": author.id})
    draft, closed, out = await begin(author), await post(author, audience="FOLLOWERS"), await post(author)
    await author.done("blockUser", {"userId": foe.id})
    await follower.done("likeNote", {"noteId": closed})
    for person, note_id in ((stranger, closed), (stranger, draft), (foe, out), (follower, "note_nowhere")):
        for mutation in ("likeNote", "unlikeNote"):
            refused = await person.act(mutation, {"noteId": note_id}, "note { id }")
            assert (code_of(refused), refused["note"]) == (("NOT_FOUND", ["input", "noteId"]), None)
    assert code_of(await author.act("likeNote", {"noteId": draft})) == ("CONFLICT", ["input", "noteId"])
    rows = await cypher(
        database,
        "MATCH (n:Note) WHERE n.id IN $ids RETURN sum(COUNT { (n)<-[:LIKES]-() }) AS likes",
        ids=[draft, closed, out],
    )
    assert rows == [{"likes": 1}]
    # Who may not see a note any more can still take back that they like it.
    await author.done("blockUser", {"userId": follower.id})
    assert (await follower.done("unlikeNote", {"noteId": closed}, "note { id }"))["note"] is None
    rows = await cypher(database, "MATCH (:Note {id: $id})<-[l:LIKES]-() RETURN count(l) AS likes", id=closed)
    assert rows == [{"likes": 0}]


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

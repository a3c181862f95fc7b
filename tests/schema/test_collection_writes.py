"""People keep notes, in named collections or in none."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph import note_collections
from graph.database import Database
from graph.ids import new_id
from tests.schema.community import Person, act, code_of, join
from tests.schema.noting import announced, begin, post, told
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_WHOLE = "collection { id name private noteCount owner { handle } notes(first: 9) { nodes { id } } }"
_NOTE = "note { collectCount viewerCollected }"


async def board(person: Person, name: str, **given: Any) -> str:
    """The id of a new collection."""
    found = await person.done("createCollection", {"name": name, **given}, "collection { id }")
    return str(found["collection"]["id"])


async def kept(database: Database, person: Person) -> dict[str, list[str]]:
    """What the graph says that a person keeps: ids of notes, by name of collection; `` for all."""
    rows = await cypher(
        database,
        """MATCH (user:User {id: $id})
        CALL (user) {
          RETURN '' AS name, COLLECT { MATCH (user)-[:COLLECTED]->(note) RETURN note.id ORDER BY note.id } AS notes
          UNION ALL
          MATCH (user)-[:OWNS]->(c:Collection)
          RETURN c.name AS name, COLLECT { MATCH (c)-[:CONTAINS]->(note) RETURN note.id ORDER BY note.id } AS notes
        }
        RETURN name, notes""",
        id=person.id,
    )
    return {row["name"]: row["notes"] for row in rows}


async def test_notes_are_kept_in_collections(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id = await post(author)
    made = await reader.done("createCollection", {"name": " 春日 ", "private": True}, _WHOLE)
    collection_id = made["collection"].pop("id")
    assert made["collection"] == {
        "name": "春日",
        "private": True,
        "noteCount": 0,
        "owner": {"handle": reader.handle},
        "notes": {"nodes": []},
    }
    both = {"noteId": note_id, "collectionId": collection_id}
    found = await reader.done(
        "collectNote", both, f"{_NOTE} collection {{ noteCount notes(first: 9) {{ nodes {{ id }} }} }}"
    )
    assert found["note"] == {"collectCount": 1, "viewerCollected": True}
    assert found["collection"] == {"noteCount": 1, "notes": {"nodes": [{"id": note_id}]}}
    assert await announced(database, note_id) == [("posted", author.id), ("collected", reader.id)]
    assert await told(author) == [("NOTE_COLLECTED", reader.handle)]
    mine = "{ viewer { collectedNotes(first: 5) { totalCount nodes { id } } } }"
    assert (await reader.ask(mine))["viewer"]["collectedNotes"] == {"totalCount": 1, "nodes": [{"id": note_id}]}
    seen = "query C($id: ID!) { node(id: $id) { id } }"
    assert (await author.ask(seen, id=collection_id))["node"] is None

    out = await reader.done("removeFromCollection", both, f"{_NOTE} collection {{ noteCount }}")
    assert out["note"] == {"collectCount": 1, "viewerCollected": True}
    assert out["collection"] == {"noteCount": 0}
    again = await reader.act("removeFromCollection", both)
    assert code_of(again) == ("NOT_FOUND", ["input", "noteId"])

    await reader.done("collectNote", both)
    other = await board(reader, "别处")
    await reader.done("collectNote", {"noteId": note_id, "collectionId": other})
    assert await kept(database, reader) == {"": [note_id], "春日": [note_id], "别处": [note_id]}
    for _ in range(2):
        undone = await reader.done("uncollectNote", {"noteId": note_id}, _NOTE)
        assert undone["note"] == {"collectCount": 0, "viewerCollected": False}
    assert await kept(database, reader) == {"": [], "春日": [], "别处": []}


async def test_a_note_is_kept_once(client: httpx.AsyncClient, database: Database) -> None:
    author, reader = await join(client), await join(client)
    note_id, collection_id = await post(author), await board(reader, "一")
    both = {"noteId": note_id, "collectionId": collection_id}
    await asyncio.gather(*(reader.done("collectNote", both) for _ in range(16)))
    assert await announced(database, note_id) == [("posted", author.id), ("collected", reader.id)]
    assert await kept(database, reader) == {"": [note_id], "一": [note_id]}
    alone = await reader.done("collectNote", {"noteId": note_id}, f"{_NOTE} collection {{ id }}")
    assert alone["collection"] is None
    assert alone["note"] == {"collectCount": 1, "viewerCollected": True}


async def test_names_are_unique_per_owner_in_any_case(client: httpx.AsyncClient, database: Database) -> None:
    owner, other = await join(client), await join(client)
    first = await board(owner, "Straße")
    await board(other, "straße")
    refused = await owner.act("createCollection", {"name": "STRASSE"}, "collection { id }")
    assert (code_of(refused), refused["collection"]) == (("CONFLICT", ["input", "name"]), None)
    second = await board(owner, "B")
    for name in ("strasse", "STRASSE"):
        renamed = await owner.act("updateCollection", {"collectionId": second, "name": name})
        assert code_of(renamed) == ("CONFLICT", ["input", "name"])
    # Its own name in another case is no conflict.
    changed = await owner.done("updateCollection", {"collectionId": first, "name": "STRASSE"}, _WHOLE)
    assert (changed["collection"]["name"], changed["collection"]["private"]) == ("STRASSE", False)
    closed = await owner.done("updateCollection", {"collectionId": first, "private": True}, _WHOLE)
    assert (closed["collection"]["name"], closed["collection"]["private"]) == ("STRASSE", True)
    empty = await owner.act("updateCollection", {"collectionId": first, "name": None})
    assert code_of(empty) == ("INVALID", ["input", "name"])
    answers = await asyncio.gather(*(owner.act("createCollection", {"name": "同"}) for _ in range(8)))
    assert sorted(len(one["errors"]) for one in answers) == [0] + [1] * 7
    assert sorted(await kept(database, owner)) == ["", "B", "STRASSE", "同"]


async def test_a_request_sent_twice_makes_one_collection(client: httpx.AsyncClient) -> None:
    owner = await join(client)
    given = {"name": "A", "idempotencyKey": "k"}
    first = await owner.done("createCollection", given, "collection { id }")
    assert await owner.done("createCollection", given, "collection { id }") == first


async def test_a_deleted_collection_leaves_its_notes_kept(client: httpx.AsyncClient, database: Database) -> None:
    owner = await join(client)
    note_id, collection_id = await post(owner), await board(owner, "A")
    await owner.done("collectNote", {"noteId": note_id, "collectionId": collection_id})
    gone = await owner.done("deleteCollection", {"collectionId": collection_id}, "deletedCollectionId")
    assert gone["deletedCollectionId"] == collection_id
    assert await kept(database, owner) == {"": [note_id]}
    again = await owner.act("deleteCollection", {"collectionId": collection_id})
    assert code_of(again) == ("NOT_FOUND", ["input", "collectionId"])


async def test_collections_are_their_owners(client: httpx.AsyncClient, database: Database) -> None:
    owner, other = await join(client), await join(client)
    note_id = await post(owner)
    shown, secret = await board(owner, "A"), await board(owner, "B", private=True)
    await owner.done("collectNote", {"noteId": note_id, "collectionId": shown})
    acts: list[tuple[str, dict[str, Any]]] = [
        ("updateCollection", {"name": "Mine"}),
        ("deleteCollection", {}),
        ("collectNote", {"noteId": note_id}),
        ("removeFromCollection", {"noteId": note_id}),
    ]
    for mutation, given in acts:
        for collection_id, code in ((shown, "FORBIDDEN"), (secret, "NOT_FOUND"), ("collection_none", "NOT_FOUND")):
            refused = await other.act(mutation, {**given, "collectionId": collection_id})
            assert code_of(refused) == (code, ["input", "collectionId"]), mutation
        nobody = await act(client, mutation, {**given, "collectionId": shown})
        assert code_of(nobody) == ("SIGN_IN_REQUIRED", [])
    assert await kept(database, owner) == {"": [note_id], "A": [note_id], "B": []}
    assert await kept(database, other) == {"": []}


async def test_only_what_is_out_and_seen_is_kept(client: httpx.AsyncClient, database: Database) -> None:
    author, stranger = await join(client), await join(client)
    draft, closed = await begin(author), await post(author, audience="FOLLOWERS")
    own = await author.act("collectNote", {"noteId": draft})
    assert code_of(own) == ("CONFLICT", ["input", "noteId"])
    for mutation in ("collectNote", "uncollectNote"):
        refused = await stranger.act(mutation, {"noteId": closed})
        assert code_of(refused) == ("NOT_FOUND", ["input", "noteId"])
    assert await kept(database, author) == {"": []}
    assert await kept(database, stranger) == {"": []}


async def test_there_is_an_end_to_collections(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await join(client)
    await cypher(
        database,
        """MATCH (u:User {id: $id}) UNWIND $ids AS one
        CREATE (u)-[:OWNS {at: datetime()}]->(:Collection {id: one, name: one, private: true,
          createdAt: datetime()})""",
        id=owner.id,
        ids=[new_id("Collection") for _ in range(199)],
    )
    last = await board(owner, "last")
    refused = await owner.act("createCollection", {"name": "one more"})
    assert code_of(refused) == ("LIMIT_EXCEEDED", [])
    assert len(await kept(database, owner)) == 201

    monkeypatch.setattr(note_collections, "MAX_NOTES", 1)
    first, second = await post(owner), await post(owner)
    await owner.done("collectNote", {"noteId": first, "collectionId": last})
    full = await owner.act("collectNote", {"noteId": second, "collectionId": last})
    assert code_of(full) == ("LIMIT_EXCEEDED", ["input", "collectionId"])
    await owner.done("collectNote", {"noteId": first, "collectionId": last})
    now = await kept(database, owner)
    assert (now[""], now["last"]) == ([first], [first])


async def test_who_is_suspended_keeps_nothing(client: httpx.AsyncClient, database: Database) -> None:
    author, person = await join(client), await join(client)
    note_id, collection_id = await post(author), await board(person, "A")
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=person.id)
    both = {"noteId": note_id, "collectionId": collection_id}
    acts: list[tuple[str, dict[str, Any]]] = [
        ("createCollection", {"name": "B"}),
        ("updateCollection", {"collectionId": collection_id, "name": "C"}),
        ("deleteCollection", {"collectionId": collection_id}),
        ("collectNote", both),
        ("uncollectNote", {"noteId": note_id}),
        ("removeFromCollection", both),
    ]
    for mutation, given in acts:
        assert code_of(await person.act(mutation, given)) == ("FORBIDDEN", []), mutation
    assert await kept(database, person) == {"": [], "A": []}


async def test_a_deleted_note_leaves_those_who_kept_it(client: httpx.AsyncClient, database: Database) -> None:
    author, keeper = await join(client), await join(client)
    gone, kept = await post(author), await post(author)
    made = await keeper.done("createCollection", {"name": "要看"}, "collection { id }")
    board = made["collection"]["id"]
    for note_id in (gone, kept):
        await keeper.done("collectNote", {"noteId": note_id, "collectionId": board})
    await author.done("deleteNote", {"noteId": gone})
    assert await note_collections.forget_removed(database, note_id=gone) == 2
    assert await note_collections.forget_removed(database, note_id=kept) == 0
    query = """{ viewer { user { collectedCount collections(first: 1) { nodes { noteCount } } }
        collectedNotes(first: 5) { totalCount nodes { id } } } }"""
    viewer = (await keeper.ask(query))["viewer"]
    assert viewer == {
        "user": {"collectedCount": 1, "collections": {"nodes": [{"noteCount": 1}]}},
        "collectedNotes": {"totalCount": 1, "nodes": [{"id": kept}]},
    }

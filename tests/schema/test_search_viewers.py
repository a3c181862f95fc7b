"""Search through the API: what each viewer may find, whose results come first, and pages that stay as they were."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import begin, post
from tests.schema.searching import NOTES, PRODUCTS, chinese, indexed, latin, note_ids
from tests.schema.shop import open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def visit(client: httpx.AsyncClient, document: str, **variables: Any) -> Any:
    """The data of an answer to somebody who is not signed in."""
    answer = (await client.post("/graphql", json={"query": document, "variables": variables})).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def test_nobody_finds_what_they_may_not_see(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    author, reader, friend = await people(client, database, settings, 3)
    word = chinese()
    shown = await post(author, title=word)
    followers = await post(author, title=word, audience="FOLLOWERS")
    await begin(author, title=word)
    hidden = await post(author, title=word)
    await friend.done("followUser", {"userId": author.id})
    await cypher(database, "MATCH (n:Note {id: $id}) SET n.state = 'hidden' RETURN n.id", id=hidden)
    await indexed(database)

    async def found(who: Person) -> set[str]:
        return set(note_ids(await who.ask(NOTES, query=word, first=20)))

    assert set(note_ids(await visit(client, NOTES, query=word, first=20))) == {shown}
    assert await found(reader) == {shown}
    assert await found(friend) == {shown, followers}
    assert await found(author) == {shown, followers}
    await author.done("blockUser", {"userId": reader.id})
    assert await found(reader) == set()
    await author.done("deleteNote", {"noteId": shown})
    assert await found(friend) == {followers}


async def test_facets_count_only_what_may_be_seen(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    author, reader = await people(client, database, settings, 2)
    word = chinese()
    await post(author, title=word)
    await post(author, title=word, audience="FOLLOWERS")
    await indexed(database)
    facets = (await reader.ask(NOTES, query=word, first=1))["found"]["facets"]
    assert facets["kinds"] == [{"value": "text", "count": 1}]


async def test_a_blocked_person_is_not_found(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    one, other = await people(client, database, settings, 2)
    query = "query P($query: String!) { searchPeople(query: $query, first: 3) { nodes { id } } }"
    await indexed(database)
    assert (await one.ask(query, query=other.handle))["searchPeople"]["nodes"] == [{"id": other.id}]
    await other.done("blockUser", {"userId": one.id})
    assert (await one.ask(query, query=other.handle))["searchPeople"]["nodes"] == []


async def test_products_not_on_sale_are_not_found(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    word = chinese()
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "name": word})
    await indexed(database)
    assert (await visit(client, PRODUCTS, query=word))["found"]["nodes"] == [{"id": shop.product_id}]
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "state": "UNLISTED"})
    assert (await visit(client, PRODUCTS, query=word))["found"]["nodes"] == []


async def test_people_near_the_viewer_come_first(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    viewer, followed, near, far, muted = await people(client, database, settings, 5)
    word = chinese()
    ids = {one.id: await post(one, title=word, text="同样的正文") for one in (muted, far, near, followed)}
    await viewer.done("followUser", {"userId": followed.id})
    await followed.done("followUser", {"userId": near.id})
    await viewer.done("muteUser", {"userId": muted.id})
    await indexed(database)
    expected = [ids[one.id] for one in (followed, near, far, muted)]
    assert note_ids(await viewer.ask(NOTES, query=word, first=20)) == expected
    query = "query P($query: String!) { searchPeople(query: $query, first: 9) { nodes { id } } }"
    name = latin()
    for one in (muted, far, near, followed):
        await one.done("updateProfile", {"displayName": f"{name} 同名"})
    await indexed(database)
    found = (await viewer.ask(query, query=name))["searchPeople"]["nodes"]
    assert [one["id"] for one in found] == [one.id for one in (followed, near, far, muted)]
    # Somebody else's ties are nobody's business.
    stranger = note_ids(await visit(client, NOTES, query=word, first=20))
    assert sorted(stranger) == sorted(expected)


async def test_what_the_viewer_wants_no_more_of_is_left_out(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    viewer, author = await people(client, database, settings, 2)
    word = chinese()
    unwanted, wanted = await post(author, title=word), await post(author, title=word)
    await cypher(
        database,
        "MATCH (u:User {id: $user}), (n:Note {id: $note}) CREATE (u)-[:NOT_INTERESTED {at: datetime()}]->(n)",
        user=viewer.id,
        note=unwanted,
    )
    await indexed(database)
    assert note_ids(await viewer.ask(NOTES, query=word, first=9)) == [wanted]
    assert set(note_ids(await visit(client, NOTES, query=word, first=9))) == {wanted, unwanted}


async def test_pages_stay_as_they_were_while_notes_come_and_go(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (author,) = await people(client, database, settings, 1)
    word = chinese()
    notes = [await post(author, title=word, text="字" * number) for number in range(1, 8)]
    await indexed(database)
    whole = note_ids(await visit(client, NOTES, query=word, first=50))
    assert sorted(whole) == sorted(notes)
    first = await visit(client, NOTES, query=word, first=3)
    assert note_ids(first) == whole[:3]
    await post(author, title=word, text=word)
    await author.done("deleteNote", {"noteId": whole[4]})
    await indexed(database)
    left = [one for one in whole if one != whole[4]]
    page, seen = first["found"]["pageInfo"], note_ids(first)
    while page["hasNextPage"]:
        following = await visit(client, NOTES, query=word, first=2, after=page["endCursor"])
        page, seen = following["found"]["pageInfo"], seen + note_ids(following)
    assert seen == left


async def test_another_process_goes_on_with_the_list(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (author,) = await people(client, database, settings, 1)
    word = chinese()
    for number in range(1, 6):
        await post(author, title=word, text="字" * number)
    await indexed(database)
    first = await visit(client, NOTES, query=word, first=2)
    whole = note_ids(await visit(client, NOTES, query=word, first=9))
    from app import create_app

    other = create_app(settings)
    async with other.router.lifespan_context(other):
        await post(author, title=word, text=word)
        await indexed(database)
        transport = httpx.ASGITransport(app=other)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as elsewhere:
            rest = await visit(elsewhere, NOTES, query=word, first=9, after=first["found"]["pageInfo"]["endCursor"])
    assert note_ids(first) + note_ids(rest) == whole


async def test_pages_from_the_end(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    (author,) = await people(client, database, settings, 1)
    word = chinese()
    for number in range(1, 5):
        await post(author, title=word, text="字" * number)
    await indexed(database)
    query = """query L($query: String!, $last: Int, $before: String) {
      found: searchNotes(query: $query, last: $last, before: $before) {
        edges { node { id } } pageInfo { hasPreviousPage startCursor } } }"""
    whole = note_ids(await visit(client, NOTES, query=word, first=9))
    end = await visit(client, query, query=word, last=3)
    assert note_ids(end) == whole[1:]
    before = await visit(client, query, query=word, last=3, before=end["found"]["pageInfo"]["startCursor"])
    assert note_ids(before) == whole[:1]
    assert before["found"]["pageInfo"]["hasPreviousPage"] is False

"""Search through the API: what is found by which words, and who finds what."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from graph.database import Database
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import categories, fresh_topic, post
from tests.schema.searching import NOTES, PRODUCTS, chinese, indexed, latin, note_ids
from tests.schema.shop import fresh, open_shop, people, variant
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


async def ask(client: httpx.AsyncClient, document: str, **variables: Any) -> Any:
    """The whole answer to somebody who is not signed in."""
    return (await client.post("/graphql", json={"query": document, "variables": variables})).json()


async def found(who: Person | httpx.AsyncClient, query: str, first: int = 50, **variables: Any) -> list[str]:
    """The ids of the notes that somebody finds."""
    variables = {"query": query, "first": first, **variables}
    if isinstance(who, Person):
        return note_ids(await who.ask(NOTES, **variables))
    answer = await ask(who, NOTES, **variables)
    assert "errors" not in answer, answer
    return note_ids(answer["data"])


@pytest.fixture
async def author(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    """Somebody who posts."""
    (one,) = await people(client, database, settings, 1)
    return one


_FOUND = [
    ("{han}", "正文", "{han}"),
    ("标题", "前面的话{han}。后面的话", "{han}"),
    ("标题", "前面的话{han}。", "{han3} 前面的话"),
    ("标题", "about {latin} and more", "{LATIN}"),
    ("标题", "about {latin} and more", "{latin4}"),
    ("雅诗{latin}DW粉底", "正文", "雅诗{latin}dw粉底"),
    ("{han}SK-II试用", "正文", "{han} SK-II"),
    ("{han}SK-II试用", "正文", "{han} skii sk ii"),
    ("{han} WH-1000XM5", "正文", "{han} ｗｈ－１０００ｘｍ５"),
    ("{han}发型", "正文", "{han}髮型"),
    ("{han}髮型", "正文", "{han}发型"),
    ("{latin} sunscreen", "text", "{latin} 防晒霜"),
    ("{han}防晒霜", "正文", "{han} sunblock"),
]


async def test_what_is_found(client: httpx.AsyncClient, database: Database, author: Person) -> None:
    expected = []
    for title, text, query in _FOUND:
        han, word = chinese(), latin()
        names = {"han": han, "han3": han[:3], "latin": word, "LATIN": word.upper(), "latin4": word[:10]}
        note_id = await post(author, title=title.format(**names), text=text.format(**names))
        expected.append((query.format(**names), note_id))
    await indexed(database)
    for query, note_id in expected:
        assert (await found(client, query))[:1] == [note_id], query


async def test_one_character_is_found_wherever_it_stands(
    client: httpx.AsyncClient, database: Database, author: Person
) -> None:
    char = await _unused_character(database)
    texts = (char, f"前{char}后", f"前后{char}", f"前后{char}。下一句", f"latin{char}word")
    notes = {await post(author, title="标题", text=text) for text in texts}
    await indexed(database)
    assert set(await found(client, char)) == notes


async def _unused_character(database: Database) -> str:
    for _ in range(100):
        char = chinese(1)
        rows = await cypher(
            database,
            "CALL db.index.fulltext.queryNodes('note_text_characters', $char) YIELD node RETURN node.id LIMIT 1",
            char=char,
        )
        if not rows:
            return char
    raise AssertionError("every character is used")


async def test_notes_with_the_topic_are_found_whatever_they_say(
    client: httpx.AsyncClient, database: Database, author: Person
) -> None:
    topic = fresh_topic()
    note_id = await post(author, topics=[topic])
    await indexed(database)
    assert await found(client, topic.upper()) == [note_id]


async def test_what_holds_all_words_stands_first(client: httpx.AsyncClient, database: Database, author: Person) -> None:
    one, two = chinese(), chinese()
    half = await post(author, title=one, text=f"{one}，{one}")
    both = await post(author, title="标题", text=f"{two}后来才是{one}")
    await indexed(database)
    assert await found(client, f"{one} {two}") == [both, half]


async def test_products_are_found_by_name_and_by_code(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    name, sku = chinese(), fresh("ZX-")
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "name": f"{name}精华"})
    await shop.owner.done("addVariant", {"productId": shop.product_id, **variant(sku=sku.upper())})
    await indexed(database)
    for query in (name, sku, sku[:16].lower(), f"{name} 50ml"):
        answer = await ask(client, PRODUCTS, query=query)
        assert [one["id"] for one in answer["data"]["found"]["nodes"]] == [shop.product_id], query


async def test_people_brands_and_topics_are_found(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    query = """query S($query: String!) {
      searchPeople(query: $query, first: 5, filter: {kind: MEMBER}) { mode nodes { handle } }
      none: searchPeople(query: $query, first: 5, filter: {kind: OFFICIAL}) { nodes { handle } }
      searchBrands(query: $query, first: 5) { nodes { handle } facets { kinds { value } } }
      unvetted: searchBrands(query: $query, first: 5, filter: {verified: true}) { nodes { handle } }
      searchTopics(query: $query, first: 5) { nodes { name } } }"""
    shop = await open_shop(client, database, settings)
    word, topic = latin(), fresh_topic()
    await shop.owner.done("updateProfile", {"displayName": f"{word} 在路上"})
    await shop.owner.done("updateBrand", {"brandId": shop.brand_id, "nameEn": word})
    await post(shop.owner, topics=[f"{word}日记", topic])
    await indexed(database)
    data = (await ask(client, query, query=word))["data"]
    assert data["searchPeople"] == {"mode": "FULL_TEXT", "nodes": [{"handle": shop.owner.handle}]}
    assert data["none"]["nodes"] == data["unvetted"]["nodes"] == []
    assert len(data["searchBrands"]["nodes"]) == 1
    assert data["searchTopics"]["nodes"] == [{"name": f"{word}日记"}]
    assert (await ask(client, query, query=shop.owner.handle))["data"]["searchPeople"]["nodes"] == [
        {"handle": shop.owner.handle}
    ]


async def test_filters_and_facets_of_notes(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    shop = await open_shop(client, database, settings)
    first, second = await categories(shop.owner)
    word = chinese()
    shown = await post(shop.owner, title=word, categoryId=first, productIds=[shop.product_id])
    english = await post(
        shop.owner,
        title=f"{word} on the go",
        text="all of this is told in so many words of English, and of no other language",
        categoryId=second,
    )
    await indexed(database)
    answer = (await ask(client, NOTES, query=word, first=10))["data"]["found"]
    facets = answer["facets"]
    assert {one["id"]: one["count"] for one in facets["categories"]} == {first: 1, second: 1}
    assert facets["brands"] == [{"id": shop.brand_id, "count": 1}]
    assert facets["languages"] == [{"value": "en", "count": 1}, {"value": "zh", "count": 1}]
    assert facets["kinds"] == [{"value": "text", "count": 2}]
    assert facets["prices"] == facets["ratings"] == []
    for given_filter, expected in [
        ({"categoryIds": [first]}, [shown]),
        ({"brandIds": [shop.brand_id]}, [shown]),
        ({"hasProducts": True}, [shown]),
        ({"hasProducts": False}, [english]),
        ({"language": "EN"}, [english]),
        ({"kind": "VIDEO"}, []),
        ({"since": "2036-01-01T00:00:00Z"}, []),
        ({"until": "2036-01-01T00:00:00Z", "kind": "TEXT", "language": "ZH"}, [shown]),
    ]:
        assert await found(client, word, filter=given_filter) == expected, given_filter
    narrowed = (await ask(client, NOTES, query=word, first=10, filter={"language": "EN"}))["data"]["found"]["facets"]
    assert [one["id"] for one in narrowed["categories"]] == [second]
    assert narrowed["brands"] == []


async def test_filters_facets_and_orders_of_products(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    cheap = await open_shop(client, database, settings, price_minor=3_900)
    dear = await open_shop(client, database, settings, price_minor=250_000, stock=0)
    word = chinese()
    for shop in (cheap, dear):
        await shop.owner.done("updateProduct", {"productId": shop.product_id, "name": f"{word}面霜"})
    await cypher(
        database,
        "MATCH (p:Product {id: $id}) SET p.reviewCount = 2, p.ratingSum = 9 RETURN p.id",
        id=dear.product_id,
    )
    await indexed(database)

    async def products(**variables: Any) -> list[str]:
        answer = await ask(client, PRODUCTS, query=word, **variables)
        return [one["id"] for one in answer["data"]["found"]["nodes"]]

    facets = (await ask(client, PRODUCTS, query=word))["data"]["found"]["facets"]
    assert facets["prices"] == [
        {"low": 0, "high": 5_000, "count": 1},
        {"low": 200_000, "high": None, "count": 1},
    ]
    assert facets["ratings"] == [{"stars": 4, "count": 1}]
    assert facets["categories"][0]["count"] == 2
    assert {one["id"] for one in facets["brands"]} == {cheap.brand_id, dear.brand_id}
    assert await products(filter={"priceHigh": 3_900}) == [cheap.product_id]
    assert await products(filter={"priceLow": 3_901}) == [dear.product_id]
    assert await products(filter={"rating": 4}) == [dear.product_id]
    assert await products(filter={"rating": 5}) == []
    assert await products(filter={"inStock": True}) == [cheap.product_id]
    assert await products(filter={"brandIds": [dear.brand_id]}) == [dear.product_id]
    assert await products(orderBy="PRICE_LOW") == [cheap.product_id, dear.product_id]
    assert await products(orderBy="PRICE_HIGH") == [dear.product_id, cheap.product_id]
    assert await products(orderBy="RATING") == [dear.product_id, cheap.product_id]
    assert await products(orderBy="NEWEST") == [dear.product_id, cheap.product_id]


async def test_a_price_that_is_none_fails_no_search(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    shop = await open_shop(client, database, settings)
    word = chinese()
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "name": word})
    await cypher(database, "MATCH (p:Product {id: $id}) SET p.priceMinor = 'free' RETURN p.id", id=shop.product_id)
    await indexed(database)
    answer = (await ask(client, PRODUCTS, query=word))["data"]["found"]
    assert answer["nodes"] == [{"id": shop.product_id}]
    assert answer["facets"]["prices"] == []
    await cypher(database, "MATCH (p:Product {id: $id}) SET p.priceMinor = 100 RETURN p.id", id=shop.product_id)


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"query": "长" * 201}, ["query"]),
        ({"query": "x" * 10_000}, ["query"]),
        ({"query": "防晒", "filter": {"categoryIds": ["note_1"]}}, ["filter", "categoryIds"]),
        ({"query": "防晒", "first": 0}, ["found", "first"]),
        ({"query": "防晒", "after": "WyJ4IiwwXQ"}, ["after"]),
        ({"query": "防晒", "after": "WyI5OTk5OTk5OTk5OTk5dyIsMF0"}, ["after"]),
    ],
)
async def test_what_cannot_be_asked(client: httpx.AsyncClient, variables: dict[str, Any], field: list[str]) -> None:
    (error,) = (await ask(client, NOTES, **{"first": 5, **variables}))["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert error["extensions"]["field"] == field


async def test_a_query_that_says_nothing_finds_nothing(client: httpx.AsyncClient) -> None:
    for query in ("", "  ", "!!!", "🎉🎉", "\u200b", "\x00\x01", "：，。"):
        answer = (await ask(client, NOTES, query=query, first=5))["data"]["found"]
        assert answer["edges"] == [], query
        assert answer["correctedQuery"] is None


_HOSTILE = [
    '"', '\\', "a AND", "NOT", "OR OR", "title:", "+-&&||!(){}[]^\"~*?:\\/", "a~2", "[a TO b]", "防*", "/.*/",
    "x" * 200, "*" * 200, "a^99999999", "{!lucene}", "\u202eabc", "防晒\x00霜", "a" + "-a" * 99, "的" * 200,
]  # fmt: skip


async def test_hostile_queries_are_words(client: httpx.AsyncClient) -> None:
    for query in _HOSTILE:
        for document, variables in ((NOTES, {"first": 5}), (PRODUCTS, {})):
            answer = await ask(client, document, query=query, **variables)
            assert "errors" not in answer, (query, answer)


@trials(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=200))
async def test_no_query_fails(client: httpx.AsyncClient, query: str) -> None:
    document = """query A($q: String!) {
      searchNotes(query: $q, first: 2) { nodes { id } } searchProducts(query: $q, first: 2) { nodes { id } }
      searchPeople(query: $q, first: 2) { nodes { id } } searchBrands(query: $q, first: 2) { nodes { id } }
      searchTopics(query: $q, first: 2) { nodes { id } } searchSuggestions(prefix: $q, first: 2) { nodes { id } } }"""
    try:
        query.encode()
    except UnicodeEncodeError:
        return  # no JSON holds such a text
    answer = await ask(client, document, q=query)
    assert "errors" not in answer, (query, answer)

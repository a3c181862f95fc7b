"""Reviews through the API: one of each person, verified by a paid order alone, counted exactly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uuid_utils

from graph import reviews
from graph.database import Database
from settings import Settings
from tests.schema.community import Person, code_of
from tests.schema.shop import ACCEPT, Shop, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
REVIEW = "review { id rating text verified author { id } product { id reviewCount averageRating } }"


@pytest.fixture
async def shop(client: httpx.AsyncClient, database: Database, settings: Settings) -> Shop:
    return await open_shop(client, database, settings)


@pytest.fixture
async def writer(client: httpx.AsyncClient, database: Database, settings: Settings) -> Person:
    (found,) = await people(client, database, settings, 1)
    return found


def hits(plan: dict[str, Any]) -> int:
    """How much of the store a profiled statement looked at."""
    found: int = plan["dbHits"]
    return found + sum(map(hits, plan.get("children", ())))


async def order(buyer: Person, shop: Shop, *, paid: bool) -> str:
    made = await buyer.done("placeOrder", {"variantId": shop.variant_id}, "order { id }")
    order_id: str = made["order"]["id"]
    if paid:
        await buyer.done("payOrder", {"orderId": order_id, "paymentToken": ACCEPT})
    return order_id


async def counted(database: Database, product_id: str) -> tuple[int, int]:
    """(reviews, sum of ratings) as stored; they are those of the published reviews."""
    (row,) = await cypher(
        database,
        "MATCH (p:Product {id: $id}) OPTIONAL MATCH (p)<-[:REVIEWS]-(r:Review {state: 'published'}) "
        "RETURN p.reviewCount AS count, p.ratingSum AS sum, count(r) AS there, coalesce(sum(r.rating), 0) AS ratings",
        id=product_id,
    )
    assert (row["count"], row["sum"]) == (row["there"], row["ratings"])
    return row["count"], row["sum"]


async def picture(database: Database, owner: Person) -> str:
    """The id of a Media of theirs."""
    media_id, digest = f"media_{uuid_utils.uuid7().hex}", uuid_utils.uuid7().hex * 2
    await cypher(
        database,
        "MATCH (u:User {id: $owner}) CREATE (u)-[:UPLOADED {at: $now}]->(:Media {id: $id, kind: 'image', "
        "mimeType: 'image/webp', sha256: $digest, sourceSha256: $digest, bytes: 10, width: 4, height: 4, "
        "storageKey: $id, state: 'ready', ownerId: $owner, contentKey: $owner + ':' + $digest, createdAt: $now})",
        owner=owner.id, id=media_id, digest=digest, now=datetime.now(UTC),
    )  # fmt: skip
    return media_id


async def test_a_review(database: Database, shop: Shop, writer: Person) -> None:
    first, second = await picture(database, writer), await picture(database, writer)
    given = {
        "productId": shop.product_id,
        "rating": 4,
        "text": "保湿\n不黏",
        "mediaIds": [second, first],
        "idempotencyKey": "review",
    }
    written = (await writer.done("writeReview", given, f"{REVIEW} review {{ media(first: 9) {{ nodes {{ id }} }} }}"))[
        "review"
    ]
    review_id = written.pop("id")
    assert written == {
        "rating": 4,
        "text": "保湿\n不黏",
        "verified": False,
        "author": {"id": writer.id},
        "product": {"id": shop.product_id, "reviewCount": 1, "averageRating": 4.0},
        "media": {"nodes": [{"id": second}, {"id": first}]},
    }
    assert (await writer.done("writeReview", given, "review { id }"))["review"] == {"id": review_id}
    assert await counted(database, shop.product_id) == (1, 4)


async def test_verified_follows_a_paid_order_alone(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop
) -> None:
    nothing, unpaid, cancelled, elsewhere, paid, done, refunded = await people(client, database, settings, 7)
    other = await open_shop(client, database, settings)
    await order(unpaid, shop, paid=False)
    await cancelled.done("cancelOrder", {"orderId": await order(cancelled, shop, paid=False)})
    await order(elsewhere, other, paid=True)
    await order(paid, shop, paid=True)
    for buyer, state in ((done, "completed"), (refunded, "refunded")):
        order_id = await order(buyer, shop, paid=True)
        await cypher(database, "MATCH (o:Order {id: $id}) SET o.state = $state", id=order_id, state=state)
    verified = {}
    everybody = {"nothing": nothing, "unpaid": unpaid, "cancelled": cancelled, "elsewhere": elsewhere, "paid": paid}
    for name, who in {**everybody, "done": done, "refunded": refunded}.items():
        given = {"productId": shop.product_id, "rating": 5, "text": "好"}
        verified[name] = (await who.done("writeReview", given, "review { verified }"))["review"]["verified"]
    assert [name for name, so in verified.items() if so] == ["paid", "done"]
    assert await counted(database, shop.product_id) == (7, 35)


async def test_one_review_of_each_person(database: Database, shop: Shop, writer: Person) -> None:
    given = {"productId": shop.product_id, "rating": 3, "text": "一般"}
    payloads = await asyncio.gather(*(writer.act("writeReview", given, "review { id }") for _ in range(6)))
    written = [one["review"]["id"] for one in payloads if one["review"]]
    assert len(written) == 1
    refused = [code_of(one) for one in payloads if not one["review"]]
    assert refused == [("CONFLICT", ["input", "productId"])] * 5
    assert await counted(database, shop.product_id) == (1, 3)


async def test_many_review_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop
) -> None:
    writers = await people(client, database, settings, 12)
    await asyncio.gather(
        *(
            one.done("writeReview", {"productId": shop.product_id, "rating": 1 + number % 5, "text": "x"})
            for number, one in enumerate(writers)
        )
    )
    assert await counted(database, shop.product_id) == (12, 33)


async def test_reviews_that_are_refused(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, writer: Person
) -> None:
    (other,) = await people(client, database, settings, 1)
    given: dict[str, Any] = {"productId": shop.product_id, "rating": 5, "text": "好"}
    foreign = await picture(database, other)
    refusals = [
        ({**given, "rating": 0}, "INVALID", "rating"),
        ({**given, "rating": 6}, "INVALID", "rating"),
        ({**given, "text": " \n "}, "INVALID", "text"),
        ({**given, "productId": "product_absent"}, "NOT_FOUND", "productId"),
        ({**given, "mediaIds": [foreign]}, "NOT_FOUND", "mediaIds"),
    ]
    for wrong, code, field in refusals:
        assert code_of(await writer.act("writeReview", wrong)) == (code, ["input", field])
    assert code_of(await shop.owner.act("writeReview", given)) == ("FORBIDDEN", ["input", "productId"])
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=other.id)
    assert code_of(await other.act("writeReview", given)) == ("FORBIDDEN", [])
    await shop.owner.done("updateProduct", {"productId": shop.product_id, "state": "UNLISTED"})
    assert code_of(await writer.act("writeReview", given)) == ("NOT_FOUND", ["input", "productId"])
    assert await counted(database, shop.product_id) == (0, 0)


async def test_a_review_changes(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, writer: Person
) -> None:
    (other,) = await people(client, database, settings, 1)
    given = {"productId": shop.product_id, "rating": 2, "text": "一般"}
    review_id = (await writer.done("writeReview", given, "review { id }"))["review"]["id"]
    await order(writer, shop, paid=True)
    changed = await writer.done("editReview", {"reviewId": review_id, "rating": 5}, REVIEW)
    assert changed["review"] == {
        "id": review_id,
        "rating": 5,
        "text": "一般",
        "verified": False,
        "author": {"id": writer.id},
        "product": {"id": shop.product_id, "reviewCount": 1, "averageRating": 5.0},
    }
    changed = await writer.done("editReview", {"reviewId": review_id, "text": "越用越好"}, "review { rating text }")
    assert changed["review"] == {"rating": 5, "text": "越用越好"}
    assert await counted(database, shop.product_id) == (1, 5)
    for who, wrong, code, field in (
        (other, {"reviewId": review_id, "rating": 1}, "NOT_FOUND", "reviewId"),
        (writer, {"reviewId": "review_absent", "rating": 1}, "NOT_FOUND", "reviewId"),
        (writer, {"reviewId": review_id, "rating": 9}, "INVALID", "rating"),
        (writer, {"reviewId": review_id, "rating": None}, "INVALID", "rating"),
    ):
        assert code_of(await who.act("editReview", wrong)) == (code, ["input", field])
    assert await counted(database, shop.product_id) == (1, 5)


async def test_a_review_is_deleted_and_written_again(
    client: httpx.AsyncClient, database: Database, settings: Settings, shop: Shop, writer: Person
) -> None:
    (other,) = await people(client, database, settings, 1)
    await order(writer, shop, paid=True)
    given = {"productId": shop.product_id, "rating": 2, "text": "一般", "mediaIds": [await picture(database, writer)]}
    review_id = (await writer.done("writeReview", given, "review { id }"))["review"]["id"]
    assert code_of(await other.act("deleteReview", {"reviewId": review_id})) == ("NOT_FOUND", ["input", "reviewId"])
    assert await counted(database, shop.product_id) == (1, 2)
    deleted = await writer.done(
        "deleteReview", {"reviewId": review_id}, "deletedReviewId product { reviewCount averageRating }"
    )
    assert deleted["deletedReviewId"] == review_id
    assert deleted["product"] == {"reviewCount": 0, "averageRating": None}
    (row,) = await cypher(
        database,
        "MATCH (r:Review {id: $id}) "
        "RETURN r.state AS state, r.verified AS verified, COUNT { (r)-[:SHOWS]->() } AS shows",
        id=review_id,
    )
    assert row == {"state": "removed", "verified": True, "shows": 0}
    for mutation, wrong in (("deleteReview", {}), ("editReview", {"rating": 1})):
        refused = await writer.act(mutation, {"reviewId": review_id, **wrong})
        assert code_of(refused) == ("NOT_FOUND", ["input", "reviewId"])
    again = await writer.done("writeReview", {**given, "rating": 4}, "review { id verified }")
    assert again["review"]["id"] != review_id
    assert again["review"]["verified"] is True
    assert await counted(database, shop.product_id) == (1, 4)


async def test_a_hidden_review_counts_for_nothing_when_it_is_deleted(
    database: Database, shop: Shop, writer: Person
) -> None:
    given = {"productId": shop.product_id, "rating": 2, "text": "广告"}
    review_id = (await writer.done("writeReview", given, "review { id }"))["review"]["id"]
    await cypher(
        database,
        "MATCH (r:Review {id: $id})-[:REVIEWS]->(p) SET r.state = 'hidden', p.reviewCount = 0, p.ratingSum = 0",
        id=review_id,
    )
    assert code_of(await writer.act("writeReview", given)) == ("CONFLICT", ["input", "productId"])
    assert code_of(await writer.act("editReview", {"reviewId": review_id, "rating": 5})) == (
        "NOT_FOUND", ["input", "reviewId"],
    )  # fmt: skip
    await writer.done("deleteReview", {"reviewId": review_id})
    assert await counted(database, shop.product_id) == (0, 0)


async def test_a_product_s_many_reviews_cost_the_next_writer_nothing(
    database: Database, shop: Shop, writer: Person
) -> None:
    await cypher(
        database,
        "MATCH (p:Product {id: $id}) UNWIND range(1, 200) AS one "
        "CREATE (:Review {id: $tail + one, state: 'published', rating: 5, productId: p.id})-[:REVIEWS]->(p)",
        id=shop.product_id,
        tail=f"review_{uuid_utils.uuid7().hex}",
    )
    statement = reviews.STATEMENTS["standing_of_reviewer"]
    summary = await database.summary(f"PROFILE {statement.text}", user_id=writer.id, product_id=shop.product_id)
    await cypher(database, "MATCH (r:Review {productId: $id}) DETACH DELETE r", id=shop.product_id)
    assert summary.profile is not None
    assert 0 < hits(summary.profile) < 100

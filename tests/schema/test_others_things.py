"""What belongs to somebody else, and states in the wrong order: refused with its code, and nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app import create_app
from graph.database import Database
from settings import Settings
from tests.schema.commits import Commits, counted
from tests.schema.community import Person
from tests.schema.noting import begin, picture, post
from tests.schema.samples import fields_of, input_type, mutations
from tests.schema.shop import ACCEPT, Shop, open_shop, people

pytestmark = pytest.mark.anyio

# What a stranger gets for it; the input names things of the stage. FORBIDDEN: they may see it; NOT_FOUND: they may not.
STRANGERS: dict[str, tuple[dict[str, Any], str]] = {
    "acceptFollower": ({"userId": "author"}, "NOT_FOUND"),
    "publishNote": ({"noteId": "draft"}, "NOT_FOUND"),
    "editNote": ({"noteId": "note", "title": "别人的"}, "FORBIDDEN"),
    "deleteNote": ({"noteId": "note"}, "FORBIDDEN"),
    "likeNote": ({"noteId": "draft"}, "NOT_FOUND"),
    "unlikeNote": ({"noteId": "draft"}, "NOT_FOUND"),
    "collectNote": ({"noteId": "note", "collectionId": "collection"}, "FORBIDDEN"),
    "uncollectNote": ({"noteId": "draft"}, "NOT_FOUND"),
    "commentOnNote": ({"noteId": "draft", "text": "看看"}, "NOT_FOUND"),
    "createNote": (
        {"kind": "IMAGE", "title": "图", "text": "别人的图", "categoryId": "category", "mediaIds": ["picture"]},
        "NOT_FOUND",
    ),
    "deleteComment": ({"commentId": "comment"}, "FORBIDDEN"),
    "updateCollection": ({"collectionId": "private collection", "name": "我的"}, "NOT_FOUND"),
    "deleteCollection": ({"collectionId": "collection"}, "FORBIDDEN"),
    "removeFromCollection": ({"noteId": "note", "collectionId": "collection"}, "FORBIDDEN"),
    "setAltText": ({"mediaId": "picture", "altText": "别人的"}, "NOT_FOUND"),
    "deleteMedia": ({"mediaId": "picture"}, "NOT_FOUND"),
    "updateBrand": ({"brandId": "brand", "name": "我的"}, "FORBIDDEN"),
    "addBrandStaff": ({"brandId": "brand", "userId": "stranger", "role": "OWNER"}, "FORBIDDEN"),
    "removeBrandStaff": ({"brandId": "brand", "userId": "owner"}, "FORBIDDEN"),
    "acceptBrandInvitation": ({"brandId": "brand"}, "NOT_FOUND"),
    "declineBrandInvitation": ({"brandId": "brand"}, "NOT_FOUND"),
    "setBrandVerified": ({"brandId": "brand", "verified": True}, "FORBIDDEN"),
    "openStore": ({"brandId": "brand", "name": "我的店", "kind": "FLAGSHIP"}, "FORBIDDEN"),
    "createProduct": (
        {
            "brandId": "brand", "name": "我的", "categoryId": "category", "currency": "CNY",
            "variants": [{"sku": "SKU-STRANGER", "name": "一", "priceMinor": 1, "stock": 1}],
        },
        "FORBIDDEN",
    ),
    "updateProduct": ({"productId": "product", "name": "我的"}, "FORBIDDEN"),
    "addVariant": (
        {"productId": "product", "sku": "SKU-STRANGER", "name": "一", "priceMinor": 1, "stock": 1},
        "FORBIDDEN",
    ),
    "updateVariant": ({"variantId": "variant", "priceMinor": 1}, "FORBIDDEN"),
    "adjustStock": ({"variantId": "variant", "delta": 5}, "FORBIDDEN"),
    "createSeedingPlan": ({"brandId": "brand", "most": 5}, "FORBIDDEN"),
    "simulateSeeds": ({"brandId": "brand", "userIds": ["author"]}, "FORBIDDEN"),
    "cancelSeedingPlan": ({"seedingPlanId": "seeding plan"}, "NOT_FOUND"),
    "payOrder": ({"orderId": "order", "paymentToken": ACCEPT}, "NOT_FOUND"),
    "cancelOrder": ({"orderId": "order"}, "NOT_FOUND"),
    "placeOrder": ({"variantId": "variant", "quantity": 1, "fromNoteId": "draft"}, "NOT_FOUND"),
    "writeReview": ({"productId": "product", "rating": 5, "text": "好", "mediaIds": ["picture"]}, "NOT_FOUND"),
    "editReview": ({"reviewId": "review", "rating": 1}, "NOT_FOUND"),
    "deleteReview": ({"reviewId": "review"}, "NOT_FOUND"),
    "setRoles": ({"userId": "author", "roles": ["ADMIN"]}, "FORBIDDEN"),
    "hide": ({"subjectId": "draft"}, "NOT_FOUND"),
    "unhide": ({"subjectId": "draft"}, "NOT_FOUND"),
    "revokePersonalToken": ({"personalTokenId": "personaltoken_0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "NOT_FOUND"),
    "updateSavedQuery": ({"savedQueryId": "saved query", "name": "我的"}, "FORBIDDEN"),
    "deleteSavedQuery": ({"savedQueryId": "saved query"}, "NOT_FOUND"),
    "shareSavedQuery": ({"savedQueryId": "saved query"}, "FORBIDDEN"),
    "unshareSavedQuery": ({"savedQueryId": "saved query"}, "NOT_FOUND"),
    "leaveSharedQuery": ({"savedQueryId": "saved query"}, "NOT_FOUND"),
}  # fmt: skip
# Anybody may do these to anybody, by what they are for, or to nothing but themselves.
FOR_ANYBODY = {
    *("followUser", "unfollowUser", "removeFollower", "blockUser", "unblockUser", "muteUser", "unmuteUser"),
    *("followBrand", "unfollowBrand", "followTopic", "unfollowTopic", "setInterests", "markNotificationsRead"),
    *("likeComment", "unlikeComment", "excludeFromRecommendations", "includeInRecommendations"),
}
_PAYS = {"orderId": "order", "paymentToken": ACCEPT}
_REVIEW = {"reviewId": "review"}
# Their owner, at the wrong time: what is done first, what then, and what comes of that.
OUT_OF_ORDER: list[tuple[str, list[tuple[str, dict[str, Any]]], str, dict[str, Any], str]] = [
    ("author", [("deleteNote", {"noteId": "note"})], "publishNote", {"noteId": "note"}, "CONFLICT"),
    ("author", [("deleteNote", {"noteId": "note"})], "editNote", {"noteId": "note", "title": "再来"}, "CONFLICT"),
    ("author", [("deleteNote", {"noteId": "note"})], "likeNote", {"noteId": "note"}, "NOT_FOUND"),
    ("author", [], "likeNote", {"noteId": "draft"}, "CONFLICT"),
    ("author", [], "commentOnNote", {"noteId": "draft", "text": "自言自语"}, "CONFLICT"),
    ("author", [], "publishNote", {"noteId": "wordless picture"}, "CONFLICT"),
    ("author", [], "createCollection", {"name": "收藏夹"}, "CONFLICT"),
    ("buyer", [("payOrder", _PAYS)], "cancelOrder", {"orderId": "order"}, "CONFLICT"),
    ("buyer", [("cancelOrder", {"orderId": "order"})], "payOrder", _PAYS, "CONFLICT"),
    ("buyer", [], "writeReview", {"productId": "product", "rating": 4, "text": "再评一次"}, "CONFLICT"),
    ("buyer", [("deleteReview", _REVIEW)], "editReview", {**_REVIEW, "rating": 1}, "NOT_FOUND"),
    ("owner", [], "removeBrandStaff", {"brandId": "brand", "userId": "owner"}, "CONFLICT"),
    ("owner", [], "adjustStock", {"variantId": "variant", "delta": -1_000}, "CONFLICT"),
    ("owner", [], "writeReview", {"productId": "product", "rating": 5, "text": "自卖自夸"}, "FORBIDDEN"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """People, and ids of what they have by the names that the tables use."""

    people: dict[str, Person]
    ids: dict[str, str]

    def filled(self, given: dict[str, Any]) -> dict[str, Any]:
        """The input with ids for names."""
        return {
            name: [self.ids.get(one, one) if isinstance(one, str) else one for one in value]
            if isinstance(value, list)
            else self.ids.get(value, value)
            for name, value in given.items()
        }


@pytest.fixture
async def quiet(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without a worker, so that only what a test does is written."""
    app = create_app(settings.model_copy(update={"worker": False}))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as one,
    ):
        yield one


@pytest.fixture
async def stage(quiet: httpx.AsyncClient, database: Database, settings: Settings) -> Stage:
    author, buyer, stranger = await people(quiet, database, settings, 3)
    shop: Shop = await open_shop(quiet, database, settings)
    note = await post(author, productIds=[shop.product_id])
    comment = await author.done("commentOnNote", {"noteId": note, "text": "我先说"}, "comment { id }")
    open_one = await author.done("createCollection", {"name": "收藏夹"}, "collection { id }")
    private = await author.done("createCollection", {"name": "私藏", "private": True}, "collection { id }")
    order = await buyer.done("placeOrder", {"variantId": shop.variant_id, "quantity": 1}, "order { id }")
    review = await buyer.done(
        "writeReview", {"productId": shop.product_id, "rating": 3, "text": "还行"}, "review { id }"
    )
    wish = {"brandId": shop.brand_id, "most": 1}
    plan = await shop.owner.done("createSeedingPlan", wish, "seedingPlan { id }")
    category = await author.ask("{ categories(first: 1) { nodes { id } } }")
    ids = {
        "author": author.id, "stranger": stranger.id, "owner": shop.owner.id, "buyer": buyer.id,
        "note": note, "draft": await begin(author), "wordless picture": await begin(author, kind="IMAGE"),
        "comment": comment["comment"]["id"], "collection": open_one["collection"]["id"],
        "private collection": private["collection"]["id"], "picture": await picture(database, author),
        "brand": shop.brand_id, "product": shop.product_id, "variant": shop.variant_id,
        "seeding plan": plan["seedingPlan"]["id"], "saved query": "savedquery_0192aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "order": order["order"]["id"], "review": review["review"]["id"],
        "category": category["categories"]["nodes"][0]["id"],
    }  # fmt: skip
    return Stage({"author": author, "buyer": buyer, "stranger": stranger, "owner": shop.owner}, ids)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    """Counts what is written."""
    return counted(monkeypatch)


def test_every_mutation_that_names_something_is_in_a_table() -> None:
    naming = {
        one for one in mutations() if any(f.name.endswith(("Id", "Ids", "ids")) for f in fields_of(input_type(one)))
    }
    assert naming == set(STRANGERS) | FOR_ANYBODY
    assert not set(STRANGERS) & FOR_ANYBODY


async def test_what_belongs_to_somebody_else(stage: Stage, commits: Commits) -> None:
    before = commits.count
    found = {}
    for mutation, (given, _) in STRANGERS.items():
        payload = await stage.people["stranger"].act(mutation, stage.filled(given))
        found[mutation] = [error["code"] for error in payload["errors"]]
    assert found == {mutation: [code] for mutation, (_, code) in STRANGERS.items()}
    assert commits.count == before


@pytest.mark.parametrize(("who", "first", "mutation", "given", "code"), OUT_OF_ORDER)
async def test_states_in_the_wrong_order(
    stage: Stage,
    commits: Commits,
    who: str,
    first: list[tuple[str, dict[str, Any]]],
    mutation: str,
    given: dict[str, Any],
    code: str,
) -> None:
    person = stage.people[who]
    for earlier, values in first:
        await person.done(earlier, stage.filled(values))
    before = commits.count
    payload = await person.act(mutation, stage.filled(given))
    assert [error["code"] for error in payload["errors"]] == [code], payload
    assert commits.count == before

"""An enabled model orders what people are recommended, where the setting lets it, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app import create_app
from graph.database import Database
from learning.models import FOLDER, Models
from learning.training import train
from settings import Settings
from tests.learning.simulated import simulated
from tests.schema.community import Person
from tests.schema.shop import people
from tests.schema.support import cypher
from tests.schema.test_recommendations import PRODUCTS, buy, shops, similar

pytestmark = pytest.mark.anyio


async def first_of(person: Person, ours: set[str]) -> list[str]:
    found = await person.ask(PRODUCTS, first=100)
    ids = [edge["node"]["id"] for edge in found["viewer"]["recommendedProducts"]["edges"]]
    return [one for one in ids if one in ours]


async def test_a_learned_order_is_served(
    client: httpx.AsyncClient, database: Database, settings: Settings, tmp_path: Path
) -> None:
    bought, near, nearer = await shops(client, database, settings, 3)
    (buyer,) = await people(client, database, settings, 1)
    await buy(database, buyer, bought.product_id)
    pairs = ((bought.product_id, near.product_id, 1.0), (bought.product_id, nearer.product_id, 2.0))
    await similar(database, *pairs)
    ours = {near.product_id, nearer.product_id}
    own = settings.model_copy(update={"data_dir": tmp_path, "learned_order": True})
    app = create_app(own)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://s") as other:
        elsewhere = Person(other, buyer.id, buyer.handle, buyer.email, buyer.tokens)
        assert await first_of(elsewhere, ours) == [nearer.product_id, near.product_id], "no model is enabled"
        models = Models(tmp_path / FOLDER, "products")
        models.keep(train(simulated(1_200, signal=-4.0, named="similar")))
        models.enable()
        assert await first_of(elsewhere, ours) == [near.product_id, nearer.product_id]
        assert await first_of(buyer, ours) == [nearer.product_id, near.product_id], "the setting is off there"
        (row,) = await cypher(
            database,
            "MATCH (r:Recommendation {viewerId: $id}) WITH r ORDER BY r.createdAt DESC SKIP 1 LIMIT 1 "
            "RETURN r.features CONTAINS '\"blended\"' AS kept, all(s IN r.scores WHERE s > 0 AND s <= 1) AS learned",
            id=buyer.id,
        )
        assert row == {"kept": True, "learned": True}
        models.disable()
        assert await first_of(elsewhere, ours) == [nearer.product_id, near.product_id]

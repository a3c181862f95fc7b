"""Who has done nothing yet is recommended what is near to what they say of themselves."""

from __future__ import annotations

import httpx
import pytest

from embeddings.building import Builder
from graph.database import Database
from tests.embeddings.fake import FakeEncoder
from tests.schema.community import join
from tests.schema.noting import post

pytestmark = pytest.mark.anyio
_NOTES = "{ viewer { recommendedNotes(first: 100) { edges { sources { source } node { id } } } } }"


async def test_words_of_their_own_bring_what_is_near_in_meaning(bare: Database, client: httpx.AsyncClient) -> None:
    author, reader = await join(client), await join(client, "zzzz qqqq")
    await reader.done("updateProfile", {"bio": "zzzz qqqq zzzz qqqq"})
    near = await post(author, title="zzzz qqqq", text="zzzz qqqq zzzz qqqq zzzz")
    before = (await reader.ask(_NOTES))["viewer"]["recommendedNotes"]["edges"]
    assert all({"source": "CONTENT"} not in edge["sources"] for edge in before)
    encoder = FakeEncoder()
    await Builder(bare).build(encoder, encoder.source)
    edges = (await reader.ask(_NOTES))["viewer"]["recommendedNotes"]["edges"]
    (found,) = [edge for edge in edges if edge["node"]["id"] == near]
    assert {"source": "CONTENT"} in found["sources"]
    await reader.done("excludeFromRecommendations", {"subjectId": reader.id})
    left = (await reader.ask(_NOTES))["viewer"]["recommendedNotes"]["edges"]
    assert all({"source": "CONTENT"} not in edge["sources"] for edge in left)

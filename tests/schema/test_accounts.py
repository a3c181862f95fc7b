"""Accounts through the API: signing up, in and out, refreshing, passwords, roles."""

from __future__ import annotations

import httpx
import pytest

from tests.schema.community import join

pytestmark = pytest.mark.anyio


async def test_sign_up_and_what_the_viewer_sees(client: httpx.AsyncClient) -> None:
    person = await join(client, "Mei Lin")
    answer = await person.ask("{ viewer { email roles user { id handle displayName followerCount } } }")
    assert answer["viewer"] == {
        "email": person.email,
        "roles": ["MEMBER"],
        "user": {"id": person.id, "handle": person.handle, "displayName": "Mei Lin", "followerCount": 0},
    }
    nobody = await client.post("/graphql", json={"query": "{ viewer { email } }"})
    assert nobody.json()["data"] == {"viewer": None}

"""People who sign up and act through the API, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
import uuid_utils

from tests.schema.samples import input_type

PASSWORD = "correct horse 电池 staple"
_SIGN_UP = """
mutation SignUp($input: SignUpInput!) { signUp(input: $input) {
  errors { code message field }
  tokens { accessToken refreshToken accessTokenExpiresAt refreshTokenExpiresAt }
  viewer { user { id handle } }
} }"""


@dataclass(slots=True)
class Person:
    """Somebody signed in, who asks through an HTTP client."""

    client: httpx.AsyncClient
    id: str
    handle: str
    email: str
    tokens: dict[str, str] = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that name them."""
        return {"authorization": f"Bearer {self.tokens['accessToken']}"}

    async def post(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        response = await self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers=self.headers
        )
        answer: dict[str, Any] = response.json()
        return answer

    async def ask(self, query: str, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def act(self, mutation: str, given: dict[str, Any], payload: str = "") -> Any:
        """The payload of a mutation, with its errors; `payload` is what is asked of it beside them."""
        return await act(self.client, mutation, given, payload, self.headers)

    async def done(self, mutation: str, given: dict[str, Any], payload: str = "") -> Any:
        """The payload of a mutation that was done."""
        found = await self.act(mutation, given, payload)
        assert found["errors"] == [], found["errors"]
        return found


async def act(
    client: httpx.AsyncClient,
    mutation: str,
    given: dict[str, Any],
    payload: str = "",
    headers: dict[str, str] | None = None,
) -> Any:
    """The payload of a mutation, asked by whom the headers name."""
    document = (
        f"mutation M($input: {input_type(mutation).name}!) "
        f"{{ {mutation}(input: $input) {{ {payload} errors {{ code message field }} }} }}"
    )
    response = await client.post(
        "/graphql", json={"query": document, "variables": {"input": given}}, headers=headers or {}
    )
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"][mutation]


def code_of(payload: dict[str, Any]) -> tuple[str, list[str]]:
    """Code and field of a payload's only error."""
    (error,) = payload["errors"]
    return error["code"], error["field"]


async def join(client: httpx.AsyncClient, display_name: str = "某人") -> Person:
    """Somebody new, with a handle and an address that nobody had."""
    handle = f"p{uuid_utils.uuid7().hex[-20:]}"
    email = f"{handle}@example.com"
    given = {"email": email, "password": PASSWORD, "handle": handle, "displayName": display_name}
    answer = (await client.post("/graphql", json={"query": _SIGN_UP, "variables": {"input": given}})).json()
    payload = answer["data"]["signUp"]
    assert payload["errors"] == [], payload
    return Person(client, payload["viewer"]["user"]["id"], handle, email, payload["tokens"])

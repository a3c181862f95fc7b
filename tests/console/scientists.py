"""People who may ask, made through the API."""

from __future__ import annotations

import httpx

from graph.database import Database
from graph.rules.access import Role
from tests.schema.community import Person, join
from tests.schema.support import cypher


async def data_scientist(client: httpx.AsyncClient, database: Database) -> Person:
    """Somebody new with the role, and a token that says so."""
    person = await join(client)
    await set_roles(database, person, Role.DATA_SCIENTIST)
    signed = await person.act(
        "refreshSession", {"refreshToken": person.tokens["refreshToken"]}, "tokens { accessToken }"
    )
    person.tokens = {**person.tokens, **signed["tokens"]}
    return person


async def set_roles(database: Database, person: Person, *roles: Role) -> None:
    """Gives the account these roles and no others."""
    await cypher(
        database,
        "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) SET a.roles = $roles RETURN 1",
        id=person.id,
        roles=[role.value for role in roles],
    )

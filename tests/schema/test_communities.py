"""Communities through the API: who is in them, what they are called, what stays, and who may know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.database import Database
from graph.jobs.influence import Run, rank
from graph.rules.access import Role
from settings import Settings
from tests.schema.community import Person
from tests.schema.noting import fresh_topic, post
from tests.schema.shop import people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
# Later than all that a run of the whole suite writes.
NOW = datetime.now(UTC) + timedelta(hours=2)
OF = """query C($id: ID!, $n: Int! = 50, $at: String) { user(id: $id) { community {
  id name topics people at members(first: $n, after: $at) {
    totalCount edges { followers node { id } } pageInfo { endCursor } } } } }"""
LIST = "query L { communities(first: 100) { nodes { id people name } } }"
_TIE = """UNWIND $ids AS a UNWIND $ids AS b WITH a, b WHERE a <> b
MATCH (u:User {id: a}) MATCH (v:User {id: b}) CREATE (u)-[:FOLLOWS {at: $at, to: b}]->(v)"""


async def test_communities(client: httpx.AsyncClient, database: Database, settings: Settings) -> None:
    ours = await people(client, database, settings, 8)
    leader, *_, leaver = ours
    fan, stranger = await people(client, database, settings, 2)
    (analyst,) = await people(client, database, settings, 1, Role.ANALYST)
    await cypher(database, _TIE, ids=[one.id for one in ours], at=NOW - timedelta(days=2))
    await fan.done("followUser", {"userId": leader.id})
    topic = fresh_topic()
    for one in ours[:2]:
        await post(one, topics=[topic])
    await rank(Run(database, now=NOW))

    async def known(who: Person, of: Person, **given: Any) -> Any:
        return (await who.ask(OF, id=of.id, **given))["user"]["community"]

    found = await known(analyst, leader)
    assert (found["name"], found["topics"]) == (topic, [topic])
    assert found["people"] == found["members"]["totalCount"] == 9
    members = found["members"]["edges"]
    assert {one["node"]["id"] for one in members} == {fan.id, *(one.id for one in ours)}
    assert (members[0], members[-1]) == (
        {"followers": 8, "node": {"id": leader.id}},
        {"followers": 0, "node": {"id": fan.id}},
    )
    page = await known(analyst, leader, n=4)
    rest = await known(analyst, leader, n=50, at=page["members"]["pageInfo"]["endCursor"])
    assert page["members"]["edges"] + rest["members"]["edges"] == members
    listed = (await analyst.ask(LIST))["communities"]["nodes"]
    assert {"id": found["id"], "people": 9, "name": topic} in listed
    assert [one["people"] for one in listed] == sorted((one["people"] for one in listed), reverse=True)
    assert min(one["people"] for one in listed) >= 5
    # What jobs find out of people is for who works with it, and not for each other.
    assert await known(stranger, leader) is None
    assert await known(leader, leader) is None
    assert (await stranger.ask(LIST))["communities"]["nodes"] == []
    assert (await stranger.ask("query N($id: ID!) { node(id: $id) { id } }", id=found["id"]))["node"] is None
    # Who leaves is not in it any more; it is the same one still.
    await cypher(database, "MATCH (:User {id: $id})-[f:FOLLOWS]-() DELETE f", id=leaver.id)
    await rank(Run(database, now=NOW + timedelta(days=1)))
    later = await known(analyst, leader)
    assert (later["id"], later["people"], len(later["members"]["edges"])) == (found["id"], 8, 8)
    assert await known(analyst, leaver) is None

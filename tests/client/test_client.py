"""The client package against a real service: frames, streams, errors, projections, samples."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import networkx
import numpy as np
import pytest
import zhongcao_client as zc

from graph.database import Database
from graph.rules.access import Role, Viewer
from resolvers.services import make_tokens
from settings import Settings
from tests.schema.serving import serving
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
T = TypeVar("T")
_SHAPES: tuple[zc.projection.Kind, ...] = (("User", "FOLLOWS", "User"), ("User", "LIKES", "Note"))


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[zc.Client]:
    viewer = Viewer("user_scientist", frozenset({Role.MEMBER, Role.DATA_SCIENTIST}), "session_test")
    token = make_tokens(settings).access(viewer, now=datetime.now(UTC))
    async with serving(settings) as place:
        yield zc.Client(f"http://{place}", token)


async def off(work: Callable[[], T]) -> T:
    """What a client gives, which waits, while the service runs in this loop."""
    return await asyncio.to_thread(work)


async def test_frames(client: zc.Client) -> None:
    query = "MATCH (u:User) RETURN u.kind AS kind, count(*) AS people, min(u.createdAt) AS first ORDER BY kind"
    answer = await off(lambda: client.ask(query))
    assert (answer.source, answer.truncated) == ("live", None)
    frame = answer.to_pandas()
    assert frame["people"].sum() >= 200
    assert str(frame["first"].dtype).startswith("datetime64[us, UTC")
    polars = answer.to_polars()
    assert polars.columns == ["kind", "people", "first"]
    assert polars["people"].sum() == frame["people"].sum()
    assert [row["kind"] for row in answer.rows()] == frame["kind"].tolist()
    one = await off(lambda: client.ask("RETURN $a + size($b) AS n", {"a": 1, "b": ["x", "y"]}))
    assert one.value() == 3
    with pytest.raises(ValueError, match="rows"):
        answer.value()
    assert len(await off(lambda: client.ask("MATCH (u:User {handle: 'nobody'}) RETURN u.id AS id"))) == 0


async def test_streams_and_what_is_cut(client: zc.Client) -> None:
    query = "UNWIND range(1, 20000) AS i RETURN i"
    batches = await off(lambda: list(client.stream(query)))
    assert [one for batch in batches for one in batch.column(0).to_pylist()] == list(range(1, 20_001))
    assert max(batch.num_rows for batch in batches) <= 5_000
    with pytest.warns(zc.TruncatedWarning, match="limit of 7 rows"):
        cut = await off(lambda: client.ask(query, max_rows=7))
    assert (len(cut), cut.truncated is None) == (7, False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(await off(lambda: client.ask(query, max_rows=20_000))) == 20_000


async def test_leaving_a_stream_ends_the_question(client: zc.Client, database: Database) -> None:
    stream = client.stream("UNWIND range(1, 100000000) AS i RETURN i")
    assert (await off(lambda: next(stream))).num_rows > 0
    await off(stream.close)  # type: ignore[attr-defined]  # a generator has it
    async with asyncio.timeout(10):
        while await database.command("SHOW TRANSACTIONS YIELD metaData WHERE metaData.who = 'user_scientist' RETURN 1"):  # noqa: ASYNC110  # the server tells of nothing by itself
            await asyncio.sleep(0.05)


async def test_errors_are_typed(client: zc.Client, settings: Settings) -> None:
    async def raised(work: Callable[[], Any]) -> zc.ConsoleError:
        with pytest.raises(zc.ConsoleError) as found:
            await off(work)
        return found.value

    refused = await raised(lambda: client.ask("MATCH (a:Account) RETURN a"))
    assert isinstance(refused, zc.Refused)
    assert (refused.code, refused.reason) == ("REFUSED", "closed")
    fault = await raised(lambda: client.ask("RETURN x"))
    assert isinstance(fault, zc.CypherFault)
    assert fault.status == "Neo.ClientError.Statement.SyntaxError"
    assert isinstance(await raised(lambda: client.ask("RETURN 1 AS one", language="4")), zc.Invalid)
    endless = "MATCH (a:User), (b:User), (c:User), (d:User) WHERE a.id + b.id + c.id + d.id = 'x' RETURN count(*)"
    assert isinstance(await raised(lambda: client.ask(endless, timeout_s=0.5)), zc.TimedOut)
    memory = "UNWIND range(1, 50000000) AS i WITH collect(toString(i)) AS much RETURN size(much)"
    assert isinstance(await raised(lambda: client.ask(memory)), zc.LimitExceeded)
    middle = "UNWIND range(1, 20000) AS i RETURN 10 / (15000 - i) AS x"
    assert isinstance(await raised(lambda: client.ask(middle)), zc.Unavailable)
    url = client._url.removesuffix("/cypher")
    assert isinstance(await raised(lambda: zc.Client(url, "nonsense").ask("RETURN 1")), zc.SignInRequired)
    assert isinstance(await raised(lambda: zc.Client("http://127.0.0.1:1", "x").ask("RETURN 1")), zc.Unavailable)
    with pytest.raises(TypeError, match="rows"):
        await off(lambda: client.ask("RETURN 1", rows=1))


async def test_plans(client: zc.Client) -> None:
    query = "MATCH (u:User) RETURN count(u) AS people"
    assert (await off(lambda: client.explain(query)))["operatorType"].startswith("ProduceResults")
    assert (await off(lambda: client.profile(query)))["rows"] == 1


async def test_projections(client: zc.Client, database: Database) -> None:
    nodes = {"User": ["private", "createdAt", "handle"], "Note": []}
    found = await off(lambda: zc.project(client, nodes, _SHAPES))
    people, notes = found.nodes["User"], found.nodes["Note"]
    (held,) = await cypher(
        database,
        "MATCH (u:User) WITH count(u) AS people MATCH (n:Note) WITH people, count(n) AS notes "
        "RETURN people, notes, COUNT { (:User)-[:FOLLOWS]->(:User) } AS follows, "
        "COUNT { (:User)-[:LIKES]->(:Note) } AS likes",
    )
    assert (len(people), len(notes)) == (held["people"], held["notes"])
    assert people.ids.tolist() == sorted(people.ids.tolist())
    follows = found.matrix("User", "FOLLOWS", "User")
    assert follows.shape == (len(people), len(people))
    assert follows.sum() == held["follows"]
    assert found.matrix("User", "LIKES", "Note").sum() == held["likes"]
    row = await cypher(
        database,
        "MATCH (u:User)-[:FOLLOWS]->(v:User) WITH u, collect(v.id) AS ids "
        "RETURN u.id AS id, u.private AS private, u.createdAt AS at, ids ORDER BY size(ids) DESC LIMIT 1",
    )
    place = people.place[row[0]["id"]]
    assert {str(people.ids[one]) for one in follows[[place], :].nonzero()[1]} == set(row[0]["ids"])
    features = people.features(["private", "createdAt"])
    assert features.dtype == np.float32
    assert features[place].tolist() == [float(row[0]["private"]), np.float32(row[0]["at"].to_native().timestamp())]
    with pytest.raises(TypeError, match="handle"):
        people.features()
    graph = found.to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert graph.number_of_edges() == held["follows"] + held["likes"]
    assert graph.nodes[row[0]["id"]]["label"] == "User"
    data = found.to_pyg({"User": ["private"]})
    assert data["User"]["x"].shape == (len(people), 1)
    assert data["Note"]["x"].shape == (len(notes), 0)
    assert data["User", "LIKES", "Note"]["edge_index"].dtype == np.int64
    for wrong in ("User) DETACH DELETE (n", "`User`", ""):
        with pytest.raises(ValueError, match="names no"):
            await off(lambda wrong=wrong: zc.project(client, {wrong: []}, []))  # type: ignore[misc]


@pytest.mark.parametrize("sample", [zc.forest_fire, zc.random_walk])
async def test_samples_are_reproducible(client: zc.Client, sample: Callable[..., zc.Projection]) -> None:
    whole = await off(lambda: zc.project(client, {"User": ["private"], "Note": []}, _SHAPES))
    first, again, other = (sample(whole, nodes=150, seed=seed) for seed in (1, 1, 2))
    assert sum(map(len, first.nodes.values())) == 150
    for label in first.nodes:
        assert first.nodes[label].ids.tolist() == again.nodes[label].ids.tolist()
    assert first.nodes["User"].ids.tolist() != other.nodes["User"].ids.tolist()
    # Induced: every edge of the whole between two that are in the sample, and no other.
    kept = set(first.nodes["User"].ids.tolist())
    starts, ends = whole.edges["User", "FOLLOWS", "User"]
    ids = whole.nodes["User"].ids
    wanted = {(str(ids[a]), str(ids[b])) for a, b in zip(starts, ends, strict=True)}
    wanted = {(a, b) for a, b in wanted if a in kept and b in kept}
    here = first.nodes["User"].ids
    found = {(str(here[a]), str(here[b])) for a, b in first.edges["User", "FOLLOWS", "User"].T}
    assert found == wanted
    assert len(found) > 20
    assert first.nodes["User"].properties.num_rows == len(here)
    everything = sample(whole, nodes=10**9, seed=3)
    assert sum(map(len, everything.nodes.values())) == sum(map(len, whole.nodes.values()))
    assert sum(map(len, sample(zc.Projection({}, {}), nodes=5, seed=1).nodes.values())) == 0

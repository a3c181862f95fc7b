"""Answers as they come: rows equal to the driver's own, in every format, cut where they must be, ended when left."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.console.delivery import Delivery, Limits
from graph.console.formats import ENCODERS, Format
from graph.console.reading import ConsoleDoor, Question
from graph.console.refusals import CypherFault, Refused
from graph.console.values import to_json
from graph.database import Address, Database
from graph.errors import LimitExceeded, TimedOut, Unavailable

pytestmark = pytest.mark.anyio
_NO_LIMITS = Limits(10**9, 10**12)
_KINDS = """
MATCH (u:User {handle: 'lizi_snow9'})-[f:FOLLOWS]->(v:User) WITH u, f, v ORDER BY f.to LIMIT 1
UNWIND range(1, 250) AS i
RETURN i, i * 0.5 AS half, 'text, "' + i AS text, i % 2 = 0 AS even, null AS nothing, u AS node, f AS tie,
  [(u)-[:POSTED]->(n) | n.id] AS notes, u.createdAt AS at, date(u.createdAt) AS day, {a: [1, 'b']} AS map,
  duration('P1DT2H') AS span, point({x: 1, y: 2}) AS place, CASE i WHEN 3 THEN null ELSE [i, i + 1] END AS numbers"""


async def _bytes(door: ConsoleDoor, text: str, form: Format, limits: Limits = _NO_LIMITS) -> tuple[bytes, Delivery]:
    async with door.ask(Question(text), closed=True, who="test") as answer:
        delivery = Delivery(answer.rows, ENCODERS[form](), limits, "live")
        return b"".join([piece async for piece in delivery.pieces()]), delivery


async def _driver_rows(address: Address, text: str) -> list[list[Any]]:
    async with (
        neo4j.AsyncGraphDatabase.driver(address.uri, auth=(address.username, address.password)) as driver,
        driver.session(default_access_mode="READ") as session,
    ):
        return [list(row.values()) async for row in await session.run(text)]


@pytest.mark.parametrize("page", [1, 7, 100, 101, 1_000])
async def test_rows_are_the_drivers(door: ConsoleDoor, address: Address, page: int) -> None:
    wanted = await _driver_rows(address, _KINDS)
    assert len(wanted) == 250
    async with door.ask(Question(_KINDS), closed=True, who="test") as answer:
        found: list[list[Any]] = []
        while rows := await answer.rows.pull(page):
            assert len(rows) <= max(page, 100)
            found += rows
        assert await answer.rows.pull(page) == []
    assert to_json(found) == to_json(wanted)


async def test_json(door: ConsoleDoor) -> None:
    body, _ = await _bytes(door, _KINDS, "json")
    found = json.loads(body)
    assert found.keys() == {"columns", "rows", "truncated", "summary"}
    assert found["truncated"] is None
    assert found["summary"]["rows"] == len(found["rows"]) == 250
    assert found["summary"]["source"] == "live"
    first = dict(zip(found["columns"], found["rows"][0], strict=True))
    assert first | {"i": 1, "half": 0.5, "text": 'text, "1', "even": False, "nothing": None} == first
    assert first["node"]["labels"] == ["User"]
    assert first["node"]["properties"]["handle"] == "lizi_snow9"
    assert first["tie"]["type"] == "FOLLOWS"
    assert first["tie"]["start"] == first["node"]["elementId"]
    assert first["at"].endswith("+00:00")
    assert first["span"] == "P1DT2H"
    assert first["map"] == {"a": [1, "b"]}
    assert first["place"] == {"srid": 7203, "coordinates": [1.0, 2.0]}


async def test_csv(door: ConsoleDoor) -> None:
    body, _ = await _bytes(door, _KINDS, "csv")
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert len(rows) == 250
    assert rows[2] | {"i": "3", "text": 'text, "3', "even": "false", "nothing": "", "numbers": ""} == rows[2]
    assert json.loads(rows[0]["numbers"]) == [1, 2]
    assert json.loads(rows[0]["node"])["labels"] == ["User"]


async def test_arrow_and_parquet(door: ConsoleDoor) -> None:
    stream, _ = await _bytes(door, _KINDS, "arrow")
    file, _ = await _bytes(door, _KINDS, "parquet")
    table = pa.ipc.open_stream(stream).read_all()
    assert pq.read_table(io.BytesIO(file)).equals(table)
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "i": "int64", "half": "double", "text": "string", "even": "bool", "nothing": "string", "node": "string",
        "tie": "string", "notes": "list<item: string>", "at": "timestamp[us, tz=UTC]", "day": "date32[day]",
        "map": "string", "span": "string", "place": "string", "numbers": "list<item: int64>",
    }  # fmt: skip
    assert table.num_rows == 250
    assert table["numbers"][2].as_py() is None
    assert json.loads(table["map"][0].as_py()) == {"a": [1, "b"]}
    assert pq.ParquetFile(io.BytesIO(file)).metadata.metadata[b"rows"] == b"250"


async def test_an_answer_without_rows_has_columns(door: ConsoleDoor) -> None:
    text = "MATCH (u:User) WHERE u.handle = 'nobody' RETURN u.id AS id, u.kind AS kind"
    assert json.loads((await _bytes(door, text, "json"))[0])["columns"] == ["id", "kind"]
    assert (await _bytes(door, text, "csv"))[0] == b"id,kind\r\n"
    assert pa.ipc.open_stream((await _bytes(door, text, "arrow"))[0]).read_all().column_names == ["id", "kind"]
    assert pq.read_table(io.BytesIO((await _bytes(door, text, "parquet"))[0])).num_rows == 0


async def test_rows_beyond_the_limit_are_left_out_and_that_is_told(door: ConsoleDoor) -> None:
    text, few = "UNWIND range(1, 5000) AS i RETURN i", Limits(333, 10**12)
    found = json.loads((await _bytes(door, text, "json", few))[0])
    assert [row[0] for row in found["rows"]] == list(range(1, 334))
    assert found["truncated"] == {"by": "rows", "limit": 333}
    lines = (await _bytes(door, text, "csv", few))[0].decode().splitlines()
    assert (len(lines), lines[-1]) == (335, "# truncated: the answer was cut at the limit of 333 rows")
    reader = pa.ipc.open_stream((await _bytes(door, text, "arrow", few))[0])
    batches = []
    while True:
        try:
            batches.append(reader.read_next_batch_with_custom_metadata())
        except StopIteration:
            break
    assert sum(batch.num_rows for batch, _ in batches) == 333
    assert batches[-1][1][b"truncated"].startswith(b"truncated: ")
    file = pq.ParquetFile(io.BytesIO((await _bytes(door, text, "parquet", few))[0]))
    assert file.metadata.num_rows == 333
    assert file.metadata.metadata[b"truncated"].startswith(b"truncated: ")


@pytest.mark.parametrize("rows", [333, 334])
async def test_an_answer_of_just_the_limit_is_whole(door: ConsoleDoor, rows: int) -> None:
    body, _ = await _bytes(door, "UNWIND range(1, 333) AS i RETURN i", "json", Limits(rows, 10**12))
    assert json.loads(body)["truncated"] is None


async def test_bytes_beyond_the_limit_are_left_out_and_that_is_told(door: ConsoleDoor) -> None:
    text = "UNWIND range(1, 100000) AS i RETURN i, 'a text of some thirty letters in all' AS text"
    body, delivery = await _bytes(door, text, "json", Limits(10**9, 100_000))
    found = json.loads(body)
    assert found["truncated"] == {"by": "bytes", "limit": 100_000}
    assert 100_000 <= len(body) < 100_000 + 300 * 1024
    assert found["summary"]["rows"] == len(found["rows"]) == delivery.sent_rows


async def test_a_column_that_changes_its_type_is_told_by_name(door: ConsoleDoor) -> None:
    text = "UNWIND range(1, 1000) AS i RETURN CASE WHEN i < 900 THEN i ELSE 'many' END AS changing"
    for form in ("arrow", "parquet"):
        with pytest.raises(CypherFault, match="changing begins with int64"):
            await _bytes(door, text, form)
    assert json.loads((await _bytes(door, text, "json"))[0])["rows"][-1] == ["many"]


async def test_an_error_in_the_middle_is_raised(door: ConsoleDoor) -> None:
    with pytest.raises(CypherFault, match="/ by zero"):
        await _bytes(door, "UNWIND range(1, 20000) AS i RETURN 10 / (15000 - i) AS x", "csv")


_ENDLESS = "MATCH (a:User), (b:User), (c:User), (d:User) WHERE a.id + b.id + c.id + d.id = 'x' RETURN count(*)"
_RUNNING = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.who = $who RETURN metaData"


async def test_time_is_the_servers_to_keep(door: ConsoleDoor) -> None:
    with pytest.raises(TimedOut):
        async with door.ask(Question(_ENDLESS, timeout_s=0.5), closed=True, who="test") as answer:
            await answer.rows.pull(1)


async def test_memory_is_the_servers_to_keep(door: ConsoleDoor) -> None:
    with pytest.raises(LimitExceeded):
        await _bytes(door, "UNWIND range(1, 50000000) AS i WITH collect(toString(i)) AS much RETURN size(much)", "json")


async def test_leaving_ends_the_servers_work(door: ConsoleDoor, database: Database) -> None:
    async def endless() -> None:
        async with door.ask(Question(_ENDLESS), closed=True, who="leaving") as answer:
            await answer.rows.pull(1)

    async def running() -> int:
        return len(await database.command(_RUNNING, who="leaving"))

    task = asyncio.create_task(endless())
    async with asyncio.timeout(20):
        while not await running():  # noqa: ASYNC110  # the server tells of nothing by itself
            await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while await running():  # noqa: ASYNC110  # the same
            await asyncio.sleep(0.02)
    async with door.ask(Question("UNWIND range(1, 100000000) AS i RETURN i"), closed=True, who="leaving") as answer:
        assert len(await answer.rows.pull(10)) == 10
        assert await running() == 1
    assert await running() == 0


async def test_a_write_that_passed_every_word_is_stopped_by_the_mode(door: ConsoleDoor, database: Database) -> None:
    """The transaction itself is a reading one: even a text that no wall looked at writes nothing."""
    async with door._transaction(Question(""), "test") as transaction:
        with pytest.raises(neo4j.exceptions.ClientError, match="read access mode"):
            await (await transaction.run("CREATE (n:User {id: 'user_evil'})")).consume()
    with pytest.raises(Refused):
        await door.plan(Question("MATCH (n:User) SET n.evil = true"), closed=True, who="test")
    assert await database.command("MATCH (n:User {id: 'user_evil'}) RETURN n") == []


async def test_a_server_that_is_away_is_told(address: Address) -> None:
    away = ConsoleDoor(Address("bolt://127.0.0.1:1", address.username, address.password), connect_s=0.5)
    with pytest.raises(Unavailable):
        await away.plan(Question("RETURN 1 AS one"), closed=True, who="test")
    await away.close()

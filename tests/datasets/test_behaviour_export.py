"""What people did, exported and read back: whole, of those alone who let it be kept, and naming nobody unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pyarrow as pa
import pyarrow.dataset as files
import pyarrow.parquet as parquet
import pytest

from datasets.behaviour import SCHEMA, Names, export, export_behaviour
from graph import behaviour_log
from graph.database import Database
from graph.errors import Conflict
from settings import Settings
from tests.commands.command import run
from tests.schema.behaving import consent, event, moment, tell
from tests.schema.community import Person
from tests.schema.noting import post
from tests.schema.shop import ACCEPT, Shop, open_shop, people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
SECRET = b"of-this-test-alone-" + b"0" * 32
NOW = datetime.now(UTC)


@pytest.fixture
async def stage(client: httpx.AsyncClient, database: Database, settings: Settings) -> tuple[Person, Person, Shop, str]:
    """Somebody who lets their behaviour be kept, somebody who does not any more, a shop, and a note of its owner."""
    one, other = await people(client, database, settings, 2)
    shop = await open_shop(client, database, settings)
    note = await post(shop.owner)
    await consent(one, other)
    for person in (one, other):
        cited = {"recommendationId": "recommendation_x", "position": 2, "surface": "home_feed"}
        view = event("VIEW", note, dwellMs=900, at=moment(60))
        await tell(person, event("IMPRESSION", note, at=moment(90), **cited), view, event("HIDE", shop.product_id))
        await person.done("likeNote", {"noteId": note})
        await person.done("followUser", {"userId": shop.owner.id})
    await other.done("setBehaviourConsent", {"given": False})
    order = await one.done("placeOrder", {"variantId": shop.variant_id, "quantity": 2}, "order { id }")
    await one.done("payOrder", {"orderId": order["order"]["id"], "paymentToken": ACCEPT})
    await one.done("placeOrder", {"variantId": shop.variant_id, "quantity": 1})
    await one.done("writeReview", {"productId": shop.product_id, "rating": 4, "text": "好用"})
    return one, other, shop, note


async def exported(
    database: Database, folder: Path, *, with_ids: bool = True, since: datetime | None = None
) -> pa.Table:
    """The events of an export, read back."""
    since = since or NOW - timedelta(days=20_000)
    until = datetime.now(UTC) + timedelta(hours=1)
    names = Names(SECRET, with_ids=with_ids)
    found = await export_behaviour(database, folder, names=names, since=since, until=until, now=NOW)
    table, told = read(folder)
    assert table.num_rows == found.events == told["events"]
    return table


def read(folder: Path) -> tuple[pa.Table, Any]:
    """The events and the manifest of an export."""
    table = files.dataset(sorted(folder.glob("events-*.parquet")), schema=SCHEMA).to_table()
    return table, orjson.loads((folder / "manifest.json").read_bytes())


def inside(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def of(table: pa.Table, user_id: str) -> list[dict[str, Any]]:
    rows = [row for row in table.to_pylist() if row["user_id"] == user_id]
    return sorted(rows, key=lambda row: (row["kind"], row["subject_id"]))


async def test_everything_is_there_of_those_who_consent(
    database: Database, stage: tuple[Person, Person, Shop, str], tmp_path: Path
) -> None:
    one, other, shop, note = stage
    table = await exported(database, tmp_path / "out")
    found = of(table, one.id)
    assert [(row["kind"], row["subject_id"]) for row in found] == [
        ("follow", shop.owner.id), ("hide", shop.product_id), ("impression", note), ("like", note),
        ("purchase", shop.product_id), ("review", shop.product_id), ("view", note),
    ]  # fmt: skip
    shown, seen = found[2], found[6]
    assert (shown["recommendation_id"], shown["position"], shown["surface"]) == ("recommendation_x", 2, "home_feed")
    assert (seen["dwell_ms"], seen["recommendation_id"]) == (900, None)
    assert timedelta(minutes=59) < seen["received_at"] - seen["at"] < timedelta(minutes=65)
    assert seen["event_id"].startswith("behaviourevent_")
    assert [row["kind"] for row in of(table, other.id)] == ["follow", "like"]
    assert len(set(table["event_id"].to_pylist())) == table.num_rows
    again = await exported(database, tmp_path / "again")
    assert sorted(again["event_id"].to_pylist()) == sorted(table["event_id"].to_pylist())


async def test_every_like_keep_and_follow_of_the_graph_is_there(database: Database, tmp_path: Path) -> None:
    table = await exported(database, tmp_path / "out")
    # What clients told of such acts is there too, as events of its own.
    kinds = [row["kind"] for row in table.to_pylist() if row["event_id"].startswith("act_")]
    for kind, type_ in (("like", "LIKES"), ("collect", "COLLECTED"), ("follow", "FOLLOWS")):
        (row,) = await cypher(database, f"MATCH (:User)-[e:{type_}]->() RETURN count(e) AS n")
        assert kinds.count(kind) == row["n"] > 0
    (row,) = await cypher(
        database,
        "MATCH (o:Order)-[:CONTAINS]->(l:OrderLine) WHERE o.state IN ['paid', 'shipped', 'completed'] "
        "RETURN count(l) AS n",
    )
    assert kinds.count("purchase") == row["n"] > 0


async def test_nobody_is_named_unasked(
    database: Database, stage: tuple[Person, Person, Shop, str], tmp_path: Path
) -> None:
    one, _, shop, _ = stage
    table = await exported(database, tmp_path / "out", with_ids=False)
    (row,) = await cypher(database, "MATCH (u:User) RETURN collect(u.id) AS ids")
    ids = set(row["ids"])
    for column in ("event_id", "user_id", "subject_id"):
        assert not ids.intersection(table[column].to_pylist())
    for path in (tmp_path / "out").iterdir():
        assert one.id.encode() not in path.read_bytes()
    names = Names(SECRET, with_ids=False)
    found = of(table, names.person(one.id))
    assert len(found) == 7
    assert found[0]["subject_id"] == names.person(shop.owner.id)
    assert names.person(one.id) != Names(SECRET + b"x", with_ids=False).person(one.id)


async def test_from_then_and_until_then(
    database: Database, stage: tuple[Person, Person, Shop, str], tmp_path: Path
) -> None:
    one, *_ = stage
    table = await exported(database, tmp_path / "out", since=datetime.now(UTC) - timedelta(minutes=70))
    assert [row["kind"] for row in of(table, one.id)] == ["follow", "hide", "like", "purchase", "review", "view"]
    assert min(table["at"].to_pylist()) >= datetime.now(UTC) - timedelta(minutes=71)


async def test_many_events_make_several_files(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_ROWS_PER_GROUP", 500)
    monkeypatch.setattr(export, "_ROWS_PER_FILE", 2_000)
    table = await exported(database, tmp_path / "out")
    paths = sorted((tmp_path / "out").glob("*.parquet"))
    assert len(paths) == -(-table.num_rows // 2_000) > 3
    assert {parquet.ParquetFile(path).schema_arrow for path in paths} == {SCHEMA}
    assert parquet.ParquetFile(paths[0]).metadata.num_row_groups == 4


async def test_a_folder_is_there_whole_or_not_at_all(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        yield behaviour_log.Done("user_x", "like", "note_x", 0, 0)
        raise ConnectionError

    monkeypatch.setattr(export, "done", broken)
    with pytest.raises(ConnectionError):
        await exported(database, tmp_path / "out")
    assert inside(tmp_path) == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    with pytest.raises(Conflict):
        await exported(database, tmp_path / "full")
    assert inside(tmp_path / "full") == ["mine.txt"]


def test_the_command(settings: Settings, tmp_path: Path) -> None:
    named = {
        "NEO4J_URI": settings.neo4j_uri or "",
        "NEO4J_USERNAME": settings.neo4j_username,
        "NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
        "ZHONGCAO_SECRET_KEY": SECRET.decode(),
    }
    folder = tmp_path / "out"
    status, output = run("behaviour", "export", str(folder), "--until", "2026-10-31", "--with-ids", **named)
    assert status == 0, output
    assert "events of up to" in output
    table, _ = read(folder)
    assert table.num_rows > 1_000
    assert max(table["at"].to_pylist()) < datetime(2026, 10, 31, tzinfo=UTC)
    status, output = run("behaviour", "export", str(folder), **named)
    assert status == 1
    assert "is there already" in output
    status, output = run("behaviour", "export", str(tmp_path / "other"), "--since", "yesterday", **named)
    assert status == 1
    assert "--since: pass a day or a moment" in output
    assert not (tmp_path / "other").exists()

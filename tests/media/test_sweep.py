"""What no Media names goes, in a folder and in a bucket, and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands import cli
from graph.database import Database
from media.kinds import JPEG
from media.store import key_of, open_store
from media.sweep import sweep
from settings import Settings
from tests.media.pictures import encoded, quadrants
from tests.media.service import new_user, nodes, serving, upload
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
LATER = timedelta(days=1, minutes=1)


async def test_only_old_objects_that_nothing_names_go(media_settings: Settings, database: Database) -> None:
    store = open_store(media_settings)
    user_id = await new_user(database)
    async with serving(media_settings) as client:
        kept = await upload(client, user_id, encoded(quadrants(), "PNG"))
        removed = await upload(client, user_id, encoded(quadrants(50, 50), "PNG"))
        gone = await upload(client, user_id, encoded(quadrants(60, 60), "PNG"))
    # What moderation removed stays: it may be appealed.
    await cypher(database, "MATCH (m:Media {id: $id}) SET m.state = 'removed'", id=removed["id"])
    await cypher(database, "MATCH (m:Media {id: $id}) DETACH DELETE m", id=gone["id"])
    orphan = os.urandom(100)
    key = key_of(hashlib.sha256(orphan).hexdigest(), JPEG)
    await store.put(key, orphan, 100, now=datetime.now(UTC))

    assert (await sweep(database, store, now=datetime.now(UTC))).startswith("7 objects seen, 0 deleted")
    assert (await sweep(database, store, now=datetime.now(UTC) + LATER)).startswith("7 objects seen, 3 deleted")
    assert (await sweep(database, store, now=datetime.now(UTC) + LATER)).startswith("4 objects seen, 0 deleted")
    named = {one[name] for one in await nodes(database, user_id) for name in ("storageKey", "thumbnailKey")}
    assert {one.key async for batch in store.listed() for one in batch} == named
    async with serving(media_settings) as client:
        assert (await client.get(kept["url"])).status_code == 200
        assert (await client.get(kept["thumbnailUrl"])).status_code == 200


def test_the_job_sweeps(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", settings.neo4j_uri or "")
    monkeypatch.setenv("NEO4J_USERNAME", settings.neo4j_username)
    monkeypatch.setenv("NEO4J_PASSWORD", settings.neo4j_password.get_secret_value())
    content = os.urandom(100)
    path = tmp_path / "media" / key_of(hashlib.sha256(content).hexdigest(), JPEG)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    two_days_ago = datetime.now(UTC).timestamp() - 2 * 86_400
    os.utime(path, (two_days_ago, two_days_ago))
    listed = CliRunner().invoke(cli, ["job", "--data-dir", str(tmp_path)])
    assert re.search(r"media-sweep +Deletes stored files that no Media names", listed.output)
    swept = CliRunner().invoke(cli, ["job", "media-sweep", "--data-dir", str(tmp_path)])
    assert swept.exit_code == 0, swept.output
    assert "1 objects seen, 1 deleted" in swept.output
    assert not path.exists()

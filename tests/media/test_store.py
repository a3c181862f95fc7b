"""The media store, the same tests on a folder and on an S3-compatible server over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from graph.errors import NotFound, Unavailable
from media.kinds import JPEG, MP4
from media.store import MediaStore, key_of, open_store, sha256_of_key
from settings import Settings, SettingsError, load_settings

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)


@pytest.fixture
def store(media_settings: Settings) -> MediaStore:
    return open_store(media_settings)


def named(content: bytes, media_type: object = JPEG) -> str:
    return key_of(hashlib.sha256(content).hexdigest(), JPEG if media_type is JPEG else MP4)


async def whole(store: MediaStore, key: str, start: int, end: int) -> bytes:
    return b"".join([window async for window in store.read(key, start, end)])


async def test_what_is_put_is_read_in_parts(store: MediaStore) -> None:
    content = os.urandom(1_000)
    key = named(content)
    assert await store.head(key) is None
    await store.put(key, content, len(content), now=NOW)
    found = await store.head(key)
    assert found is not None
    assert (found.key, found.bytes) == (key, 1_000)
    assert abs(found.written_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await whole(store, key, 0, 1_000) == content
    assert await whole(store, key, 10, 11) == content[10:11]
    assert await whole(store, key, 990, 1_000) == content[990:]


async def test_a_large_file_travels_in_windows(store: MediaStore) -> None:
    content = os.urandom(12 * 1024 * 1024 + 7)
    key = named(content, MP4)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        await store.put(key, file, len(content), now=NOW)
    windows = [window async for window in store.read(key, 3, len(content))]
    assert b"".join(windows) == content[3:]
    assert max(map(len, windows)) <= 2 * 1024 * 1024


async def test_a_fresh_object_is_written_once_and_an_old_or_broken_one_again(store: MediaStore) -> None:
    content = os.urandom(100)
    key = named(content)
    await store.put(key, content, 100, now=datetime.now(UTC))
    await store.put(key, b"x" * 100, 100, now=datetime.now(UTC))
    assert await whole(store, key, 0, 100) == content
    # An object of another size is not what its key says.
    await store.put(key, b"y" * 50, 50, now=datetime.now(UTC))
    assert await whole(store, key, 0, 50) == b"y" * 50
    await store.put(key, content, 100, now=datetime.now(UTC) + timedelta(hours=2))
    assert await whole(store, key, 0, 100) == content


async def test_many_may_write_the_same_at_once(store: MediaStore) -> None:
    content = os.urandom(300_000)
    key = named(content)
    await asyncio.gather(*(store.put(key, content, len(content), now=NOW) for _ in range(8)))
    assert await whole(store, key, 0, len(content)) == content


async def test_listing_and_deleting(store: MediaStore) -> None:
    keys = set()
    for content in (b"one", b"two", b"three"):
        keys.add(named(content))
        await store.put(named(content), content, len(content), now=NOW)
    assert {one.key async for batch in store.listed() for one in batch} == keys
    await store.delete(named(b"one"))
    await store.delete(named(b"one"))
    assert await store.head(named(b"one")) is None
    assert {one.key async for batch in store.listed() for one in batch} == keys - {named(b"one")}
    with pytest.raises(NotFound):
        await whole(store, named(b"one"), 0, 3)


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "ab/../" + "a" * 64 + ".jpg",
        "ab/" + "a" * 64 + ".jpg",
        "aa/" + "a" * 64 + ".html",
        "aa/" + "a" * 63 + ".jpg",
        "/aa/" + "a" * 64 + ".jpg",
        "aa/" + "a" * 64 + ".jpg\n",
        "AA/" + "A" * 64 + ".jpg",
        "",
    ],
)
async def test_nothing_but_keys_of_ours_reaches_the_store(store: MediaStore, key: str) -> None:
    with pytest.raises(NotFound):
        sha256_of_key(key)
    with pytest.raises(NotFound):
        await store.head(key)
    with pytest.raises(NotFound):
        await whole(store, key, 0, 1)
    with pytest.raises(NotFound):
        await store.put(key, b"x", 1, now=NOW)
    with pytest.raises(NotFound):
        await store.delete(key)


async def test_a_store_that_is_away_is_unavailable(settings: Settings) -> None:
    away = open_store(
        settings.model_copy(
            update={
                "media_store": "s3://nothing",
                "media_s3_endpoint": "http://127.0.0.1:9",
                "media_s3_key_id": "k",
                "media_s3_secret": SecretStr("s"),
            }
        )
    )
    with pytest.raises(Unavailable):
        await away.head(named(b"x"))


async def test_a_bucket_that_is_not_there_is_no_missing_file(settings: Settings, s3_endpoint: str) -> None:
    missing = open_store(
        settings.model_copy(
            update={
                "media_store": "s3://no-such-bucket",
                "media_s3_endpoint": s3_endpoint,
                "media_s3_key_id": "k",
                "media_s3_secret": SecretStr("s"),
            }
        )
    )
    with pytest.raises(Unavailable, match="not there"):
        await missing.put(named(b"x"), b"x", 1, now=NOW)


def test_settings_name_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("s3://bucket", "s3://bucket.name-1/pre/fix", ""):
        monkeypatch.setenv("ZHONGCAO_MEDIA_STORE", value)
        assert load_settings().media_store == value
    for value in ("s3://", "s3://B", "file:///etc", "https://bucket", "s3://bucket/a b", "bucket"):
        monkeypatch.setenv("ZHONGCAO_MEDIA_STORE", value)
        with pytest.raises(SettingsError, match="ZHONGCAO_MEDIA_STORE"):
            load_settings()

"""Uploads over HTTP, into a folder and into a bucket: what becomes of them, and what is refused."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.media.pictures import PLACE, encoded, opened, quadrants, telling_exif
from tests.media.service import JPEG, new_user, nodes, serving, upload
from tests.media.videos import GPS_PLACE, mp4, webm
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(media_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(media_settings) as client:
        yield client


@pytest.fixture
def local(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data_dir": tmp_path})


def picture(shade: int = 0) -> bytes:
    image = quadrants(60, 30)
    image.putpixel((0, 0), (shade % 256, shade // 256 % 256, 7))
    return encoded(image, "PNG", exif=telling_exif())


async def test_a_picture_becomes_media(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    content = encoded(quadrants(1_000, 500), "JPEG", exif=telling_exif(6))
    answer = await upload(service, user_id, content, alt="  一面四色旗 ")
    stored = (await service.get(answer["url"])).content
    thumbnail = (await service.get(answer["thumbnailUrl"])).content
    [node] = await nodes(database, user_id)
    assert answer == {
        "id": node["id"],
        "kind": "image",
        "mimeType": "image/jpeg",
        "width": 500,
        "height": 1_000,
        "bytes": len(stored),
        "url": f"/media/{node['id']}",
        "thumbnailUrl": f"/media/{node['id']}/thumbnail",
        "altText": "一面四色旗",
    }
    sha256 = hashlib.sha256(stored).hexdigest()
    assert node["sha256"] == sha256
    assert node["sourceSha256"] == hashlib.sha256(content).hexdigest()
    assert node["storageKey"] == f"{sha256[:2]}/{sha256}.jpg"
    assert node["contentKey"] == f"{user_id}:{sha256}"
    assert (node["ownerId"], node["state"]) == (user_id, "ready")
    assert PLACE.encode() in content
    assert PLACE.encode() not in stored + thumbnail
    assert opened(thumbnail).size == (240, 480)


@pytest.mark.parametrize(("content", "mime_type"), [(mp4(), "video/mp4"), (webm(live=True), "video/webm")])
async def test_a_video_becomes_media(
    service: httpx.AsyncClient, database: Database, content: bytes, mime_type: str
) -> None:
    answer = await upload(service, await new_user(database), content)
    assert (answer["kind"], answer["mimeType"], answer["width"], answer["height"]) == ("video", mime_type, 640, 360)
    assert (answer["bytes"], answer["thumbnailUrl"], answer["altText"]) == (len(content), None, None)
    response = await service.get(answer["url"])
    assert response.headers["content-type"] == mime_type
    assert GPS_PLACE not in response.content
    assert (await service.get(answer["url"] + "/thumbnail")).status_code == 404


async def test_the_same_again_is_the_same(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    plain, telling = encoded(quadrants(), "PNG"), encoded(quadrants(), "PNG", exif=telling_exif())
    first = await upload(service, user_id, plain)
    assert await upload(service, user_id, plain, 200) == first
    # Other bytes, the same picture.
    assert await upload(service, user_id, telling, 200) == first
    assert (await upload(service, user_id, plain, 200, alt="words"))["altText"] == "words"
    assert (await upload(service, user_id, telling, 200, alt="others"))["altText"] == "words"
    assert len(await nodes(database, user_id)) == 1


async def test_everybody_has_a_media_of_their_own(service: httpx.AsyncClient, database: Database) -> None:
    """Nothing in the answer tells that somebody else has uploaded the same, but the object is kept once."""
    content = picture(1)
    one, other = await new_user(database), await new_user(database)
    first, second = await upload(service, one, content), await upload(service, other, content)
    assert first["id"] != second["id"]
    assert {**first, "id": "", "url": "", "thumbnailUrl": ""} == {**second, "id": "", "url": "", "thumbnailUrl": ""}
    [node], [copy] = await nodes(database, one), await nodes(database, other)
    assert node["storageKey"] == copy["storageKey"]


async def test_the_same_eight_times_at_once_is_one_media(service: httpx.AsyncClient, database: Database) -> None:
    user_id, content = await new_user(database), picture(2)
    headers = {**JPEG, "authorization": user_id}
    answers = await asyncio.gather(*(service.post("/media", content=content, headers=headers) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await nodes(database, user_id)) == 1
    assert (await service.get(answers[0].json()["url"])).status_code == 200


async def test_an_object_that_was_lost_comes_back_with_the_next_upload(local: Settings, database: Database) -> None:
    user_id, content = await new_user(database), picture(3)
    async with serving(local) as client:
        answer = await upload(client, user_id, content)
        [node] = await nodes(database, user_id)
        (local.data_dir / "media" / node["storageKey"]).unlink()
        response = await client.get(answer["url"])
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
        assert await upload(client, user_id, content, 200) == answer
        assert (await client.get(answer["url"])).status_code == 200


def _code(response: httpx.Response) -> tuple[int, str, list[str] | None]:
    [error] = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["extensions"].get("field")


@pytest.mark.parametrize(
    ("headers", "content", "expected"),
    [
        ({}, picture(), (401, "SIGN_IN_REQUIRED", None)),
        ({"authorization": "bad"}, picture(), (401, "SIGN_IN_REQUIRED", None)),
        ({"content-type": "text/plain"}, picture(), (415, "INVALID", ["content-type"])),
        ({"content-type": "multipart/form-data; boundary=x"}, picture(), (415, "INVALID", ["content-type"])),
        ({"content-type": "application/x-www-form-urlencoded"}, picture(), (415, "INVALID", ["content-type"])),
        ({}, b"<html><script>alert(1)</script></html>", (415, "INVALID", ["file"])),
        ({}, b'<svg xmlns="http://www.w3.org/2000/svg"/>', (415, "INVALID", ["file"])),
        ({}, b"", (415, "INVALID", ["file"])),
        ({}, picture()[:60], (422, "INVALID", ["file"])),
        ({}, b"GIF89a<script>alert(1)</script>", (422, "INVALID", ["file"])),
        ({}, mp4()[:-9], (422, "INVALID", ["file"])),
        ({}, encoded(quadrants(100, 101), "PNG"), (413, "LIMIT_EXCEEDED", ["file"])),
        ({}, picture() + bytes(20_000), (413, "LIMIT_EXCEEDED", ["file"])),
        ({}, mp4() + bytes(40_000), (413, "LIMIT_EXCEEDED", ["file"])),
    ],
)
async def test_what_is_refused(
    local: Settings, database: Database, headers: dict[str, str], content: bytes, expected: Any
) -> None:
    user_id = await new_user(database)
    limits = {"max_image_bytes": 10_000, "max_image_pixels": 10_000, "max_video_bytes": 30_000}
    who = {} if expected[0] == 401 else {"authorization": user_id}
    async with serving(local.model_copy(update=limits)) as client:
        response = await client.post("/media", content=content, headers={**JPEG, **who, **headers})
    assert _code(response) == expected
    assert await nodes(database, user_id) == []
    assert [path for path in (local.data_dir / "media").rglob("*") if path.is_file()] == []


async def test_a_body_without_a_length_is_cut_off_at_the_limit(local: Settings, database: Database) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield picture()
        while True:
            sent += 1
            yield bytes(10_000)

    headers = {**JPEG, "authorization": await new_user(database)}
    async with serving(local.model_copy(update={"max_image_bytes": 50_000})) as client:
        response = await client.post("/media", content=endless(), headers=headers)
    assert _code(response) == (413, "LIMIT_EXCEEDED", ["file"])
    assert sent < 10


async def test_a_slow_upload_is_ended(local: Settings, database: Database) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield picture()
        await asyncio.sleep(30)

    headers = {**JPEG, "authorization": await new_user(database)}
    async with serving(local.model_copy(update={"upload_timeout_s": 0.3})) as client:
        response = await client.post("/media", content=slow(), headers=headers)
    assert _code(response) == (408, "TIMED_OUT", None)


async def test_who_may_not_act_may_not_upload(service: httpx.AsyncClient, database: Database) -> None:
    refused = await upload(service, await new_user(database, "suspended"), picture(), 403)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_what_moderation_removed_does_not_come_back(local: Settings, database: Database) -> None:
    user_id, plain = await new_user(database), encoded(quadrants(), "PNG")
    async with serving(local) as client:
        answer = await upload(client, user_id, plain)
        await cypher(database, "MATCH (m:Media {id: $id}) SET m.state = 'removed'", id=answer["id"])
    async with serving(local) as client:
        assert _code(await client.get(answer["url"])) == (404, "NOT_FOUND", None)
        again = encoded(quadrants(), "PNG", exif=telling_exif())
        for content in (plain, again):
            refused = await upload(client, user_id, content, 403)
            assert refused["errors"][0]["extensions"] == {"code": "FORBIDDEN", "field": ["file"]}
        assert (await upload(client, await new_user(database), plain))["id"] != answer["id"]


async def test_alt_text_has_a_bound(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    refused = await upload(service, user_id, picture(), 422, alt="x" * 1_001)
    assert refused["errors"][0]["extensions"] == {"code": "INVALID", "field": ["alt"]}
    assert (await upload(service, user_id, picture(), 201, alt="x" * 1_000))["altText"] == "x" * 1_000


async def test_uploads_are_counted(local: Settings, database: Database) -> None:
    user_id = await new_user(database)
    async with serving(local.model_copy(update={"rate_uploads_per_10_minutes": 2})) as client:
        for status in (201, 200):
            await upload(client, user_id, picture(4), status)
        response = await client.post("/media", content=picture(4), headers={**JPEG, "authorization": user_id})
    assert _code(response) == (429, "LIMIT_EXCEEDED", None)
    assert 0 < int(response.headers["retry-after"]) <= 600

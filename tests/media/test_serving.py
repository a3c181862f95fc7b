"""Serving over HTTP, from a folder and from a bucket: headers, parts, conditions, and what is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.media.pictures import encoded, quadrants
from tests.media.service import new_user, nodes, serving, upload
from tests.media.videos import mp4

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(media_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(media_settings) as client:
        yield client


def _own(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "x-request-id"}


async def test_headers(service: httpx.AsyncClient, database: Database) -> None:
    user_id = await new_user(database)
    answer = await upload(service, user_id, encoded(quadrants(), "PNG"))
    [node] = await nodes(database, user_id)
    safe = {
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "public, max-age=31536000, immutable",
        "accept-ranges": "bytes",
    }
    whole = await service.get(answer["url"])
    assert _own(whole) == {
        **safe,
        "content-type": "image/png",
        "content-disposition": f'inline; filename="{answer["id"]}.png"',
        "content-length": str(answer["bytes"]),
        "etag": f'"{node["sha256"]}"',
    }
    assert len(whole.content) == answer["bytes"]
    head = await service.head(answer["url"])
    assert (head.status_code, _own(head), head.content) == (200, _own(whole), b"")
    small = await service.get(answer["thumbnailUrl"])
    assert small.headers["content-type"] == "image/webp"
    assert small.headers["content-length"] == str(len(small.content)) == str(node["thumbnailBytes"])
    assert small.headers["etag"] == f'"{node["thumbnailKey"][3:67]}"'
    assert _own(await service.head(answer["thumbnailUrl"])) == _own(small)


async def test_parts(service: httpx.AsyncClient, database: Database) -> None:
    answer = await upload(service, await new_user(database), mp4())
    url, size = answer["url"], answer["bytes"]
    whole = await service.get(url)

    async def part(value: str, **more: str) -> httpx.Response:
        return await service.get(url, headers={"range": value, **{key.replace("_", "-"): more[key] for key in more}})

    for value, expected in (("bytes=0-0", (0, 1)), ("bytes=10-99", (10, 100)), ("bytes=-5", (size - 5, size))):
        response = await part(value)
        start, end = expected
        assert response.status_code == 206
        assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert response.headers["content-length"] == str(end - start)
        assert response.headers["content-type"] == "video/mp4"
        assert response.content == whole.content[start:end]
    behind = await part(f"bytes={size}-")
    assert (behind.status_code, behind.headers["content-range"], behind.content) == (416, f"bytes */{size}", b"")
    assert behind.headers["x-content-type-options"] == "nosniff"
    for value in ("bytes=0-1,5-6", "lines=1-2", "bytes=9-2"):
        response = await part(value)
        assert (response.status_code, response.content) == (200, whole.content)
    etag = whole.headers["etag"]
    assert (await part("bytes=0-1", if_range=etag)).status_code == 206
    assert (await part("bytes=0-1", if_range='"other"')).status_code == 200
    head = await service.head(url, headers={"range": "bytes=0-1"})
    assert (head.status_code, head.headers["content-length"]) == (200, str(size))


async def test_what_is_there_already_is_not_sent(service: httpx.AsyncClient, database: Database) -> None:
    answer = await upload(service, await new_user(database), encoded(quadrants(), "WEBP"))
    etag = (await service.head(answer["url"])).headers["etag"]
    for value in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        response = await service.get(answer["url"], headers={"if-none-match": value, "range": "bytes=0-1"})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)
        assert "immutable" in response.headers["cache-control"]
    assert (await service.get(answer["url"], headers={"if-none-match": '"x"'})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/media_0",
        "/media/user_0",
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/media_..%2f..%2fetc%2fpasswd",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/media/media_0%00.jpg",
        "/media/media_" + "a" * 500,
        "/media/media_0/thumbnail",
        "/media/media_0/other",
        "/media/ab/" + "ab" * 32 + ".jpg",
    ],
)
async def test_nothing_else_is_served(service: httpx.AsyncClient, path: str) -> None:
    response = await service.get(path)
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("cache-control", "")


async def test_an_imported_key_leads_nowhere(service: httpx.AsyncClient, database: Database) -> None:
    """Keys come from the graph, which imports may fill: none but a key of ours is opened."""
    user_id = await new_user(database)
    await database.command(
        "CREATE (:Media {id: $id, contentKey: $id, ownerId: $id, kind: 'image', mimeType: 'image/png', sha256: 'x', "
        "sourceSha256: 'x', bytes: 10, storageKey: '../../../etc/passwd', state: 'ready', createdAt: datetime()})",
        id=user_id.replace("user", "media"),
    )
    response = await service.get(f"/media/{user_id.replace('user', 'media')}")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")


async def test_other_methods_are_refused(service: httpx.AsyncClient) -> None:
    assert (await service.put("/media/media_0", content=b"x")).status_code == 405
    assert (await service.get("/media")).status_code == 405
    assert (await service.delete("/media/media_0")).status_code == 405

"""A folder and a bucket, so that every test of storage runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from settings import Settings


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3-compatible server that speaks HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def media_settings(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Settings:
    """The settings of the running database, with a media store of this test's own."""
    found = settings.model_copy(update={"data_dir": tmp_path})
    if request.param == "folder":
        return found
    endpoint = request.getfixturevalue("s3_endpoint")
    bucket = f"media-{uuid4().hex}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-north-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    return found.model_copy(
        update={
            "media_store": f"s3://{bucket}/some/prefix",
            "media_s3_endpoint": endpoint,
            "media_s3_region": "eu-north-1",
            "media_s3_key_id": "k",
            "media_s3_secret": SecretStr("s"),
        }
    )

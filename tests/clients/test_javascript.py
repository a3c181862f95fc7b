"""Clients that frontends use: a story told with graphql-request, graphql-ws and graphql-sse, and generated types."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.home import service as served
from bench.measure import Unmeasurable
from bench.npm import installed
from graph.database import Address

HERE = Path(__file__).parent / "javascript"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home() -> Path:
    """A folder with the packages and the story."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed, so no JavaScript client can run")
    try:
        return installed(HERE, name="clients", files=("story.mjs", "codegen.json", "documents.graphql"))
    except Unmeasurable as error:
        pytest.skip(str(error))


@pytest.fixture
def service(address: Address) -> Iterator[str]:
    """The address of the API, served with two processes."""
    with served(address, workers=2) as (port, _):
        yield f"http://127.0.0.1:{port}/graphql"


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*words], cwd=home, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.timeout(300)
def test_sign_up_post_follow_and_be_notified(home: Path, service: str) -> None:
    story: dict[str, Any] = json.loads(run(home, "node", "story.mjs", service).stdout)
    created = story["createNote"]
    assert created["errors"] == []
    assert created["note"]["title"] == "第一篇"
    assert created["note"]["state"] == "PUBLISHED"
    assert {topic["name"] for topic in created["note"]["topics"]["nodes"]} == {"面条"}
    assert story["followUser"] == {"errors": [], "user": {"followerCount": 1, "viewerFollows": True}}
    for way in ("overSocket", "overStream"):
        notification = story[way]["data"]["notificationAdded"]
        assert notification["kind"] == "FOLLOWED"
        assert re.fullmatch(r"reader_\w+", notification["actor"]["handle"])


def test_types_are_generated_without_a_warning(home: Path) -> None:
    shutil.copyfile(ROOT / "schema.graphql", home / "schema.graphql")
    (home / "api.ts").unlink(missing_ok=True)
    done = run(home, "npx", "--no-install", "graphql-codegen", "--config", "codegen.json")
    assert not re.search(r"warn|error|deprecat", done.stdout + done.stderr, re.IGNORECASE), done.stdout + done.stderr
    made = (home / "api.ts").read_text(encoding="utf-8")
    for name in ("SignUpMutation", "PersonQuery", "NotifiedSubscription"):
        assert f"export type {name} =" in made

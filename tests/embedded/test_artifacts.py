"""Fetching, against a mirror on this machine that misbehaves on demand."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph.embedded import ArtifactCorrupt, ArtifactsUnavailable, Silent
from graph.embedded.artifacts import MIRROR_VARIABLE, ensure, ensure_artifacts
from graph.embedded.lock import Artifact, locked

CONTENT = {name: os.urandom(300_000) for name in ("one", "two", "three", "four")}
ARTIFACTS = tuple(
    Artifact("org.example", name, "1.0", "linux" if name == "two" else "", hashlib.sha256(body).hexdigest(), len(body))
    for name, body in CONTENT.items()
)


class Mirror(ThreadingHTTPServer):
    """Serves CONTENT; `faults` says what goes wrong, per artifact, in order of its requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: dict[str, list[str]] = {}
        self.asked: Counter[str] = Counter()
        self.url = f"http://127.0.0.1:{self.server_port}/maven2/"


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        name = self.path.split("/")[4]
        assert self.path == f"/maven2/org/example/{name}/1.0/{name}-1.0{'-linux' if name == 'two' else ''}.jar"
        self.server.asked[name] += 1
        faults = self.server.faults.get(name, [])
        fault = faults.pop(0) if faults else ""
        body = CONTENT[name]
        if fault == "absent":
            return self.send_error(404)
        if fault == "busy":
            return self.send_error(503)
        if fault == "corrupt":
            body = bytes([body[0] ^ 1]) + body[1:]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:1000] if fault == "cut" else body)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with Mirror() as mirror:
        thread = threading.Thread(target=mirror.serve_forever, args=(0.05,))
        thread.start()
        yield mirror
        mirror.shutdown()
        thread.join()


class Recorder(Silent):
    """Progress, added up."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.amount = 0
        self.finished = False

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        self.total, self.unit = total, unit

    def advance(self, amount: int = 1) -> None:
        self.amount += amount

    def done(self) -> None:
        self.finished = True


def fetch(mirror: Mirror, cache: Path, recorder: Recorder | None = None) -> list[Path]:
    return ensure_artifacts(
        ARTIFACTS, stamp_name="test", cache_dir=cache, progress=recorder or Recorder(), base_url=mirror.url
    )


def assert_whole(paths: list[Path]) -> None:
    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    left = [path for path in paths[0].parents[3].rglob("*") if path.suffix == ".part"]
    assert left == []


def test_fetches_all_once(mirror: Mirror, tmp_path: Path) -> None:
    recorder = Recorder()
    assert_whole(fetch(mirror, tmp_path, recorder))
    assert (recorder.total, recorder.amount, recorder.finished) == (1_200_000, 1_200_000, True)
    again = Recorder()
    assert_whole(fetch(mirror, tmp_path, again))
    assert again.total is None
    assert mirror.asked == dict.fromkeys(CONTENT, 1)


@pytest.mark.parametrize("fault", ["corrupt", "cut", "busy"])
def test_a_bad_answer_is_asked_for_again(
    mirror: Mirror, tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    mirror.faults = {"two": [fault]}
    assert_whole(fetch(mirror, tmp_path))
    assert mirror.asked["two"] == 2
    assert ("org.example:two:1.0:linux came damaged" in caplog.text) == (fault != "busy")


@pytest.mark.parametrize("fault", ["corrupt", "cut"])
def test_a_file_that_stays_bad_is_refused(mirror: Mirror, tmp_path: Path, fault: str) -> None:
    mirror.faults = {"two": [fault] * 9}
    with pytest.raises(ArtifactCorrupt, match=r"org\.example:two:1\.0:linux") as refused:
        fetch(mirror, tmp_path)
    assert refused.value.code == "ARTIFACT_CORRUPT"
    assert f"300000 bytes, SHA-256 {ARTIFACTS[1].sha256}" == refused.value.expected
    assert refused.value.found != refused.value.expected
    assert mirror.asked["two"] == 2
    assert list((tmp_path / "maven").rglob("two*.jar")) == []
    mirror.faults = {}
    assert_whole(fetch(mirror, tmp_path))


def test_resumes_where_it_stopped(mirror: Mirror, tmp_path: Path) -> None:
    mirror.faults = {"four": ["absent"]}
    with pytest.raises(ArtifactsUnavailable, match=r"404 for four-1\.0\.jar") as refused:
        fetch(mirror, tmp_path)
    assert refused.value.missing[-1] == "org.example:four:1.0"
    assert MIRROR_VARIABLE in str(refused.value)
    assert_whole(fetch(mirror, tmp_path))
    assert mirror.asked["one"] == 1
    assert mirror.asked["four"] == 2


@pytest.mark.parametrize("damage", ["truncated", "emptied", "removed", "flipped"])
def test_damage_in_the_cache_is_repaired(mirror: Mirror, tmp_path: Path, damage: str) -> None:
    target = fetch(mirror, tmp_path)[2]
    body = CONTENT["three"]
    if damage == "removed":
        target.unlink()
    else:
        flipped = body[:-1] + bytes([body[-1] ^ 1])
        target.write_bytes({"truncated": body[:-1], "emptied": b"", "flipped": flipped}[damage])
    assert_whole(fetch(mirror, tmp_path))
    assert mirror.asked == {"one": 1, "two": 1, "three": 2, "four": 1}


def test_an_unreadable_stamp_only_costs_hashing(mirror: Mirror, tmp_path: Path) -> None:
    fetch(mirror, tmp_path)
    (tmp_path / "stamps" / "test.json").write_text("[1", "utf-8")
    assert_whole(fetch(mirror, tmp_path))
    assert mirror.asked["one"] == 1


def test_without_network_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MIRROR_VARIABLE, "http://127.0.0.1:9/maven2")
    with pytest.raises(ArtifactsUnavailable, match="no connection") as refused:
        ensure("graphiql", cache_dir=tmp_path)
    assert len(refused.value.missing) == 4
    assert "http://127.0.0.1:9/maven2" in str(refused.value)
    assert f"{MIRROR_VARIABLE}=" in str(refused.value)


def test_the_lock_is_complete() -> None:
    server = locked("server")
    assert len(server) == 249
    assert sum(one.size_bytes for one in server) == 151_141_748
    assert {one.artifact for one in locked("graphiql")} == {"graphiql", "react", "react-dom", "graphql-ws"}
    assert {one.artifact for one in locked("explore")} == {"codemirror", "cytoscape", "echarts"}
    assert all(len(one.sha256) == 64 for one in server)
    assert len({one.version for one in server if one.group == "io.netty" and "tcnative" not in one.artifact}) == 1

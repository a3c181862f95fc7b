"""The cache for faster starts: used when it is there, prepared in the background, never in the way."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from graph.embedded import EmbeddedConfig, EmbeddedServer, startup_cache
from graph.embedded.artifacts import default_cache_dir
from graph.embedded.java import find_java
from graph.embedded.process import Child
from tests.embedded.conftest import small, until

pytestmark = pytest.mark.skipif(find_java().major < 25, reason="only Java 25 and newer can make such a cache")


@pytest.fixture
def cache_dir(tmp_path: Path, imported: Path) -> Path:
    """A cache with the jars, and no startup cache."""
    for part in ("maven", "stamps"):
        (tmp_path / part).symlink_to(default_cache_dir() / part)
    return tmp_path


def processes_of(folder: Path) -> list[psutil.Process]:
    return [one for one in psutil.process_iter(["cmdline"]) if str(folder) in str(one.info["cmdline"])]


def test_options_name_the_cache_once_it_is_there(tmp_path: Path) -> None:
    config, java = small(tmp_path, cache_dir=tmp_path, train_startup_cache=True), find_java()
    assert startup_cache.options(config, java) == []
    assert startup_cache.needs_training(config, java)
    assert not startup_cache.needs_training(replace(config, train_startup_cache=False), java)
    assert not startup_cache.needs_training(config, replace(java, major=24))

    def begin(scratch: EmbeddedConfig, options: list[str], cancelled: threading.Event) -> tuple[Child, str]:
        raise OSError("no room")

    startup_cache.train(config, java, begin, threading.Event())  # a failure is only logged
    (tmp_path / "startup").mkdir(exist_ok=True)
    file = startup_cache.cache_file(config, java)
    assert file is not None
    file.write_bytes(b"x")
    assert startup_cache.options(config, java)[0] == f"-XX:AOTCache={file}"
    assert not startup_cache.needs_training(config, java)


def test_java_starts_with_a_damaged_cache(tmp_path: Path) -> None:
    config, java = small(tmp_path, cache_dir=tmp_path), find_java()
    file = startup_cache.cache_file(config, java)
    assert file is not None
    file.parent.mkdir()
    file.write_bytes(b"\0" * 5000)
    command = [str(java.executable), *startup_cache.options(config, java), "-version"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "AOT" not in ended.stdout + ended.stderr


def test_training_ends_with_the_server(imported: Path, cache_dir: Path) -> None:
    config = small(imported, cache_dir=cache_dir, train_startup_cache=True)
    with EmbeddedServer(config):
        assert until(lambda: any("java.args" in str(one.info["cmdline"]) for one in processes_of(cache_dir)))
        begin = time.monotonic()
    assert time.monotonic() - begin < 8
    assert until(lambda: processes_of(cache_dir) == [], timeout_s=2)
    assert [path.name for path in (cache_dir / "startup").iterdir()] == ["training.lock"]

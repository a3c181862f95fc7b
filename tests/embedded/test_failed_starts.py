"""Starts that fail say why, and leave nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil
import pytest

from graph.embedded import BadConfig, EmbeddedConfig, EmbeddedServer, PasswordLost, StartFailed, StartTimeout, status
from graph.embedded.causes import LogMark
from graph.embedded.java import find_java
from graph.embedded.layout import DataDir
from graph.embedded.state import ProcessId
from tests.embedded.conftest import small


@pytest.fixture
def fresh(imported: Path, tmp_path: Path) -> Path:
    """A copy of the shared directory, to be spoilt."""
    shutil.copytree(imported, tmp_path / "copy")
    return tmp_path / "copy"


def failure(config: EmbeddedConfig) -> StartFailed:
    with pytest.raises(StartFailed) as refused:
        EmbeddedServer(config).start()
    assert not status(config.data_dir).running
    assert config.layout().password() not in str(refused.value)
    left = [one for one in psutil.process_iter(["cmdline"]) if f"@{config.data_dir}" in str(one.info["cmdline"])]
    assert left == []
    return refused.value


@pytest.mark.parametrize("started_before", [True, False])
def test_a_setting_that_the_server_refuses(fresh: Path, tmp_path: Path, started_before: bool) -> None:
    data_dir = fresh if started_before else tmp_path / "new"
    error = failure(small(data_dir, extra_settings=(("server.no_such_setting", "1"),)))
    assert "a setting was refused" in error.cause
    assert "server.no_such_setting" in error.cause
    assert error.code == "START_FAILED"
    assert str(error.log) in str(error)


def test_more_memory_than_java_can_have(fresh: Path) -> None:
    error = failure(small(fresh, heap_initial_mib=99_000_000, heap_max_mib=99_000_000))
    assert "memory" in error.cause


@pytest.mark.parametrize("database", ["system", "neo4j"])
def test_a_damaged_store(fresh: Path, database: str) -> None:
    (fresh / "data" / "databases" / database / "neostore").write_bytes(b"\0" * 100)
    error = failure(small(fresh))
    assert "damaged" in error.cause


def test_a_start_that_takes_too_long(fresh: Path) -> None:
    assert failure(small(fresh, start_timeout_s=0.3)).code == StartTimeout.code


def test_a_lost_password_is_not_replaced(fresh: Path) -> None:
    (fresh / "conf" / "password").unlink()
    with pytest.raises(PasswordLost, match="conf/password"):
        EmbeddedServer(small(fresh)).start()
    assert not (fresh / "conf" / "password").exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"port": 0}, "port"),
        ({"heap_initial_mib": 512, "heap_max_mib": 256}, "heap_initial_mib"),
        ({"page_cache_mib": 0}, "page_cache_mib"),
        ({"transaction_memory_mib": 900}, "transaction_memory_mib"),
    ],
)
def test_a_bad_value_names_its_field(tmp_path: Path, changes: dict[str, int], named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        small(tmp_path, **changes)


def test_guarding_settings_cannot_be_overridden(fresh: Path) -> None:
    setting = ("dbms.security.allow_csv_import_from_file_urls", "true")
    with pytest.raises(BadConfig, match=setting[0]):
        EmbeddedServer(small(fresh, extra_settings=(setting,))).start()


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("java.net.BindException: Address already in use", "the port is taken"),
        ("Caused by: org.neo4j.kernel.internal.locker.FileLockException: Lock file", "another process holds the store"),
        ("Error: Could not reserve enough space for object heap", "too little free memory"),
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("2026-01-01 10:00:00.000+0000 ERROR Something new", "Something new"),
        ("", "without a word"),
    ],
)
def test_causes(tmp_path: Path, line: str, meaning: str) -> None:
    layout = DataDir(tmp_path)
    layout.create()
    layout.server_log.write_text("ERROR java.lang.OutOfMemoryError: of yesterday\n", "utf-8")
    mark = LogMark.now(layout)
    with layout.server_log.open("a") as log:
        log.write(f"INFO  Starting...\n{line}\n")
    assert meaning in mark.cause().text


@pytest.mark.parametrize(
    ("version", "used"), [("21.0.2", True), ("25", True), ("17.0.15", False), ("1.8.0_392", False)]
)
def test_java_home_is_used_when_new_enough(tmp_path: Path, version: str, used: bool) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (tmp_path / "bin" / "java").chmod(0o755)
    (tmp_path / "release").write_text(f'JAVA_VERSION="{version}"\nMODULES="java.base jdk.incubator.vector"\n', "utf-8")
    java = find_java({"JAVA_HOME": str(tmp_path)})
    assert java.executable.is_relative_to(tmp_path) == used
    assert java.has_vector == used
    assert java.major >= 21


def test_a_reused_pid_is_not_mistaken() -> None:
    me = ProcessId.of(psutil.Process().pid)
    assert me.process() is not None
    assert ProcessId(me.pid, me.create_time - 60, me.command).process() is None

"""Servers and the processes that began them: who ends with whom."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import neo4j
import psutil
import pytest

from graph.embedded import (
    DataDirHeld,
    EmbeddedServer,
    NotRunning,
    State,
    dump,
    load,
    shell_info,
    start_detached,
    status,
    stop,
)
from tests.embedded.conftest import App, small, until


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_killed_app_takes_its_server_along(begin_app: Callable[[], App], imported: Path) -> None:
    app = begin_app()
    watchdog = app.server.parent()
    assert watchdog is not None
    with pytest.raises(DataDirHeld) as refused:
        stop(imported)
    assert refused.value.pid == app.process.pid
    assert "app_process.py" in refused.value.command
    app.kill()
    assert until(lambda: is_gone(app.server) and is_gone(watchdog), timeout_s=10)


def test_what_a_crash_of_everything_leaves_is_recovered(begin_app: Callable[[], App], imported: Path) -> None:
    app = begin_app()
    watchdog = app.server.parent()
    assert watchdog is not None
    app.kill(also=[watchdog])  # nobody is left to end the server
    assert not is_gone(app.server)
    port = status(imported).uri

    found = start_detached(small(imported))
    try:
        assert is_gone(app.server)
        assert (found.running, found.detached, found.holder, found.uri) == (True, True, None, port)
        assert start_detached(small(imported)) == found  # a second start finds it
        with pytest.raises(DataDirHeld, match="the Neo4j server"):
            dump(small(imported), imported / "dumps")
        with EmbeddedServer(small(imported)) as attached:
            assert (attached.attached, attached.pid) == (True, found.pid)
            with neo4j.GraphDatabase.driver(attached.uri, auth=(attached.username, attached.password)) as whole:
                users = whole.execute_query("MATCH (user:User) RETURN count(user)").records[0][0]
        assert users == 3
        assert attached.state is State.STOPPED
        assert status(imported).pid == found.pid
    finally:
        assert stop(imported)
    assert found.pid is not None
    assert not psutil.pid_exists(found.pid) or is_gone(psutil.Process(found.pid))
    assert not status(imported).running
    assert not stop(imported)
    with pytest.raises(NotRunning):
        shell_info(imported)


def test_a_dump_is_loaded_again(imported: Path, tmp_path: Path) -> None:
    archive = dump(small(imported), tmp_path / "dumps")
    assert archive.stat().st_size > 1000
    load(small(imported), tmp_path / "dumps")


def test_gives_up_after_the_limit(imported: Path) -> None:
    messages: list[tuple[State, str]] = []
    config = small(imported, restart_limit=0)
    with EmbeddedServer(config, on_state=lambda state, message: messages.append((state, message))) as server:
        os.kill(server.pid, signal.SIGKILL)
        assert until(lambda: server.state is State.FAILED, timeout_s=10)
    assert messages[-1][0] is State.FAILED
    assert "exit code 137" in messages[-1][1]
    assert "Gave up after 0 restarts" in messages[-1][1]
    assert not status(imported).running

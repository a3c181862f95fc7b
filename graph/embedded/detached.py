"""A server that runs on its own: begun by one command, used by others, ended by a third."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from graph.embedded.causes import LogMark
from graph.embedded.config import USERNAME, EmbeddedConfig
from graph.embedded.errors import NotRunning
from graph.embedded.launch import prepare
from graph.embedded.layout import DataDir
from graph.embedded.process import end_process
from graph.embedded.progress import Progress, Silent
from graph.embedded.state import ServerRecord, held, mark_stopped, read_record


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What runs on a data directory."""

    running: bool
    pid: int | None
    """The server process; None when none runs."""
    uri: str | None
    """Its address (when stopped: the last one, which the next start takes if it can); None: never started."""
    detached: bool
    """Whether it runs on its own; otherwise `holder` is the app that it ends with."""
    holder: str | None
    """Pid and command of the app that runs it."""
    started_at: str | None
    """UTC, ISO 8601."""
    version: str | None
    """Neo4j's version."""
    memory_mib: int | None
    """Resident memory, in MiB; None when none runs."""


@dataclass(frozen=True, slots=True)
class ShellInfo:
    """How a Cypher shell connects; the password itself lies in the file."""

    uri: str
    username: str
    password_file: Path

    def password(self) -> str:
        """The password, read now."""
        return DataDir(self.password_file.parent.parent).password()


def start_detached(config: EmbeddedConfig, progress: Progress | None = None) -> ServerStatus:
    """The status of a server that goes on when this process ends; one that runs already is left as it is.

    DataDirHeld when an app holds the data directory.
    """
    progress, layout = progress or Silent(), config.layout()
    with held(layout):
        if not _is_running_detached(read_record(layout)):
            launch = prepare(config, progress)
            progress.step("Starting Neo4j")
            mark = LogMark.now(layout)
            child = launch.begin(detached=True)
            try:
                launch.await_ready(child, mark)
            except BaseException:
                child.stop()
                mark_stopped(layout)
                raise
            progress.done()
    return status(config.data_dir)


def stop(data_dir: Path, *, timeout_s: float = 20) -> bool:
    """Whether a detached server was there to be stopped; it is gone when this returns.

    DataDirHeld when the server belongs to a running app: that one is stopped by stopping the app.
    """
    layout = DataDir(data_dir.absolute())
    if not layout.run.is_dir():
        return False
    with held(layout):
        record = read_record(layout)
        if record is None or record.server is None or record.process() is None:
            return False
        end_process(record.server, timeout_s)
        mark_stopped(layout)
        return True


def status(data_dir: Path) -> ServerStatus:
    """What runs on the data directory now."""
    record = read_record(DataDir(data_dir.absolute()))
    if record is None:
        return ServerStatus(False, None, None, False, None, None, None, None)
    process = record.process()
    memory_mib = None if process is None else _memory_mib(process)
    if process is None or memory_mib is None:
        return ServerStatus(False, None, record.uri, False, None, None, record.version, None)
    holder = None if record.holder is None else f"{record.holder.pid} ({record.holder.command})"
    return ServerStatus(
        True, process.pid, record.uri, record.detached, holder, record.started_at, record.version, memory_mib
    )


def _memory_mib(process: psutil.Process) -> int | None:
    """Resident memory; None: it has just ended."""
    try:
        return int(process.memory_info().rss) >> 20
    except psutil.NoSuchProcess:
        return None


def shell_info(data_dir: Path) -> ShellInfo:
    """How to connect to the server that runs on the data directory; NotRunning when none does."""
    layout = DataDir(data_dir.absolute())
    record = read_record(layout)
    if record is None or record.process() is None:
        raise NotRunning(f"No server runs on {layout.root}. Start one with `db start`, or the whole service.")
    return ShellInfo(record.uri, USERNAME, layout.password_file)


def _is_running_detached(record: ServerRecord | None) -> bool:
    return record is not None and record.detached and record.process() is not None

"""Who holds a data directory, and which server runs on it: a lock that dies with its owner, and a record."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from graph.embedded.errors import BadConfig, DataDirHeld
from graph.embedded.layout import DataDir, write_private

# A process's start is computed from the clock at boot, which a correction of the clock moves a little.
_CLOCK_SLACK_S = 2.0


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process beyond doubt: pids are reused, a pid with its start time (s since the epoch) is not."""

    pid: int
    create_time: float
    command: str

    @classmethod
    def of(cls, pid: int) -> ProcessId:
        """The identity of a living process; psutil.NoSuchProcess when it is gone."""
        process = psutil.Process(pid)
        return cls(pid, process.create_time(), shlex.join(process.cmdline()))

    def process(self) -> psutil.Process | None:
        """The living process; None: it has ended, and if the pid is in use, another has it."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.create_time) <= _CLOCK_SLACK_S
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """The last server of a data directory; `server` None: it was stopped in order (the next takes its port)."""

    port: int
    uri: str
    version: str
    started_at: str
    detached: bool
    server: ProcessId | None
    holder: ProcessId | None

    def process(self) -> psutil.Process | None:
        """The living server process, if any."""
        return self.server.process() if self.server else None


def read_record(layout: DataDir) -> ServerRecord | None:
    """The record; None: there never was a server, or it cannot be read (then the store's own lock guards)."""
    try:
        found = json.loads((layout.run / "server.json").read_text("utf-8"))
        for name in ("server", "holder"):
            found[name] = ProcessId(**found[name]) if found[name] else None
        return ServerRecord(**found)
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None


def write_record(layout: DataDir, record: ServerRecord) -> None:
    """Replaces the record."""
    write_private(layout.run / "server.json", json.dumps(asdict(record), indent=1))


def mark_stopped(layout: DataDir) -> None:
    """Notes that no server runs; its port stays known."""
    record = read_record(layout)
    if record is not None:
        write_record(layout, replace(record, server=None, holder=None, detached=False))


class Hold:
    """The right to run a server on a data directory; the kernel takes it back however the owner dies."""

    def __init__(self, layout: DataDir) -> None:
        """Takes the lock; DataDirHeld names the living holder."""
        try:
            layout.create()
        except OSError as error:
            raise BadConfig(f"The data directory {layout.root} cannot be used: {error}") from error
        self._file = os.open(layout.run / "holder.json", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            found = os.pread(self._file, 1 << 16, 0)
            os.close(self._file)
            raise _held(layout.root, found) from error
        me = {**asdict(ProcessId.of(os.getpid())), "since": now_text()}
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(me).encode(), 0)

    def release(self) -> None:
        """Gives the lock back; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


@contextmanager
def held(layout: DataDir) -> Iterator[None]:
    """The lock, for as long as the block runs."""
    hold = Hold(layout)
    try:
        yield
    finally:
        hold.release()


@contextmanager
def held_idle(layout: DataDir) -> Iterator[None]:
    """The lock for as long as the block runs, and no server on the data directory; else DataDirHeld."""
    with held(layout):
        record = read_record(layout)
        process = None if record is None else record.process()
        if record is not None and process is not None:
            raise DataDirHeld(layout.root, pid=process.pid, command="the Neo4j server", since=record.started_at)
        yield


def _held(data_dir: Path, holder: bytes) -> DataDirHeld:
    """The error that names the holder, as far as it wrote itself down yet."""
    try:
        found = json.loads(holder)
        return DataDirHeld(data_dir, pid=found["pid"], command=found["command"], since=found["since"])
    except (ValueError, LookupError):
        return DataDirHeld(data_dir, pid=None, command="unknown", since="unknown")


def now_text() -> str:
    """The time as people and JSON read it, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")

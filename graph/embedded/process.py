"""One server process: begun with or without the watchdog, awaited until it answers, ended in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from graph.embedded import watchdog
from graph.embedded.causes import LogMark
from graph.embedded.config import HOST
from graph.embedded.errors import StartFailed, StartTimeout
from graph.embedded.layout import DataDir
from graph.embedded.state import ProcessId

_POLL_S = 0.05
_POLLS_PER_LOOK = 20  # looks into the log are dearer than those at the port
# The Bolt manual's handshake: magic, then four offers of versions, of which one is enough (5.0 to 5.4).
_HANDSHAKE = bytes.fromhex("6060B017" + "00040405" + "00000000" * 3)


class Child:
    """A server process that this process began; `server` says which it is."""

    def __init__(self, popen: subprocess.Popen[bytes], server: ProcessId, stop_timeout_s: float) -> None:
        self._popen, self.server, self._stop_timeout_s = popen, server, stop_timeout_s

    @classmethod
    def watched(cls, command: list[str], layout: DataDir, stop_timeout_s: float) -> Child:
        """Begins a server that ends when this process does."""
        with layout.console_log.open("wb") as log:
            popen, pid = begin_watched(command, layout, log, stop_timeout_s)
        return cls(popen, _identity(pid), stop_timeout_s)

    @classmethod
    def detached(cls, command: list[str], layout: DataDir, stop_timeout_s: float) -> Child:
        """Begins a server that goes on when this process ends."""
        with layout.console_log.open("wb") as log:
            popen = subprocess.Popen(  # noqa: S603  # Java and an argument file of ours
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=_environment(layout), cwd=layout.root,
            )  # fmt: skip
        return cls(popen, _identity(popen.pid), stop_timeout_s)

    def has_ended(self) -> bool:
        """Whether the server is gone."""
        return self._popen.poll() is not None

    def wait(self) -> int:
        """Its exit code, once it has ended; 128 + n: ended by signal n."""
        code = self._popen.wait()
        end_process(self.server, 0)  # a watchdog that was itself killed leaves the server behind
        return code if code >= 0 else 128 - code

    def stop(self) -> None:
        """Ends the server in order, or by force when it takes longer than the limit; a second call does nothing."""
        if self._popen.stdin is None:
            end_process(self.server, self._stop_timeout_s)
        else:
            self._popen.stdin.close()
            try:
                self._popen.wait(self._stop_timeout_s + 5)
            except subprocess.TimeoutExpired:
                self._popen.kill()
            end_process(self.server, 0)
        self._popen.wait()

    def kill(self) -> None:
        """Ends the server and what it began at once; its files may need recovery."""
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def await_ready(self, port: int, timeout_s: float, mark: LogMark, layout: DataDir) -> None:
        """Returns when the server answers on `port`; StartFailed or StartTimeout with the log's reason."""
        deadline = time.monotonic() + timeout_s
        polls = 0
        while not (bolt_answers(port) and self._owns(port)):
            if self.has_ended():
                raise _failed(mark, layout)
            polls += 1
            if polls % _POLLS_PER_LOOK == 0 and mark.has_failed_database():
                break
            if time.monotonic() > deadline:
                self.stop()
                raise StartTimeout(
                    f"no answer within {timeout_s:g} s", log=layout.server_log,
                    advice="Raise the start timeout (a store that was not closed in order is recovered first).",
                )  # fmt: skip
            time.sleep(_POLL_S)
        if mark.has_failed_database():
            self.stop()
            raise _failed(mark, layout)

    def _owns(self, port: int) -> bool:
        """Whether it is this server that listens, not a stranger that took the port in the meantime."""
        try:
            connections = psutil.Process(self.server.pid).net_connections("tcp")
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections)


def _failed(mark: LogMark, layout: DataDir) -> StartFailed:
    cause = mark.cause()
    return StartFailed(cause.text, advice=cause.advice, log=layout.server_log)


def _identity(pid: int) -> ProcessId:
    try:
        return ProcessId.of(pid)
    except psutil.NoSuchProcess:
        return ProcessId(pid, 0.0, "")  # it has ended already; nothing else will be taken for it


def begin_watched(
    command: list[str], layout: DataDir, log: IO[bytes] | int, stop_timeout_s: float
) -> tuple[subprocess.Popen[bytes], int]:
    """A Java command under the watchdog, and the command's own pid; what it prints goes to `log`."""
    watch = [sys.executable, "-I", "-S", watchdog.__file__, str(os.getpid()), str(stop_timeout_s)]
    popen = subprocess.Popen(  # noqa: S603  # Python, our watchdog, and a command as above
        [*watch, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        start_new_session=True, env=_environment(layout), cwd=layout.root,
    )  # fmt: skip
    assert popen.stdout is not None
    line = popen.stdout.readline()
    return popen, int(line) if line else popen.pid


def _environment(layout: DataDir) -> Mapping[str, str]:
    """This process's environment, less what would steer the server past its settings."""
    unwanted = ("NEO4J_", "CLASSPATH", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"NEO4J_HOME": str(layout.root), "NEO4J_CONF": str(layout.conf)}


def end_process(identity: ProcessId, timeout_s: float) -> None:
    """Ends a process in order, or by force after `timeout_s`; returns when it is gone."""
    process = identity.process()
    if process is None:
        return
    try:
        if timeout_s > 0:
            process.terminate()
            _await_end(identity, timeout_s)
        if identity.process() is not None:
            process.kill()
            _await_end(identity, 10)
    except psutil.NoSuchProcess:
        pass


def _await_end(identity: ProcessId, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while identity.process() is not None and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def bolt_answers(port: int) -> bool:
    """Whether a Bolt server completes the handshake on `port` of this machine."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.settimeout(5)
            connection.sendall(_HANDSHAKE)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port of closing connections is free enough
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def java_command(executable: Path, arguments_file: Path) -> list[str]:
    """The command that runs Java with an argument file."""
    return [str(executable), f"@{arguments_file}"]

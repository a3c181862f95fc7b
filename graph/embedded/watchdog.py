"""The server's parent process: it ends the server when the app that asked for it is gone, however it went.

Run by path with the standard library alone, in a session of its own, so that a Ctrl-C in the terminal reaches the
app only. Arguments: app's pid, seconds between asking and ending, command. What the command prints goes to our
standard error; our standard output says its pid, and we end with its exit code.

The app's end is seen twice: its end of our standard input closes (at once), and our parent changes (within a
second; also when a fork of the app still holds the pipe open). PR_SET_PDEATHSIG would not do: it fires when the
thread that started the child ends, and only on Linux.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress


def main(app_pid: int, stop_timeout_s: float, command: list[str]) -> int:
    """The server's exit code."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603  # as above
    print(server.pid, flush=True)
    threading.Thread(target=_stop_with_app, args=(server, app_pid, stop_timeout_s), daemon=True).start()
    return server.wait()


def _stop_with_app(server: subprocess.Popen[bytes], app_pid: int, stop_timeout_s: float) -> None:
    while os.getppid() == app_pid:
        readable, _, _ = select.select([0], [], [], 1.0)
        if readable and not os.read(0, 1):
            break
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(stop_timeout_s)
    os.killpg(0, signal.SIGKILL)  # the session is ours: the server if it is still there, its children, ourselves


if __name__ == "__main__":
    code = main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
    sys.exit(code if code >= 0 else 128 - code)

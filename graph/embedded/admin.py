"""Neo4j's administration commands on a database that is not running: first password, bulk import, dump, load."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from graph.embedded.artifacts import ensure
from graph.embedded.config import EmbeddedConfig, classpath, jvm_options, write_arguments, write_settings
from graph.embedded.errors import AdminFailed
from graph.embedded.java import find_java
from graph.embedded.process import begin_watched, java_command
from graph.embedded.progress import Progress, Silent
from graph.embedded.state import held_idle, read_record

OnLine = Callable[[str], None]
"""Called with each line that a command prints, as it comes."""


# A command of a second or two ends before a full optimisation of its code would pay.
_BRIEF = ("-XX:TieredStopAtLevel=1",)


def set_initial_password(config: EmbeddedConfig, password: str) -> None:
    """Sets the password before the first start; afterwards Neo4j would accept the command and do nothing.

    The caller holds the data directory and has written its settings.
    """
    _run(config, ["dbms", "set-initial-password", password], heap_max_mib=128, options=_BRIEF)


def bulk_import(
    config: EmbeddedConfig, arguments: Sequence[str], *, heap_max_mib: int = 1024,
    on_line: OnLine | None = None, progress: Progress | None = None,
) -> str:  # fmt: skip
    """What `database import full` with these arguments printed; AdminFailed when it refused.

    Needs a stopped server. Progress comes as lines such as `(1/4) Node import` and `..... 35%`.
    """
    return run_admin(
        config, ["database", "import", "full", *arguments],
        heap_max_mib=heap_max_mib, on_line=on_line, progress=progress,
    )  # fmt: skip


def dump(config: EmbeddedConfig, to_dir: Path, *, database: str = "neo4j", progress: Progress | None = None) -> Path:
    """The archive `to_dir/<database>.dump`, written from a stopped server's database; an older one is replaced."""
    to_dir.mkdir(parents=True, exist_ok=True)
    arguments = ["database", "dump", database, f"--to-path={to_dir.absolute()}", "--overwrite-destination=true"]
    run_admin(config, arguments, progress=progress)
    return to_dir / f"{database}.dump"


def load(config: EmbeddedConfig, from_dir: Path, *, database: str = "neo4j", progress: Progress | None = None) -> None:
    """Replaces a stopped server's database by the archive `from_dir/<database>.dump`."""
    arguments = ["database", "load", database, f"--from-path={from_dir.absolute()}", "--overwrite-destination=true"]
    run_admin(config, arguments, progress=progress)


def run_admin(
    config: EmbeddedConfig, arguments: Sequence[str], *, heap_max_mib: int = 512,
    on_line: OnLine | None = None, progress: Progress | None = None,
) -> str:  # fmt: skip
    """What an administration command printed; DataDirHeld when a server or an app uses the data directory."""
    layout = config.layout()
    with held_idle(layout):
        ensure("server", cache_dir=config.cache_dir, progress=progress or Silent(), mirror=config.mirror)
        record = read_record(layout)
        write_settings(config, record.port if record else 7687)
        return _run(config, arguments, heap_max_mib=heap_max_mib, on_line=on_line)


def _run(
    config: EmbeddedConfig,
    arguments: Sequence[str],
    *,
    heap_max_mib: int,
    options: Sequence[str] = (),
    on_line: OnLine | None = None,
) -> str:
    layout, java = config.layout(), find_java()
    jars = ensure("server", cache_dir=config.cache_dir, mirror=config.mirror)
    file = layout.run / "admin.args"
    jvm = [*jvm_options(java, heap_initial_mib=64, heap_max_mib=heap_max_mib), *options]
    # In a private file, so that no process list shows a password.
    write_arguments(file, [*jvm, *classpath(jars), "org.neo4j.cli.AdminTool", *arguments])
    try:
        popen, _ = begin_watched(java_command(java.executable, file), layout, subprocess.PIPE, config.stop_timeout_s)
        assert popen.stdin is not None
        assert popen.stderr is not None
        # However this block ends, closing the pipe makes the watchdog end the command.
        with closing(popen.stdin):
            output = _read(io.TextIOWrapper(popen.stderr, "utf-8", errors="replace", newline=""), on_line)
            exit_code = popen.wait()
    finally:
        file.unlink(missing_ok=True)
    if exit_code != 0:
        # Two words name the command; the rest may be a password.
        raise AdminFailed("neo4j-admin " + " ".join(arguments[:2]), exit_code=exit_code, output=output)
    return output


def _read(stream: io.TextIOWrapper, on_line: OnLine | None) -> str:
    """All that comes, each line (ended by \\n or \\r) also given to `on_line`."""
    whole, pending = [], ""
    while chunk := stream.read(256):
        whole.append(chunk)
        *lines, pending = re.split(r"[\r\n]+", pending + chunk)
        if on_line is not None:
            for line in filter(None, lines):
                on_line(line)
    if on_line is not None and pending:
        on_line(pending)
    return "".join(whole)

"""Commands as an operator runs them: a process, its exit status, what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    """The environment without settings of the service, but for those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "ZHONGCAO_"))}
    kept["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1"  # databases that live for seconds start in half the time
    return kept | {"COLUMNS": "400", "PYTHONUNBUFFERED": "1", "ZHONGCAO_EMBEDDINGS": "no"} | changes


def begin(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """A command that runs; both its outputs come together."""
    return subprocess.Popen(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(*arguments: str, **settings: str) -> tuple[int, str]:
    """Exit status of a command, and all that it said."""
    process = begin(*arguments, **settings)
    output, _ = process.communicate(timeout=240)
    return process.returncode, output

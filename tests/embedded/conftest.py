"""One data directory for the whole folder, and servers small enough to run beside others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from graph.embedded import EmbeddedConfig, EmbeddedServer, bulk_import

_ROOT = Path(__file__).resolve().parents[2]
_APP = Path(__file__).with_name("app_process.py")


def small(data_dir: Path, **changes: Any) -> EmbeddedConfig:
    """A configuration for tests: little memory, no background work."""
    defaults: dict[str, Any] = {
        "heap_initial_mib": 128, "heap_max_mib": 384, "page_cache_mib": 32, "restart_backoff_s": 0.1,
        "transaction_memory_mib": 64, "transactions_memory_mib": 128, "train_startup_cache": False,
        "extra_jvm_options": ("-XX:TieredStopAtLevel=1",),  # starts in half the time
    }  # fmt: skip
    return EmbeddedConfig(data_dir=data_dir, **defaults | changes)


def until(condition: Callable[[], bool], timeout_s: float = 30) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with three users, imported before its first start, and stopped in order after it."""
    data_dir = tmp_path_factory.mktemp("neo4j") / "data dir"  # a space, as in some home directories
    nodes = tmp_path_factory.mktemp("csv") / "users.csv"
    nodes.write_text("id:ID,handle\n1,an\n2,bo\n3,cy\n", "utf-8")
    config = small(data_dir)
    config.layout().create()
    lines: list[str] = []
    output = bulk_import(config, ["neo4j", f"--nodes=User={nodes}"], heap_max_mib=256, on_line=lines.append)
    assert "Imported:" in output
    assert any("IMPORT DONE" in line for line in lines)
    with EmbeddedServer(config):
        pass
    return data_dir


@pytest.fixture(scope="module")
def server(imported: Path) -> Iterator[EmbeddedServer]:
    """A running server on that directory; one module at a time."""
    with EmbeddedServer(small(imported)) as running:
        yield running


class App:
    """A small Python process that owns a server, to be killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(_APP), str(data_dir)], stdout=subprocess.PIPE, text=True, cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the app did not start its server"
        self.server = psutil.Process(int(line))

    def kill(self, *, also: list[psutil.Process] | None = None) -> None:
        """SIGKILL to the app, and to others at the same moment: the app is stopped first, so that it sees none end."""
        os.kill(self.process.pid, signal.SIGSTOP)
        for process in [*(also or []), psutil.Process(self.process.pid)]:
            os.kill(process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def begin_app(imported: Path) -> Iterator[Callable[[], App]]:
    """Begins such apps on the shared data directory; none is left at the end."""
    apps: list[App] = []

    def begin() -> App:
        apps.append(App(imported))
        return apps[-1]

    yield begin
    for app in apps:
        if app.process.poll() is None:
            app.process.terminate()
            app.process.wait(30)

"""The service as a user runs it: one command, a ready line, Ctrl-C, and nothing left behind."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import typer
from typer.testing import CliRunner

from commands.root import cli
from tests.commands.command import ROOT, environment

READY_S = 120


class Service:
    """`app.py serve` in a process of its own."""

    def __init__(self, data_dir: Path, *arguments: str, **settings: str) -> None:
        made = {"ZHONGCAO_DEMO_SCALE": "0.05", "ZHONGCAO_SIMILARITY_INTERVAL_HOURS": "0", "COLUMNS": "200", **settings}
        self._log = data_dir.parent / f"serve-{time.monotonic_ns()}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve", "--data-dir", str(data_dir), "--port", "0", *arguments],
                cwd=ROOT,
                env=environment(**made),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def ready(self) -> str:
        """The address of the API, once it is announced."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            found = re.search(r"GraphQL +(http://\S+/graphql)", self.output)
            if found:
                return found[1]
            assert self.process.poll() is None, self.output
            time.sleep(0.1)
        raise AssertionError(self.output)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def users(address: str) -> int:
    query = '{ category(slug: "beauty") { notes(first: 100) { nodes { id author { handle } } } } }'
    response = httpx.post(address, json={"query": query}, timeout=20)
    return len(response.json()["data"]["category"]["notes"]["nodes"])


def answers(address: str) -> bool:
    try:
        return users(address) > 0
    except httpx.TransportError:
        return False


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=30)
    return not alive


@pytest.mark.timeout(400)
def test_one_command_from_nothing_and_again(data_dir: Path) -> None:
    first = Service(data_dir)
    address = first.ready()
    notes = users(address)
    assert notes > 10
    children = first.children()
    assert any("java" in child.name() for child in children)
    assert first.stop(signal.SIGINT) in (0, 130)
    assert gone(children), "something was left running"
    assert "Traceback" not in first.output

    second = Service(data_dir, "--workers", "2")
    address = second.ready()
    assert "import" not in second.output
    deadline = time.monotonic() + 30
    while not answers(address):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert users(address) == notes
    third = subprocess.run(
        [sys.executable, "app.py", "serve", "--data-dir", str(data_dir), "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert third.returncode == 1
    assert str(second.process.pid) in third.stderr, "the holder of the data directory is not named"
    children = second.children()
    second.process.kill()
    assert gone(children), "the database outlived a killed app"


@pytest.mark.timeout(400)
def test_vectors_are_made_behind_the_service_and_gone_on_with(data_dir: Path) -> None:
    """Killed while it loads the model or encodes, it leaves no process; a later life ends what was begun."""
    settings = {"ZHONGCAO_EMBEDDINGS": "yes", "ZHONGCAO_LOG_FORMAT": "text"}
    first = Service(data_dir, **settings)
    address = first.ready()
    assert users(address) > 10
    assert until(lambda: any("embeddings.child" in one.cmdline() for one in first.children()))
    children = first.children()
    first.process.kill()
    assert gone(children), "something was left running"

    second = Service(data_dir, **settings)
    second.ready()
    assert until(lambda: "texts are searched by vectors of intfloat/multilingual-e5-small" in second.output, 300)
    children = second.children()
    assert second.stop(signal.SIGINT) in (0, 130)
    assert gone(children), "something was left running"
    assert "Traceback" not in second.output


def until(met: Callable[[], bool], within_s: float = READY_S) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + within_s
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.timeout(300)
def test_sigterm_stops_in_order(data_dir: Path) -> None:
    service = Service(data_dir, "--no-demo")
    address = service.ready()
    answer = httpx.post(address, json={"query": "{ notes(first: 1) { nodes { id } } }"}, timeout=20)
    assert json.loads(answer.content)["data"] == {"notes": {"nodes": []}}
    children = service.children()
    assert service.stop(signal.SIGTERM) in (0, 143, -15)
    assert gone(children)


def test_a_taken_port_is_told_before_anything_starts(data_dir: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py", "serve", "--data-dir", str(data_dir), "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "ZHONGCAO_PORT" in done.stderr
    assert not data_dir.exists()


def test_every_command_has_help() -> None:
    def asked(command: Any, *path: str) -> int:
        done = CliRunner().invoke(cli, [*path, "--help"])
        assert (done.exit_code, "Usage" in done.output, bool(command.help)) == (0, True, True), path
        return 1 + sum(asked(one, *path, name) for name, one in getattr(command, "commands", {}).items())

    assert asked(typer.main.get_command(cli)) > 20


def test_a_bad_setting_names_the_variable() -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "db", "status"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment(ZHONGCAO_HEAP_MB="plenty"),
    )
    assert done.returncode == 1
    assert "ZHONGCAO_HEAP_MB" in done.stderr
    assert "Traceback" not in done.stderr

"""Several server processes as `serve` runs them: one page of metrics, JSON logs of all, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from graph.database import Address
from tests.telemetry.test_metrics import parsed, series

ROOT = Path(__file__).parents[2]
REQUESTS = 40


class Served:
    """`app.py serve --workers 2` on the tests' database, in a process of its own."""

    def __init__(self, address: Address, folder: Path) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "ZHONGCAO_"))
        }
        environment |= {
            "NEO4J_URI": address.uri,
            "NEO4J_USERNAME": address.username,
            "NEO4J_PASSWORD": address.password,
            "ZHONGCAO_DATA_DIR": str(folder / "data"),
            "ZHONGCAO_GRAPHIQL": "false",
            "ZHONGCAO_EMBEDDINGS": "no",
            "ZHONGCAO_SIMILARITY_INTERVAL_HOURS": "0",
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder),
        }
        self.log = folder / "log"
        self._told = folder / "told"
        with self.log.open("wb") as log, self._told.open("wb") as told:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve", "--no-demo", "--port", "0", "--workers", "2"],
                cwd=ROOT,
                env=environment,
                stdout=told,
                stderr=log,
            )

    def base(self) -> str:
        """The service's address, once every worker is seen to answer."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            found = re.search(r"(http://\S+)/graphql", self._told.read_text(encoding="utf-8"))
            try:
                if found and metrics_of(found[1])[series("processes")] == 2:
                    return found[1]
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def records(self) -> list[dict[str, Any]]:
        """The log, without what the command says of its progress before it serves."""
        _, _, log = self.log.read_text(encoding="utf-8").partition("indexes …\n")
        return [json.loads(line) for line in log.splitlines() if line]


def metrics_of(base: str) -> Any:
    return parsed(httpx.get(f"{base}/metrics", timeout=20).text)


@pytest.fixture
def served(address: Address, tmp_path: Path) -> Iterator[Served]:
    one = Served(address, tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.wait()


@pytest.mark.timeout(300)
def test_workers_are_told_as_one_service(served: Served, tmp_path: Path) -> None:
    base = served.base()
    key = series("http_requests_total", route="/graphql", status="200")
    ids = [f"request-{number}" for number in range(REQUESTS)]
    for request_id in ids:  # a connection each, so that both workers are asked
        answer = httpx.post(
            f"{base}/graphql",
            json={"query": "query Told { __typename }"},
            headers={"x-request-id": request_id},
            timeout=20,
        )
        assert answer.headers["x-request-id"] == request_id
    assert metrics_of(base)[key] == REQUESTS
    (folder,) = tmp_path.glob("zhongcao-metrics-*")

    workers = [one for one in psutil.Process(served.process.pid).children() if "spawn_main" in " ".join(one.cmdline())]
    assert len(workers) == 2
    workers[0].kill()
    deadline = time.monotonic() + 120
    while (found := metrics_with(base))[series("processes")] != 2 or workers[0].is_running():
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.3)
    assert found[key] == REQUESTS, "what a dead worker counted stays"

    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=60) in (0, 143, -15)
    assert not folder.exists()
    told = [one for one in served.records() if one.get("operation") == "Told"]
    assert sorted(one["request_id"] for one in told) == sorted(ids)
    assert {one["status"] for one in told} == {200}


def metrics_with(base: str) -> Any:
    """The metrics, though a worker that ends may take its connections with it."""
    while True:
        try:
            return metrics_of(base)
        except httpx.TransportError:
            time.sleep(0.1)

"""What a measurement needs around it: a graph with the demo community, and the service as a user starts it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bench.measure import REPOSITORY, Unmeasurable
from commands.terminal import TerminalProgress
from datasets.demo import demo
from datasets.importer import has_database, import_offline, settle
from datasets.tables import Dataset
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, EmbeddedServer, embedded
from graph.migrations import migrate
from graph.rules.access import Role, Viewer
from graph.rules.tokens import Tokens

T = TypeVar("T")
_START_S = 120.0
_INDEXES_ONLINE = "CALL db.awaitIndexes(600)"
_PLAN_ANEW = "CALL db.prepareForReplanning()"


@dataclass(frozen=True, slots=True)
class Graph:
    """A running Neo4j with the demo community in it."""

    address: Address
    server: EmbeddedServer


@contextmanager
def folder(given: Path | None) -> Iterator[Path]:
    """The given folder, or one that is gone afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="zhongcao-bench-") as name:
        yield Path(name)


def config_in(data_dir: Path) -> EmbeddedConfig:
    """The embedded server with the service's own defaults, and nothing done beside what is measured."""
    return EmbeddedConfig(data_dir=data_dir / "neo4j", train_startup_cache=False)


@contextmanager
def demo_graph(config: EmbeddedConfig, scale: float) -> Iterator[Graph]:
    """The demo community at that scale, imported unless the folder has it already; indexes filled."""
    with graph_of(config, demo(scale), f"the demo at scale {scale:g}") as graph:
        yield graph


@contextmanager
def graph_of(config: EmbeddedConfig, dataset: Dataset, called: str) -> Iterator[Graph]:
    """A data set in a graph of its own, imported unless the folder has it already; indexes filled."""
    settle(config)
    mark = config.data_dir / "data-set"
    with TerminalProgress() as progress:
        if not has_database(config):
            import_offline(dataset, config, progress)
            mark.write_text(called, "utf-8")
        elif not mark.exists() or mark.read_text("utf-8") != called:
            raise Unmeasurable(f"{config.data_dir} holds another graph than {called}")
        home = embedded(config, progress)
        server = home.__enter__()
    try:
        address = Address(server.uri, server.username, server.password)
        within(address, _settled)
        yield Graph(address, server)
    finally:
        home.__exit__(None, None, None)


async def _settled(database: Database) -> None:
    await migrate(database, now=datetime.now(UTC))
    await database.command(_INDEXES_ONLINE, timeout_s=600)
    await database.command(_PLAN_ANEW, timeout_s=600)


def within(address: Address, work: Callable[[Database], Awaitable[T]]) -> T:
    """What `work` returns, with a connection of its own."""

    async def run() -> T:
        database = Database(address, timeout_s=600)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


# What is measured is the work, so nobody is slowed down for asking often.
UNLIMITED = {
    "ZHONGCAO_RATE_ADDRESS_PER_MINUTE": "1000000000",
    "ZHONGCAO_RATE_VIEWER_PER_MINUTE": "1000000000",
    "ZHONGCAO_RATE_WRITES_PER_MINUTE": "1000000000",
    "ZHONGCAO_RATE_SIGN_INS_PER_10_MINUTES": "1000000000",
    "ZHONGCAO_RATE_SIGN_UPS_PER_HOUR": "1000000000",
}
SECRET = "of-measurements-and-tests-alone-" + "0" * 32


def access_tokens(people: Sequence[str]) -> list[str]:
    """A token for each of these people, which the services started here take."""
    made = Tokens(SECRET.encode(), access=timedelta(days=1), refresh=timedelta(1), reset=timedelta(1))
    now = datetime.now(UTC)
    return [made.access(Viewer(one, frozenset({Role.MEMBER}), "session_bench"), now=now) for one in people]


@contextmanager
def service(address: Address, *, workers: int = 1, embeddings: bool = False) -> Iterator[tuple[int, int]]:
    """(port, pid) of the service on that database, as `app.py serve` starts it; vectors are off unless asked."""
    port = free_port()
    command = [sys.executable, "app.py", "serve", "--port", str(port), "--no-demo", "--workers", str(workers)]
    variables = {
        **UNLIMITED,
        "ZHONGCAO_SECRET_KEY": SECRET,
        "ZHONGCAO_LOG_LEVEL": "warning",
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
        "ZHONGCAO_GRAPHIQL": "false",
        "ZHONGCAO_EMBEDDINGS": "yes" if embeddings else "no",
        "ZHONGCAO_SIMILARITY_INTERVAL_HOURS": "0",
    }
    with process(command, variables, REPOSITORY) as child:
        await_answer(child, port)
        yield port, child.pid


@contextmanager
def process(
    command: Sequence[str], variables: Mapping[str, str], cwd: Path, without: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """A running child with its output kept aside, ended with the block."""
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(  # noqa: S603  # our own commands
            command, cwd=cwd, env={**inherited, **variables}, stdout=output, stderr=output, text=True
        )
        try:
            yield child
        except Unmeasurable as error:
            output.seek(0)
            raise Unmeasurable(f"{error}\n{output.read()[-2000:]}") from error
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def await_answer(child: subprocess.Popen[str], port: int, path: str = "/graphql", within_s: float = _START_S) -> None:
    """Returns when GraphQL answers there. Raises Unmeasurable when the process ends first, or takes too long."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            ask(port, json.dumps({"query": "{__typename}"}), path)
            return
        except (OSError, http.client.HTTPException):
            if child.poll() is not None or time.monotonic() > deadline:
                raise Unmeasurable(f"port {port} does not answer (exit status {child.poll()})") from None
            time.sleep(0.05)


def ask(port: int, body: str, path: str = "/graphql", token: str = "") -> dict[str, Any]:
    """The `data` of the answer, to a visitor unless a token is given. Raises Unmeasurable for errors."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request("POST", path, body.encode(), headers)
        response = connection.getresponse()
        raw = response.read()
    finally:
        connection.close()
    answer = json.loads(raw) if response.status == 200 else {}
    if not answer.get("data") or answer.get("errors"):
        raise Unmeasurable(f"status {response.status} for {body[-200:]}: {raw[:800].decode(errors='replace')}")
    data: dict[str, Any] = answer["data"]
    return data


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def with_plugins(config: EmbeddedConfig, plugins_dir: Path, classpath: Sequence[Path]) -> EmbeddedConfig:
    """The server with functions that a peer needs."""
    procedures = (*config.procedures, "apoc.*")
    return replace(config, plugins_dir=plugins_dir, extra_classpath=tuple(classpath), procedures=procedures)

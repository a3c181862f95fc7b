"""`serve`: from nothing to a living service, with a word about each step."""

from __future__ import annotations

import os
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import uvicorn
from rich.panel import Panel
from uvicorn.supervisors import Multiprocess

from commands.data import load_into
from commands.home import embedded_config, migrated, opened, within
from commands.terminal import OUT, TerminalProgress
from datasets import lake
from datasets.demo import demo
from datasets.importer import has_database, import_offline, settle
from graph import outbox
from graph.database import Address, Database
from graph.embedded.artifacts import ensure
from graph.jobs.influence import EVENT as INFLUENCE
from graph.jobs.influence import next_run as influence_due
from graph.jobs.similarity import EVENT as SIMILARITY
from graph.jobs.similarity import next_run as similarity_due
from graph.jobs.suggestions import schedule as schedule_suggestions
from graph.jobs.tidy import schedule as schedule_tidy
from graph.jobs.trends import EVENT as TRENDS
from graph.overview import awaits
from settings import Settings, SettingsError
from telemetry import logs


def serve(settings: Settings) -> None:
    """Runs the service until it is told to stop."""
    logs.configure(settings.log_format, settings.log_level)
    listener = _bind(settings)
    signal.signal(signal.SIGTERM, _stop)
    with TerminalProgress() as progress:
        if settings.graphiql:
            ensure("graphiql", progress=progress)
        if settings.explorer:
            ensure("explore", progress=progress)
        _first_start(settings, progress)
        home = opened(settings, progress)
        address = home.__enter__()
    try:
        with TerminalProgress() as progress:
            migrated(address, progress)
            made = demo(settings.demo_scale)
            if settings.demo and within(address, lambda database: awaits(database, name=made.name)):
                load_into(address, made, progress)
            within(address, partial(_schedule_jobs, settings))
        _run(settings, address, listener)
    finally:
        home.__exit__(None, None, None)


async def _schedule_jobs(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    await schedule_tidy(database, now=now)
    await outbox.schedule(database, TRENDS, now=now, at=now)
    await schedule_suggestions(database, now=now, after=timedelta())
    if every := timedelta(hours=settings.influence_interval_hours):
        at = await influence_due(database, now=now, every=every)
        await outbox.schedule(database, INFLUENCE, now=now, at=at)
    if every := timedelta(hours=settings.similarity_interval_hours):
        at = await similarity_due(database, now=now, every=every)
        await outbox.schedule(database, SIMILARITY, now=now, at=at)
    if (folder := settings.export_folder) is not None:
        every = timedelta(hours=settings.export_interval_hours)
        await outbox.schedule(database, lake.EVENT, now=now, at=lake.next_run(folder, now=now, every=every))


def _first_start(settings: Settings, progress: TerminalProgress) -> None:
    """An embedded database that does not exist yet is made whole, demo community included."""
    if settings.neo4j_uri is not None or not settings.demo:
        return
    config = embedded_config(settings)
    settle(config)
    if not has_database(config):
        import_offline(demo(settings.demo_scale), config, progress)


def _bind(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything slow, so that a taken port is known at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise SettingsError(
            f"ZHONGCAO_PORT: {settings.host}:{settings.port} cannot be used ({error.strerror}); "
            "stop what listens there, or choose another with --port"
        ) from None
    listener.set_inheritable(True)
    return listener


def _run(settings: Settings, address: Address, listener: socket.socket) -> None:
    os.environ |= {
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
        "ZHONGCAO_DATA_DIR": str(settings.data_dir),
    }
    config = uvicorn.Config(
        "app:create_app",
        factory=True,
        workers=settings.workers,
        # Workers are processes of their own, in which uvicorn sets up the logs as here.
        log_config=logs.config(settings.log_format, settings.log_level),
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=settings.proxy_headers,
        timeout_graceful_shutdown=10,
        # A process that does not answer for so long is replaced; on a busy machine, starting takes many seconds.
        timeout_worker_healthcheck=60,
        # What comes over a WebSocket is bounded before it is unpacked, so nothing is sent packed.
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
    )
    port = listener.getsockname()[1]
    if settings.workers == 1:
        _Announcing(config, settings, address, port).run(sockets=[listener])
    else:
        _announce(settings, address, port)
        with TemporaryDirectory(prefix="zhongcao-metrics-") as folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            Multiprocess(config, sockets=[listener]).run()


class _Announcing(uvicorn.Server):
    """Says where the service is once it answers."""

    def __init__(self, config: uvicorn.Config, settings: Settings, address: Address, port: int) -> None:
        super().__init__(config)
        self._place = (settings, address, port)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and announces."""
        await super().startup(sockets=sockets)
        if self.started:
            _announce(*self._place)


def _announce(settings: Settings, address: Address, port: int) -> None:
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # only displayed
    base = f"http://{shown}:{port}"
    lines = [f"GraphQL    {base}/graphql"]
    if settings.graphiql:
        lines.append(f"GraphiQL   {base}/graphql (in a browser)")
    if settings.explorer:
        lines.append(f"Explorer   {base}/explore (in a browser)")
    lines.append(f"Bolt       {address.uri} (user {address.username})")
    lines.append("Stop       Ctrl-C")
    OUT.print(Panel("\n".join(lines), title="种草 Zhongcao is ready", expand=False), highlight=False)


def _stop(_signal: int, _frame: FrameType | Any | None) -> None:
    """SIGTERM ends the command in order, like Ctrl-C."""
    sys.exit(0)

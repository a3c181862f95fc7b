"""From a configuration to a running server: everything that a start needs, in order."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from graph.embedded import admin, startup_cache
from graph.embedded.artifacts import ensure
from graph.embedded.causes import LogMark, cause_in
from graph.embedded.config import HOST, EmbeddedConfig, classpath, jvm_options, write_arguments, write_settings
from graph.embedded.errors import AdminFailed, PortTaken, StartFailed
from graph.embedded.java import Java, find_java
from graph.embedded.lock import NEO4J_VERSION
from graph.embedded.process import Child, end_process, is_free, java_command
from graph.embedded.progress import Progress, Silent
from graph.embedded.replacement import complete_replacement
from graph.embedded.state import ProcessId, ServerRecord, now_text, read_record, write_record

_LOG = logging.getLogger(__name__)
# Below every system's range for outgoing connections, so that none takes the port while the server restarts.
_PORTS = range(20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Launch:
    """A start that is ready to be made, as often as needed: same port, same password."""

    config: EmbeddedConfig
    java: Java
    jars: tuple[Path, ...]
    port: int
    password: str
    command: tuple[str, ...]

    def begin(self, *, detached: bool) -> Child:
        """Begins the server and records it; it does not answer yet."""
        layout = self.config.layout()
        begin = Child.detached if detached else Child.watched
        child = begin(list(self.command), layout, self.config.stop_timeout_s)
        record = ServerRecord(
            port=self.port, uri=bolt_uri(self.port), version=NEO4J_VERSION, started_at=now_text(),
            detached=detached, server=child.server, holder=None if detached else ProcessId.of(os.getpid()),
        )  # fmt: skip
        write_record(layout, record)
        return child

    def await_ready(self, child: Child, mark: LogMark) -> None:
        """Returns when the server answers; see Child.await_ready."""
        child.await_ready(self.port, self.config.start_timeout_s, mark, self.config.layout())


def bolt_uri(port: int) -> str:
    """The address of the embedded server."""
    return f"bolt://{HOST}:{port}"


def prepare(config: EmbeddedConfig, progress: Progress, extra_options: Sequence[str] = ()) -> Launch:
    """Fetches, checks and writes all that a start needs. The caller holds the data directory."""
    layout = config.layout()
    complete_replacement(layout)
    record = read_record(layout)
    _end_orphan(record)
    java = find_java()
    if not java.has_vector:
        _LOG.info("Java %s has no vector module: vector search is slower than on a full JDK in JAVA_HOME", java.version)
    jars = tuple(ensure("server", cache_dir=config.cache_dir, progress=progress, mirror=config.mirror))
    password = layout.ensure_password()
    port = _choose_port(config.port, record)
    write_settings(config, port)
    if not layout.was_started:
        _set_initial_password(config, password, progress)
    arguments = jvm_options(java, heap_initial_mib=config.heap_initial_mib, heap_max_mib=config.heap_max_mib)
    arguments += [*startup_cache.options(config, java), *extra_options, *config.extra_jvm_options]
    arguments += classpath([*jars, *config.extra_classpath])
    arguments += ["org.neo4j.server.Neo4jCommunity", f"--home-dir={layout.root}", f"--config-dir={layout.conf}"]
    write_arguments(layout.run / "java.args", arguments)
    command = tuple(java_command(java.executable, layout.run / "java.args"))
    return Launch(config, java, jars, port, password, command)


def _set_initial_password(config: EmbeddedConfig, password: str, progress: Progress) -> None:
    progress.step("Setting the database's password")
    try:
        admin.set_initial_password(config, password)
    except AdminFailed as error:  # it reads the same settings with the same Java: what it trips over, the server would
        cause = cause_in([error.output])
        raise StartFailed(cause.text, advice=cause.advice, log=config.layout().server_log) from error
    progress.done()


def train_startup_cache(launch: Launch, cancelled: threading.Event) -> None:
    """Prepares faster starts if that is wanted and not yet done; takes about 30 s at the lowest priority."""
    if startup_cache.needs_training(launch.config, launch.java):
        startup_cache.train(launch.config, launch.java, _begin_scratch, cancelled)


def _begin_scratch(config: EmbeddedConfig, extra_options: list[str], cancelled: threading.Event) -> tuple[Child, str]:
    """A server on a directory that nobody else knows, answering, and its address."""
    config.layout().create()
    launch = prepare(config, Silent(), extra_options)
    mark = LogMark.now(config.layout())
    child = launch.begin(detached=False)
    threading.Thread(target=_kill_when, args=(cancelled, child), daemon=True).start()
    try:
        psutil.Process(child.server.pid).nice(19)
        launch.await_ready(child, mark)
    except BaseException:
        child.kill()
        raise
    return child, bolt_uri(launch.port)


def _kill_when(cancelled: threading.Event, child: Child) -> None:
    while not child.has_ended():
        if cancelled.wait(0.2):
            child.kill()
            return


def _end_orphan(record: ServerRecord | None) -> None:
    """Ends a server whose app was killed; usually its watchdog is already about it."""
    if record is not None and record.server is not None and record.process() is not None:
        _LOG.warning("Ending the server (process %d) that an app left behind", record.server.pid)
        end_process(record.server, 20)


def _choose_port(wanted: int | None, record: ServerRecord | None) -> int:
    """The wanted port, else the last one, else a free one; PortTaken when the wanted one is in use."""
    if wanted is not None:
        if not is_free(wanted):
            raise PortTaken(wanted)
        return wanted
    if record is not None and is_free(record.port):
        return record.port
    candidates = random.SystemRandom().sample(_PORTS, 50)
    return next(port for port in candidates if is_free(port))

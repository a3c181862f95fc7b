"""The embedded server as an app holds it: started, watched over, restarted when it dies, stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import TracebackType
from typing import Self

from graph.embedded.causes import LogMark
from graph.embedded.config import USERNAME, EmbeddedConfig
from graph.embedded.errors import EmbeddedError, NotRunning
from graph.embedded.launch import Launch, prepare, train_startup_cache
from graph.embedded.process import Child, bolt_answers
from graph.embedded.progress import Progress, Silent
from graph.embedded.state import Hold, ServerRecord, mark_stopped, read_record

_LOG = logging.getLogger(__name__)


class State(StrEnum):
    """Where a server stands in its life."""

    NEW = "new"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


OnState = Callable[[State, str], None]
"""Called with each new state and a sentence about it, from the thread in which it came about."""


class EmbeddedServer:
    """A Neo4j server that lives at most as long as this process.

    `start` and `stop` block (an asyncio app runs them by `asyncio.to_thread`); the server's life does not depend on
    the thread. On a data directory with a detached server it attaches to that one, and leaves it running. One object
    is one life: for another start, make another.
    """

    def __init__(
        self, config: EmbeddedConfig, progress: Progress | None = None, on_state: OnState | None = None
    ) -> None:
        self.config = config
        self.state = State.NEW
        self.attached = False
        self._progress = progress or Silent()
        self._on_state = on_state
        self._layout = config.layout()
        self._hold: Hold | None = None
        self._launch: Launch | None = None
        self._record: ServerRecord | None = None
        self._child: Child | None = None
        self._supervisor: threading.Thread | None = None
        self._trainer: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._restarts: deque[float] = deque()

    @property
    def uri(self) -> str:
        """The Bolt address; the same after a restart."""
        return self._known().uri

    @property
    def port(self) -> int:
        """The Bolt port on 127.0.0.1."""
        return self._known().port

    @property
    def username(self) -> str:
        """Who to sign in as."""
        return USERNAME

    @property
    def password(self) -> str:
        """The generated password."""
        return self._layout.password()

    @property
    def pid(self) -> int:
        """The present server process; another one after a restart."""
        server = self._known().server
        if server is None:
            raise NotRunning(f"No server runs on {self._layout.root}.")
        return server.pid

    def _known(self) -> ServerRecord:
        if self._record is None:
            raise NotRunning(f"The server on {self._layout.root} was not started.")
        return self._record

    def start(self) -> Self:
        """Returns when the server answers; raises an EmbeddedError, with nothing left running, when it does not."""
        self._hold = Hold(self._layout)
        try:
            self._enter(State.STARTING, f"Starting Neo4j on {self._layout.root}")
            record = read_record(self._layout)
            if record is not None and record.detached and record.process() is not None:
                self._attach(record)
            else:
                self._begin()
        except BaseException:
            self.stop()
            raise
        self._enter(State.READY, f"Neo4j answers at {self.uri}")
        return self

    def stop(self) -> None:
        """Ends the server in order (a detached one is left running); a second call does nothing."""
        self._stopping.set()
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.stop()
            mark_stopped(self._layout)
        for thread in (self._supervisor, self._trainer):
            if thread is not None and thread is not threading.current_thread():
                thread.join()
        if self._hold is not None:
            self._hold.release()
        if self.state not in (State.FAILED, State.STOPPED):
            self._enter(State.STOPPED, "Neo4j is stopped" if not self.attached else "Left the detached server running")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _attach(self, record: ServerRecord) -> None:
        assert self._hold is not None
        self._hold.release()  # a detached server may have several users; none of them owns it
        deadline = time.monotonic() + self.config.start_timeout_s
        while not bolt_answers(record.port):
            if record.process() is None or time.monotonic() > deadline:
                raise NotRunning(f"The detached server on {self._layout.root} ended or does not answer; see its log.")
            time.sleep(0.1)
        self._record, self.attached = record, True

    def _begin(self) -> None:
        self._launch = prepare(self.config, self._progress)
        self._progress.step("Starting Neo4j")
        self._run_child()
        self._progress.done()
        self._supervisor = threading.Thread(target=self._supervise, name="neo4j-supervisor", daemon=True)
        self._supervisor.start()
        self._trainer = threading.Thread(
            target=train_startup_cache, args=(self._launch, self._stopping), name="neo4j-training", daemon=True
        )
        self._trainer.start()

    def _run_child(self) -> None:
        """Begins a server process and waits until it answers."""
        assert self._launch is not None
        mark = LogMark.now(self._layout)
        with self._lock:
            if self._stopping.is_set():
                raise NotRunning("The server was stopped while it started.")
            child = self._child = self._launch.begin(detached=False)
            self._record = read_record(self._layout)
        self._launch.await_ready(child, mark)

    def _supervise(self) -> None:
        while (child := self._child) is not None:
            mark = LogMark.now(self._layout)
            exit_code = child.wait()
            if self._stopping.is_set():
                return
            reason = f"Neo4j ended by itself (exit code {exit_code}): {mark.cause().text}"
            while not self._restart(reason):
                if self._stopping.is_set() or self.state is State.FAILED:
                    return
                reason = "The restarted server ended again"

    def _restart(self, reason: str) -> bool:
        """Whether the server answers again; the state is FAILED when no try is left."""
        now = time.monotonic()
        while self._restarts and now - self._restarts[0] > self.config.restart_window_s:
            self._restarts.popleft()
        if len(self._restarts) >= self.config.restart_limit:
            mark_stopped(self._layout)
            self._enter(State.FAILED, f"{reason}. Gave up after {len(self._restarts)} restarts")
            return False
        pause_s = self.config.restart_backoff_s * 2 ** len(self._restarts)
        self._restarts.append(now)
        self._enter(State.RESTARTING, f"{reason}. Restarting in {pause_s:g} s")
        if self._stopping.wait(pause_s):
            return False
        try:
            self._run_child()
        except EmbeddedError as error:
            _LOG.error("Restart failed: %s", error)
            return False
        self._enter(State.READY, f"Neo4j answers again at {self.uri}")
        return True

    def _enter(self, state: State, message: str) -> None:
        self.state = state
        level = {State.RESTARTING: logging.WARNING, State.FAILED: logging.ERROR}.get(state, logging.INFO)
        _LOG.log(level, "%s", message)
        if self._on_state is not None:
            try:
                self._on_state(state, message)
            except Exception:  # a listener's fault must not end the supervision
                _LOG.exception("The state listener failed")


@contextmanager
def embedded(
    config: EmbeddedConfig, progress: Progress | None = None, on_state: OnState | None = None
) -> Iterator[EmbeddedServer]:
    """A running server for the length of a `with` block."""
    with EmbeddedServer(config, progress, on_state) as server:
        yield server

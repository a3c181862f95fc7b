"""Memory bombs in the middle of a write load: of a replica that the console asks, and of the living graph itself.

Each bomb passes every wall of the guard and fills the heap of the server that it is asked of. What people wrote
meanwhile must be there; the service must answer within 30 s of each.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.console.running import ask, scientist
from bench.home import within
from bench.kill import Writer, acknowledged_by, address_in, await_writes, found_in, judged, served, targets_in
from bench.measure import REPOSITORY, Unmeasurable, Watched
from bench.report import Figures, rounded

_WRITERS = 4
_WITHIN_S = 30.0
_PATIENCE_S = 240.0
_BOMBS = (
    "RETURN reduce(s = 'x', i IN range(1, 40) | s + s) AS text",
    "RETURN size(split(reduce(s = 'a,', i IN range(1, 27) | s + s), ',')) AS length",
    "WITH reduce(s = 'x', i IN range(1, 26) | s + s) AS s RETURN [i IN range(1, 100) | s + i] AS texts",
    "RETURN size(replace(reduce(s = 'a', i IN range(1, 27) | s + s), 'a', 'bbbbbbbbbbbbbbbb')) AS length",
)
_QUESTION = "MATCH (u:User) RETURN count(u) AS people"


def run_bombs(place: Path, bombs: int) -> Figures:
    """The figures of both scenes. Raises Unmeasurable for a write that is lost, or a service that is away too long."""
    folder = place / "bombs"
    folder.mkdir(exist_ok=True)
    figures: Figures = {"bombs": bombs}
    with served(folder, ZHONGCAO_CONSOLE_URI="replica") as (_, port), _replica(folder):
        _await_source(port, b"replica")
        figures |= _scene("replica", folder, port, bombs)
    with served(folder) as (_, port):
        _await_source(port, b"live")
        figures |= _scene("live", folder, port, bombs)
    return figures


@contextmanager
def _replica(folder: Path) -> Iterator[None]:
    """`db replica` on the folder, running."""
    with (folder / "replica.log").open("a") as log:
        child = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "app.py", "db", "replica", "--data-dir", str(folder)],
            cwd=REPOSITORY, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield
        finally:
            child.terminate()
            child.wait(60)


def _scene(name: str, folder: Path, port: int, bombs: int) -> Figures:
    targets = within(address_in(folder), targets_in)
    # People of one scene are not those of the other.
    first = 0 if name == "replica" else _WRITERS
    people = [Writer(first + number, port, targets) for number in range(_WRITERS)]
    for one in people:
        one.join()
    stop = threading.Event()
    threads = [threading.Thread(target=one.write, args=(stop,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    console_s, away_s = [], []
    try:
        for number in range(bombs):
            await_writes(people, acknowledged_by(people) + 5 * _WRITERS)
            with _Gap(people) as gap:
                console_s.append(_thrown(port, _BOMBS[number % len(_BOMBS)]))
                await_writes(people, acknowledged_by(people) + 5 * _WRITERS)
            away_s.append(gap.longest_s)
    finally:
        stop.set()
        for thread in threads:
            thread.join(_PATIENCE_S)
    found = within(address_in(folder), lambda database: found_in(database, people))
    outcome = judged(people, found, address_in(folder), targets)
    figures: Figures = {f"{name}_{key}": value for key, value in outcome.items()}
    figures[f"{name}_service_away_s"] = rounded(max(away_s))
    figures[f"{name}_console_away_s"] = rounded(max(console_s))
    if outcome["lost"] or outcome["duplicated"] or max(away_s) > _WITHIN_S:
        raise Unmeasurable(f"bombs of the {name} graph: {figures}")
    return figures


def _thrown(port: int, bomb: str) -> float:
    """Seconds from the bomb's end until the console answers again."""
    ended = _asked(port, bomb)
    if ended == 200:
        raise Unmeasurable(f"this is no bomb: {bomb}")
    began_s = time.monotonic()
    while _asked(port, _QUESTION) != 200:
        if time.monotonic() - began_s > _PATIENCE_S:
            raise Unmeasurable(f"the console does not answer {_PATIENCE_S:.0f} s after {bomb}")
        time.sleep(0.1)
    return time.monotonic() - began_s


def _asked(port: int, query: str) -> int:
    """The status of the answer; 0: none came."""
    try:
        return ask(port, scientist(), query, {}, timeout_s=60)[0]
    except (OSError, http.client.HTTPException):
        return 0


def _await_source(port: int, wanted: bytes) -> None:
    """Returns when the console answers from there."""
    deadline = time.monotonic() + _PATIENCE_S
    while _asked(port, _QUESTION) != 200:
        if time.monotonic() > deadline:
            raise Unmeasurable(f"the console does not answer from the {wanted.decode()} graph")
        time.sleep(0.5)


class _Gap(Watched):
    """The longest time without an acknowledged write while the block runs."""

    def __init__(self, people: list[Writer]) -> None:
        super().__init__(every_s=0.02)
        self.longest_s = 0.0
        self._people = people
        self._last, self._since_s = acknowledged_by(people), time.monotonic()

    def look(self) -> None:
        """Looks whether a write was acknowledged since."""
        now = acknowledged_by(self._people)
        if now != self._last:
            self._last, self._since_s = now, time.monotonic()
        self.longest_s = max(self.longest_s, time.monotonic() - self._since_s)

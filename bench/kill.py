"""`kill`: SIGKILL of Neo4j and of the service in the middle of a write load; what was acknowledged must be there, once.

Writers sign up, then like, follow, comment and order without pause. A write counts as acknowledged when its answer came
whole and without errors; until then its writer sends the same request again, as a frontend would. The service is
started again by a supervisor that does nothing but that; Neo4j is the service's own to bring back. In the end the
graph itself is asked what is there.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.home import SECRET, UNLIMITED, ask, await_answer, config_in, folder, free_port, within
from bench.measure import REPOSITORY, Unmeasurable
from bench.report import OUT, Figures, begun, rounded, table, write
from graph.database import Address, Database
from graph.embedded import shell_info
from graph.statements import beside

STATEMENTS = beside(__file__)
_PREPARE = STATEMENTS["kill_prepare"]
_FOUND = STATEMENTS["kill_found"]
_BACK_S = 240.0
_PAUSE_S = 0.2
_EACH = 20
_ORDERS = 18
_STOCK = 1_000_000
_ACTS = ("like", "follow", "comment", "order")
_SIGN_UP = """mutation S($input: SignUpInput!) { signUp(input: $input) {
  errors { code message } tokens { accessToken } viewer { user { id } } } }"""
_WRITES = {
    "like": "mutation L($input: NoteInput!) { done: likeNote(input: $input) { errors { code message } } }",
    "follow": "mutation F($input: PersonInput!) { done: followUser(input: $input) { errors { code message } } }",
    "comment": "mutation C($input: CommentOnNoteInput!) "
    "{ done: commentOnNote(input: $input) { errors { code message } } }",
    "order": "mutation O($input: PlaceOrderInput!) { done: placeOrder(input: $input) { errors { code message } } }",
}


@dataclass(frozen=True, slots=True)
class Targets:
    """What is written to: note and user ids, and the id of a variant with more units than can be sold."""

    notes: list[str]
    users: list[str]
    variant: str


@dataclass(slots=True)
class Writer:
    """One person who writes, and what of it was acknowledged, as texts that name it in the graph."""

    number: int
    port: int
    targets: Targets
    person: str = ""
    token: str = ""
    acknowledged: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    count: int = 0
    repeated: int = 0
    refused: str = ""

    def join(self) -> None:
        """Signs up."""
        handle = f"kill_{self.number}_{os.getpid()}"
        given = {
            "email": f"{handle}@example.com",
            "password": "kill test 口令 0",
            "handle": handle,
            "displayName": handle,
        }
        data = ask(self.port, json.dumps({"query": _SIGN_UP, "variables": {"input": given}}))["signUp"]
        if data["errors"]:
            raise Unmeasurable(f"sign-up: {data['errors']}")
        self.person, self.token = data["viewer"]["user"]["id"], data["tokens"]["accessToken"]

    def write(self, stop: threading.Event) -> None:
        """Writes one thing after the other until told to stop; the last is seen through."""
        number = 0
        while not stop.is_set() and not self.refused:
            act = _ACTS[number % len(_ACTS)]
            if act == "order" and number >= _ORDERS * len(_ACTS):
                act = "comment"  # nobody may have more unpaid orders
            name, given = self._next(act, number)
            self.begun.add(name)
            while not self._sent(act, given):
                self.repeated += 1
                time.sleep(_PAUSE_S)
            if not self.refused:
                self.acknowledged.add(name)
                self.count += 1
            number += 1

    def _next(self, act: str, number: int) -> tuple[str, dict[str, Any]]:
        """How the graph names the write, and its input."""
        key = f"{self.person}:{number}"
        if act == "like":
            note = self.targets.notes[number // len(_ACTS) % len(self.targets.notes)]
            return f"like {self.person} {note}", {"noteId": note}
        if act == "follow":
            user = self.targets.users[number // len(_ACTS) % len(self.targets.users)]
            return f"follow {self.person} {user}", {"userId": user}
        if act == "comment":
            note = self.targets.notes[number % len(self.targets.notes)]
            return f"comment {key}", {"noteId": note, "text": f"kill {key}", "idempotencyKey": key}
        # An order has no text of its own; its quantity and place among the person's orders stand for it.
        return f"order {key}", {"variantId": self.targets.variant, "quantity": 1, "idempotencyKey": key}

    def _sent(self, act: str, given: dict[str, Any]) -> bool:
        """Whether an answer came; one that refuses the write ends the run."""
        body = json.dumps({"query": _WRITES[act], "variables": {"input": given}})
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
                connection.request("POST", "/graphql", body.encode(), headers)
                response = connection.getresponse()
                answer = json.loads(response.read())
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if "errors" in answer:
            codes = {error["extensions"]["code"] for error in answer["errors"]}
            if not codes <= {"UNAVAILABLE", "TIMED_OUT"}:
                self.refused = f"{act}: {answer['errors']}"
            return bool(self.refused)
        if answer["data"]["done"]["errors"]:
            self.refused = f"{act}: {answer['data']['done']['errors']}"
        return True


class Supervisor:
    """Starts the service again whenever it ends, and does nothing else."""

    def __init__(self, data_dir: Path, port: int, log: Path, variables: Mapping[str, str]) -> None:
        self._command = [
            *(sys.executable, "app.py", "serve", "--data-dir", str(data_dir), "--port", str(port)),
        ]
        self._variables = {
            **os.environ,
            **UNLIMITED,
            "ZHONGCAO_DEMO_SCALE": "0.05",
            "ZHONGCAO_SECRET_KEY": SECRET,
            "ZHONGCAO_ACCESS_TOKEN_MINUTES": "1440",
            "ZHONGCAO_LOG_LEVEL": "warning",
            "ZHONGCAO_EMBEDDINGS": "no",
            "ZHONGCAO_SIMILARITY_INTERVAL_HOURS": "0",
            **variables,
        }
        self._log = log
        self._ending = threading.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.child: subprocess.Popen[str] | None = None
        self.starts = 0

    def __enter__(self) -> Supervisor:
        self._thread.start()
        self._started.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        if self.child is not None:
            self.child.terminate()
        self._thread.join(60)

    def _run(self) -> None:
        with self._log.open("a") as log:
            while not self._ending.is_set():
                self.child = subprocess.Popen(  # noqa: S603  # our own command
                    self._command, cwd=REPOSITORY, env=self._variables, stdout=log, stderr=log, text=True
                )
                self.starts += 1
                self._started.set()
                self.child.wait()

    def kill(self, what: str) -> None:
        """SIGKILL of the service or of its Neo4j."""
        assert self.child is not None
        if what == "service":
            self.child.kill()
            return
        servers = [one for one in psutil.Process(self.child.pid).children(recursive=True) if "java" in one.name()]
        if not servers:
            raise Unmeasurable("no Neo4j runs below the service")
        for one in servers:
            one.kill()


def run_kill(*, data_dir: Path | None, kills: int, writers: int, pause_s: float, json_file: Path | None) -> Figures:
    """The figures: kills, acknowledged, lost, duplicated; and how long the service was away after each kill."""
    figures = begun("kill", kills_each=kills, writers=writers, pause_s=pause_s)
    with folder(data_dir) as place, served(place) as (supervisor, port):
        address = address_in(place)
        targets = within(address, targets_in)
        people = [Writer(number, port, targets) for number in range(writers)]
        for one in people:
            one.join()
        away = _under_fire(supervisor, port, people, kills, pause_s)
        found = within(address_in(place), lambda database: found_in(database, people))
        figures |= judged(people, found, address, targets)
        figures |= {"starts": supervisor.starts}
    figures |= {
        "kills": len(away),
        "away_s_neo4j_worst": rounded(max(seconds for what, seconds in away if what == "neo4j")),
        "away_s_service_worst": rounded(max(seconds for what, seconds in away if what == "service")),
    }
    write(figures, json_file)
    shown = ("kills", "acknowledged", "repeated", "lost", "duplicated", "away_s_neo4j_worst", "away_s_service_worst")
    table("kill", ("figure", "value"), [(name, figures[name]) for name in shown])
    if figures["lost"] or figures["duplicated"]:
        raise Unmeasurable(f"{figures['lost']} acknowledged writes are lost, {figures['duplicated']} happened twice")
    return figures


@contextmanager
def served(place: Path, **variables: str) -> Iterator[tuple[Supervisor, int]]:
    """A service on the folder with the demo community, and its port; `variables` are further settings."""
    port = free_port()
    with Supervisor(place, port, place / "service.log", variables) as supervisor:
        assert supervisor.child is not None
        await_answer(supervisor.child, port, within_s=_BACK_S)
        yield supervisor, port


def address_in(place: Path) -> Address:
    """Where the service's Neo4j is now."""
    info = shell_info(config_in(place).data_dir)
    return Address(info.uri, info.username, info.password())


async def targets_in(database: Database) -> Targets:
    """What can be written to."""
    row = await database.row(_PREPARE, stock=_STOCK)
    assert row is not None, "the demo has notes, people and products"
    return Targets(row["notes"], row["users"], row["variant"])


def _under_fire(
    supervisor: Supervisor, port: int, people: list[Writer], kills: int, pause_s: float
) -> list[tuple[str, float]]:
    """What was killed and how long the service then was away, one kill after the other under load."""
    stop = threading.Event()
    threads = [threading.Thread(target=one.write, args=(stop,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    away = []
    try:
        for number in range(2 * kills):
            what = ("neo4j", "service")[number % 2]
            # Into the middle of a load that runs well, not into the first writes after the last kill.
            await_writes(people, acknowledged_by(people) + _EACH * len(people))
            time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311  # when, not what
            before = acknowledged_by(people)
            began = time.monotonic()
            supervisor.kill(what)
            # Those under way at the kill, and one more.
            await_writes(people, before + len(people) + 1)
            away.append((what, time.monotonic() - began))
            OUT.print(f"{number + 1:>3} killed {what}: writes again after {away[-1][1]:.1f} s", highlight=False)
    finally:
        stop.set()
        for thread in threads:
            thread.join(_BACK_S)
    for one in people:
        if one.refused:
            raise Unmeasurable(f"a write was refused: {one.refused}")
    return away


def acknowledged_by(people: list[Writer]) -> int:
    """How many of their writes were acknowledged so far."""
    return sum(one.count for one in people)


def await_writes(people: list[Writer], enough: int) -> None:
    """Returns when so many writes were acknowledged in all."""
    deadline = time.monotonic() + _BACK_S
    while acknowledged_by(people) < enough:
        if time.monotonic() > deadline or any(one.refused for one in people):
            raise Unmeasurable(f"no writes {_BACK_S:.0f} s after a kill; {[one.refused for one in people]}")
        time.sleep(0.05)


async def found_in(database: Database, people: list[Writer]) -> Counter[str]:
    """How often the graph holds each write of these people, by the names that the writers gave them."""
    found: Counter[str] = Counter()
    for one in people:
        row = await database.row(_FOUND, user_id=one.person)
        assert row is not None, "the writer is there"
        found.update(f"like {one.person} {note}" for note in row["likes"])
        found.update(f"follow {one.person} {user}" for user in row["follows"])
        found.update(f"comment {text.removeprefix('kill ')}" for text in row["comments"])
        found.update({f"orders {one.person}": row["orders"], "sold": row["sold"]})
    return found


def judged(people: list[Writer], found: Counter[str], address: Address, targets: Targets) -> Figures:
    """What was acknowledged, lost and duplicated, orders by their number and by what they took from the stock."""
    acknowledged = [name for one in people for name in one.acknowledged]
    named = [name for name in acknowledged if not name.startswith("order ")]
    lost = sum(found[name] == 0 for name in named)
    duplicated = sum(
        count - 1 for name, count in found.items() if count > 1 and not name.startswith(("orders ", "sold"))
    )
    for one in people:
        ordered = sum(name.startswith("order ") for name in one.acknowledged)
        tried = sum(name.startswith("order ") for name in one.begun)
        lost += max(0, ordered - found[f"orders {one.person}"])
        duplicated += max(0, found[f"orders {one.person}"] - tried)
    left = within(address, lambda database: _left(database, targets.variant))
    if _STOCK - left != found["sold"]:
        raise Unmeasurable(f"{found['sold']} units were ordered and {_STOCK - left} taken from the stock")
    return {
        "acknowledged": len(acknowledged),
        "repeated": sum(one.repeated for one in people),
        "lost": lost,
        "duplicated": duplicated,
    }


async def _left(database: Database, variant: str) -> int:
    row = await database.row(STATEMENTS["kill_left"], variant=variant)
    assert row is not None, "the variant is there"
    return int(row["stock"])

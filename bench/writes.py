"""`writes`: likes, follows, comments and orders a second through the API, beside the bare statement through the driver.

The API checks who may, counts rates, writes what must follow, and reads the payload back; the bare statement only
writes. Both are sent by a process of their own to the same database, in alternating runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from bench.bare import Bare, Done
from bench.home import access_tokens, config_in, demo_graph, folder, service, within
from bench.measure import REPOSITORY, Endpoint, Run, Unmeasurable, measured, middle
from bench.report import OUT, Figures, begun, rounded, table, under, write
from graph.database import Address, Database
from graph.ids import new_id
from graph.statements import beside

STATEMENTS = beside(__file__)
ACTS = ("like", "follow", "comment", "order")
_DOCUMENTS = {
    "like": "mutation L($input: NoteInput!) "
    "{ likeNote(input: $input) { note { likeCount viewerLikes } faults: errors { code } } }",
    "follow": "mutation F($input: PersonInput!) "
    "{ followUser(input: $input) { user { followerCount viewerFollows } faults: errors { code } } }",
    "comment": "mutation C($input: CommentOnNoteInput!) "
    "{ commentOnNote(input: $input) { comment { id text createdAt author { id } } faults: errors { code } } }",
    "order": "mutation O($input: PlaceOrderInput!) "
    "{ placeOrder(input: $input) { order { id state } faults: errors { code } } }",
}
_PER_RUN = 20_000


def run_writes(
    *,
    data_dir: Path | None,
    scale: float,
    acts: Sequence[str],
    connections: Sequence[int],
    seconds: float,
    rounds: int,
    json_file: Path | None,
) -> Figures:
    """The figures of every act; keys such as `like_c16_rps`, `like_c16_bare_rps`, `like_c16_ratio`."""
    figures = begun("writes", scale=scale, seconds=seconds, rounds=rounds)
    rows: list[tuple[object, ...]] = []
    with folder(data_dir) as place, demo_graph(config_in(place), scale) as graph:
        targets = within(graph.address, _targets)
        with service(graph.address) as (port, pid):
            endpoint = Endpoint("ours", port, pid, graph.server.pid)
            drawn = _Draw(targets)
            for act in acts:
                within(graph.address, _settled)
                OUT.print(f"warming {act}", highlight=False)
                for many in (1, 16):
                    _ours(endpoint, drawn, act, many, seconds)
                    _bare(graph.address, drawn, act, many, seconds)
                    within(graph.address, _settled)
                for many in connections:
                    ours, bare = [], []
                    for _ in range(rounds):
                        ours.append(_ours(endpoint, drawn, act, many, seconds))
                        bare.append(_bare(graph.address, drawn, act, many, seconds))
                        within(graph.address, _settled)
                    figures |= _figures(f"{act}_c{many}", ours, bare)
                    rows.append((act, many, *(figures[f"{act}_c{many}_{name}"] for name in _SHOWN)))
                    write(figures, json_file)
    title = f"writes, demo scale {scale:g}, medians of {rounds} × {seconds:g} s"
    table(title, ("act", "connections", "req/s", "p50 ms", "bare/s", "bare p50 ms", "ratio", "server cpu ms"), rows)
    return figures


_SHOWN = ("rps", "p50_ms", "bare_rps", "bare_p50_ms", "ratio", "server_cpu_ms")


def _figures(prefix: str, ours: Sequence[Run], bare: Sequence[Done]) -> Figures:
    bare_rps = median(one.rps for one in bare)
    return {
        **under(prefix, ours),
        f"{prefix}_bare_rps": rounded(bare_rps),
        f"{prefix}_bare_p50_ms": rounded(median(one.p50_ms for one in bare)),
        f"{prefix}_ratio": rounded(middle(ours, "rps") / bare_rps),
    }


async def _targets(database: Database) -> dict[str, list[str]]:
    row = await database.row(STATEMENTS["writes_targets"])
    assert row is not None, "the demo has all of them"
    await database.row(STATEMENTS["writes_stock"], variants=row["variants"])
    return {"people": row["people"], "notes": row["notes"], "variants": row["variants"]}


async def _settled(database: Database) -> None:
    await database.row(STATEMENTS["writes_settle"])


class _Draw:
    """Pairs of who writes and to what, each once for each act as long as there are enough."""

    def __init__(self, targets: dict[str, list[str]]) -> None:
        self._people = targets["people"]
        self._targets = {
            "like": targets["notes"],
            "follow": targets["people"],
            "comment": targets["notes"],
            "order": targets["variants"],
        }
        self._turns = {act: count() for act in ACTS}
        self._tokens = dict(zip(self._people, access_tokens(self._people), strict=True))

    def pairs(self, act: str, many: int) -> Iterator[tuple[str, str]]:
        """So many (person, target); neighbours are different people, so that they do not wait for each other."""
        people, targets = self._people, self._targets[act]
        for turn in (next(self._turns[act]) for _ in range(many)):
            person = people[turn % len(people)]
            target = targets[(turn // len(people) + turn * 7) % len(targets)]
            yield person, target if target != person else targets[(turn + 1) % len(targets)]

    def token(self, person: str) -> str:
        """An access token of the person."""
        return self._tokens[person]


def _ours(endpoint: Endpoint, drawn: _Draw, act: str, connections: int, seconds: float) -> Run:
    pairs = [*drawn.pairs(act, _PER_RUN)]
    bodies = [
        json.dumps({"query": _DOCUMENTS[act], "variables": {"input": _given(act, target)}}) for _, target in pairs
    ]
    tokens = [drawn.token(person) for person, _ in pairs]
    return measured(endpoint, bodies, connections=connections, seconds=seconds, tokens=tokens)


def _given(act: str, target: str) -> dict[str, Any]:
    if act == "comment":
        return {"noteId": target, "text": "看起来真不错，周末去试试"}
    if act == "order":
        return {"variantId": target, "quantity": 1}
    return {"noteId" if act == "like" else "userId": target}


def _bare(address: Address, drawn: _Draw, act: str, connections: int, seconds: float) -> Done:
    parameters = [
        {
            "person": person,
            "target": target,
            "id": new_id("Comment" if act == "comment" else "Order"),
            "line": new_id("OrderLine"),
            "text": "看起来真不错，周末去试试",
        }
        for person, target in drawn.pairs(act, _PER_RUN)
    ]
    text = STATEMENTS[f"bare_{act}"].text
    bare = Bare(address.uri, address.username, address.password, text, parameters, connections, seconds)
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare"],
        input=json.dumps(asdict(bare)),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unmeasurable(f"the bare statement ended: {done.stderr[-600:]}")
    return Done(**json.loads(done.stdout))

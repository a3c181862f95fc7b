"""`console`: what the guard refuses and answers, rows a second beside the bare driver, and the memory of the stream."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import neo4j
import psutil
import uvloop

from bench.console.preparing import SECRET, prepared
from bench.console.statements import Asked, hostile, legitimate
from bench.home import SECRET as SERVICE_SECRET
from bench.home import config_in, demo_graph, folder, service, within
from bench.measure import Unmeasurable, Watched
from bench.report import OUT, Figures, begun, rounded, table, write
from graph.console.formats import MEDIA_TYPES, Format
from graph.console.reading import ConsoleDoor, Question
from graph.console.refusals import CypherFault, Refused
from graph.console.values import to_json
from graph.database import Address, Database
from graph.rules.access import Role, Viewer
from graph.rules.tokens import Tokens

_SCALE = 0.2
_FORMS: tuple[Format, ...] = ("csv", "json", "arrow", "parquet")
_ROWS = "UNWIND range(1, $n) AS i RETURN i AS id, 'name ' + toString(i % 1000) AS name, i * 0.5 AS score"
_FEW = 100_000


def run_console(*, data_dir: Path | None, rows: int, rounds: int, bombs: int, json_file: Path | None) -> Figures:
    """The figures: questions refused and answered, rows a second by form, memory; and what became of the bombs."""
    figures = begun("console", rows=rows, rounds=rounds)
    with folder(data_dir) as place:
        with demo_graph(config_in(place), _SCALE) as graph:
            figures |= within(graph.address, lambda database: _guarded(database, graph.address))
            figures |= _streamed(graph.address, rows, rounds)
        if bombs:
            from bench.console.bombs import run_bombs

            figures |= run_bombs(place, bombs)
    write(figures, json_file)
    table(
        "console",
        ("figure", "value"),
        [(name, value) for name, value in figures.items() if name not in ("bench", "at")],
    )
    if figures["refused"] != figures["hostile"] or figures["passed"] != figures["legitimate"] or figures["leaked"]:
        raise Unmeasurable("the guard let something through, or kept something out")
    return figures


async def _guarded(database: Database, address: Address) -> Figures:
    door = ConsoleDoor(address)
    bad, good = hostile(), legitimate()
    leaked = refused = passed = 0
    async with prepared(database):
        for one in bad:
            became, said = await _asked(door, one)
            refused += became in one.refused
            leaked += SECRET in said
            if became not in one.refused:
                OUT.print(f"not refused as it should: {one.about} ({became})", highlight=False)
        for one in good:
            became, said = await _asked(door, one)
            passed += became == "answered"
            leaked += SECRET in said
            if became != "answered":
                OUT.print(f"not answered: {one.about} ({became}: {said})", highlight=False)
    await door.close()
    return {"hostile": len(bad), "refused": refused, "legitimate": len(good), "passed": passed, "leaked": leaked}


async def _asked(door: ConsoleDoor, one: Asked) -> tuple[str, str]:
    """What came of a question, and what was said."""
    try:
        question = Question(one.text, language=one.language)
        async with door.ask(question, closed=True, who="bench") as answer:
            said = b""
            while rows := await answer.rows.pull(1_000):
                said += to_json(rows)
            return "answered", said.decode()
    except Refused as error:
        return error.reason, error.message
    except CypherFault as error:
        return "fault", error.message


def _streamed(address: Address, rows: int, rounds: int) -> Figures:
    """Rows a second by the bare driver and in each form through the service, in turns; the service's memory."""
    token = scientist()
    by_driver: list[float] = []
    by_form: dict[Format, list[float]] = {form: [] for form in _FORMS}
    with service(address) as (port, pid):
        for form in _FORMS:
            _drained(port, token, form, _FEW)
        few = _Peak(pid)
        with few:
            for form in _FORMS:
                _drained(port, token, form, _FEW)
        with _Peak(pid) as most:
            for _ in range(rounds):
                by_driver.append(uvloop.run(_driven(address, rows)))
                for form in _FORMS:
                    by_form[form].append(_drained(port, token, form, rows))
    driver = median(by_driver)
    figures: Figures = {"driver_rows_per_s": rounded(driver), "rows_per_s": rounded(median(by_form["csv"]))}
    for form in _FORMS:
        figures[f"{form}_rows_per_s"] = rounded(median(by_form[form]))
        figures[f"{form}_ratio"] = rounded(median(by_form[form]) / driver)
    return figures | {"peak_mb": rounded(most.mb), "peak_mb_at_100000_rows": rounded(few.mb)}


def scientist() -> str:
    """A token of a data scientist, which the services started here take."""
    made = Tokens(SERVICE_SECRET.encode(), access=timedelta(days=1), refresh=timedelta(1), reset=timedelta(1))
    viewer = Viewer("user_scientist", frozenset({Role.MEMBER, Role.DATA_SCIENTIST}), "session_bench")
    return made.access(viewer, now=datetime.now(UTC))


async def _driven(address: Address, rows: int) -> float:
    """Rows a second that the official driver's own result gives, one record after the other."""
    async with (
        neo4j.AsyncGraphDatabase.driver(address.uri, auth=(address.username, address.password)) as driver,
        driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
    ):
        began_s, count = time.perf_counter(), 0
        async for _ in await session.run(_ROWS, n=rows):
            count += 1
        assert count == rows, "every row came"
        return count / (time.perf_counter() - began_s)


def _drained(port: int, token: str, form: Format, rows: int) -> float:
    """Rows a second of an answer in that form, taken to its end."""
    began_s = time.perf_counter()
    status, sizes = ask(port, token, _ROWS, {"n": rows}, MEDIA_TYPES[form].partition(";")[0])
    if status != 200 or sum(sizes) < rows:
        raise Unmeasurable(f"{form}: status {status}, {sum(sizes)} bytes for {rows} rows")
    return rows / (time.perf_counter() - began_s)


def ask(
    port: int,
    token: str,
    query: str,
    parameters: dict[str, object],
    accept: str = "application/json",
    timeout_s: float = 300,
) -> tuple[int, Sequence[int]]:
    """Status of an answer, and how many bytes came each time. Raises OSError or HTTPException when it breaks off."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        headers = {"Content-Type": "application/json", "Accept": accept, "Authorization": f"Bearer {token}"}
        body = json.dumps({"query": query, "parameters": parameters, "timeoutS": timeout_s})
        connection.request("POST", "/cypher", body, headers)
        response = connection.getresponse()
        sizes: list[int] = []
        while piece := response.read1(1 << 20):
            sizes.append(len(piece))
        return response.status, sizes
    finally:
        connection.close()


class _Peak(Watched):
    """The most resident memory of a process while the block runs, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(every_s=0.05)
        self.mb = 0.0
        self._process = psutil.Process(pid)

    def look(self) -> None:
        """Looks at its memory."""
        self.mb = max(self.mb, self._process.memory_info().rss / 1e6)

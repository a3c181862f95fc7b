"""Whether the process lives (`/healthz`) and whether it can serve (`/readyz`), for whoever starts and routes to it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graph import outbox
from graph.database import Database
from graph.errors import DatabaseError, ZhongcaoError
from graph.migrations import pending
from telemetry import metrics

log = logging.getLogger(__name__)
_PING_TIMEOUT_S = 2.0
# A database that has just begun plans statements for the first time, which takes longer than answering.
_CHECK_TIMEOUT_S = 5.0
_KEPT_S = 1.0
_UNREADY = 503


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that serving needs: whether it is so, how long finding out took, and what else there is to say."""

    name: str
    ok: bool
    ms: float
    detail: str = ""


class Health:
    """What probes ask. An answer is kept for a second, so that however many ask, the database is asked once."""

    def __init__(self, database: Callable[[], Database], *, ready_lag_s: float) -> None:
        self._database = database
        self._ready_lag_s = ready_lag_s
        self._lock = asyncio.Lock()
        self._kept: list[Check] = []
        self._kept_until_s = 0.0

    def routes(self) -> list[Route]:
        """The two addresses."""
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz)]

    async def healthz(self, _request: Request) -> Response:
        """200 as soon as the process answers at all."""
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def readyz(self, _request: Request) -> Response:
        """200 when every check holds, else 503; which ones do not is in the body."""
        checks = await self._checks()
        ready = all(check.ok for check in checks)
        return Response(
            orjson.dumps({"ready": ready, "checks": [asdict(check) for check in checks]}),
            200 if ready else _UNREADY,
            {"cache-control": "no-store"},
            "application/json",
        )

    async def _checks(self) -> list[Check]:
        async with self._lock:
            if time.monotonic() >= self._kept_until_s:
                self._kept = await self._look()
                self._kept_until_s = time.monotonic() + _KEPT_S
            return self._kept

    async def _look(self) -> list[Check]:
        database = self._database()
        first = await _check("database", lambda: _answers(database), _PING_TIMEOUT_S)
        if not first.ok:
            unknown = "unknown while the database does not answer"
            return [first, *(Check(name, False, 0.0, unknown) for name in ("migrations", "worker"))]
        others = await asyncio.gather(
            _check("migrations", lambda: _migrated(database)), _check("worker", lambda: self._in_time(database))
        )
        return [first, *others]

    async def _in_time(self, database: Database) -> tuple[bool, str]:
        lag = await outbox.lag(database, now=datetime.now(UTC))
        metrics.outbox_lag(due=lag.due, oldest_s=lag.oldest_s, failed=lag.failed)
        told = f"{lag.due} due, the oldest for {lag.oldest_s:.0f} s; {lag.failed} given up"
        return lag.oldest_s <= self._ready_lag_s, told


async def _answers(database: Database) -> tuple[bool, str]:
    await database.ping()
    return True, ""


async def _migrated(database: Database) -> tuple[bool, str]:
    missing = await pending(database)
    return not missing, f"missing: {', '.join(str(one.version) for one in missing)}" if missing else ""


async def _check(
    name: str, find_out: Callable[[], Awaitable[tuple[bool, str]]], timeout_s: float = _CHECK_TIMEOUT_S
) -> Check:
    began_s = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_s):
            ok, detail = await find_out()
    except TimeoutError:
        ok, detail = False, f"no answer within {timeout_s:g} s"
    except DatabaseError:
        log.exception("the check of %s fails", name)
        ok, detail = False, "INTERNAL"
    except ZhongcaoError as error:
        # Only the code: the text of an error may name what probes should not see.
        ok, detail = False, error.code
    return Check(name, ok, round((time.perf_counter() - began_s) * 1000, 1), detail)

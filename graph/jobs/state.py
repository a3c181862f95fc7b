"""How far jobs came: what each notes of itself, so that one that was ended goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from graph.database import Database
from graph.statements import beside

STATEMENTS = beside(__file__)
_READ = STATEMENTS["job_state"]
_NOTE = STATEMENTS["note_job_state"]
_FORGET = STATEMENTS["forget_job_state"]


async def noted(database: Database, job: str) -> Mapping[str, Any]:
    """What the job noted last; empty when it never did."""
    row = await database.row(_READ, id=_id(job))
    return {} if row is None else orjson.loads(row["data"])


async def note(database: Database, job: str, data: Mapping[str, Any], *, now: datetime) -> None:
    """Has the job remember this, in place of what it noted before."""
    await database.row(_NOTE, id=_id(job), data=orjson.dumps(data).decode(), now=now)


async def forget(database: Database, job: str) -> None:
    """Has the job begin anew."""
    await database.row(_FORGET, id=_id(job))


def _id(job: str) -> str:
    return f"jobstate_{job}"

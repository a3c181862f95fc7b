"""Writes a folder of Parquet files with all that people did."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as parquet

from datasets.backup import new_folder
from graph.behaviour_log import Done, done, ranges
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.embedded.replacement import sync
from graph.ids import label_of
from graph.secret import derive

_TIME = pa.timestamp("ms", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("at", _TIME, nullable=False),
        pa.field("received_at", _TIME, nullable=False),
        pa.field("dwell_ms", pa.int64()),
        pa.field("recommendation_id", pa.string()),
        pa.field("position", pa.int32()),
        pa.field("surface", pa.string()),
    ]
)
MANIFEST = "manifest.json"
_ROWS_PER_GROUP = 50_000
_ROWS_PER_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """How many events are in how many files, and of how many people those could be."""

    events: int
    files: int
    people: int


class Names:
    """What people are called: fingerprints by a key that follows from the service's secret, or their ids."""

    def __init__(self, secret: bytes, *, with_ids: bool) -> None:
        self._key = derive(secret, "behaviour export")
        self._with_ids = with_ids

    def person(self, node_id: str) -> str:
        """The id, or `user_` and a fingerprint where it is a person's and stays here."""
        if self._with_ids or label_of(node_id) != "User":
            return node_id
        return f"user_{self._fingerprint(node_id)}"

    def event(self, one: Done) -> str:
        """The event's own id; of an act, `act_` and a fingerprint, the same in each export."""
        return one.event_id or f"act_{self._fingerprint(one.kind, one.user_id, one.subject_id, str(one.at), one.part)}"

    def _fingerprint(self, *of: str) -> str:
        return hmac.new(self._key, "\n".join(of).encode(), sha256).hexdigest()[:32]


async def export_behaviour(
    database: Database,
    folder: Path,
    *,
    names: Names,
    since: datetime,
    until: datetime,
    now: datetime,
    progress: Progress | None = None,
) -> Exported:
    """Writes what happened from `since` to before `until` into a new folder, which appears when it is whole.

    Memory does not grow with the number of events. Raises Conflict when the folder holds anything.
    """
    progress, people = progress or Silent(), 0
    with new_folder(folder) as part:
        writer = _Writer(part, names)
        progress.step("Exporting what people did", unit="people")
        try:
            async for some in ranges(database):
                async for one in done(database, some, since=since, until=until):
                    writer.write(one)
                people += some.people
                progress.advance(some.people)
        finally:
            writer.close()
        progress.done()
        found = Exported(writer.events, writer.files, people)
        manifest = {"created": now, "since": since, "until": until, "columns": SCHEMA.names, **asdict(found)}
        (part / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
        for path in part.iterdir():
            sync(path)
    return found


@dataclass(slots=True)
class _Writer:
    """Files of at most a million rows each, written a group at a time."""

    folder: Path
    names: Names
    events: int = 0
    files: int = 0
    _rows: list[Done] = field(default_factory=list)
    _open: parquet.ParquetWriter | None = None

    def write(self, one: Done) -> None:
        """Appends the event."""
        self._rows.append(one)
        if len(self._rows) == _ROWS_PER_GROUP:
            self._flush_rows()

    def close(self) -> None:
        """Writes what is left; without any event, one file with none."""
        if self._rows or not self.files:
            self._flush_rows()
        self._close_file()

    def _flush_rows(self) -> None:
        if self._open is None:
            path = self.folder / f"events-{self.files:05}.parquet"
            self._open = parquet.ParquetWriter(path, SCHEMA, compression="zstd")
            self.files += 1
        self._open.write_batch(_columns(self._rows, self.names))
        self.events += len(self._rows)
        self._rows.clear()
        if self.events % _ROWS_PER_FILE == 0:
            self._close_file()

    def _close_file(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _columns(rows: list[Done], names: Names) -> pa.RecordBatch:
    values: dict[str, Callable[[Done], Any]] = {
        "event_id": names.event,
        "user_id": lambda one: names.person(one.user_id),
        "subject_id": lambda one: names.person(one.subject_id),
    }
    arrays = []
    for column in SCHEMA:
        read = values.get(column.name)
        found = [read(one) if read else getattr(one, column.name) for one in rows]
        stored = pa.int64() if pa.types.is_timestamp(column.type) else column.type
        arrays.append(pa.array(found, stored).cast(column.type))
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

"""Answers as bytes: JSON, CSV, Arrow's IPC stream and Parquet, piece by piece.

What was left out is said in the answer itself: JSON has a member `truncated`, CSV a last line that begins with `#`, an
Arrow stream an empty last batch with metadata, Parquet key-value metadata in its footer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from graph.console.columns import Columns
from graph.console.values import cell, to_json

Format = Literal["json", "csv", "arrow", "parquet"]
MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
_GROUP_ROWS = 100_000
_GROUP_BYTES = 16 * 1024**2
_AS_THEY_ARE = {int, float, str, type(None)}


@dataclass(frozen=True, slots=True)
class Truncation:
    """That rows are missing at the end: `by` the limit of `rows` or of `bytes`, which is `limit`."""

    by: Literal["rows", "bytes"]
    limit: int

    def __str__(self) -> str:
        return f"truncated: the answer was cut at the limit of {self.limit:,} {self.by}"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an answer at its end: its rows, the time it took, where it came from, what is missing."""

    rows: int
    ms: float
    source: str
    truncated: Truncation | None


class Encoder(Protocol):
    """Makes the bytes of one answer. `ends_after_error`: one in its middle is told at its end, and it is whole then."""

    ends_after_error: ClassVar[bool]

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        """Its head. `first` are the first rows, which are given to `rows` too."""

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Further rows; some may be kept for later."""

    def end(self, told: Told) -> bytes:
        """Its end."""

    def broken(self, code: str, message: str) -> bytes:
        """What is said of an error in its middle."""


class Json:
    """One object: `columns`, `rows` (lists), `truncated` (null or what cut it), `summary`; or `error` at the end."""

    ends_after_error: ClassVar[bool] = True

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        self._comma = b""
        return b'{"columns":' + orjson.dumps(list(columns)) + b',"rows":['

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        made = self._comma + to_json(rows)[1:-1]
        self._comma = b","
        return made

    def end(self, told: Told) -> bytes:
        told_of = {"rows": told.rows, "ms": round(told.ms, 1), "source": told.source}
        cut = asdict(told.truncated) if told.truncated else None
        return b'],"truncated":' + orjson.dumps(cut) + b',"summary":' + orjson.dumps(told_of) + b"}"

    def broken(self, code: str, message: str) -> bytes:
        return b'],"error":' + orjson.dumps({"code": code, "message": message}) + b"}"


class Csv:
    """RFC 4180 with a header; lists, maps, nodes and relationships as JSON, None as an empty cell."""

    ends_after_error: ClassVar[bool] = False

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        return self._written([list(columns)])

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        kinds = {kind for column in zip(*rows, strict=True) for kind in set(map(type, column))}
        # Looking at the kinds of each column is faster than asking each value for its own.
        return self._written(rows if kinds <= _AS_THEY_ARE else [[_csv_cell(one) for one in row] for row in rows])

    def end(self, told: Told) -> bytes:
        return f"# {told.truncated}\r\n".encode() if told.truncated else b""

    def broken(self, code: str, message: str) -> bytes:
        return f"# error: {code}: {' '.join(message.split())}\r\n".encode()

    def _written(self, rows: Sequence[Sequence[Any]]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    if value.__class__ is bool:
        return "true" if value else "false"
    return value if value.__class__ in (str, int, float) else cell(value)


class Arrow:
    """An IPC stream; `source`, `rows` and, where rows are missing, `truncated` are metadata of its empty last batch."""

    ends_after_error: ClassVar[bool] = False

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        self._columns = Columns(columns, first)
        self._sink = _Sink()
        self._writer = pa.ipc.new_stream(self._sink, self._columns.schema)
        return self._sink.taken()

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        self._writer.write_batch(self._columns.batch(rows))
        return self._sink.taken()

    def end(self, told: Told) -> bytes:
        self._writer.write_batch(self._columns.batch([]), custom_metadata=_metadata(told))
        self._writer.close()
        return self._sink.taken()

    def broken(self, code: str, message: str) -> bytes:
        return b""


class Parquet:
    """A file with Zstandard compression, in groups of up to 100,000 rows; its footer tells what `Arrow` does."""

    ends_after_error: ClassVar[bool] = False

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        self._columns = Columns(columns, first)
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, self._columns.schema, compression="zstd")
        self._kept: list[pa.RecordBatch] = []
        return self._sink.taken()

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        self._kept.append(self._columns.batch(rows))
        full = sum(one.num_rows for one in self._kept) >= _GROUP_ROWS
        if full or sum(one.nbytes for one in self._kept) >= _GROUP_BYTES:
            self._write()
        return self._sink.taken()

    def _write(self) -> None:
        if self._kept:
            self._writer.write_table(pa.Table.from_batches(self._kept), row_group_size=_GROUP_ROWS)
            self._kept = []

    def end(self, told: Told) -> bytes:
        self._write()
        self._writer.add_key_value_metadata(_metadata(told))
        self._writer.close()
        return self._sink.taken()

    def broken(self, code: str, message: str) -> bytes:
        return b""


def _metadata(told: Told) -> dict[str, str]:
    found = {"source": told.source, "rows": str(told.rows)}
    return found | ({"truncated": str(told.truncated)} if told.truncated else {})


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keeps a copy."""
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        """How many bytes were written in all."""
        return self._written

    def taken(self) -> bytes:
        """What was written since it was last taken."""
        found = b"".join(self._parts)
        self._parts = []
        return found


ENCODERS: Mapping[Format, Callable[[], Encoder]] = {
    "json": Json,
    "csv": Csv,
    "arrow": Arrow,
    "parquet": Parquet,
}

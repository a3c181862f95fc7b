"""One answer on its way out: rows pulled in pages of a measured size, encoded, counted, and cut at the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import perf_counter

from graph.console.formats import Encoder, Told, Truncation
from graph.console.reading import Rows

# Pages of about so many encoded bytes keep memory flat whatever a row weighs.
_PAGE_BYTES = 256 * 1024
_MOST_ROWS = 5_000
_FIRST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an answer is given."""

    rows: int
    bytes: int


@dataclass(slots=True)
class Delivery:
    """The pieces of one answer, and what became of it: `told` once they are all taken."""

    rows: Rows
    encoder: Encoder
    limits: Limits
    source: str
    sent_rows: int = 0
    sent_bytes: int = 0
    told: Told | None = None
    _began_s: float = field(default_factory=perf_counter)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes. Raises what pulling raises, and CypherFault for a column that changes its type."""
        cut: Truncation | None = None
        rows = await self.rows.pull(min(_FIRST_ROWS, self.limits.rows + 1))
        first = self.encoder.begin(self.rows.columns, rows)
        self.sent_bytes += len(first)
        yield first
        while rows and cut is None:
            if self.sent_rows + len(rows) > self.limits.rows:
                cut = Truncation("rows", self.limits.rows)
                rows = rows[: self.limits.rows - self.sent_rows]
            if rows:
                piece = self.encoder.rows(rows)
                self.sent_rows += len(rows)
                self.sent_bytes += len(piece)
                yield piece
            if cut is None:
                rows = await self.rows.pull(min(self._page(), self.limits.rows - self.sent_rows + 1))
                if rows and self.sent_bytes >= self.limits.bytes:
                    cut = Truncation("bytes", self.limits.bytes)
        self.told = Told(self.sent_rows, (perf_counter() - self._began_s) * 1000, self.source, cut)
        yield self.encoder.end(self.told)

    def _page(self) -> int:
        """How many rows to ask for: about as many as fill a page, and never many more than before."""
        a_row = max(1, self.sent_bytes // max(1, self.sent_rows))
        return max(1, min(_MOST_ROWS, _PAGE_BYTES // a_row, self.sent_rows * 4))

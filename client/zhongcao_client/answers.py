"""What came back: an Arrow table with what is told of it, and the frames it becomes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import pandas
    import polars


class TruncatedWarning(UserWarning):
    """Rows are missing at the end of an answer."""


@dataclass(frozen=True)
class Answer:
    """A whole answer. `source`: `live` or `replica`; `truncated`: what cut it, None where it is whole."""

    table: pa.Table
    source: str
    truncated: str | None

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    def to_pandas(self) -> pandas.DataFrame:
        """As a frame of pandas, with Arrow's types where numpy has none."""
        return self.table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """As a frame of polars; nothing is copied that need not be."""
        import polars

        found = polars.from_arrow(self.table)
        assert isinstance(found, polars.DataFrame), "a table becomes a frame"
        return found

    def rows(self) -> Iterator[dict[str, Any]]:
        """Row by row, as dictionaries."""
        for batch in self.table.to_batches():
            yield from batch.to_pylist()

    def value(self) -> Any:
        """The only value of an answer of one row and one column. Raises ValueError for any other."""
        if self.table.shape != (1, 1):
            raise ValueError(f"the answer has {self.table.num_rows} rows and {self.table.num_columns} columns")
        return self.table[0][0].as_py()


def warn_of(truncated: str | None) -> None:
    """Says that rows are missing, where they are."""
    if truncated is not None:
        warnings.warn(truncated, TruncatedWarning, stacklevel=4)

"""What is wrong with files that should be imported: collected, located and raised together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from graph.errors import Invalid

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` is a line of the text file or a row of a Parquet file or table, from 1; None: the whole."""

    file: str
    line: int | None
    column: str | None
    message: str
    unit: str = "line"

    def __str__(self) -> str:
        where = self.file
        if self.line is not None:
            where += f", {self.unit} {self.line}"
        if self.column is not None:
            where += f", column {self.column}"
        return f"{where}: {self.message}"


class InvalidDataset(Invalid):
    """The data cannot be imported, and none of it was. `problems` are the first, `count` is how many there are."""

    code = "INVALID_DATASET"

    def __init__(self, name: str, problems: tuple[Problem, ...], count: int) -> None:
        lines = [f"{name}: {count:,} problem{'s' if count != 1 else ''}, nothing was written"]
        lines += [f"  {problem}" for problem in problems]
        if count > len(problems):
            lines.append(f"  … and {count - len(problems):,} more")
        super().__init__("\n".join(lines))
        self.problems = problems
        self.count = count


class Problems:
    """Collects the first faults and counts the rest, so that a file of nothing but faults costs no memory."""

    def __init__(self, most: int = MOST_SHOWN) -> None:
        self._most = most
        self._found: list[tuple[str, int | None, int | None, str | None, str]] = []
        self._locate: dict[str, Callable[[list[int]], list[int]]] = {}
        self._units: dict[str, str] = {}
        self.count = 0
        self.by_file: Counter[str] = Counter()
        self.incomplete: set[str] = set()  # kinds of which rows could not be read: what they hold is not known

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def full(self) -> bool:
        """True when further faults are only counted."""
        return len(self._found) >= self._most

    def file(self, file: str, unit: str, locate: Callable[[list[int]], list[int]]) -> None:
        """Says how rows (from 0) of a file become lines (from 1), in one reading however many are asked."""
        self._locate[file] = locate
        self._units[file] = unit

    def add(
        self, file: str, message: str, *,
        row: int | None = None, line: int | None = None, column: str | None = None,
    ) -> None:  # fmt: skip
        """Notes a fault of a row (from 0), of a line (from 1), or of the file."""
        self.count += 1
        self.by_file[file] += 1
        if not self.full:
            self._found.append((file, row, line, column, message))

    def more(self, file: str, count: int) -> None:
        """Counts faults that would not be shown anyway."""
        self.count += count
        self.by_file[file] += count

    def shown(self) -> tuple[Problem, ...]:
        """The first faults, file by file and line by line."""
        lines = {
            file: dict(zip(rows, locate(rows), strict=True))
            for file, locate in self._locate.items()
            if (rows := sorted({row for name, row, *_ in self._found if name == file and row is not None}))
        }
        shown = [
            Problem(
                file,
                line if row is None else lines.get(file, {}).get(row, row + 1),
                column,
                message,
                self._units.get(file, "row"),
            )
            for file, row, line, column, message in self._found
        ]
        order = {file: place for place, file in enumerate(dict.fromkeys(one.file for one in shown))}
        return tuple(sorted(shown, key=lambda one: (order[one.file], one.line or 0)))

    def raise_if_any(self, name: str) -> None:
        """Raises InvalidDataset when there was a fault."""
        if self:
            raise InvalidDataset(name, self.shown(), self.count)

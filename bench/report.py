"""What a measurement leaves: a table on the screen and a file of flat keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import METRICS, Run, machine, middle

OUT = Console()
if not OUT.is_terminal:
    OUT = Console(width=140)  # a log is read later, on something wider
Figures = dict[str, float | int | str | None]


def begun(name: str, **settings: float | int | str) -> Figures:
    """The figures that every file starts with."""
    return {"bench": name, "at": datetime.now(UTC).isoformat(timespec="seconds"), **machine(), **settings}


def under(prefix: str, runs: Sequence[Run]) -> Figures:
    """The medians of every metric, by flat keys."""
    found: Figures = {f"{prefix}_{name}": rounded(middle(runs, name)) for name in METRICS}
    return {**found, f"{prefix}_requests": sum(run.timing.requests for run in runs)}


def write(figures: Mapping[str, object], file: Path | None) -> None:
    """Writes the figures, if a file is wanted; what stood there is replaced only by a whole new file."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(file.suffix + ".part")
        part.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
        part.replace(file)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table: words left, numbers right."""
    shown = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        shown.add_column(column, justify="left" if place == 0 else "right", no_wrap=True)
    for row in rows:
        shown.add_row(*("–" if cell is None else cell if isinstance(cell, str) else number(cell) for cell in row))
    OUT.print(shown)


def number(value: object) -> str:
    """A number as people read it: three or four digits that matter."""
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"


def rounded(value: float) -> float:
    """A figure without digits that mean nothing."""
    return round(value, 3)

"""What the terminal shows: progress of long work, and errors without a traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from graph.embedded import EmbeddedError
from graph.errors import DatabaseError, ZhongcaoError
from settings import SettingsError

OUT = Console()
ERROR = Console(stderr=True)
P = ParamSpec("P")
R = TypeVar("R")


class _Amount(ProgressColumn):
    """Bytes as megabytes, other things as numbers, nothing while the total is unknown."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = DownloadColumn()
        self._count = MofNCompleteColumn()

    def render(self, task: Task) -> Text:
        """The amount done of the task."""
        if task.total is None:
            return Text("")
        return self._bytes.render(task) if task.fields["unit"] == "bytes" else self._count.render(task)


class TerminalProgress:
    """Shows each step of long work on one line: a bar where the total is known, and the time it took."""

    def __init__(self) -> None:
        columns = [SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=24)]
        self._progress = Progress(*columns, _Amount(), TimeElapsedColumn(), console=ERROR)
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        if ERROR.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        """A step begins; without a terminal, each step is a line of its own, written at once."""
        if not ERROR.is_terminal:
            ERROR.print(f"{name} …", highlight=False)
        self._task = self._progress.add_task(name, total=total, unit=unit)

    def advance(self, amount: int = 1) -> None:
        """So much more of the step is done."""
        if self._task is not None:
            self._progress.advance(self._task, amount)

    def done(self) -> None:
        """The step is complete."""
        if self._task is not None:
            task = self._progress.tasks[self._progress.task_ids.index(self._task)]
            total = task.total if task.total is not None else 1
            self._progress.update(self._task, total=total, completed=total)
            self._task = None


def speaking(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose expected failures are one message and exit status 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (EmbeddedError, DatabaseError, ZhongcaoError, SettingsError) as error:
            ERROR.print(f"[bold red]✗[/] {error}", highlight=False, markup=True)
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return wrapped

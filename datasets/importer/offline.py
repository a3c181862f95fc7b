"""The fast path: a whole dataset into an empty embedded database by Neo4j's bulk importer.

The database is built beside the present one and moved into its place when it is whole, so that a process killed at
any moment leaves either the empty database or the full one; `settle` completes a move that a kill cut in two.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from datasets.importer.staging import Staging
from datasets.importer.summary import Summary
from datasets.interchange.batches import BatchSource
from datasets.interchange.kinds import KINDS
from datasets.interchange.problems import Problems
from datasets.interchange.validation import Checker, check_sums, total_rows
from datasets.tables import Dataset
from graph.embedded import DataDirHeld, EmbeddedConfig, Progress, Silent, bulk_import
from graph.embedded.layout import DataDir
from graph.embedded.replacement import complete_replacement, has_replacement
from graph.embedded.state import held_idle
from graph.errors import Conflict

_DATABASE = "neo4j"
_PARTS = ("transactions", "databases")
_PHASE = re.compile(r"^\((\d+/\d+)\) ([A-Z][A-Za-z ]+[a-z])")
_PERCENT = re.compile(r"(\d+)%")
_HEAP_MIB = 1024


def has_database(config: EmbeddedConfig) -> bool:
    """Whether the data directory holds a database, be it empty: then only its server can tell."""
    return _store(config.layout(), "databases").exists()


def import_offline(
    dataset: Dataset | BatchSource,
    config: EmbeddedConfig,
    progress: Progress | None = None,
    *,
    replace_empty: bool = False,
) -> Summary:
    """Checks the dataset and makes it the embedded database; blocks. No server may run on the data directory.

    `replace_empty`: the caller has seen that the present database holds no data and may be lost; its constraints
    come back with the migrations of the next start. Raises InvalidDataset, Conflict when there is a database,
    DataDirHeld, AdminFailed; the data directory is then as it was.
    """
    began, progress = time.perf_counter(), progress or Silent()
    layout = config.layout()
    with held_idle(layout):
        _settle(layout)
        if not replace_empty and has_database(config):
            raise Conflict(f"{layout.root} holds a database already: import into it while its server runs")
        work = _work(layout)
        (work / "files").mkdir(parents=True)
        try:
            staging = _stage(dataset, work / "files", progress)
            checked = time.perf_counter()
            _build(staging, replace(config, data_dir=work / "home"), progress)
            shutil.rmtree(work / "files")
            (work / "whole").touch()
        finally:
            _settle(layout)
    ended = time.perf_counter()
    return Summary(dataset.name, "offline", staging.rows, ended - began, checked - began)


def settle(config: EmbeddedConfig) -> None:
    """Removes what a killed import or restore left, or completes its last step when the new database was whole.

    Must run before a server is started on the data directory; costs nothing when there is nothing to do, and leaves
    a data directory alone that another process holds: its import may be under way.
    """
    layout = config.layout()
    if _work(layout).exists() or has_replacement(layout):
        with suppress(DataDirHeld), held_idle(layout):
            _settle(layout)


def _settle(layout: DataDir) -> None:
    complete_replacement(layout)
    work = _work(layout)
    if (work / "whole").exists():
        for part in _PARTS:
            built, place = _store(DataDir(work / "home"), part), _store(layout, part)
            if built.exists():
                shutil.rmtree(place, ignore_errors=True)
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                built.replace(place)
        (work / "whole").unlink()
    shutil.rmtree(work, ignore_errors=True)


def _stage(dataset: Dataset | BatchSource, folder: Path, progress: Progress) -> Staging:
    """Checks and stages in one pass: what is staged is exactly what was checked."""
    problems = Problems()
    check_sums(dataset, problems)
    staging = Staging(folder)
    progress.step(f"Checking {dataset.name}", total_rows(dataset), "rows")
    try:
        for checked in Checker(dataset, problems).batches():
            if not problems:
                staging.write(checked)
            progress.advance(checked.batch.rows)
    finally:
        staging.close()
        progress.done()
    problems.raise_if_any(dataset.name)
    return staging


def _build(staging: Staging, config: EmbeddedConfig, progress: Progress) -> None:
    config.layout().create()
    arguments = [
        _DATABASE,
        *staging.arguments(dict(KINDS)),
        f"--report-file={config.data_dir / 'import.report'}",
        "--max-off-heap-memory=50%",
    ]
    on_line, close = _reporter(progress)
    try:
        bulk_import(config, arguments, heap_max_mib=_HEAP_MIB, on_line=on_line)
    finally:
        close()


def _reporter(progress: Progress) -> tuple[Callable[[str], None], Callable[[], None]]:
    """Makes steps of the importer's lines; the second function ends the last of them."""
    reached: list[int] = []  # percent of the present step; empty before the first

    def close() -> None:
        if reached:
            progress.done()
            reached.clear()

    def on_line(line: str) -> None:
        if phase := _PHASE.match(line):
            close()
            progress.step(f"Neo4j: {phase[2].strip().lower()} ({phase[1]})", 100, "%")
            reached.append(0)
        elif reached and (percents := _PERCENT.findall(line)):
            progress.advance(max(0, int(percents[-1]) - reached[0]))
            reached[0] = max(reached[0], int(percents[-1]))

    return on_line, close


def _work(layout: DataDir) -> Path:
    return layout.imports / "bulk"


def _store(layout: DataDir, part: str) -> Path:
    return layout.data / part / _DATABASE

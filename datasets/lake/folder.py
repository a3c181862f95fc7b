"""The folder of an export for analysis: its runs, the manifest that names them, and files that come and go."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa

from graph.embedded.replacement import sync
from graph.errors import Conflict, Invalid

MANIFEST = "manifest.json"
EVENTS = "events"
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
_PART = ".run"
_OWN = {_PART, f".{MANIFEST}", "nodes", "relationships", EVENTS}
_OURS = re.compile(r"\d{8}T\d{6}Z(?:-\d{5})?\.parquet", re.ASCII)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run wrote, or several that were merged: rows by kind, of what changed from `since` to before `until`.

    `files` are paths in the folder; a kind with no rows need not have any.
    """

    name: str
    since: datetime
    until: datetime
    rows: Mapping[str, int]
    files: Sequence[str]

    @property
    def whole(self) -> bool:
        """Whether it holds all there was, so that it stands in place of what came before it."""
        return self.since == ALWAYS


def runs_of(folder: Path) -> list[Run]:
    """The runs in the folder, in their order. Raises Invalid for a manifest that is none of ours."""
    path = folder / MANIFEST
    if not path.exists():
        return []
    try:
        return [
            Run(
                one["name"],
                datetime.fromisoformat(one["since"]),
                datetime.fromisoformat(one["until"]),
                one["rows"],
                one["files"],
            )
            for one in orjson.loads(path.read_bytes())["runs"]
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Invalid(f"{path} is no manifest of an export for analysis") from None


def last_run(folder: Path) -> Run | None:
    """The latest run in the folder; None: there is none. Raises as `runs_of`."""
    runs = runs_of(folder)
    return runs[-1] if runs else None


def begun(folder: Path) -> Path:
    """An empty folder inside, for what is written before it is moved in.

    Raises Conflict when the folder holds anything that is no export for analysis.
    """
    known = (folder / MANIFEST).exists() or not folder.exists()
    if not known and not {one.name for one in folder.iterdir()} <= _OWN:
        raise Conflict(f"{folder} holds something else: name a new folder")
    part = folder / _PART
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def move_in(part: Path, folder: Path) -> list[str]:
    """Puts the files of the part into the folder, where each appears whole; their paths in it."""
    moved = []
    for path in files_in(part):
        target = folder / path.relative_to(part)
        target.parent.mkdir(parents=True, exist_ok=True)
        sync(path)
        path.replace(target)
        moved.append(str(path.relative_to(part)))
    shutil.rmtree(part)
    return moved


def write_manifest(folder: Path, runs: Sequence[Run], schemas: Mapping[str, pa.Schema]) -> None:
    """Has the manifest name these runs; it is the old one or the new one at every moment."""
    columns = {kind: {one.name: str(one.type) for one in schema} for kind, schema in schemas.items()}
    whole = folder / f".{MANIFEST}"
    whole.write_bytes(orjson.dumps({"runs": list(map(asdict, runs)), "schema": columns}, option=orjson.OPT_INDENT_2))
    sync(whole)
    whole.replace(folder / MANIFEST)
    sync(folder)


def sweep(folder: Path, runs: Sequence[Run]) -> None:
    """Takes away what no run names: of a run that was broken off, or of runs that were merged."""
    named = {one for run in runs for one in run.files}
    for path in list(files_in(folder)):
        if str(path.relative_to(folder)) not in named and _OURS.fullmatch(path.name):
            path.unlink()


def files_in(folder: Path) -> Iterator[Path]:
    """The Parquet files of nodes, relationships and events, in their order."""
    for pattern in ("nodes/*/*.parquet", "relationships/*/*.parquet", f"{EVENTS}/*.parquet"):
        yield from sorted(folder.glob(pattern))

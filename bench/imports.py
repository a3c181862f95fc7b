"""`import`: rows a second into the graph by each path, beside Neo4j's own importer over files that lie ready."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.home import config_in, folder, within
from bench.report import Figures, begun, rounded, table, write
from commands.terminal import TerminalProgress
from datasets.demo import demo
from datasets.importer import Summary, import_offline, import_online
from datasets.importer.staging import Staging
from datasets.interchange.kinds import KINDS
from datasets.interchange.problems import Problems
from datasets.interchange.validation import Checker
from datasets.tables import Dataset
from graph.database import Address, Database
from graph.embedded import bulk_import, embedded
from graph.migrations import migrate

_HEAP_MIB = 1024
_COLUMNS = ("path", "scale", "nodes", "relationships", "seconds", "nodes/s", "relationships/s", "checking s")


@dataclass(frozen=True, slots=True)
class _Import:
    """One import: what it wrote, in how long; `checking_s` of it went into checking."""

    path: str
    scale: float
    nodes: int
    relationships: int
    seconds: float
    checking_s: float | None

    @classmethod
    def of(cls, summary: Summary, scale: float) -> _Import:
        """The import that a summary tells of."""
        return cls(summary.path, scale, summary.nodes, summary.relationships, summary.seconds, summary.checking_s)


def run_import(*, data_dir: Path | None, scale: float, online_scale: float, json_file: Path | None) -> Figures:
    """The figures of three imports; the offline path makes, checks and stages its rows, the bare one finds them."""
    figures = begun("import", scale=scale, online_scale=online_scale)
    with folder(data_dir) as place:
        done = [_offline(place / "offline", scale), _bare(place / "bare", demo(scale), scale)]
        done.append(_online(place / "online", online_scale))
    for one in done:
        figures |= {
            f"{one.path}_nodes": one.nodes,
            f"{one.path}_relationships": one.relationships,
            f"{one.path}_s": rounded(one.seconds),
            f"{one.path}_nodes_per_s": rounded(one.nodes / one.seconds),
            f"{one.path}_relationships_per_s": rounded(one.relationships / one.seconds),
        }
    offline, bare, _ = done
    figures["offline_over_bare"] = rounded(offline.seconds / bare.seconds)
    write(figures, json_file)
    rows = [
        (one.path, f"{one.scale:g}", one.nodes, one.relationships, one.seconds, one.nodes / one.seconds,
         one.relationships / one.seconds, one.checking_s)
        for one in done
    ]  # fmt: skip
    table("import of the demo community", _COLUMNS, rows)
    return figures


def _offline(place: Path, scale: float) -> _Import:
    """Ours, as `app.py import` does it: rows are drawn, checked, staged and imported."""
    with TerminalProgress() as progress:
        return _Import.of(import_offline(demo(scale), config_in(place), progress), scale)


def _bare(place: Path, dataset: Dataset, scale: float) -> _Import:
    """`neo4j-admin database import full` alone, over the same files made ready before."""
    config = config_in(place)
    files = place / "files"
    files.mkdir(parents=True)
    staging = Staging(files)
    for checked in Checker(dataset, Problems()).batches():
        staging.write(checked)
    staging.close()
    config.layout().create()
    arguments = ["neo4j", *staging.arguments(dict(KINDS)), f"--report-file={place / 'report'}"]
    began = time.perf_counter()
    bulk_import(config, [*arguments, "--max-off-heap-memory=50%"], heap_max_mib=_HEAP_MIB)
    seconds = time.perf_counter() - began
    nodes = sum(rows for kind, rows in staging.rows.items() if KINDS[kind].is_node)
    return _Import("bare", scale, nodes, sum(staging.rows.values()) - nodes, seconds, None)


def _online(place: Path, scale: float) -> _Import:
    """Ours into a running, migrated, empty server."""
    with ExitStack() as stack:
        progress = stack.enter_context(TerminalProgress())
        server = stack.enter_context(embedded(config_in(place), progress))

        async def work(database: Database) -> Summary:
            await migrate(database, now=datetime.now(UTC))
            return await import_online(demo(scale), database, progress)

        summary = within(Address(server.uri, server.username, server.password), work)
    return _Import.of(summary, scale)

"""`check`: whether the graph is as the model says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.table import Table

from commands.home import DataDir, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from graph.invariants import Report, check
from settings import load_settings

_LONG_S = 3600.0


@speaking
def check_graph(
    data_dir: DataDir = None,
    limit: Annotated[int, typer.Option(min=0, max=1000, help="Most examples of each violation.")] = 5,
    json: Annotated[Path | None, typer.Option(help="Also write what was found to a JSON file.")] = None,
) -> None:
    """Check what must hold in the graph and the database cannot constrain; exit status 1 when something does not."""
    with TerminalProgress() as progress, reached(load_settings(data_dir=data_dir), progress) as address:
        report = within(address, lambda database: check(database, examples=limit, progress=progress), timeout_s=_LONG_S)
    if json is not None:
        json.write_bytes(orjson.dumps(_content(report), option=orjson.OPT_INDENT_2) + b"\n")
    over = f"{report.invariants:,} invariants over {report.size}"
    if not report.violations:
        OUT.print(f"the graph is sound: {over}", highlight=False)
        return
    _show(report)
    OUT.print(f"{len(report.violations):,} of {over} do not hold", highlight=False)
    raise typer.Exit(1)


def _content(report: Report) -> dict[str, object]:
    return {
        "sound": not report.violations,
        "invariants": report.invariants,
        "nodes": report.size.nodes,
        "relationships": report.size.relationships,
        "violations": [
            {
                "invariant": one.invariant.name,
                "meaning": one.invariant.sentence,
                "count": one.count,
                "examples": one.examples,
            }
            for one in report.violations
        ],
    }


def _show(report: Report) -> None:
    table = Table("invariant", "what should hold", "broken", "for example")
    for one in report.violations:
        more = "\n…" if one.count > len(one.examples) else ""
        table.add_row(one.invariant.name, one.invariant.sentence, f"{one.count:,}", "\n".join(one.examples) + more)
    OUT.print(table, highlight=False, markup=False)

"""`demo`, `import`, `export` and `job`: what goes into the graph and comes out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import speaking


@speaking
def load_demo() -> None:
    """Load the demo."""


@speaking
def import_data(folder: Annotated[Path, typer.Argument()]) -> None:
    """Import."""


@speaking
def export_data(folder: Annotated[Path, typer.Argument()]) -> None:
    """Export."""


@speaking
def job(name: str) -> None:
    """Run a job."""

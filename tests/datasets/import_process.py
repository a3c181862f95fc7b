"""Imports the sample in a process of its own, saying each step, so that a test can kill it in the middle.

Arguments: `online URI PASSWORD SIZE` or `offline DATA_DIR SIZE`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from datasets.importer import import_offline, import_online
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig
from tests.datasets.interchange_samples import Sample


class Loud:
    """Progress as lines."""

    def __init__(self) -> None:
        self._done = 0

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        self._done = 0
        print("step", name, flush=True)

    def advance(self, amount: int = 1) -> None:
        self._done += amount
        print("at", self._done, flush=True)

    def done(self) -> None:
        print("done", flush=True)


async def online(uri: str, password: str, size: int) -> None:
    db = Database(Address(uri, "neo4j", password))
    await import_online(Sample(size, batch=100), db, Loud())
    await db.close()


def main() -> None:
    match sys.argv[1:]:
        case ["online", uri, password, size]:
            asyncio.run(online(uri, password, int(size)))
        case ["offline", data_dir, size]:
            config = EmbeddedConfig(data_dir=Path(data_dir), train_startup_cache=False)
            import_offline(Sample(int(size)), config, Loud())


if __name__ == "__main__":
    main()

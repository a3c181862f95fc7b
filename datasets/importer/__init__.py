"""Brings any dataset into the graph: offline into an empty embedded database, online into any other."""

from __future__ import annotations

import asyncio

from datasets.importer.offline import has_database, import_offline, settle
from datasets.importer.online import import_online
from datasets.importer.summary import Summary
from datasets.interchange.batches import BatchSource
from datasets.tables import Dataset
from graph.database import Database
from graph.embedded import EmbeddedConfig, Progress

__all__ = ["Summary", "has_database", "import_dataset", "import_offline", "import_online", "settle"]


async def import_dataset(
    dataset: Dataset | BatchSource, target: Database | EmbeddedConfig, progress: Progress | None = None
) -> Summary:
    """What was imported: online into a running database, offline into an embedded one that was never started.

    An embedded database whose server has been started must be given as its running `Database`; one that is known to
    be empty can be replaced by `import_offline(..., replace_empty=True)` while its server is stopped.
    """
    if isinstance(target, EmbeddedConfig):
        return await asyncio.to_thread(import_offline, dataset, target, progress)
    return await import_online(dataset, target, progress)

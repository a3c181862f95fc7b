"""The graph as a folder of Parquet files for analysis: nodes, relationships and events, added to run by run."""

from datasets.lake.export import export_lake
from datasets.lake.folder import Run, last_run
from datasets.lake.merging import merge_runs
from datasets.lake.scheduled import EVENT, JOB, export_and_merge, export_changes, next_run, told

__all__ = [
    "EVENT",
    "JOB",
    "Run",
    "export_and_merge",
    "export_changes",
    "export_lake",
    "last_run",
    "merge_runs",
    "next_run",
    "told",
]

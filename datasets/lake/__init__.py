"""The graph as a folder of Parquet files for analysis: nodes, relationships and events, added to run by run."""

from datasets.lake.export import Run, export_lake, last_run
from datasets.lake.scheduled import EVENT, JOB, export_changes, next_run, told

__all__ = ["EVENT", "JOB", "Run", "export_changes", "export_lake", "last_run", "next_run", "told"]

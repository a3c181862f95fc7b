"""The graph as a folder of Parquet files for analysis: nodes, relationships and events, added to run by run."""

from datasets.lake.export import Run, export_lake, last_run

__all__ = ["Run", "export_lake", "last_run"]

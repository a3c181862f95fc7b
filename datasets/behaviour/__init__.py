"""What people did, as Parquet files for those who learn from it."""

from datasets.behaviour.export import SCHEMA, Exported, Names, export_behaviour

__all__ = ["SCHEMA", "Exported", "Names", "export_behaviour"]

"""Brings any dataset into the graph: offline into an empty embedded database, online into any other."""

from datasets.importer.offline import has_database, import_offline, settle
from datasets.importer.summary import Summary

__all__ = ["Summary", "has_database", "import_offline", "settle"]

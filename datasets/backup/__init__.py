"""A whole database as a folder that can be brought back: a dump or an export, the media, and what proves it whole."""

from datasets.backup.exported import GRAPH, bring_back, write_export
from datasets.backup.folder import new_folder
from datasets.backup.manifest import MANIFEST, Backup, Facts, read_backup, read_facts, service_version, write_backup
from datasets.backup.media import copy_media, files_below, put_back
from datasets.backup.sums import summed, verify

__all__ = [
    "GRAPH",
    "MANIFEST",
    "Backup",
    "Facts",
    "bring_back",
    "copy_media",
    "files_below",
    "new_folder",
    "put_back",
    "read_backup",
    "read_facts",
    "service_version",
    "summed",
    "verify",
    "write_backup",
    "write_export",
]

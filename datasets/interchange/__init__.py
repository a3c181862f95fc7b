"""The interchange format: a folder with a manifest and one file per node label and relationship kind.

`docs/interchange.md` describes it; `graph.model` says which kinds and columns there are.
"""

from datasets.interchange.batches import Batch, batches_of
from datasets.interchange.export import export_graph
from datasets.interchange.folder import InterchangeFolder, open_folder
from datasets.interchange.manifest import FileFormat, Manifest
from datasets.interchange.problems import InvalidDataset, Problem, Problems
from datasets.interchange.validation import Checker, validate
from datasets.interchange.writing import FolderWriter, write_folder

__all__ = [
    "Batch",
    "Checker",
    "FileFormat",
    "FolderWriter",
    "InterchangeFolder",
    "InvalidDataset",
    "Manifest",
    "Problem",
    "Problems",
    "batches_of",
    "export_graph",
    "open_folder",
    "validate",
    "write_folder",
]

"""An interchange folder as a dataset."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from datasets.interchange.batches import Batch, to_table
from datasets.interchange.kinds import KINDS
from datasets.interchange.manifest import MANIFEST, Manifest, read_manifest, sha256_of
from datasets.interchange.problems import Problems
from datasets.interchange.sources import Source
from datasets.tables import Table


class InterchangeFolder:
    """A folder whose manifest has been read; its files are looked at when they are asked for."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self.name = manifest.name

    def sources(self, only: Collection[str] | None = None) -> tuple[Source, ...]:
        """Its files, nodes first; `only` those of some kinds when given."""
        return tuple(
            Source(self.path / entry.path, entry, KINDS[entry.kind])
            for entry in self.manifest.files
            if only is None or entry.kind in only
        )

    def batches(self, problems: Problems, only: Collection[str] | None = None) -> Iterator[Batch]:
        """Its rows, nodes first. A file with another number of rows than the manifest says is a fault."""
        for source in self.sources(only):
            rows, before = 0, problems.by_file[source.entry.path]
            for batch in source.batches(problems):
                rows += batch.rows
                yield batch
            if rows != source.entry.rows and problems.by_file[source.entry.path] == before:
                message = f"has {rows:,} rows where the manifest says {source.entry.rows:,}"
                problems.add(source.entry.path, message)

    def tables(self) -> Iterator[Table]:
        """Its rows as Python values, every column there. Raises InvalidDataset for a file that cannot be read."""
        problems = Problems()
        for batch in self.batches(problems):
            problems.raise_if_any(self.name)
            yield to_table(batch)
        problems.raise_if_any(self.name)

    def check_sums(self, problems: Problems) -> None:
        """Notes every file whose SHA-256 is not the manifest's."""
        for source in self.sources():
            found = sha256_of(source.path)
            if found != source.entry.sha256.lower():
                message = f"SHA-256 is {found}, the manifest says {source.entry.sha256}: the file was changed or cut"
                problems.add(source.entry.path, message)

    @property
    def fingerprint(self) -> str:
        """Tells this content from any other: the SHA-256 of the manifest, which holds those of the files."""
        return sha256_of(self.path / MANIFEST)


def open_folder(path: Path) -> InterchangeFolder:
    """The folder at `path`. Raises InvalidDataset when its manifest will not do."""
    problems = Problems()
    manifest = read_manifest(path, problems)
    problems.raise_if_any(str(path))
    assert manifest is not None, "a manifest without a fault is there"
    return InterchangeFolder(path, manifest)

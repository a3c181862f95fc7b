"""Files of a backup with their sizes and checksums, taken and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from datasets.interchange.manifest import sha256_of
from graph.embedded.progress import Progress
from graph.embedded.replacement import sync
from graph.errors import Invalid

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class File:
    """One file: `path` relative to the backup, with forward slashes; its size in bytes; its SHA-256."""

    path: str
    bytes: int
    sha256: str


def summed(root: Path, paths: Iterable[Path], progress: Progress) -> tuple[File, ...]:
    """What the files below `root` hold, once they would survive a power cut."""
    found, chosen = [], sorted(paths)
    progress.step("Taking checksums", sum(path.stat().st_size for path in chosen), "bytes")
    for path in chosen:
        sync(path)
        size = path.stat().st_size
        found.append(File(path.relative_to(root).as_posix(), size, sha256_of(path, progress.advance)))
    progress.done()
    return tuple(found)


def verify(root: Path, files: Iterable[File], progress: Progress) -> None:
    """Returns when each file is as it was written. Raises Invalid naming those that are missing or differ."""
    chosen, faults = tuple(files), []
    progress.step("Verifying the backup", sum(one.bytes for one in chosen), "bytes")
    for one in chosen:
        path = root / one.path
        if path.is_symlink() or not path.is_file():
            faults.append(f"{one.path} is missing")
        elif path.stat().st_size != one.bytes:
            faults.append(f"{one.path} has {path.stat().st_size:,} bytes where {one.bytes:,} were written")
        elif sha256_of(path, progress.advance) != one.sha256:
            faults.append(f"{one.path} has another checksum than when it was written")
    progress.done()
    if faults:
        more = f"; {len(faults) - _SHOWN:,} more" if len(faults) > _SHOWN else ""
        raise Invalid(f"{root} is damaged, and nothing was changed: {'; '.join(faults[:_SHOWN])}{more}")

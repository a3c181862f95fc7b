"""Uploaded media as plain files: each is named by its content, so a copy that is there already is right."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from datasets.backup.sums import File
from graph.embedded.progress import Progress

_PIECE_BYTES = 1 << 20


def files_below(folder: Path) -> list[Path]:
    """Every file under the folder by name; none when it is absent.

    Without hidden ones and those with a #, which are uploads under way.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") or "#" in part for part in path.relative_to(folder).parts)
    )


def copy_media(source: Path, target: Path, below: Path, progress: Progress) -> tuple[File, ...]:
    """The files of `source`, copied to `target`; their paths are told relative to `below`.

    A file that is removed meanwhile is left out.
    """
    paths = files_below(source)
    if not paths:
        return ()
    progress.step("Copying media", sum(path.stat().st_size for path in paths), "bytes")
    copied = []
    for path in paths:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            size, sha256 = _copy(path, place, progress)
        except FileNotFoundError:
            continue
        copied.append(File(place.relative_to(below).as_posix(), size, sha256))
    progress.done()
    return tuple(copied)


def put_back(root: Path, files: Iterable[File], media: Path, progress: Progress) -> int:
    """How many files of the backup at `root` were not in the folder `media`, and are now; what is there stays."""
    missing = [one for one in files if not _place(one, media).exists()]
    if not missing:
        return 0
    progress.step("Bringing back media", sum(one.bytes for one in missing), "bytes")
    for one in missing:
        place = _place(one, media)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_name(f".{place.name}.part")
        _copy(root / one.path, part, progress)
        part.replace(place)
    progress.done()
    return len(missing)


def _place(one: File, media: Path) -> Path:
    return media.joinpath(*one.path.split("/")[1:])


def _copy(source: Path, target: Path, progress: Progress) -> tuple[int, str]:
    """Size and SHA-256 of what was copied; never a link, so that neither can change the other."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while piece := reader.read(_PIECE_BYTES):
            writer.write(piece)
            digest.update(piece)
            size += len(piece)
            progress.advance(len(piece))
        writer.flush()
        os.fsync(writer.fileno())
    shutil.copystat(source, target)
    return size, digest.hexdigest()

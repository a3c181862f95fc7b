"""The manifest of an interchange folder: which files there are, of what kind, and their checksums."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias, get_args

import orjson

from datasets.interchange.kinds import KINDS
from datasets.interchange.problems import Problems

MANIFEST = "manifest.json"
VERSION = 1
FileFormat: TypeAlias = Literal["parquet", "csv", "jsonl"]
_TOP = ("format", "name", "created", "files")
_ENTRY = ("kind", "path", "format", "rows", "sha256")
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: `path` is relative to the folder, `rows` leaves out a CSV file's heading."""

    kind: str
    path: str
    format: FileFormat
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The folder's name, when it was written, and its files in the order in which they are imported."""

    name: str
    created: datetime
    files: tuple[FileEntry, ...]

    def write(self, folder: Path) -> None:
        """Puts `manifest.json` in the folder, whole or not at all."""
        content = {
            "format": VERSION,
            "name": self.name,
            "created": self.created.isoformat().replace("+00:00", "Z"),
            "files": [asdict(one) for one in self.files],
        }
        part = folder / f".{MANIFEST}.part"
        with part.open("wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / MANIFEST)


def read_manifest(folder: Path, problems: Problems) -> Manifest | None:
    """The manifest of a folder, or None when it cannot be made out; `problems` says why."""
    try:
        content = orjson.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        problems.add(MANIFEST, f"missing: {folder} is no interchange folder (see docs/interchange.md)")
        return None
    except (OSError, orjson.JSONDecodeError) as error:
        problems.add(MANIFEST, f"cannot be read: {error}")
        return None
    before = problems.count
    entries = _top(content, problems)
    files = [entry for place, one in enumerate(entries) if (entry := _entry(folder, place, one, problems))]
    _no_twice(files, problems)
    if problems.count > before:
        return None
    order = {name: place for place, name in enumerate(KINDS)}
    return Manifest(
        content["name"],
        datetime.fromisoformat(content["created"]),
        tuple(sorted(files, key=lambda one: order[one.kind])),
    )


def sha256_of(path: Path, tick: Callable[[int], None] | None = None) -> str:
    """The file's SHA-256 in lower-case hexadecimal; `tick` is told of bytes read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
            if tick is not None:
                tick(len(piece))
    return digest.hexdigest()


def _top(content: Any, problems: Problems) -> list[Any]:
    if not isinstance(content, dict):
        problems.add(MANIFEST, "must be a JSON object with " + ", ".join(_TOP))
        return []
    for name in content.keys() - set(_TOP):
        problems.add(MANIFEST, f"unknown member {name!r}; accepted: " + ", ".join(_TOP))
    if content.get("format") != VERSION:
        problems.add(MANIFEST, f"format is {content.get('format')!r}; this version reads {VERSION}")
    if not isinstance(content.get("name"), str) or not 0 < len(content["name"]) <= 80:
        problems.add(MANIFEST, "name must be a text of 1 to 80 characters")
    if not _is_time(content.get("created")):
        problems.add(MANIFEST, "created must be an RFC 3339 time with its offset, like 2024-05-01T09:30:00Z")
    if not isinstance(content.get("files"), list):
        problems.add(MANIFEST, "files must be a list")
        return []
    return list(content["files"])


def _entry(folder: Path, place: int, one: Any, problems: Problems) -> FileEntry | None:
    where = f"files[{place}]"
    if not isinstance(one, dict) or one.keys() != set(_ENTRY):
        problems.add(MANIFEST, f"{where} must be an object with exactly " + ", ".join(_ENTRY))
        return None
    faults = []
    if not isinstance(one["kind"], str) or one["kind"] not in KINDS:
        faults.append(f"kind {one['kind']!r} is not in the graph model; accepted: " + ", ".join(KINDS))
    if not isinstance(one["format"], str) or one["format"] not in get_args(FileFormat):
        faults.append(f"format {one['format']!r} is unknown; accepted: " + ", ".join(get_args(FileFormat)))
    if not isinstance(one["rows"], int) or isinstance(one["rows"], bool) or one["rows"] < 0:
        faults.append("rows must be an integer not below 0")
    if not isinstance(one["sha256"], str):
        faults.append("sha256 must be a text of 64 hexadecimal digits")
    if not isinstance(one["path"], str) or not _is_inside(one["path"]):
        faults.append(f"path {one['path']!r} must name a file inside the folder")
    elif not (folder / one["path"]).is_file():
        faults.append(f"{one['path']} is not there")
    elif not (folder / one["path"]).resolve().is_relative_to(folder.resolve()):
        faults.append(f"path {one['path']!r} must name a file inside the folder")
    for fault in faults:
        problems.add(MANIFEST, f"{where}: {fault}")
    return None if faults else FileEntry(**one)


def _no_twice(files: list[FileEntry], problems: Problems) -> None:
    for member in ("kind", "path"):
        seen = set()
        for one in files:
            value = getattr(one, member)
            if value in seen:
                problems.add(MANIFEST, f"{member} {value} is there twice; there is one file of each kind")
            seen.add(value)


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and "\0" not in path


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False

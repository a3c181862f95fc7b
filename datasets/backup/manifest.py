"""`backup.json`: what a backup holds, when and by which versions it was made, and the checksum of every file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import orjson

from datasets.backup.sums import File
from graph.database import Database
from graph.embedded.lock import NEO4J_VERSION
from graph.errors import Conflict, Invalid
from graph.migrations import Applied, applied_migrations, missing_from
from graph.overview import Size, server_version, size

MANIFEST = "backup.json"
FORMAT = 1
Form = Literal["dump", "export"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database said of itself when it was backed up."""

    neo4j: str
    migrations: tuple[Applied, ...]
    size: Size


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `media`: how many files of uploads it holds; None: they live in an object store, and stayed there."""

    kind: Form
    created: datetime
    service: str
    facts: Facts
    media: int | None
    files: tuple[File, ...]

    def media_files(self) -> tuple[File, ...]:
        """Those of its files that are uploads."""
        return tuple(one for one in self.files if one.path.startswith("media/"))


async def read_facts(database: Database) -> Facts:
    """What the database says of itself now."""
    return Facts(await server_version(database), tuple(await applied_migrations(database)), await size(database))


def service_version() -> str:
    """The version of this service."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def write_backup(backup: Backup, folder: Path) -> None:
    """Puts `backup.json` in the folder."""
    content = {
        "format": FORMAT,
        "kind": backup.kind,
        "created": backup.created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "service": backup.service,
        "neo4j": backup.facts.neo4j,
        "migrations": [asdict(one) for one in backup.facts.migrations],
        "nodes": backup.facts.size.nodes,
        "relationships": backup.facts.size.relationships,
        "media": backup.media,
        "files": [asdict(one) for one in backup.files],
    }
    (folder / MANIFEST).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")


def read_backup(folder: Path) -> Backup:
    """The backup in the folder. Raises Invalid when it is none, Conflict when only a newer version can restore it."""
    try:
        content = orjson.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise Invalid(f"{folder} is no backup: it has no {MANIFEST}") from None
    except (OSError, orjson.JSONDecodeError) as error:
        raise Invalid(f"{folder / MANIFEST} cannot be read: {error}") from None
    written = content.get("format") if isinstance(content, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise Conflict(f"{folder} has format {written}; this version of the service reads {FORMAT}: use a newer one")
    try:
        found = _backup(content)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"{folder / MANIFEST} is damaged: {error!r}") from None
    _check_versions(found, folder)
    return found


def _backup(content: dict[str, Any]) -> Backup:
    if content["format"] != FORMAT or content["kind"] not in ("dump", "export"):
        raise ValueError(f"format {content['format']!r}, kind {content['kind']!r}")
    files = tuple(File(**one) for one in content["files"])
    for one in files:
        path = PurePosixPath(one.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{one.path!r} leads out of the backup")
    facts = Facts(
        str(content["neo4j"]),
        tuple(Applied(**one) for one in content["migrations"]),
        Size(int(content["nodes"]), int(content["relationships"])),
    )
    created = datetime.fromisoformat(content["created"])
    return Backup(content["kind"], created, str(content["service"]), facts, content["media"], files)


def _check_versions(backup: Backup, folder: Path) -> None:
    # An export is text about the graph; only a dump holds files that an older server cannot read.
    if backup.kind == "dump" and _numbers(backup.facts.neo4j) > _numbers(NEO4J_VERSION):
        raise Conflict(f"{folder} is of Neo4j {backup.facts.neo4j}; this version of the service runs {NEO4J_VERSION}")
    try:
        missing_from(backup.facts.migrations)
    except Conflict as error:
        raise Conflict(f"{folder} cannot be restored by this version of the service: {error.message}") from None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split("."))

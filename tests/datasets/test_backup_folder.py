"""What a backup's folder and manifest promise: whole or absent, nothing newer than this version, nothing outside."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datasets.backup import Backup, Facts, copy_media, new_folder, put_back, read_backup, summed, verify, write_backup
from graph.embedded import NEO4J_VERSION, Silent
from graph.errors import Conflict, Invalid
from graph.migrations import Applied, all_migrations
from graph.overview import Size


def made(folder: Path) -> Backup:
    """A small backup of this version in the folder."""
    (folder / "neo4j.dump").write_bytes(b"a dump")
    applied = tuple(Applied(one.version, one.name, one.checksum) for one in all_migrations())
    facts = Facts(NEO4J_VERSION, applied, Size(3, 2))
    files = summed(folder, [folder / "neo4j.dump"], Silent())
    backup = Backup("dump", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "0.1.0", facts, 0, files)
    write_backup(backup, folder)
    return backup


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the manifest."""
    content = json.loads((folder / "backup.json").read_text())
    change(content)
    (folder / "backup.json").write_text(json.dumps(content))


def test_a_manifest_says_again_what_was_written(tmp_path: Path) -> None:
    backup = made(tmp_path)
    assert read_backup(tmp_path) == backup
    assert (backup.files[0].bytes, backup.files[0].path) == (6, "neo4j.dump")


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        (lambda content: content.update(format=2), Conflict, "use a newer one"),
        (lambda content: content.update(neo4j="2099.01.0"), Conflict, "is of Neo4j 2099.01.0"),
        (lambda content: content["migrations"].append({"version": 999, "name": "x", "checksum": "y"}), Conflict, "999"),
        (lambda content: content["migrations"][0].update(checksum="y"), Conflict, "migration 1 was changed"),
        (lambda content: content.update(kind="copy"), Invalid, "damaged"),
        (lambda content: content.pop("nodes"), Invalid, "damaged"),
        (lambda content: content["files"][0].update(path="../passwd"), Invalid, "leads out of the backup"),
        (lambda content: content["files"][0].update(path="/etc/passwd"), Invalid, "leads out of the backup"),
    ],
)
def test_what_cannot_be_restored_is_refused_by_its_manifest(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], error: type[Exception], told: str
) -> None:
    made(tmp_path)
    rewrite(tmp_path, change)
    with pytest.raises(error, match=told):
        read_backup(tmp_path)


def test_an_export_may_come_from_a_newer_neo4j(tmp_path: Path) -> None:
    made(tmp_path)
    rewrite(tmp_path, lambda content: content.update(neo4j="2099.01.0", kind="export"))
    assert read_backup(tmp_path).facts.neo4j == "2099.01.0"


def test_no_backup_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"is no backup: it has no backup\.json"):
        read_backup(tmp_path)
    (tmp_path / "backup.json").write_text("{")
    with pytest.raises(Invalid, match="cannot be read"):
        read_backup(tmp_path)


def test_a_link_in_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    backup = made(tmp_path)
    (tmp_path / "neo4j.dump").rename(tmp_path / "elsewhere")
    (tmp_path / "neo4j.dump").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Invalid, match=r"neo4j\.dump is missing"):
        verify(tmp_path, backup.files, Silent())


def test_a_new_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    wanted, part = tmp_path / "backup", tmp_path / ".backup.part"

    def fail() -> None:
        with new_folder(wanted) as folder:
            (folder / "half").touch()
            assert not wanted.exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
    part.mkdir()
    (part / "left by a kill").touch()
    with new_folder(wanted) as folder:
        assert list(folder.iterdir()) == []
        (folder / "whole").touch()
    assert [one.name for one in wanted.iterdir()] == ["whole"]
    assert [one.name for one in tmp_path.iterdir()] == ["backup"]
    with pytest.raises(Conflict, match="is there already"), new_folder(wanted):
        pass


def test_two_backups_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    part = tmp_path / ".backup.part"
    part.mkdir()
    (part / "of the other").touch()
    other = os.open(part, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(Conflict, match="another process is writing"), new_folder(tmp_path / "backup"):
        pass
    os.close(other)
    assert (part / "of the other").exists()


def test_media_come_back_beside_those_that_are_there(tmp_path: Path) -> None:
    source, backup, target = tmp_path / "media", tmp_path / "backup", tmp_path / "back"
    for name in ("aa/one", "bb/two", "bb/.three", "bb/four#1"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    backup.mkdir()
    copied = copy_media(source, backup / "media", backup, Silent())
    assert [one.path for one in copied] == ["media/aa/one", "media/bb/two"]
    verify(backup, copied, Silent())
    (target / "aa").mkdir(parents=True)
    (target / "aa" / "one").write_text("is there")
    (target / "aa" / "more").write_text("of the replaced database")
    assert put_back(backup, copied, target, Silent()) == 1
    assert {path.name: path.read_text() for path in target.rglob("*") if path.is_file()} == {
        "one": "is there", "more": "of the replaced database", "two": "bb/two",
    }  # fmt: skip
    assert copy_media(tmp_path / "nowhere", backup / "media", backup, Silent()) == ()

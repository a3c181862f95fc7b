"""A replaced database is the old one or the new one at every moment at which its process can be killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.embedded import EmbeddedConfig
from graph.embedded.layout import DataDir
from graph.embedded.replacement import complete_replacement, has_replacement, replacing


@pytest.fixture
def layout(tmp_path: Path) -> DataDir:
    """A data directory whose database says "old", beside users of its own."""
    layout = DataDir(tmp_path / "neo4j")
    layout.create()
    layout.password_file.write_text("password\n")
    write(layout.data, "old")
    return layout


def write(data: Path, text: str) -> None:
    for name in ("databases/neo4j", "databases/system", "transactions/neo4j"):
        (data / name).mkdir(parents=True, exist_ok=True)
        (data / name / "store").write_text(f"{text} {name}")


def database(layout: DataDir) -> str:
    return (layout.data / "databases/neo4j/store").read_text().split()[0]


def half_done(layout: DataDir) -> tuple[Path, Path]:
    """The folders of a replacement whose database is built."""
    work = layout.root / "replacement"
    write(work / "home" / "data", "new")
    return work, work / "home" / "data"


def test_a_block_that_ends_well_replaces_and_keeps_users(layout: DataDir) -> None:
    with replacing(EmbeddedConfig(data_dir=layout.root)) as beside:
        place = beside.layout()
        assert place.password() == "password"
        assert (place.data / "databases/system/store").read_text() == "old databases/system"
        assert not (place.data / "databases/neo4j").exists()
        assert not (place.data / "transactions/neo4j").exists()
        write(place.data, "new")
        assert database(layout) == "old"
    assert database(layout) == "new"
    assert not has_replacement(layout)


def test_a_block_that_raises_leaves_everything(layout: DataDir) -> None:
    def fail() -> None:
        with replacing(EmbeddedConfig(data_dir=layout.root)) as beside:
            write(beside.layout().data, "new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert database(layout) == "old"
    assert not has_replacement(layout)


def test_a_lost_password_comes_new_with_the_database(layout: DataDir) -> None:
    layout.password_file.unlink()
    with replacing(EmbeddedConfig(data_dir=layout.root)) as beside:
        place = beside.layout()
        assert not (place.data / "databases").exists()
        place.password_file.write_text("another\n")
        write(place.data, "new")
    assert (database(layout), layout.password()) == ("new", "another")


def test_killed_before_it_was_whole(layout: DataDir) -> None:
    half_done(layout)
    complete_replacement(layout)
    assert database(layout) == "old"
    assert not has_replacement(layout)


def test_what_a_killed_restore_began_is_ended(layout: DataDir) -> None:
    work, _ = half_done(layout)
    write_on = (
        "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)\n"
        "while True: os.makedirs(sys.argv[1], exist_ok=True); time.sleep(0.01)"
    )
    command = [sys.executable, "-c", write_on, str(work / "home" / "logs"), f"@{work}/home/run/java.args"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as stray:
        assert stray.stdout is not None
        stray.stdout.readline()
        complete_replacement(layout)
        assert stray.wait(10) == -signal.SIGKILL
    assert database(layout) == "old"
    assert not has_replacement(layout)


def test_killed_before_the_first_rename(layout: DataDir) -> None:
    work, _ = half_done(layout)
    (work / "whole").touch()
    complete_replacement(layout)
    assert database(layout) == "new"
    assert not has_replacement(layout)


@pytest.mark.parametrize("looked_at", [False, True])
def test_killed_between_the_renames(layout: DataDir, looked_at: bool) -> None:
    work, _ = half_done(layout)
    (work / "whole").touch()
    layout.data.rename(work / "replaced")
    if looked_at:
        layout.create()  # as whoever takes the lock next does
    complete_replacement(layout)
    assert database(layout) == "new"
    assert not has_replacement(layout)


def test_killed_behind_the_last_rename(layout: DataDir) -> None:
    work, data = half_done(layout)
    (work / "whole").touch()
    layout.data.rename(work / "replaced")
    data.rename(layout.data)
    complete_replacement(layout)
    assert database(layout) == "new"
    assert not has_replacement(layout)

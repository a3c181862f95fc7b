"""A database put in the place of the present one: built beside it, tried there, and moved in by two renames.

A process killed at any moment leaves the old database or the new one. What it left half done is completed or removed
before the next server starts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil

from graph.embedded.config import EmbeddedConfig
from graph.embedded.errors import PasswordLost
from graph.embedded.layout import DataDir, write_private
from graph.embedded.process import end_process
from graph.embedded.state import ProcessId, held_idle

_DATABASE = "neo4j"


@contextmanager
def replacing(config: EmbeddedConfig) -> Iterator[EmbeddedConfig]:
    """A configuration beside the present one, without a database; what is made there takes its place at the end.

    Users and password are those of the present database. When the block raises, all is as it was. DataDirHeld when
    somebody uses the data directory.
    """
    layout = config.layout()
    with held_idle(layout):
        complete_replacement(layout)
        try:
            beside = replace(config, data_dir=_home(layout), port=None, train_startup_cache=False)
            _copy_users(layout, beside.layout())
            yield beside
            _mark_whole(layout)
        finally:
            complete_replacement(layout)


def has_replacement(layout: DataDir) -> bool:
    """Whether a replacement was begun and neither completed nor removed."""
    return _work(layout).exists()


def complete_replacement(layout: DataDir) -> None:
    """Moves in a replacement that was whole, and removes any other. The caller holds the data directory."""
    work = _work(layout)
    if not work.exists():
        return
    _end_strays(work)
    beside = DataDir(_home(layout))
    if (work / "whole").exists():
        with suppress(PasswordLost):
            write_private(layout.password_file, beside.password() + "\n")
        _swap(layout, beside)
        (work / "whole").unlink()
    shutil.rmtree(work)


def _end_strays(work: Path) -> None:
    """Ends what a killed process began in the folder and what may live on for a moment: its servers and commands.

    Their arguments lie in files there. A record of them need not exist: the kill may have come before it was written.
    """
    while strays := [one for one in psutil.process_iter(["cmdline"]) if _is_at(work, one.info["cmdline"] or ())]:
        for process in strays:  # and once more: a watchdog may have begun its command meanwhile
            with suppress(psutil.NoSuchProcess):
                end_process(ProcessId.of(process.pid), 0)


def _is_at(work: Path, command: Sequence[str]) -> bool:
    return any(argument.startswith(f"@{work}/") for argument in command)


def _swap(layout: DataDir, beside: DataDir) -> None:
    old = _work(layout) / "replaced"
    if not beside.data.exists():
        return  # a kill came right behind the last rename
    if layout.data.exists():
        if old.exists():  # moved away before; what stands there now is the empty folder that a new start made
            shutil.rmtree(layout.data)
        else:
            layout.data.replace(old)
    beside.data.replace(layout.data)
    sync(layout.root)


def _copy_users(layout: DataDir, beside: DataDir) -> None:
    """Users and passwords live in the database `system`; without its password that one cannot be used."""
    beside.create()
    try:
        password = layout.password()
    except PasswordLost:
        return
    write_private(beside.password_file, password + "\n")

    def others(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if name == _DATABASE and Path(folder).parent == layout.data]

    shutil.copytree(layout.data, beside.data, ignore=others, dirs_exist_ok=True)


def _mark_whole(layout: DataDir) -> None:
    with (_work(layout) / "whole").open("wb") as mark:
        os.fsync(mark.fileno())
    sync(_work(layout))


def sync(path: Path) -> None:
    """Returns when what a file holds, or names made, moved or removed in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _work(layout: DataDir) -> Path:
    return layout.root / "replacement"


def _home(layout: DataDir) -> Path:
    return _work(layout) / "home"

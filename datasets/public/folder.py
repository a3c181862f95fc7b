"""Folders of public recommendation data, mapped to the graph.

A folder holds `train.txt.gz` (a line is `user item`, two integers), `test.txt.gz` and, when the people know each
other, `social.txt.gz` (`user friend`). Its name names the data; the first lines of its README say where it is from.

Users become people, items become products of one brand in one category, each with one variant and one note by the
brand's official account that features it. An interaction becomes PURCHASED (person and product) and LIKES (person
and note), so that recommendation and pages both have it; friendship becomes FOLLOWS.

The test split stays out of the graph: it is what recommendations are judged by. The data has no times, names,
prices or texts; those here are made up, the same in every run. All that people did has one and the same time.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from datasets.interchange.problems import Problems
from datasets.public.community import Community
from datasets.tables import Table

Pairs: TypeAlias = npt.NDArray[np.int64]
"""Rows by two columns, distinct."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
_SOURCE = re.compile(r"^Source:\s*(.+)$", re.MULTILINE)
_LARGEST = 2**31 - 1


@dataclass(slots=True)
class PublicData:
    """A folder that has been read: a dataset."""

    name: str
    source: str
    interactions: Pairs
    friends: Pairs

    def tables(self) -> Iterator[Table]:
        """The community; see `datasets.public.community` for what is made up."""
        return Community(self.name, self.source, self.interactions, self.friends).tables()

    @property
    def users(self) -> int:
        """How many people there are, without those who neither did anything nor know anybody."""
        return len(np.unique(np.concatenate([self.interactions[:, 0], self.friends.ravel()])))

    @property
    def items(self) -> int:
        """How many items somebody interacted with."""
        return len(np.unique(self.interactions[:, 1]))


def public_folder(path: Path) -> PublicData:
    """The data of the folder, without its test split. Raises InvalidDataset, naming file and line."""
    problems = Problems()
    name = re.sub(r"[^a-z0-9]+", "-", path.resolve().name.lower()).strip("-")
    if not _NAME.fullmatch(name):
        problems.add(str(path), "the folder's name must have 1 to 24 letters, digits or hyphens")
    interactions = _pairs(path, "train.txt.gz", problems, required=True)
    friends = _pairs(path, "social.txt.gz", problems, required=False)
    problems.raise_if_any(str(path))
    return PublicData(name, _source(path), interactions, friends[friends[:, 0] != friends[:, 1]])


def read_pairs(path: Path, file: str) -> Pairs:
    """The distinct pairs of a file of the folder, in order. Raises InvalidDataset, naming file and line."""
    problems = Problems()
    found = _pairs(path, file, problems, required=True)
    problems.raise_if_any(str(path))
    return found


def _source(path: Path) -> str:
    for file in ("README.md", "NOTICE"):
        if (path / file).is_file():
            found = _SOURCE.search((path / file).read_text("utf-8", errors="replace")[:4_000])
            return found[1].strip()[:500] if found else ""
    return ""


def _pairs(path: Path, file: str, problems: Problems, *, required: bool) -> Pairs:
    """The distinct pairs of a file, in order of both numbers."""
    nothing = np.zeros((0, 2), np.int64)
    opened = _opener(path, file)
    if opened is None:
        if required:
            problems.add(file, f"missing in {path}; lines are `user item`, gzipped or (without .gz) plain")
        return nothing
    numbers: list[tuple[int, int]] = []
    problems.file(file, "line", lambda rows: [row + 1 for row in rows])
    try:
        with opened() as lines:
            for row, line in enumerate(lines):
                parts = line.split()
                if len(parts) == 2 and all(part.isdigit() and int(part) <= _LARGEST for part in parts):
                    numbers.append((int(parts[0]), int(parts[1])))
                elif parts:
                    problems.add(file, f"must be two integers from 0 to {_LARGEST}", row=row)
    except (OSError, EOFError) as error:
        problems.add(file, f"cannot be read: {error}")
    return np.unique(np.array(numbers, np.int64), axis=0) if numbers else nothing


def _opener(path: Path, file: str) -> Callable[[], Any] | None:
    if (path / file).is_file():
        return lambda: gzip.open(path / file, "rb")
    plain = path / file.removesuffix(".gz")
    return (lambda: plain.open("rb")) if plain.is_file() else None

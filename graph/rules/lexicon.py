"""The words that search knows: which mean the same, and which say nothing.

A file holds one group a line, its names parted by ` = `; names of a group find each other. A line `~ a, b` lists words
that are left out where a query says more. `#` begins a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.rules.spelling import normal

BUILT_IN = Path(__file__).with_name("lexicon.txt")
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Other names by name, words that say little, and the length of the longest of them."""

    names: Mapping[str, tuple[str, ...]]
    weak: frozenset[str]
    longest: int

    def knows(self, word: str) -> bool:
        """Whether it is an entry."""
        return word in self.names or word in self.weak


@cache
def load(*paths: Path) -> Lexicon:
    """The built-in lexicon with those of `paths` added. Raises ValueError, with file and line, for a malformed one."""
    groups: list[tuple[str, ...]] = []
    weak: set[str] = set()
    for path in (BUILT_IN, *paths):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            entry = line.partition("#")[0].strip()
            if entry.startswith("~"):
                weak |= {word for word in map(normal, entry[1:].split(",")) if word}
            elif entry:
                groups.append(_group(entry, f"{path.name}:{number}"))
    return _lexicon(groups, weak)


def _group(entry: str, place: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(normal(name) for name in entry.split(" = ")))
    if not all(names) or len(names) > _MOST_NAMES:
        raise ValueError(f"{place}: expected one to {_MOST_NAMES} names parted by ' = '")
    return names


def _lexicon(groups: Iterable[tuple[str, ...]], weak: set[str]) -> Lexicon:
    names: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for name in group:
            others = (*names.get(name, ()), *(one for one in group if one != name))
            names[name] = tuple(dict.fromkeys(others))[:_MOST_NAMES]
    return Lexicon(names, frozenset(weak - names.keys()), max(map(len, (*names, *weak)), default=0))

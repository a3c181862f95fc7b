"""Reads the phrase files: `== name language` opens a list, one phrase per line (short ones joined by ` / `)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

Sides = tuple[tuple[str, ...], tuple[str, ...]]  # (Chinese, English)


@cache
def _read(file: str) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (Path(__file__).parent / f"{file}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            current = lists.setdefault(line[3:], [])
        else:
            current += ["" if part == "-" else part for part in line.split(" / ")]
    return {name: tuple(phrases) for name, phrases in lists.items()}


def phrases(file: str, name: str, language: str) -> tuple[str, ...]:
    """The list of that name. Raises KeyError when the file has no such section."""
    return _read(file)[f"{name} {language}"]


def sides(file: str, name: str) -> Sides:
    """The list in both languages."""
    return phrases(file, name, "zh"), phrases(file, name, "en")

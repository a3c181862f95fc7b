"""The two lists of questions, which the bench and the tests share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

_HERE = Path(__file__).parent
_CHARACTER = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_HEAD = re.compile(r"// (\w+): (.*)\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what it is about, its language, and the reasons for which it may be refused (none: it may not be)."""

    about: str
    text: str
    language: Literal["5", "25"]
    refused: tuple[str, ...]


def hostile() -> list[Asked]:
    """Questions that must be refused."""
    return _read("hostile.cypher")


def legitimate() -> list[Asked]:
    """Questions that must be answered."""
    return _read("legitimate.cypher")


def _read(name: str) -> list[Asked]:
    # A file's own comment ends at the first blank line; blocks end with two semicolons.
    _, _, blocks = (_HERE / name).read_text(encoding="utf-8").partition("\n\n")
    blocks = _CHARACTER.sub(lambda found: chr(int(found[1], 16)), blocks)
    return [_asked(one.lstrip("\n")) for one in blocks.split(";;\n") if one.strip()]


def _asked(block: str) -> Asked:
    heads: dict[str, str] = {}
    while (found := _HEAD.match(block)) and found[1] in ("why", "about", "refused", "language"):
        heads[found[1]] = found[2]
        block = block[found.end() :]
    language = cast("Literal['5', '25']", heads.get("language", "5"))
    return Asked(
        heads.get("why") or heads["about"], block.rstrip("\n"), language, tuple(heads.get("refused", "").split())
    )

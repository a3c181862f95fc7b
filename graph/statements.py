"""Statements from `.cypher` files, by name.

A file holds blocks headed `// name: like_note` and `// mode: read` (or `write`, or `fragment` for what the compiler
builds into larger statements); further comment lines say what the
statement does and what no row means. A module binds its statements when it is imported, so a misspelt name fails
at start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Mode = Literal["read", "write", "fragment"]
_HEAD = re.compile(r"^// name: (\w+)\n// mode: (read|write|fragment)\n((?://.*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A named Cypher text and its access mode."""

    name: str
    mode: Mode
    text: str
    about: str = ""
    source: str = ""


def load(path: Path) -> dict[str, Statement]:
    """The statements of a file, by name. Raises ValueError for a file that is not made of headed blocks."""
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        raise ValueError(f"{path.name}: expected blocks headed '// name:' and '// mode:'")
    found: dict[str, Statement] = {}
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : following.start() if following else len(text)].strip().removesuffix(";")
        name, mode = head[1], head[2]
        if name in found:
            raise ValueError(f"{path.name}: {name} is there twice")
        about = " ".join(line.removeprefix("//").strip() for line in head[3].splitlines())
        found[name] = Statement(name, cast(Mode, mode), body, about, path.name)
    return found


def beside(module_file: str) -> dict[str, Statement]:
    """The statements of the `.cypher` file beside a module: `STATEMENTS = beside(__file__)`."""
    return load(Path(module_file).with_suffix(".cypher"))

"""Questions that are kept ready: a name, what they tell, and parameters with types, in `.cypher` files beside this.

A block is headed by `// name:`, `// about:` and a line `// parameter: name type = default: meaning` for each parameter;
one without a default must be given. They pass the same guard as anybody's questions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from graph.console.parameters import TYPES, Parameter, filled
from graph.errors import NotFound

_BLOCK = re.compile(r"^// name: (\w+)\n// about: (.+)\n((?:// parameter: .+\n)*)", re.MULTILINE)
_PARAMETER = re.compile(r"// parameter: (\w+) ({})(?: = (.+?))?: (.+)\n".format("|".join(TYPES)))


@dataclass(frozen=True, slots=True)
class Canned:
    """A question that is kept ready."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters, those that are not given by their defaults. Raises Invalid naming one at fault."""
        return filled(self.parameters, given, whose=self.name)


def canned(name: str) -> Canned:
    """The question of that name. Raises NotFound."""
    try:
        return CANNED[name]
    except KeyError:
        raise NotFound(f"no question is called {name}", field=("canned",)) from None


def _load(path: Path) -> dict[str, Canned]:
    text = path.read_text(encoding="utf-8")
    heads = list(_BLOCK.finditer(text))
    found = {}
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : after.start() if after else len(text)].strip().removesuffix(";")
        parameters = tuple(
            Parameter(name, kind, meaning, None if default is None else orjson.loads(default))
            for name, kind, default, meaning in (one.groups() for one in _PARAMETER.finditer(head[3]))
        )
        if len(parameters) != head[3].count("\n"):
            raise ValueError(f"{path.name}: {head[1]} has a parameter that cannot be read")
        found[head[1]] = Canned(head[1], head[2], parameters, body)
    return found


CANNED: Mapping[str, Canned] = {
    name: one for path in sorted(Path(__file__).parent.glob("*.cypher")) for name, one in _load(path).items()
}

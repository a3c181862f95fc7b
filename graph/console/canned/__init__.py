"""Questions that are kept ready: a name, what they tell, and parameters with types, in `.cypher` files beside this.

A block is headed by `// name:`, `// about:` and a line `// parameter: name type = default: meaning` for each parameter;
one without a default must be given. They pass the same guard as anybody's questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from graph.errors import Invalid, NotFound

_BLOCK = re.compile(r"^// name: (\w+)\n// about: (.+)\n((?:// parameter: .+\n)*)", re.MULTILINE)
_PARAMETER = re.compile(r"// parameter: (\w+) (text|integer|number|boolean|time)(?: = (.+?))?: (.+)\n")


def _time(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError
    return value


def _only(*kinds: type) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError
        return value

    return checked


_TYPES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "text": (_only(str), "text"),
    "integer": (_only(int), "a whole number"),
    "number": (_only(int, float), "a number"),
    "boolean": (_only(bool), "true or false"),
    "time": (_time, "a time with its zone, such as 2026-01-31T00:00:00Z"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a canned question asks to be told; `default` is None for one that must be given."""

    name: str
    type: str
    meaning: str
    default: Any = None


@dataclass(frozen=True, slots=True)
class Canned:
    """A question that is kept ready."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters, those that are not given by their defaults. Raises Invalid naming one at fault."""
        known = {one.name for one in self.parameters}
        for name in given:
            if name not in known:
                raise Invalid(f"{self.name} has no parameter {name}", field=("parameters", name))
        return {one.name: _filled(one, given) for one in self.parameters}


def _filled(parameter: Parameter, given: Mapping[str, Any]) -> Any:
    value = given.get(parameter.name, parameter.default)
    if value is None:
        raise Invalid(f"{parameter.name} is missing: {parameter.meaning}", field=("parameters", parameter.name))
    convert, called = _TYPES[parameter.type]
    try:
        return convert(value)
    except (TypeError, ValueError):
        raise Invalid(f"{parameter.name} must be {called}", field=("parameters", parameter.name)) from None


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

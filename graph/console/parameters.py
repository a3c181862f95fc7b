"""Parameters of questions that are kept: a name, a type, what it means, and a default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from graph.errors import Invalid


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a kept question asks to be told; `default` is None for one that must be given."""

    name: str
    type: str
    meaning: str
    default: Any = None


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


_TYPES: Mapping[str, tuple[Callable[[Any], Any], str, Any]] = {
    "text": (_only(str), "text", ""),
    "integer": (_only(int), "a whole number", 1),
    "number": (_only(int, float), "a number", 1.0),
    "boolean": (_only(bool), "true or false", True),
    "time": (_time, "a time with its zone, such as 2026-01-31T00:00:00Z", "2026-01-31T00:00:00Z"),
}
TYPES = tuple(_TYPES)


def filled(parameters: Sequence[Parameter], given: Mapping[str, Any], *, whose: str) -> dict[str, Any]:
    """All parameters of `whose`, those that are not given by their defaults. Raises Invalid naming one at fault."""
    known = {one.name for one in parameters}
    for name in given:
        if name not in known:
            raise Invalid(f"{whose} has no parameter {name}", field=("parameters", name))
    return {one.name: _filled(one, given) for one in parameters}


def _filled(parameter: Parameter, given: Mapping[str, Any]) -> Any:
    value = given.get(parameter.name, parameter.default)
    if value is None:
        raise Invalid(f"{parameter.name} is missing: {parameter.meaning}", field=("parameters", parameter.name))
    return _converted(parameter, value)


def _converted(parameter: Parameter, value: Any) -> Any:
    convert, called, _ = _TYPES[parameter.type]
    try:
        return convert(value)
    except (TypeError, ValueError):
        raise Invalid(f"{parameter.name} must be {called}", field=("parameters", parameter.name)) from None


def check_defaults(parameters: Sequence[Parameter]) -> None:
    """Returns when names differ and defaults are of their types. Raises Invalid naming the one at fault."""
    names = set()
    for one in parameters:
        if one.name in names:
            raise Invalid(f"{one.name} is named twice", field=("parameters", one.name))
        names.add(one.name)
        if one.default is not None:
            _converted(one, one.default)


def samples(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """A value for each, its default or one of its type, to plan a question with."""
    return {one.name: _TYPES[one.type][2] if one.default is None else one.default for one in parameters}


def to_json(parameters: Sequence[Parameter]) -> str:
    """The parameters as the graph keeps them."""
    return orjson.dumps([asdict(one) for one in parameters]).decode()


def of_json(text: str) -> tuple[Parameter, ...]:
    """The parameters that the graph keeps so."""
    return tuple(Parameter(**one) for one in orjson.loads(text))

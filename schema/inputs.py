"""Fields of mutation inputs, each with the rule its value must keep, checked before anything else happens."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import strawberry

from graph.errors import Invalid
from graph.ids import label_of
from graph.model import NODE_BY_LABEL
from graph.rules import texts

_CHECK = "check"
_REQUIRED: Any = dataclasses.MISSING


class Check(Protocol):
    """A rule of one value."""

    def clean(self, value: Any) -> Any:
        """The value as it is kept. Raises ValueError saying what would be accepted."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of `least` to `most` characters, in Unicode's composed form, without control characters."""

    most: int
    least: int = 1
    lines: bool = False

    def clean(self, value: str) -> str:
        """The text, trimmed."""
        text = texts.clean(value, lines=self.lines)
        if not self.least <= len(text) <= self.most:
            raise ValueError(f"must have {self.least} to {self.most} characters, not {len(text)}")
        return text


@dataclass(frozen=True, slots=True)
class Secret:
    """Text that is taken as it is, such as a password or a token: at most so many characters."""

    most: int

    def clean(self, value: str) -> str:
        """The text, unchanged."""
        if not 0 < len(value) <= self.most:
            raise ValueError(f"must have 1 to {self.most} characters")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            raise ValueError("must not hold control characters")
        return value


@dataclass(frozen=True, slots=True)
class Spelt:
    """Text that a pattern matches whole; `like` says which that is."""

    pattern: re.Pattern[str]
    like: str

    def clean(self, value: str) -> str:
        """The text, unchanged."""
        if not self.pattern.fullmatch(value):
            raise ValueError(f"must be {self.like}")
        return value


@dataclass(frozen=True, slots=True)
class Id:
    """The id of a node with one of the labels."""

    labels: tuple[str, ...]

    def clean(self, value: str) -> str:
        """The id."""
        if label_of(value) not in self.labels:
            samples = " or ".join(f"{label} ({NODE_BY_LABEL[label].prefix}_…)" for label in self.labels)
            raise ValueError(f"must be the id of a {samples}")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds."""

    least: int
    most: int

    def clean(self, value: int) -> int:
        """The number."""
        if not self.least <= value <= self.most:
            raise ValueError(f"must be from {self.least} to {self.most}")
        return value


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code."""

    def clean(self, value: str) -> str:
        """The code in upper case."""
        code = value.strip().upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise ValueError("must be a code of three letters (ISO 4217), such as CNY")
        return code


@dataclass(frozen=True, slots=True)
class ListOf:
    """Up to `most` values that keep a rule each, none twice."""

    item: Check
    most: int

    def clean(self, value: Sequence[Any]) -> list[Any]:
        """The values, each cleaned."""
        if len(value) > self.most:
            raise ValueError(f"may name at most {self.most}")
        cleaned = [self.item.clean(one) for one in value]
        if len(set(cleaned)) < len(cleaned):
            raise ValueError("names something twice")
        return cleaned


@dataclass(frozen=True, slots=True)
class Inputs:
    """From 1 to `most` inputs, whose own fields keep their rules."""

    most: int

    def clean(self, value: Sequence[Any]) -> list[Any]:
        """The inputs, their values clean. Raises Within for what is wrong inside of one."""
        if not 1 <= len(value) <= self.most:
            raise ValueError(f"must be 1 to {self.most}")
        for number, one in enumerate(value):
            for problem in _problems(one):
                raise Within(problem.message, number, problem.field)
        return [*value]


class Within(ValueError):
    """What is wrong with an input inside of another, and where: its number and the path from there."""

    def __init__(self, message: str, number: int, field: tuple[str, ...]) -> None:
        super().__init__(f"{number + 1}: {message}")
        self.path = (str(number), *field)


@dataclass(frozen=True, slots=True)
class Known:
    """A value that GraphQL itself has checked: a boolean, an enum's value, an amount, a time."""

    def clean(self, value: Any) -> Any:
        """The value."""
        return value


def _field(check: Check, description: str, default: Any) -> Any:
    given = {} if default is _REQUIRED else {"default": default}
    return strawberry.field(description=description, metadata={_CHECK: check}, **given)


def line(description: str, *, most: int, least: int = 1, default: Any = _REQUIRED) -> Any:
    """Text of one line."""
    return _field(Text(most, least), description, default)


def body(description: str, *, most: int, least: int = 1, default: Any = _REQUIRED) -> Any:
    """Text of several lines."""
    return _field(Text(most, least, lines=True), description, default)


def secret(description: str, *, most: int = 1_000) -> Any:
    """A password or a token."""
    return _field(Secret(most), description, _REQUIRED)


def spelt(description: str, pattern: re.Pattern[str], like: str, *, default: Any = _REQUIRED) -> Any:
    """Text of one form; `like` completes "must be …"."""
    return _field(Spelt(pattern, like), description, default)


def id_of(*labels: str, description: str, default: Any = _REQUIRED) -> Any:
    """The global id of a node."""
    return _field(Id(labels), description, default)


def ids_of(label: str, *, most: int, description: str, default: Any = _REQUIRED) -> Any:
    """Global ids of nodes."""
    return _field(ListOf(Id((label,)), most), description, default)


def lines(description: str, *, most: int, each: int, default: Any = _REQUIRED) -> Any:
    """Several short texts."""
    return _field(ListOf(Text(each), most), description, default)


def whole(description: str, *, least: int, most: int, default: Any = _REQUIRED) -> Any:
    """A whole number."""
    return _field(Number(least, most), description, default)


def currency(description: str) -> Any:
    """The code of a currency."""
    return _field(Currency(), description, _REQUIRED)


def several(description: str, *, most: int, default: Any = _REQUIRED) -> Any:
    """Inputs inside of an input, at least one."""
    return _field(Inputs(most), description, default)


def known(description: str, *, default: Any = _REQUIRED) -> Any:
    """A value whose type says all: a boolean, an enum, an amount, a time."""
    return _field(Known(), description, default)


def idempotency_key() -> Any:
    """The field by which a repeated request is recognised."""
    return line(
        "Any text of your choice, new for each act: the same act sent again with it within a day happens once.",
        most=100,
        default=None,
    )


def clean(given: Any) -> list[Invalid]:
    """What is wrong with an input's values; those that are right are replaced by their clean form."""
    return [*_problems(given)]


def _problems(given: Any) -> Iterator[Invalid]:
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if value is None or value is strawberry.UNSET:
            continue
        check: Check = field.metadata[_CHECK]
        try:
            setattr(given, field.name, check.clean(value))
        except ValueError as error:
            path = error.path if isinstance(error, Within) else ()
            yield Invalid(f"{camel(field.name)} {error}", field=(field.name, *path))


def camel(name: str) -> str:
    """The GraphQL spelling of a Python name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)

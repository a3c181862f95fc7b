"""What a request to the console asks, and in which form it wants the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from graph.console.canned import canned
from graph.console.formats import MEDIA_TYPES, Format
from graph.console.reading import Question
from graph.errors import Invalid
from graph.saved_queries import SavedQuery
from resolvers.console import Asked
from schema.bodies import read_json

Headers = Mapping[bytes, bytes]
Saved = Callable[[str], Awaitable[SavedQuery]]


@dataclass(frozen=True, slots=True)
class Given:
    """A question, and what is to become of it."""

    asked: Asked
    mode: Literal["answer", "explain", "profile"]


async def read(headers: Headers, body: bytes, saved: Saved) -> Given:
    """What a request's body asks; `saved` finds a saved query by its id or link.

    Raises Invalid, or NotFound for a canned or saved query that is not there.
    """
    found = read_json(headers, body)
    if not isinstance(found, dict):
        raise Invalid("the body must be an object with query, parameters", field=("body",))
    unknown = set(found) - {"query", "canned", "saved", "parameters", "language", "mode", "timeoutS", "maxRows"}
    if unknown:
        raise Invalid(f"{', '.join(sorted(unknown))}: no such member", field=("body",))
    timeout_s = _number(found, "timeoutS", int, float)
    question = await _asked(found, saved)
    question = replace(question, timeout_s=float("inf") if timeout_s is None else timeout_s)
    max_rows = _number(found, "maxRows", int)
    return Given(Asked(question, max_rows), _choice(found, "mode", ("answer", "explain", "profile")))


async def _asked(found: Mapping[str, Any], saved: Saved) -> Question:
    """The caller's own question, or one that is kept, with its parameters."""
    parameters = _member(found, "parameters", dict, {})
    language = _choice(found, "language", ("5", "25"))
    kept = [name for name in ("canned", "saved") if name in found]
    if not kept:
        return Question(_member(found, "query", str, None), parameters, language)
    if len(kept) > 1 or "query" in found:
        raise Invalid("pass one of query, canned and saved", field=(kept[-1],))
    name = _member(found, kept[0], str, None)
    if kept == ["canned"]:
        ready = canned(name)
        return Question(ready.text, ready.filled(parameters), language)
    if "language" in found:
        raise Invalid("a saved query has a language of its own", field=("language",))
    one = await saved(name)
    return Question(one.definition.text, one.filled(parameters), one.definition.language)


def _member(found: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    value = found.get(name, default)
    if not isinstance(value, kind):
        raise Invalid(f"{name} must be {'a string' if kind is str else 'an object'}", field=(name,))
    return value


def _choice(found: Mapping[str, Any], name: str, words: tuple[str, ...]) -> Any:
    value = found.get(name, words[0])
    if value not in words:
        raise Invalid(f"{name} must be one of {', '.join(words)}", field=(name,))
    return value


def _number(found: Mapping[str, Any], name: str, *kinds: type[int] | type[float]) -> Any:
    value: Any = found.get(name)
    if value is not None and (type(value) not in kinds or not value > 0):
        raise Invalid(f"{name} must be a number above 0", field=(name,))
    return value


def wanted_format(headers: Headers) -> Format:
    """The format that is wanted most among those there are; JSON where none is named. Raises Invalid for others."""
    wanted: list[tuple[float, str]] = []
    for part in headers.get(b"accept", b"").decode("latin-1").split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        wanted.append((-float(weight) if weight.replace(".", "", 1).isdigit() else 0.0, name))
    known: dict[str, Format] = {media_type.partition(";")[0]: form for form, media_type in MEDIA_TYPES.items()}
    known |= {"*/*": "json", "application/*": "json", "": "json", "text/*": "csv"}
    for _, name in sorted(wanted, key=lambda one: one[0]):
        if name in known:
            return known[name]
    raise Invalid(f"accept must name one of {', '.join(MEDIA_TYPES.values())}", field=("accept",))

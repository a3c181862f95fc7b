"""The documents, and the request bodies made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

QUESTIONS = ("profile", "note", "feed", "product", "brand", "social", "category", "handle")
OWN = frozenset({"feed"})  # what we are asked by the person it is about, and the peer, which knows no viewer, by id

_FOLDER = Path(__file__).parent
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)

PEER_VARIANTS: Mapping[str, tuple[str, ...]] = {
    question: tuple(sorted(file.stem.partition("-")[2] for file in (_FOLDER / "peer").glob(f"{question}-*.graphql")))
    for question in QUESTIONS
}
"""The names of the peer's ways to ask each question."""


def document(question: str, variant: str | None = None) -> str:
    """Our document, or a peer's, on one line without comments, as a built client sends it."""
    name = f"ours/{question}" if variant is None else f"peer/{question}-{variant}"
    text = (_FOLDER / f"{name}.graphql").read_text("utf-8")
    return " ".join(_COMMENT.sub("", text).split())


def bodies(text: str, sets: Sequence[Mapping[str, Any]]) -> list[str]:
    """One request body for each set of variables, with those that the document declares."""
    wanted = [name for name in sets[0] if f"${name}:" in text]
    return [orjson.dumps({"query": text, "variables": {name: one[name] for name in wanted}}).decode() for one in sets]

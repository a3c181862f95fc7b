"""What the demo's notes and products are about, as its generator knows it: what results are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from datasets.demo import demo
from datasets.demo.seasons import CATEGORIES
from datasets.demo.telling import Told
from datasets.demo.texts import description, note_texts
from datasets.demo.words import banks, types
from datasets.demo.writing import PUBLISHED, QUESTION, THEME

_BATCH = 5_000  # of which the demo tells its notes, so that the texts are the same


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that search may find. `subjects` are kinds of product such as `beauty/serum`, or a theme, `beauty/@0`.

    The first subject is what it is foremost about. `says` are its statements, such as `beauty/serum+2` for the third
    merit of serums; of a product also `=` with its brand and `^` with its series.
    """

    id: str
    label: str
    language: str
    subjects: tuple[str, ...]
    says: frozenset[str]
    text: str


def facts() -> list[Fact]:
    """All notes and products of the demo at scale 1 that anybody may find."""
    made = demo()
    told = Told(made.community)
    return [*_notes(told), *_products(told)]


def _kind(number: int) -> str:
    category, kind = types()[number]
    return f"{CATEGORIES[category]}/{kind.slug}"


def _said(kinds: tuple[int, ...], text: str) -> Iterator[str]:
    lowered = text.lower()
    for number in kinds:
        kind = types()[number][1]
        for sign, statements in (("+", kind.merits), ("-", kind.drawbacks)):
            for place, pair in enumerate(statements):
                if any(one.lower() in lowered for one in pair):
                    yield f"{_kind(number)}{sign}{place}"


def _notes(told: Told) -> Iterator[Fact]:
    notes, people, goods = told.community.notes, told.community.people, told.community.goods
    for batch, start in enumerate(range(0, len(notes), _BATCH)):
        rows = np.arange(start, min(start + _BATCH, len(notes)), dtype=np.int64)
        titles, bodies = note_texts(told, batch, rows)
        for row, one, title, body in zip(rows.tolist(), told.ids("Note", rows), titles, bodies, strict=True):
            if notes.state[row] != PUBLISHED or people.private[notes.author[row]]:
                continue
            text = f"{title}\n{body}"
            category, subject = int(notes.category[row]), int(notes.subject[row])
            shown = notes.feature_product[notes.feature_starts[row] : notes.feature_starts[row + 1]]
            kinds = tuple(dict.fromkeys(goods.type[shown].tolist()))
            if notes.form[row] == QUESTION:
                kinds = (category * len(banks()[0].types) + subject % len(banks()[0].types),)
            subjects = tuple(map(_kind, kinds))
            if notes.form[row] == THEME:
                subjects = (f"{CATEGORIES[category]}/@{subject}",)
            language = ("zh", "en")[int(notes.language[row])]
            yield Fact(one, "Note", language, subjects, frozenset(_said(kinds, text)), text)


def _products(told: Told) -> Iterator[Fact]:
    goods = told.community.goods
    rows = np.arange(len(goods), dtype=np.int64)
    for row, one in zip(rows.tolist(), told.ids("Product", rows), strict=True):
        if not goods.listed[row]:
            continue
        kind, shown = int(goods.type[row]), told.shown(row)
        signs = "+" * len(shown.merits)
        says = {f"{_kind(kind)}{sign}{place}" for sign, place in zip(signs, goods.merits[row].tolist(), strict=False)}
        says |= {f"={shown.brand[0]}", f"^{shown.series[0]}", f"#{row}"}
        text = f"{shown.name(0)} {shown.name(1)}\n{description(told, row, 0)}"
        yield Fact(one, "Product", "zh", (_kind(kind),), frozenset(says), text)

"""The truth about what is fake, kept apart from the graph."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from datasets.demo.draws import Ints
from datasets.demo.telling import BATCH, Told, listed, slices, table
from datasets.demo.writing import COVERT
from datasets.tables import Table


def _rows(told: Told, kind: str, rows: Ints, label: str, groups: list[str]) -> Iterator[Table]:
    for _, part in slices(len(rows), BATCH):
        yield table("Labels", {
            "id": told.ids(kind, rows[part]),
            "label": [label] * len(part),
            "group": groups[part[0] : part[-1] + 1],
        })  # fmt: skip


def _numbered(prefix: str, numbers: Ints) -> list[str]:
    return [f"{prefix}-{number + 1:03d}" for number in listed(numbers)]


def label_tables(told: Told) -> Iterator[Table]:
    """Fake accounts and those who bought from them, paid reviews and their writers, covert promotion by brand."""
    c = told.community
    fakes = np.flatnonzero(c.people.farm >= 0)
    yield from _rows(told, "User", fakes, "fake_account", _numbered("farm", c.people.farm[fakes]))
    farms = np.arange(len(c.ties.customers), dtype=np.int64)
    yield from _rows(told, "User", c.ties.customers, "bought_followers", _numbered("farm", farms))
    yield from _rows(told, "Note", c.seen.boosted, "bought_likes", _numbered("farm", c.seen.boosters))
    paid = np.flatnonzero(c.opinions.ring >= 0)
    rings = c.opinions.ring[paid]
    yield from _rows(told, "Review", paid, "paid_review", _numbered("ring", rings))
    key = np.unique(rings * len(c.people) + c.opinions.user[paid])
    groups = _numbered("ring", key // len(c.people))
    yield from _rows(told, "User", key % len(c.people), "paid_reviewer", groups)
    covert = np.flatnonzero(c.notes.tone == COVERT)
    brands = c.goods.brand[c.notes.feature_product[c.notes.feature_starts[covert]]]
    groups = [told.brand_names[brand][1].lower() for brand in listed(brands)]
    yield from _rows(told, "Note", covert, "undisclosed_promotion", groups)

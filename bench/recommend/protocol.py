"""The protocol of the public splits: all items ranked, those of training left out, Recall@20 and NDCG@20.

Recall@20 is the hits over the person's test items; NDCG@20 has the ideal gain over min(20, test items); both are means
over people with at least one test item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from datasets.public.folder import read_pairs

AT = 20


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over people, each from 0 to 1."""

    recall: float
    ndcg: float
    users: int


def held_out(folder: Path) -> dict[int, set[int]]:
    """The test items of each person who has any. Raises InvalidDataset."""
    found: dict[int, set[int]] = {}
    for user, item in read_pairs(folder, "test.txt.gz").tolist():
        found.setdefault(user, set()).add(item)
    return found


def quality(rankings: Mapping[int, Sequence[int]], wanted: Mapping[int, set[int]]) -> Quality:
    """How well rankings (best first, by person) find what was held out; who has no ranking counts as found nothing."""
    recalls, gains = 0.0, 0.0
    for user, items in wanted.items():
        hits = [at for at, item in enumerate(rankings.get(user, ())[:AT]) if item in items]
        recalls += len(hits) / len(items)
        ideal = sum(1 / log2(at + 2) for at in range(min(AT, len(items))))
        gains += sum(1 / log2(at + 2) for at in hits) / ideal
    people = len(wanted)
    return Quality(recalls / people, gains / people, people) if people else Quality(0.0, 0.0, 0)


_ROW = re.compile(r"^\|\s*([^|]+?)\s*\|\s*([01]?\.\d+)\s*\|\s*([01]?\.\d+)\s*\|", re.MULTILINE)


def published(folder: Path) -> list[tuple[str, float, float]]:
    """Model, recall and NDCG of the rows of the table in the folder's README; none without one."""
    readme = folder / "README.md"
    if not readme.is_file():
        return []
    return [(name, float(recall), float(ndcg)) for name, recall, ndcg in _ROW.findall(readme.read_text("utf-8"))]

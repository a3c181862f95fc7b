"""The demo community: seeded, so that the same seed, scale and end give the same graph on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from datasets.demo.community import Community, found
from datasets.demo.edges import edge_tables
from datasets.demo.labels import label_tables
from datasets.demo.nodes import node_tables
from datasets.demo.telling import Told
from datasets.tables import Table

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Demo:
    """A community of about 1,000 × `scale` users over the year before `until`; implements Dataset.

    Nothing is drawn before the first table is asked for; then whole numbers are kept (some 20 MB per scale) and
    texts and ids are made batch by batch.
    """

    scale: float
    seed: int
    until: datetime
    name: str = "demo"

    @cached_property
    def community(self) -> Community:
        """All that is known, hidden traits included: for tests and for measuring detectors, never imported."""
        return found(self.scale, self.seed, self.until)

    @cached_property
    def _told(self) -> Told:
        return Told(self.community)

    def tables(self) -> Iterator[Table]:
        """Nodes of all kinds first, then relationships, in a fixed order."""
        yield from node_tables(self._told)
        yield from edge_tables(self._told)

    def labels(self) -> Iterator[Table]:
        """Who and what is fake (`Labels`: id, label, group): the truth that detectors are measured against."""
        yield from label_tables(self._told)


def demo(scale: float = 1.0, seed: int = 20261101, until: datetime = UNTIL) -> Demo:
    """The demo community. Scale 1 is about 1,000 users, 5,000 notes, 600 products and 40 brands; at most 100.

    Raises ValueError for a scale outside (0, 100] or a naive `until`.
    """
    if not 0 < scale <= 100:
        raise ValueError("scale must be above 0 and at most 100")
    if until.tzinfo is None:
        raise ValueError("until must carry a time zone")
    return Demo(scale, seed, until)

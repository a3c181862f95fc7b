"""The kinds of things that are compared, and how each is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from graph.database import Database
from graph.jobs.similarity import interactions, people
from graph.jobs.similarity.basis import Basis
from graph.jobs.similarity.edges import assembled, deviation, explained, mean_diagonal, strongest
from graph.jobs.similarity.folding import folded, low_rank, strongest_folded, usual_magnitude
from graph.jobs.similarity.keys import Keys, keys_of_people, keys_of_things
from graph.jobs.similarity.law import MOST_EDGES, Law, usual
from graph.jobs.similarity.matrix import Acts, Matrix
from graph.jobs.similarity.taste import Taste, taste

Places = npt.NDArray[np.int64]
Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """Edges, sources by targets; what weights and then edges were divided by; and tastes, if there are any."""

    edges: Matrix
    unit: float = 1.0
    usual: float = 1.0
    taste: Taste | None = None


class Kind(Protocol):
    """How one kind of things is compared by what people took up."""

    @property
    def label(self) -> str:
        """Their label."""

    @property
    def most(self) -> int:
        """Edges of one thing at most."""

    @property
    def whole_rows(self) -> bool:
        """Whether of a thing that changed the whole row is computed again, and not only the edges to it."""

    async def read(self, database: Database) -> Acts:
        """What they are compared by."""

    def ids(self, acts: Acts) -> list[str]:
        """The things, in the order of rows and columns."""

    def keys(self, acts: Acts) -> Keys:
        """The key of each."""

    def law(self, acts: Acts) -> Law:
        """The law where nobody chose one."""

    def basis(self, acts: Acts, law: Law, now: datetime) -> Basis:
        """The numbers that edges of these acts would rest on, as far as is known before they are computed."""

    def whole(self, acts: Acts, law: Law, *, kept_in: Path | None, done: Done) -> Computed:
        """All edges and tastes."""

    def again(self, acts: Acts, law: Law, basis: Basis, places: Places, *, kept_in: Path | None, done: Done) -> Matrix:
        """The edges to the things at these places, on the scale of the basis."""


@dataclass(frozen=True, slots=True)
class Things:
    """Products or notes, by ridge regression of who took them up."""

    label: str
    reading: Callable[[Database], Awaitable[Acts]]
    most: int = MOST_EDGES
    whole_rows: bool = False

    async def read(self, database: Database) -> Acts:
        """Who took up which."""
        return await self.reading(database)

    def ids(self, acts: Acts) -> list[str]:
        """The things."""
        return acts.things

    def keys(self, acts: Acts) -> Keys:
        """Their keys."""
        return keys_of_things(acts)

    def law(self, acts: Acts) -> Law:
        """What is usual for so much data."""
        return usual(len(acts.people), len(acts.things), acts.values.nnz)

    def basis(self, acts: Acts, law: Law, now: datetime) -> Basis:
        """Sizes and mean diagonal."""
        return Basis(asdict(law), now, acts.values.nnz, len(acts.things), mean_diagonal(acts, law))

    def whole(self, acts: Acts, law: Law, *, kept_in: Path | None, done: Done) -> Computed:
        """All edges and tastes."""
        weights = assembled(explained(acts, law, kept_in=kept_in, done=done), len(acts.things))
        return completed(law, weights, _taste(acts, law), most=self.most)

    def again(self, acts: Acts, law: Law, basis: Basis, places: Places, *, kept_in: Path | None, done: Done) -> Matrix:
        """The edges to these things, all of them."""
        blocks = explained(acts, law, things=places, mean=basis.mean, kept_in=kept_in, done=done)
        part = low_rank(_taste(acts, law), law.folded)
        return folded(assembled(blocks, len(acts.things)) / basis.unit, part) / basis.usual


def completed(law: Law, weights: Matrix, found: Taste | None, *, most: int) -> Computed:
    """What comes of all things' weights, sources by targets, and of the taste that was found, by the law."""
    unit = deviation(strongest(weights, most))
    edges = strongest_folded(weights / unit, low_rank(found, law.folded), most)
    usual = usual_magnitude(edges)
    beside = found.weighing(law.taste_weight / usual) if found else None
    return Computed(edges / usual, unit, usual, beside)


def _taste(acts: Acts, law: Law) -> Taste | None:
    return taste(acts, dims=law.dims) if law.folded or law.taste_weight else None


@dataclass(frozen=True, slots=True)
class People:
    """People, by cosine of what they took up: alike both ways, so whose acts changed has all their edges changed."""

    label: str = "User"
    most: int = people.MOST
    whole_rows: bool = True

    async def read(self, database: Database) -> Acts:
        """What they took up and follow."""
        return await interactions.acts_of_people(database)

    def ids(self, acts: Acts) -> list[str]:
        """The people."""
        return acts.people

    def keys(self, acts: Acts) -> Keys:
        """Their keys."""
        return keys_of_people(acts)

    def law(self, acts: Acts) -> Law:
        """No number of it is used."""
        return Law()

    def basis(self, acts: Acts, law: Law, now: datetime) -> Basis:
        """Sizes alone."""
        return Basis({}, now, acts.values.nnz, len(acts.people))

    def whole(self, acts: Acts, law: Law, *, kept_in: Path | None, done: Done) -> Computed:
        """All edges."""
        return Computed(people.alike(acts, done=done))

    def again(self, acts: Acts, law: Law, basis: Basis, places: Places, *, kept_in: Path | None, done: Done) -> Matrix:
        """The edges of these people, and those of others to them."""
        return people.alike_to(acts, places, done=done)


KINDS: Mapping[str, Kind] = {
    "products": Things("Product", interactions.acts_on_products),
    "notes": Things("Note", interactions.acts_on_notes),
    "people": People(),
}

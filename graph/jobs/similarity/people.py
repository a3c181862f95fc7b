"""Likeness of people: cosine of what they took up, what everybody takes up counting little."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from graph.jobs.similarity.edges import strongest
from graph.jobs.similarity.matrix import Acts, Matrix

MOST = 50  # people like one person
_BLOCK = 500
_FAMOUS = 5_000  # what more people than that took up tells nobody apart, and would join them all


def alike(acts: Acts, *, done: Callable[[int], None] = lambda _: None) -> Matrix:
    """People by people: for each the most alike, by cosine from 0 to 1 of their acts weighted by rarity (tf-idf)."""
    blocks = [strongest(block, MOST) for _, block in _blocks(acts, np.arange(len(acts.people)), done)]
    return sp.vstack(blocks).tocsr() if blocks else sp.csr_matrix((len(acts.people), len(acts.people)))


def alike_to(acts: Acts, places: npt.NDArray[np.int64], *, done: Callable[[int], None] = lambda _: None) -> Matrix:
    """Likeness that has one of the people at these `places` at an end: for everybody the most alike of those.

    Rows of the people at the places are as `alike` has them.
    """
    people = len(acts.people)
    found = sp.csr_matrix((people, people))
    chosen = np.zeros(people, bool)
    chosen[places] = True
    for block, likeness in _blocks(acts, places, done):
        own = strongest(likeness, MOST).tocoo()
        others = likeness.tocoo()
        to_others = ~chosen[others.col]
        rows = np.concatenate([block[own.row], others.col[to_others]])
        columns = np.concatenate([own.col, block[others.row[to_others]]])
        values = np.concatenate([own.data, others.data[to_others]])
        found = strongest(found + sp.csr_matrix((values, (rows, columns)), shape=found.shape), MOST)
    return found


def _blocks(
    acts: Acts, places: npt.NDArray[np.int64], done: Callable[[int], None]
) -> Iterator[tuple[npt.NDArray[np.int64], Matrix]]:
    """Some of the places after the other, with the likeness of the people there to all others."""
    people = len(acts.people)
    taken_by = np.asarray((acts.values > 0).sum(axis=0)).ravel()
    rarity = np.where(taken_by <= _FAMOUS, np.log1p(people / np.maximum(taken_by, 1)), 0.0)
    weighted = (acts.values @ sp.diags(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = (sp.diags(1.0 / np.maximum(length, 1e-12)) @ weighted).tocsr()
    turned = unit.T.tocsr()
    for first in range(0, len(places), _BLOCK):
        block = places[first : first + _BLOCK]
        found = (unit[block] @ turned).tocoo()
        others = (found.col != block[found.row]) & (found.data != 0)
        shape = (len(block), people)
        yield block, sp.csr_matrix((found.data[others], (found.row[others], found.col[others])), shape=shape)
        done(len(block))

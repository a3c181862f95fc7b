"""Likeness of people: cosine of what they took up, what everybody takes up counting little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from graph.jobs.similarity.edges import strongest
from graph.jobs.similarity.matrix import Acts, Matrix

MOST = 50  # people like one person
_BLOCK = 500
_FAMOUS = 5_000  # what more people than that took up tells nobody apart, and would join them all


def alike(acts: Acts, *, done: Callable[[int], None] = lambda _: None) -> Matrix:
    """People by people: for each the most alike, by cosine from 0 to 1 of their acts weighted by rarity (tf-idf)."""
    people = len(acts.people)
    taken_by = np.asarray((acts.values > 0).sum(axis=0)).ravel()
    rarity = np.where(taken_by <= _FAMOUS, np.log1p(people / np.maximum(taken_by, 1)), 0.0)
    weighted = (acts.values @ sp.diags(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = (sp.diags(1.0 / np.maximum(length, 1e-12)) @ weighted).tocsr()
    turned = unit.T.tocsr()
    rows = []
    for first in range(0, people, _BLOCK):
        block = (unit[first : first + _BLOCK] @ turned).tolil()
        block[np.arange(block.shape[0]), first + np.arange(block.shape[0])] = 0.0
        found = block.tocsr()
        found.eliminate_zeros()
        rows.append(strongest(found, MOST))
        done(block.shape[0])
    return sp.vstack(rows).tocsr() if rows else sp.csr_matrix((people, people))

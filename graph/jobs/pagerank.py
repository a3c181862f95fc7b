"""PageRank of whoever people vote for (Page, Brin, Motwani and Winograd, 1999), by power iteration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
_DAMPING, _ROUNDS, _TOLERANCE = 0.85, 200, 1e-12


def pagerank(votes: sp.csr_matrix, restart: Floats | None = None, *, tolerance: float = _TOLERANCE) -> Floats:
    """The rank of each person, 1 in all; `votes[a, b]` is the weight with which b votes for a.

    A walk begins anew by the shares of `restart` (personalised PageRank), without it anywhere; whoever votes for nobody
    begins anew too. Two rounds that differ by less than `tolerance` in all are the last.
    """
    people = votes.shape[0]
    share = np.full(people, 1.0 / people) if restart is None else restart / restart.sum()
    given = np.asarray(votes.sum(axis=0)).ravel()
    votes = votes @ sp.diags(np.divide(1.0, given, out=np.zeros(people), where=given > 0))
    rank = share.copy()
    for _ in range(_ROUNDS):
        idle = float(rank[given == 0].sum())
        new: Floats = _DAMPING * (votes @ rank + idle * share) + (1 - _DAMPING) * share
        moved = float(np.abs(new - rank).sum())
        rank = new
        if moved < tolerance:
            break
    return rank

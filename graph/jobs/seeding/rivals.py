"""Plans as they are made by hand: the most followed, and those of highest PageRank, as far as the rules allow."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from graph.jobs.seeding.cover import Rules
from graph.jobs.seeding.network import Floats, Ints

_DAMPING, _ROUNDS, _TOLERANCE = 0.85, 200, 1e-12


def pagerank(people: int, sources: Ints, targets: Ints) -> Floats:
    """PageRank where everybody votes for who influences them, parallel edges counted (Page et al., 1999)."""
    votes = sp.csr_matrix((np.ones(len(sources)), (sources, targets)), shape=(people, people))
    given = np.asarray(votes.sum(axis=0)).ravel()
    votes = votes @ sp.diags(np.divide(1.0, given, out=np.zeros(people), where=given > 0))
    rank = np.full(people, 1.0 / people)
    for _ in range(_ROUNDS):
        idle = float(rank[given == 0].sum())
        new: Floats = _DAMPING * (votes @ rank + idle / people) + (1 - _DAMPING) / people
        moved = float(np.abs(new - rank).sum())
        rank = new
        if moved < _TOLERANCE:
            break
    return rank


def highest(scores: Floats, rules: Rules) -> list[int]:
    """Who is chosen when those of highest score are taken one after another, while they can be afforded."""
    chosen = list(rules.forced)
    left = rules.budget - rules.price(np.array(rules.forced, np.int32))
    for one in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) >= rules.most:
            break
        price = 0.0 if rules.prices is None else float(rules.prices[one])
        if rules.allowed[one] and one not in rules.forced and price <= left:
            chosen.append(one)
            left -= price
    return chosen

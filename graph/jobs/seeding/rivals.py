"""Plans as they are made by hand: the most followed, and those of highest PageRank, as far as the rules allow."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from graph.jobs.pagerank import pagerank as vote
from graph.jobs.seeding.cover import Rules
from graph.jobs.seeding.network import Floats, Ints


def pagerank(people: int, sources: Ints, targets: Ints) -> Floats:
    """PageRank where everybody votes for who influences them, parallel edges counted."""
    return vote(sp.csr_matrix((np.ones(len(sources)), (sources, targets)), shape=(people, people)))


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

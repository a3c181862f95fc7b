"""Communities of largest modularity: whose members are tied to each other more than their ties alone would have it.

Louvain's method (Blondel, Guillaume, Lambiotte and Lefebvre, J. Stat. Mech. 2008) with the queue of Leiden's (Traag,
Waltman and van Eck, Scientific Reports 2019): a node is looked at again only when a neighbour moved. Louvain can leave
communities that fall apart, so at the end each is parted into what is connected, which never lessens modularity.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from graph.jobs.pagerank import Floats
from graph.jobs.seeding.compiled import compiled

Longs = npt.NDArray[np.int64]
_CHANCE, _GAIN = 20_261_201, 1e-12


def louvain(ties: sp.csr_matrix) -> Longs:
    """The number of each node's community; `ties` is symmetric, and its weights are above 0.

    The same ties give the same communities.
    """
    ties = ties.tocsr()
    chance, graph = np.random.default_rng(_CHANCE), ties
    labels = np.arange(ties.shape[0], dtype=np.int64)
    while graph.nnz:
        nodes = graph.shape[0]
        strength = np.asarray(graph.sum(axis=1), np.float64).ravel()
        moved = _moved(
            graph.indptr.astype(np.int64),
            graph.indices.astype(np.int64),
            graph.data.astype(np.float64),
            strength,
            chance.permutation(nodes),
        )
        names, moved = np.unique(moved, return_inverse=True)
        labels = moved[labels]
        if len(names) == nodes:
            break
        member = sp.csr_matrix((np.ones(nodes), (np.arange(nodes), moved)), shape=(nodes, len(names)))
        graph = (member.T @ graph @ member).tocsr()
    return _connected(ties, labels)


def _connected(ties: sp.csr_matrix, labels: Longs) -> Longs:
    edges = ties.tocoo()
    inside = labels[edges.row] == labels[edges.col]
    graph = sp.csr_matrix((edges.data[inside], (edges.row[inside], edges.col[inside])), shape=ties.shape)
    found: Longs = sp.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return found


@compiled
def _moved(indptr: Longs, indices: Longs, weights: Floats, strength: Floats, order: Longs) -> Longs:
    """The community of each node after all have moved to where modularity gains most, until none gains."""
    nodes = len(order)
    labels = np.arange(nodes)
    total, whole = strength.copy(), strength.sum()
    to, touched = np.zeros(nodes), np.empty(nodes, np.int64)
    queue, waits = order.copy(), np.ones(nodes, np.bool_)
    head, waiting = 0, nodes
    while waiting:
        node = queue[head]
        head, waiting = (head + 1) % nodes, waiting - 1
        waits[node] = False
        own, some = labels[node], 0
        for at in range(indptr[node], indptr[node + 1]):
            other = indices[at]
            if other != node:
                if to[labels[other]] == 0.0:
                    touched[some] = labels[other]
                    some += 1
                to[labels[other]] += weights[at]
        total[own] -= strength[node]
        best, most = own, to[own] - strength[node] * total[own] / whole
        for one in touched[:some]:
            gain = to[one] - strength[node] * total[one] / whole
            if gain > most + _GAIN:
                best, most = one, gain
        to[touched[:some]] = 0.0
        total[best] += strength[node]
        if best != own:
            labels[node] = best
            for at in range(indptr[node], indptr[node + 1]):
                other = indices[at]
                if labels[other] != best and not waits[other]:
                    queue[(head + waiting) % nodes] = other
                    waits[other] = True
                    waiting += 1
    return labels

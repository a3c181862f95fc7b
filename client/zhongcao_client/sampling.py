"""Samples of a projection that look like the whole, the same for the same seed.

Sources: J. Leskovec and C. Faloutsos, "Sampling from Large Graphs", KDD 2006 (forest fire, random walk).
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from zhongcao_client.projection import Projection

_PATIENCE = 1_000


def forest_fire(projection: Projection, *, nodes: int, seed: int, burn: float = 0.4) -> Projection:
    """About a sample of `nodes` nodes: fires that begin anywhere and spread along a geometric number of edges.

    `burn` is the probability with which a node passes the fire on once more, so that it reaches burn / (1 - burn) of
    its neighbours on average; edges are taken in both directions. Raises ValueError for `burn` outside of 0 to 1.
    """
    if not 0 <= burn < 1:
        raise ValueError("burn is a probability below 1")
    random = np.random.default_rng(seed)
    starts, ends, total = _joined(projection)
    burnt = np.zeros(total, bool)
    count = 0
    while count < min(nodes, total):
        fire = deque([int(random.choice(np.flatnonzero(~burnt)))])
        while fire and count < min(nodes, total):
            here = fire.popleft()
            if burnt[here]:
                continue
            burnt[here] = True
            count += 1
            near = np.unique(ends[starts[here] : starts[here + 1]])
            near = near[~burnt[near]]
            lit = min(int(random.geometric(1 - burn)) - 1, len(near))
            fire.extend(int(one) for one in random.choice(near, lit, replace=False))
    return projection.induced(_by_label(projection, np.flatnonzero(burnt)))


def random_walk(projection: Projection, *, nodes: int, seed: int, restart: float = 0.15) -> Projection:
    """A sample of `nodes` nodes: those that a walk meets which returns to its beginning now and then.

    `restart` is the probability of returning at a step. A walk that meets nothing new in 1,000 steps begins
    elsewhere. Raises ValueError for `restart` outside of 0 to 1.
    """
    if not 0 <= restart <= 1:
        raise ValueError("restart is a probability")
    random = np.random.default_rng(seed)
    starts, ends, total = _joined(projection)
    met = np.zeros(total, bool)
    count = idle = 0
    home = here = int(random.integers(total)) if total else 0
    while count < min(nodes, total):
        if met[here]:
            idle += 1
        else:
            met[here] = True
            count, idle = count + 1, 0
        degree = starts[here + 1] - starts[here]
        if idle > _PATIENCE or (not degree and here == home):
            home = here = int(random.choice(np.flatnonzero(~met))) if count < total else home
            idle = 0
        elif not degree or random.random() < restart:
            here = home
        else:
            here = int(ends[starts[here] + random.integers(degree)])
    return projection.induced(_by_label(projection, np.flatnonzero(met)))


def _offsets(projection: Projection) -> dict[str, int]:
    offsets, total = {}, 0
    for label, nodes in projection.nodes.items():
        offsets[label] = total
        total += len(nodes)
    return offsets


def _joined(projection: Projection) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """All edges in both directions over one numbering of all nodes: where each node's begin, and their other ends."""
    offsets = _offsets(projection)
    total = sum(len(nodes) for nodes in projection.nodes.values())
    parts = [np.zeros((2, 0), np.int64)]
    for (start, _, end), pairs in projection.edges.items():
        both = np.stack([pairs[0] + offsets[start], pairs[1] + offsets[end]])
        parts += [both, both[::-1]]
    joined = np.concatenate(parts, axis=1)
    joined = joined[:, np.lexsort((joined[1], joined[0]))]
    starts = np.searchsorted(joined[0], np.arange(total + 1))
    return starts.astype(np.int64), joined[1], total


def _by_label(projection: Projection, kept: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.int64]]:
    offsets = _offsets(projection)
    return {
        label: kept[(kept >= offset) & (kept < offset + len(projection.nodes[label]))] - offset
        for label, offset in offsets.items()
    }

"""Communities: who belongs together, what stays from run to run, and what they are named after."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

from graph.jobs.influence.grouping import communities, kept_ids, telling
from graph.jobs.louvain import louvain


def votes(*groups: range, between: list[tuple[int, int]] | None = None) -> sp.csr_matrix:
    """Everybody of a group votes for everybody else of it, and some across."""
    pairs = [(a, b) for group in groups for a in group for b in group if a != b] + (between or [])
    rows, columns = np.array(pairs).T
    people = max(group.stop for group in groups)
    return sp.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(people, people))


def test_who_votes_for_each_other_belongs_together() -> None:
    graph = votes(range(8), range(8, 14), range(14, 17), between=[(0, 8), (3, 9), (14, 1)])
    first, second = communities(graph, 5)
    assert first.tolist() == list(range(8))
    assert second.tolist() == list(range(8, 14)), "three people are too few to be told of"
    assert [one.tolist() for one in communities(graph, 5)] == [first.tolist(), second.tolist()]
    assert communities(sp.csr_matrix((20, 20)), 5) == []


def test_a_community_keeps_its_id_while_most_stay() -> None:
    before = {"community_a": ["1", "2", "3", "4"], "community_b": ["5", "6", "7"], "community_c": ["8"]}
    kept = kept_ids([["5", "6", "9"], ["1", "2", "3"], ["4", "10"], ["8", "7"]], before)
    assert kept[:2] == ["community_b", "community_a"]
    assert kept[2] not in before, "most of whom it has from before are elsewhere"
    assert kept[3] == "community_c"
    assert len(set(kept)) == 4
    assert len(set(kept_ids([["1"], ["2"]], {}))) == 2


def test_names_tell_a_community_from_everybody() -> None:
    overall = {"ootd": 50, "护肤": 12, "露营": 10, "徒步": 9, "咖啡": 5}
    inside = {"ootd": 5, "露营": 9, "徒步": 8, "咖啡": 3}
    assert telling(inside, overall, 10, 100) == ["露营", "徒步", "咖啡"], "what everybody writes about tells nothing"
    assert telling({}, overall, 0, 100) == []


@pytest.mark.parametrize("seed", range(4))
def test_modularity_is_what_others_find(seed: int) -> None:
    graph = nx.karate_club_graph() if seed == 0 else nx.random_partition_graph([40, 60, 25, 80], 0.25, 0.02, seed=seed)
    ties = nx.to_scipy_sparse_array(graph, format="csr", dtype=np.float64)
    labels = louvain(sp.csr_matrix(ties))
    nodes = list(graph)
    mine = [{nodes[one] for one in np.flatnonzero(labels == label)} for label in np.unique(labels)]
    theirs = [nx.community.louvain_communities(graph, seed=one) for one in range(5)]
    best = max(nx.community.modularity(graph, one) for one in theirs)
    assert nx.community.modularity(graph, mine) >= best - 0.02
    assert all(nx.is_connected(graph.subgraph(one)) for one in mine)
    assert (louvain(sp.csr_matrix(ties)) == labels).all()

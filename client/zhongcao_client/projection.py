"""A part of the graph as arrays: ids and features of nodes by label, pairs of places by relationship type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhongcao_client.client import Client

if TYPE_CHECKING:
    import networkx
    import scipy.sparse

Kind = tuple[str, str, str]
"""Label, relationship type, label."""
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Nodes:
    """The nodes of a label in the order of their ids, and their properties in the same order."""

    ids: npt.NDArray[np.str_]
    properties: pa.Table
    place: Mapping[str, int] = field(repr=False)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    def features(self, names: Sequence[str] | None = None) -> npt.NDArray[np.float32]:
        """[nodes, columns] of those properties (all) as numbers: booleans 0 and 1, times seconds, lists their numbers.

        What is missing is NaN (a row of NaN for a list). Raises TypeError for text.
        """
        chosen = self.properties.column_names if names is None else names
        parts = [_numbers(name, self.properties[name]) for name in chosen]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(self), 0), np.float32)


@dataclass(frozen=True)
class Projection:
    """Nodes by label, and the edges of each kind as `edge_index` [2, edges]: places of starts and of ends."""

    nodes: Mapping[str, Nodes]
    edges: Mapping[Kind, npt.NDArray[np.int64]]

    def matrix(self, start: str, type_: str, end: str) -> scipy.sparse.csr_array:
        """[starts, ends] with 1 where a relationship is, more where several are."""
        import scipy.sparse

        rows, columns = self.edges[start, type_, end]
        shape = (len(self.nodes[start]), len(self.nodes[end]))
        return scipy.sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Nodes named by their ids, with `label` and their properties; edges with `type`."""
        import networkx

        graph: networkx.MultiDiGraph = networkx.MultiDiGraph()
        for label, nodes in self.nodes.items():
            rows = nodes.properties.to_pylist() if nodes.properties.num_columns else [{} for _ in nodes.ids]
            for one, properties in zip(nodes.ids.tolist(), rows, strict=True):
                graph.add_node(one, label=label, **properties)
        for (start, type_, end), (rows_, columns) in self.edges.items():
            pairs = zip(self.nodes[start].ids[rows_].tolist(), self.nodes[end].ids[columns].tolist(), strict=True)
            graph.add_edges_from(pairs, type=type_)
        return graph

    def to_pyg(self, features: Mapping[str, Sequence[str]] | None = None) -> dict[Any, dict[str, npt.NDArray[Any]]]:
        """What `torch_geometric.data.HeteroData` is made of: by label `x`, `ids`, `num_nodes`; by kind `edge_index`.

        `features` names the properties that become each label's `x`; of a label that it leaves out, all but texts do.
        """
        found: dict[Any, dict[str, Any]] = {}
        for label, nodes in self.nodes.items():
            chosen = (features or {}).get(label)
            if chosen is None:
                chosen = [one.name for one in nodes.properties.schema if not pa.types.is_string(one.type)]
            found[label] = {"x": nodes.features(chosen), "ids": nodes.ids, "num_nodes": np.int64(len(nodes))}
        for kind, edges in self.edges.items():
            found[kind] = {"edge_index": edges}
        return found

    def induced(self, kept: Mapping[str, Sequence[int] | npt.NDArray[np.int64]]) -> Projection:
        """Only the nodes at these places, and the edges between them; labels that are left out lose all their nodes."""
        nodes, moved = {}, {}
        for label, old in self.nodes.items():
            places = np.unique(np.asarray(kept.get(label, ()), np.int64))
            nodes[label] = _nodes(old.ids[places], old.properties.take(pa.array(places)))
            moved[label] = np.full(len(old), -1, np.int64)
            moved[label][places] = np.arange(len(places))
        edges = {}
        for (start, type_, end), pairs in self.edges.items():
            both = np.stack([moved[start][pairs[0]], moved[end][pairs[1]]])
            edges[start, type_, end] = both[:, (both >= 0).all(axis=0)]
        return Projection(nodes, edges)


def project(
    client: Client, nodes: Mapping[str, Sequence[str]], relationships: Sequence[Kind], **options: Any
) -> Projection:
    """The nodes of these labels with the properties named, and all relationships of these kinds between them.

    `options` are those of `Client.ask`. What changes while it is read may be in or not; a relationship to a node that
    came too late is left out. Raises ValueError for a name that is none, a ConsoleError for what the service refuses.
    """
    found = {label: _asked_nodes(client, label, names, options) for label, names in nodes.items()}
    edges = {kind: _asked_edges(client, kind, found, options) for kind in relationships}
    return Projection(found, edges)


def _asked_nodes(client: Client, label: str, names: Sequence[str], options: Mapping[str, Any]) -> Nodes:
    wanted = ", ".join(["n.id AS id", *(f"n.{_checked(name)} AS {name}" for name in names if name != "id")])
    table = client.ask(f"MATCH (n:{_checked(label)}) RETURN {wanted}", **options).table.sort_by("id")
    properties = table.select([name for name in names if name != "id"])
    return _nodes(np.array(table["id"].to_pylist(), dtype=np.str_), properties)


def _nodes(ids: npt.NDArray[np.str_], properties: pa.Table) -> Nodes:
    return Nodes(ids, properties, {one: place for place, one in enumerate(ids.tolist())})


def _asked_edges(
    client: Client, kind: Kind, nodes: Mapping[str, Nodes], options: Mapping[str, Any]
) -> npt.NDArray[np.int64]:
    start, type_, end = (_checked(one) for one in kind)
    query = f"MATCH (a:{start})-[:{type_}]->(b:{end}) RETURN a.id AS a, b.id AS b"
    parts = [np.zeros((2, 0), np.int64)]
    for batch in client.stream(query, **options):
        places = [
            [nodes[label].place.get(one, -1) for one in batch.column(column).to_pylist()]
            for column, label in enumerate((kind[0], kind[2]))
        ]
        both = np.array(places, np.int64)
        parts.append(both[:, (both >= 0).all(axis=0)])
    joined = np.concatenate(parts, axis=1)
    return joined[:, np.lexsort((joined[1], joined[0]))]


def _checked(name: str) -> str:
    """The name, which becomes part of a question."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} names no label, type or property")
    return name


def _numbers(name: str, column: pa.ChunkedArray) -> npt.NDArray[np.float32]:
    kind = column.type
    if pa.types.is_list(kind):
        rows = column.to_pylist()
        width = max((len(row) for row in rows if row is not None), default=0)
        made = np.full((len(rows), width), np.nan, np.float32)
        for place, row in enumerate(rows):
            if row is not None:
                made[place, : len(row)] = row
        return made
    if pa.types.is_timestamp(kind):
        values = [None if one is None else one.timestamp() for one in column.to_pylist()]
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        values = column.to_pylist()
    else:
        raise TypeError(f"{name} is {kind}, which is no number")
    return np.array([np.nan if one is None else float(one) for one in values], np.float32).reshape(-1, 1)

"""A community of a few people that holds every kind of the model, for the tests of reading and writing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datasets.tables import Table
from graph.model import NODES, RELATIONSHIPS, Property, PropertyType

NOW_MS = 1_750_000_000_123


class Sample:
    """`size` nodes of every label and a ring of relationships of every kind, each property set."""

    def __init__(self, size: int = 3, name: str = "sample", *, batch: int = 1_000) -> None:
        self.name = name
        self._size = size
        self._batch = batch

    def tables(self) -> Iterator[Table]:
        for node in NODES:
            for places in self._places():
                columns = {one.name: [_value(one, node.prefix, place) for place in places] for one in node.properties}
                if node.label == "Note":
                    columns["publishedAt"] = [
                        at if place % 2 else None for place, at in zip(places, columns["publishedAt"], strict=True)
                    ]
                yield Table(node.label, columns, len(places))
        prefixes = {node.label: node.prefix for node in NODES}
        for kind in RELATIONSHIPS:
            for places in self._places():
                end = [node_id(prefixes[kind.end], (place + 1) % self._size) for place in places]
                columns = {"start": [node_id(prefixes[kind.start], place) for place in places], "end": end}
                for one in kind.properties:
                    columns[one.name] = end if one.name == "to" else [_value(one, "", place) for place in places]
                yield Table(kind.name, columns, len(places))

    def _places(self) -> Iterator[range]:
        for first in range(0, self._size, self._batch):
            yield range(first, min(first + self._batch, self._size))


def node_id(prefix: str, place: int) -> str:
    return f"{prefix}_{place:032x}"


def _value(prop: Property, prefix: str, place: int) -> Any:
    if prop.name == "id":
        return node_id(prefix, place)
    if prop.one_of:
        return prop.one_of[place % len(prop.one_of)]
    match prop.type:
        case PropertyType.INTEGER:
            return max(prop.minimum or 0, min(place, prop.maximum or place))
        case PropertyType.FLOAT:
            return place % 10 / 10
        case PropertyType.BOOLEAN:
            return place % 2 == 0
        case PropertyType.DATETIME:
            return NOW_MS + place * 1_001
        case PropertyType.STRINGS:
            return [f"{prop.name} {place}", '逗号,引号"']
    if not prop.required and place % 3 == 0:
        return None
    if prop.max_length is not None and prop.max_length < 10:
        return "CNY"
    if prop.max_length is not None and prop.max_length >= 500:
        return f'第 {place} 篇，“引号” "quoted", back\\slash\r\nsecond line\ttab ☀️'
    return f"{prop.name}-{place}"

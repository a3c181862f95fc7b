"""What the graph gives, as plain values: what JSON can say, and columns that Arrow holds."""

from __future__ import annotations

import base64
from typing import Any

import neo4j.graph
import neo4j.spatial
import neo4j.time
import neo4j.vector
import orjson

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def to_json(value: Any) -> bytes:
    """The value as JSON: nodes, relationships and paths as objects, times as ISO 8601 text, NaN as null."""
    return orjson.dumps(value, default=plain, option=_OPTIONS)


def plain(value: Any) -> Any:
    """What JSON has no word for, in words it has; things inside may need the same again."""
    if isinstance(value, neo4j.graph.Node):
        return {"elementId": value.element_id, "labels": sorted(value.labels), "properties": dict(value)}
    if isinstance(value, neo4j.graph.Relationship):
        start, end = value.nodes
        return {
            "elementId": value.element_id,
            "type": value.type,
            "start": start.element_id if start is not None else None,
            "end": end.element_id if end is not None else None,
            "properties": dict(value),
        }
    if isinstance(value, neo4j.graph.Path):
        return {"nodes": list(value.nodes), "relationships": list(value.relationships)}
    if isinstance(value, (neo4j.time.DateTime, neo4j.time.Date, neo4j.time.Time, neo4j.time.Duration)):
        return value.iso_format()
    if isinstance(value, neo4j.spatial.Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, neo4j.vector.Vector):
        return value.to_native()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return str(value)


def cell(value: Any) -> Any:
    """The value as a cell of a table: a number, a text, a truth value or None as it is, anything else as text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    found = plain(value)
    return found if isinstance(found, str) and not isinstance(value, (list, dict)) else to_json(value).decode()

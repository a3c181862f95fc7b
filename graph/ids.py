"""Prefixed ids: `note_` and a UUIDv7, sortable by time, the same in the graph and in the API.

The prefix already names the type, so the id is globally unique as Relay asks, and what a frontend shows can be
pasted into a Cypher query as it is.
"""

from __future__ import annotations

import re

import uuid_utils

from graph.model import NODE_BY_LABEL, NODE_BY_PREFIX

_SHAPE = re.compile(r"([a-z]+)_[0-9A-Za-z.:-]{1,64}", re.ASCII)


def new_id(label: str) -> str:
    """A fresh id for a node with that label. Raises KeyError for a label outside the model."""
    return f"{NODE_BY_LABEL[label].prefix}_{uuid_utils.uuid7().hex}"


def label_of(node_id: str) -> str | None:
    """The label that the id's prefix names, or None when the text is no id of ours."""
    match = _SHAPE.fullmatch(node_id)
    kind = NODE_BY_PREFIX.get(match[1]) if match else None
    return kind.label if kind else None

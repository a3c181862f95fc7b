"""What a file of each kind may hold: the graph model seen as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from graph.model import (
    NODES,
    OWN_NODES,
    OWN_RELATIONSHIPS,
    RELATIONSHIPS,
    NodeKind,
    Property,
    PropertyType,
    RelationshipKind,
)

TIME = pa.timestamp("ms", tz="UTC")
ARROW_TYPE: Mapping[PropertyType, pa.DataType] = {
    PropertyType.STRING: pa.string(),
    PropertyType.INTEGER: pa.int64(),
    PropertyType.FLOAT: pa.float64(),
    PropertyType.BOOLEAN: pa.bool_(),
    PropertyType.DATETIME: TIME,
    PropertyType.STRINGS: pa.list_(pa.string()),
    PropertyType.FLOATS: pa.list_(pa.float64()),
}
_START = Property("start", PropertyType.STRING, "id of the node it starts from", max_length=80)
_END = Property("end", PropertyType.STRING, "id of the node it leads to", max_length=80)

# What follows from other columns and files, and why it may not; `datasets.interchange.derived` fills it.
DERIVED: Mapping[str, Mapping[str, str]] = {
    "Note": {
        "authorId": "no User_POSTED_Note or User_DRAFTED_Note leads to it",
        "categoryId": "no Note_IN_CATEGORY_Category starts from it",
    },
    "Comment": {"noteId": "no Comment_ON_Note or Comment_WAS_ON_Note starts from it"},
    "Review": {"productId": "no Review_REVIEWS_Product starts from it"},
    "Product": {
        "brandId": "no Brand_MAKES_Product leads to it",
        "categoryId": "no Product_IN_CATEGORY_Category starts from it",
        "priceMinor": "no Product_HAS_VARIANT_Variant starts from it",
        "reviewCount": "",
        "ratingSum": "",
    },
    "Note_TAGGED_Topic": {"at": "its note has neither publishedAt nor createdAt"},
    "Note_FEATURES_Product": {"at": "its note has neither publishedAt nor createdAt"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A node label or relationship kind with its columns; a relationship's first two are `start` and `end`."""

    name: str
    model: NodeKind | RelationshipKind
    properties: tuple[Property, ...]
    derived: Mapping[str, str]
    schema: pa.Schema = field(compare=False)

    @property
    def is_node(self) -> bool:
        """True for a label, False for a relationship kind."""
        return isinstance(self.model, NodeKind)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that its file may have, in order."""
        return tuple(one.name for one in self.properties)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that its file must have: required and not derivable."""
        return tuple(one.name for one in self.properties if one.required and one.name not in self.derived)

    @property
    def unique(self) -> tuple[str, ...]:
        """Columns of which no two rows share a value; empty for relationships."""
        return ("id", *self.model.unique) if isinstance(self.model, NodeKind) else ()

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """The columns that name nodes, each with the label it must lead to; empty for nodes."""
        if isinstance(self.model, NodeKind):
            return ()
        return (("start", self.model.start), ("end", self.model.end))

    def property(self, name: str) -> Property:
        """The column of that name. Raises KeyError for a name the kind does not have."""
        for one in self.properties:
            if one.name == name:
                return one
        raise KeyError(name)


def _kind(model: NodeKind | RelationshipKind) -> Kind:
    name = model.label if isinstance(model, NodeKind) else model.name
    properties = model.properties if isinstance(model, NodeKind) else (_START, _END, *model.properties)
    derived = dict(DERIVED.get(name, {}))
    if not isinstance(model, NodeKind) and any(one.name == "to" for one in properties):
        derived["to"] = "end is missing"
    schema = pa.schema([(one.name, ARROW_TYPE[one.type]) for one in properties])
    return Kind(name, model, properties, derived, schema)


def _kinds(*models: NodeKind | RelationshipKind) -> Mapping[str, Kind]:
    return {kind.name: kind for kind in map(_kind, models)}


KINDS = _kinds(*NODES, *RELATIONSHIPS)
# What the service makes for itself: no dataset may hold it, but a backup does.
OWN_KINDS = _kinds(*OWN_NODES, *OWN_RELATIONSHIPS)
PREFIXES: Mapping[str, str] = {kind.label: kind.prefix for kind in NODES}
assert len(KINDS) == len(NODES) + len(RELATIONSHIPS), "a label and a relationship kind share a name"

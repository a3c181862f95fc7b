"""Whether somebody may see a node: writes ask by the very rules that reads carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from graph.database import Transaction
from graph.errors import Forbidden, NotFound
from graph.ids import label_of
from graph.projection.mapping import Visibility
from graph.rules import visibility
from graph.statements import Statement

_RULES: Mapping[str, Visibility] = {
    "Note": visibility.NOTE,
    "Comment": visibility.COMMENT,
    "Collection": visibility.COLLECTION,
    "Product": visibility.PRODUCT,
    "Topic": visibility.TOPIC,
    "User": visibility.USER,
}
_FOR_ALL = Visibility("true", "true")
SEES: Mapping[str, Statement] = {
    label: Statement(
        f"sees_{label.lower()}",
        "read",
        f"MATCH (that:{label} {{id: $id}}) WHERE {rule.viewer} RETURN that.id AS id",
        "Whether $viewer may see it. No row: not there, or not for them.",
    )
    for label, rule in _RULES.items()
}

_TOGETHER = {label: _RULES.get(label, _FOR_ALL) for label in ("Note", "Product", "Topic", "User", "Brand")}
VISIBLE = Statement(
    "visible",
    "read",
    "\nUNION ALL\n".join(
        f"UNWIND ${label} AS id MATCH (that:{label} {{id: id}}) WHERE {rule.viewer} RETURN that.id AS id"
        for label, rule in _TOGETHER.items()
    ),
    "Which of the nodes $viewer may see.",
)


async def sees(tx: Transaction, *, viewer_id: str, node_id: str) -> bool:
    """Whether the node is there for this person."""
    statement = SEES[label_of(node_id) or ""]
    return await tx.row(statement, viewer=viewer_id, id=node_id) is not None


async def visible(tx: Transaction, *, viewer_id: str, node_ids: Collection[str]) -> set[str]:
    """Those of the notes, products, topics, people and brands that are there for this person."""
    by_label: dict[str, list[str]] = {label: [] for label in _TOGETHER}
    for node_id in node_ids:
        by_label.setdefault(label_of(node_id) or "", []).append(node_id)
    wanted = {label: by_label[label] for label in _TOGETHER}
    return {row["id"] for row in await tx.rows(VISIBLE, viewer=viewer_id, **wanted)}


async def must_see(tx: Transaction, *, viewer_id: str, node_id: str, field: str) -> None:
    """Returns when the node is there for this person. Raises NotFound, naming the input's field."""
    if not await sees(tx, viewer_id=viewer_id, node_id=node_id):
        raise NotFound(f"no {label_of(node_id)} that you may see has this id", field=(field,))


async def refuse(tx: Transaction, *, viewer_id: str, node_id: str, field: str) -> None:
    """Raises for a node that is somebody else's: Forbidden where this person may see it, else NotFound."""
    await must_see(tx, viewer_id=viewer_id, node_id=node_id, field=field)
    raise Forbidden(f"this {label_of(node_id)} is not yours", field=(field,))

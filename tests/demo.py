"""What the demo community does without: what people do only on a service that runs."""

from __future__ import annotations

from graph.model import NODES, RELATIONSHIPS, NodeKind, RelationshipKind

LABELS_WITHOUT = {"NoteRevision", "Media", "Payment", "Account", "AuditEvent"}
_TYPES_WITHOUT = {"ASKED_TO_FOLLOW", "DRAFT_TAGGED", "DRAFT_FEATURES", "INTERESTED_IN", "INVITED_AS_STAFF", "EXCLUDES"}

DEMO_NODES: tuple[NodeKind, ...] = tuple(kind for kind in NODES if kind.label not in LABELS_WITHOUT)
DEMO_RELATIONSHIPS: tuple[RelationshipKind, ...] = tuple(
    kind for kind in RELATIONSHIPS if kind.type not in _TYPES_WITHOUT and not {kind.start, kind.end} & LABELS_WITHOUT
)
RELATIONSHIPS_WITHOUT = {(kind.start, kind.type, kind.end) for kind in {*RELATIONSHIPS} - {*DEMO_RELATIONSHIPS}}

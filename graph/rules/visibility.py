"""Who may see what: one rule for each label, used by every traversal that reaches it.

Each rule is a Cypher boolean over `that`. A block hides both people from each other; notes of a private account are
for its followers; drafts and what moderation hid are for their author; what its author deleted is for nobody.
"""

from __future__ import annotations

import re

from graph.projection.mapping import Visibility

_BLOCKED = "EXISTS {{ (:User {{id: $viewer}})-[:BLOCKS]-(:User {{id: {id}}}) }}"
_FOLLOWED = "EXISTS {{ (:User {{id: $viewer}})-[:FOLLOWS]->(:User {{id: {id}}}) }}"

USER = Visibility(
    anyone="that.state = 'active'",
    viewer=f"that.state = 'active' AND NOT {_BLOCKED.format(id='that.id')}",
)
# What lists for everybody hold: not what somebody may see for being its author or a follower.
OPEN_NOTE = "that.state = 'published' AND that.audience = 'everyone'"
NOTE = Visibility(
    anyone=OPEN_NOTE,
    viewer=(
        "(that.authorId = $viewer AND that.state <> 'removed' OR that.state = 'published'"
        f" AND (that.audience = 'everyone' OR {_FOLLOWED.format(id='that.authorId')})"
        f" AND NOT {_BLOCKED.format(id='that.authorId')})"
    ),
)
# Earlier versions are for the author alone, and not of a note that its author deleted.
NOTE_REVISION = Visibility(
    anyone="false",
    viewer=(
        "EXISTS { (:User {id: $viewer})-[:POSTED|DRAFTED]->(via:Note)-[:HAS_REVISION]->(that)"
        " WHERE via.state <> 'removed' }"
    ),
)
_BLOCKED_WRITER = "EXISTS { (:User {id: $viewer})-[:BLOCKS]-(:User)-[:WROTE]->(that) }"
_NOTE_OF = "EXISTS {{ (that)-[:ON]->(via:Note) WHERE {rule} }}"
COMMENT = Visibility(
    anyone=f"that.state = 'published' AND {_NOTE_OF.format(rule=NOTE.anyone.replace('that.', 'via.'))}",
    viewer=(
        f"that.state = 'published' AND {_NOTE_OF.format(rule=NOTE.viewer.replace('that.', 'via.'))}"
        f" AND NOT {_BLOCKED_WRITER}"
    ),
)
_REVIEWED = "that.state = 'published' AND EXISTS { (that)-[:REVIEWS]->(:Product {state: 'listed'}) }"
REVIEW = Visibility(anyone=_REVIEWED, viewer=f"{_REVIEWED} AND NOT {_BLOCKED_WRITER}")
# What is not on sale is for who works for the brand.
_STAFFED = "EXISTS {{ (:User {{id: $viewer}})-[:STAFF_OF]->(:Brand)-[:MAKES]->({product}) }}"
PRODUCT = Visibility(
    anyone="that.state = 'listed'",
    viewer=f"(that.state = 'listed' OR {_STAFFED.format(product='that')})",
)
_SOLD = "EXISTS { (that)<-[:HAS_VARIANT]-(:Product {state: 'listed'}) }"
VARIANT = Visibility(
    anyone=_SOLD,
    viewer=f"({_SOLD} OR {_STAFFED.format(product=':Product)-[:HAS_VARIANT]->(that')})",
)
ORDER = Visibility(anyone="false", viewer="EXISTS { (:User {id: $viewer})-[:PLACED]->(that) }")
ORDER_LINE = Visibility(
    anyone="false", viewer="EXISTS { (:User {id: $viewer})-[:PLACED]->(:Order)-[:CONTAINS]->(that) }"
)
PAYMENT = Visibility(anyone="false", viewer="EXISTS { (:User {id: $viewer})-[:PLACED]->(:Order)<-[:PAYS]-(that) }")
COLLECTION = Visibility(
    anyone="NOT that.private",
    viewer=(
        "(NOT that.private OR EXISTS { (:User {id: $viewer})-[:OWNS]->(that) })"
        " AND NOT EXISTS { (:User {id: $viewer})-[:BLOCKS]-(:User)-[:OWNS]->(that) }"
    ),
)
# Whoever knows the id of a Media may see it, as with its address: ids cannot be guessed, and what shows it has a rule.
MEDIA = Visibility(anyone="that.state = 'ready'", viewer="that.state = 'ready'")
# What a brand plans is for who works for it.
SEEDING_PLAN = Visibility(
    anyone="false", viewer="EXISTS { (:User {id: $viewer})-[:STAFF_OF]->(:Brand {id: that.brandId}) }"
)
NOTIFICATION = Visibility(anyone="false", viewer="that.recipientId = $viewer")
PERSONAL_TOKEN = Visibility(
    anyone="false",
    viewer="EXISTS { (:User {id: $viewer})-[:HAS_ACCOUNT]->(:Account)-[:HAS_PERSONAL_TOKEN]->(that) }",
)
_SAVED = "EXISTS { (:User {id: $viewer})-[:HAS_ACCOUNT]->(:Account)-[:HAS_SAVED_QUERY]->(that) }"
_OPENED = (
    "EXISTS { (:User {id: $viewer})-[:HAS_ACCOUNT]->(via:Account)-[:OPENED_QUERY]->(that)"
    " WHERE 'data_scientist' IN via.roles }"
)
SAVED_QUERY = Visibility(anyone="false", viewer=f"({_SAVED} OR that.link IS NOT NULL AND {_OPENED})")
# A topic that only drafts name is nobody's business but their authors'.
_KNOWN = "EXISTS { (that)<-[:TAGGED]-() } OR EXISTS { (that)<-[:FOLLOWS]-() }"
TOPIC = Visibility(
    anyone=f"({_KNOWN})",
    viewer=f"({_KNOWN} OR EXISTS {{ (that)<-[:DRAFT_TAGGED]-(:Note {{authorId: $viewer}}) }})",
)


def _of(rule: str) -> str:
    return re.sub(r"\bthat\b", "via", rule)


def _named(form: str) -> str:
    """Whether what a suggestion names may be seen; what people searched for names nothing."""
    rules = {"User": USER, "Product": PRODUCT, "Topic": TOPIC}
    named = [
        f"EXISTS {{ (that)-[:NAMES]->(via:{label}) WHERE {_of(getattr(rule, form))} }}" for label, rule in rules.items()
    ]
    return f"(that.kind IN ['query', 'brand', 'category'] OR {' OR '.join(named)})"


SUGGESTION = Visibility(anyone=_named("anyone"), viewer=_named("viewer"))

# What jobs find out is for brands' staff and for analysts.
_ANALYSTS = (
    "(EXISTS { (:User {id: $viewer, state: 'active'})-[:STAFF_OF]->(:Brand) }"
    " OR EXISTS { (:User {id: $viewer, state: 'active'})-[:HAS_ACCOUNT]->(via:Account)"
    " WHERE any(role IN coalesce(via.roles, []) WHERE role IN ['analyst', 'admin']) })"
)
COMMUNITY = Visibility(anyone="false", viewer=_ANALYSTS)
# What is measured of somebody is for them too, and for as long as who asks sees the person.
_MEASURES = f"(that.userId = $viewer OR {_ANALYSTS})"
INFLUENCE = Visibility(
    anyone="false",
    viewer=f"{_MEASURES} AND EXISTS {{ (via:User {{id: that.userId}}) WHERE {_of(USER.viewer)} }}",
)

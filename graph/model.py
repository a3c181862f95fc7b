"""The graph model: every node and relationship kind, with the properties each may carry.

One declaration serves the interchange format (what a file may hold), the migrations' documentation, the
invariant checks that Community Edition cannot constrain, and `docs/graph-model.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PropertyType(StrEnum):
    """How a property is stored in Neo4j and written in interchange files."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATETIME = "datetime"  # zoned, UTC
    STRINGS = "strings"  # list of string
    FLOATS = "floats"  # list of float


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its type, whether each node or relationship has it, and its allowed values."""

    name: str
    type: PropertyType
    meaning: str
    required: bool = True
    one_of: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class NodeKind:
    """One label. Its nodes are found by `id`, which starts with the `prefix` and an underscore.

    `own` are properties that the service's jobs write beside the others: no dataset brings them, and no export holds
    them.
    """

    label: str
    prefix: str
    meaning: str
    properties: tuple[Property, ...]
    unique: tuple[str, ...] = ()
    own: tuple[Property, ...] = ()

    @property
    def all_properties(self) -> tuple[Property, ...]:
        """Whatever a node of the kind may have."""
        return (*self.properties, *self.own)

    def property(self, name: str) -> Property:
        """The property of that name. Raises KeyError for a name the kind does not have."""
        return _by_name(self.properties, name)

    def longest(self, name: str) -> int:
        """How many characters the property of that name may have. Raises KeyError as `property` does."""
        most = self.property(name).max_length
        assert most is not None, f"{self.label}.{name} is no text with a limit"
        return most


@dataclass(frozen=True, slots=True)
class RelationshipKind:
    """One relationship type between one pair of labels; a type may join several pairs."""

    type: str
    start: str
    end: str
    meaning: str
    properties: tuple[Property, ...] = ()
    many_per_pair: bool = False

    @property
    def name(self) -> str:
        """`START_TYPE_END`, unique among the kinds and used for file names."""
        return f"{self.start}_{self.type}_{self.end}"

    def property(self, name: str) -> Property:
        """The property of that name. Raises KeyError for a name the kind does not have."""
        return _by_name(self.properties, name)


def _by_name(properties: tuple[Property, ...], name: str) -> Property:
    for one in properties:
        if one.name == name:
            return one
    raise KeyError(name)


def _text(name: str, meaning: str, max_length: int, *, required: bool = True) -> Property:
    return Property(name, PropertyType.STRING, meaning, required, max_length=max_length)


def _choice(name: str, meaning: str, *values: str) -> Property:
    return Property(name, PropertyType.STRING, meaning, one_of=values)


def _time(name: str, meaning: str, *, required: bool = True) -> Property:
    return Property(name, PropertyType.DATETIME, meaning, required)


def _flag(name: str, meaning: str) -> Property:
    return Property(name, PropertyType.BOOLEAN, meaning)


def _list(name: str, meaning: str) -> Property:
    return Property(name, PropertyType.STRINGS, meaning, required=False)


def _integer(name: str, meaning: str, minimum: int = 0, maximum: int = 2**31 - 1) -> Property:
    return Property(name, PropertyType.INTEGER, meaning, minimum=minimum, maximum=maximum)


def _amount(name: str, meaning: str, maximum: int | None = None) -> Property:
    return Property(name, PropertyType.FLOAT, meaning, minimum=0, maximum=maximum)


_ID = _text("id", "prefixed id, the same in the graph and in the API", 80)
_CREATED = _time("createdAt", "when it came to be")
_AT = _time("at", "when the relationship was drawn")
_CURRENCY = _text("currency", "ISO 4217 code of the amount beside it", 3)
_TO = _text("to", "id of the end node: with `at`, the key of the ordered index that pages a celebrity", 80)
_LANGUAGE = _choice("language", "main language of the text", "zh", "en")
_SEEN = (
    _time("firstAt", "first time"),
    _time("lastAt", "last time"),
    _integer("count", "how often", minimum=1),
)
_HEAT = Property(
    "heat", PropertyType.FLOAT, "how popular it is now (kept by `job trends`); none: nobody acted on it", required=False
)
_TASTE = (
    Property(
        "taste",
        PropertyType.FLOATS,
        "unit vector in the space of tastes (kept by `job similarity`); none: too few took it up",
        required=False,
    ),
    Property(
        "tasteWeight",
        PropertyType.FLOAT,
        "what it counts in the taste of whoever took it up (the same job)",
        required=False,
    ),
)
_SIMILAR_KEY = Property(
    "similarKey",
    PropertyType.INTEGER,
    "another when what its edges SIMILAR are computed from is another (the same job)",
    required=False,
)
_BOUGHT_KEY = Property(
    "boughtKey",
    PropertyType.INTEGER,
    "another when its buyers, or what they bought, are others (the same job)",
    required=False,
)
_SIMILAR = (
    Property("score", PropertyType.FLOAT, "how alike, 1 being usual; negative: who took up the one leaves the other"),
    _integer("rank", "place among the node's edges, from 0, most alike first"),
    _choice("source", "what it was found from", "behaviour", "content"),
)
_DWELL = Property(
    "dwellMs", PropertyType.INTEGER, "time spent there in all, in milliseconds", False, minimum=0, maximum=2**53
)

NODES: tuple[NodeKind, ...] = (
    NodeKind(
        "User",
        "user",
        "A person, or the official account of a brand.",
        (
            _ID,
            _text("handle", "unique name in addresses and mentions, lower case", 40),
            _text("displayName", "the name shown", 60),
            _text("bio", "what they say of themselves", 500, required=False),
            _text("region", "where they live, as shown", 60, required=False),
            _LANGUAGE,
            _choice("kind", "what sort of account it is", "member", "creator", "official"),
            _choice("state", "whether the account may act", "active", "suspended", "deleted"),
            _flag("private", "only approved followers see the notes"),
            _list("traits", "how they describe themselves, in a word or two each"),
            _time(
                "behaviourConsentAt",
                "when they let the service keep what they look at; none: none of it is kept or used",
                required=False,
            ),
            _CREATED,
        ),
        unique=("handle",),
        own=(_SIMILAR_KEY,),
    ),
    NodeKind(
        "Note",
        "note",
        "What a person posts: text, pictures or a video, with the products it is about.",
        (
            _ID,
            _choice("kind", "its main medium", "text", "image", "video"),
            _text("title", "headline", 100),
            _text("text", "body", 10_000),
            _LANGUAGE,
            _choice("state", "where it is in its life", "draft", "published", "hidden", "removed"),
            _choice("audience", "who may read it while published", "everyone", "followers"),
            _text("authorId", "id of the author: with `publishedAt`, the key of the ordered index", 80),
            _text("categoryId", "id of the category: with `publishedAt`, the key of the ordered index", 80),
            _CREATED,
            _time("publishedAt", "when it was first published", required=False),
            _time("editedAt", "when it was last changed after that", required=False),
        ),
        own=(_HEAT, *_TASTE, _SIMILAR_KEY),
    ),
    NodeKind(
        "NoteRevision",
        "noterevision",
        "What a published note said before an edit.",
        (
            _ID,
            _integer("number", "1 for the first", minimum=1),
            _text("title", "headline then", 100),
            _text("text", "body then", 10_000),
            _list("topics", "its hashtags then"),
            _list("productIds", "the products it showed then, in order"),
            _list("mediaIds", "the pictures and videos it showed then, in order"),
            _time("replacedAt", "when the next version took its place"),
        ),
    ),
    NodeKind(
        "Comment",
        "comment",
        "A comment on a note, or a reply to one.",
        (
            _ID,
            _text("text", "body", 2_000),
            _choice("state", "whether it is shown", "published", "hidden", "removed"),
            _text("noteId", "id of the note: with `createdAt`, the key of the ordered index", 80),
            _CREATED,
        ),
    ),
    NodeKind(
        "Collection",
        "collection",
        "A named board of notes that a person keeps.",
        (_ID, _text("name", "its name", 60), _flag("private", "only its owner sees it"), _CREATED),
    ),
    NodeKind(
        "Topic",
        "topic",
        "A hashtag.",
        (_ID, _text("name", "the tag without #, unique, case-folded", 60), _CREATED),
        unique=("name",),
        own=(_HEAT,),
    ),
    NodeKind(
        "Category",
        "category",
        "A field of life that notes and products belong to.",
        (
            _ID,
            _text("slug", "unique name in addresses", 40),
            _text("name", "Chinese name", 40),
            _text("nameEn", "English name", 40),
            _integer("position", "order of display"),
        ),
        unique=("slug",),
    ),
    NodeKind(
        "Brand",
        "brand",
        "A maker of products.",
        (
            _ID,
            _text("handle", "unique name in addresses", 40),
            _text("name", "name shown", 80),
            _text("nameEn", "English name", 80, required=False),
            _text("description", "what the brand says of itself", 2_000, required=False),
            _flag("verified", "the brand passed vetting"),
            _CREATED,
        ),
        unique=("handle",),
    ),
    NodeKind(
        "Store",
        "store",
        "A shop that a brand operates.",
        (_ID, _text("name", "name shown", 80), _choice("kind", "what sort", "flagship", "outlet"), _CREATED),
    ),
    NodeKind(
        "Product",
        "product",
        "Something a brand makes and stores sell.",
        (
            _ID,
            _text("name", "name shown", 120),
            _text("description", "what it is", 5_000, required=False),
            _choice("state", "whether it is on sale", "listed", "unlisted"),
            _integer("priceMinor", "lowest price of its variants, in minor units", maximum=2**53),
            _CURRENCY,
            _text("brandId", "id of the brand: with `createdAt`, the key of the ordered index", 80),
            _text("categoryId", "id of the category: with `createdAt`, the key of the ordered index", 80),
            _integer("reviewCount", "published reviews (proved by `job ratings`)"),
            _integer("ratingSum", "sum of their ratings (proved by `job ratings`)"),
            _CREATED,
        ),
        own=(_HEAT, *_TASTE, _SIMILAR_KEY, _BOUGHT_KEY),
    ),
    NodeKind(
        "Variant",
        "variant",
        "A product in one size, shade or pack, with its own price and stock.",
        (
            _ID,
            _text("sku", "unique stock keeping unit", 60),
            _text("name", "what tells it from its siblings", 80),
            _integer("priceMinor", "price in minor units", maximum=2**53),
            _CURRENCY,
            _integer("stock", "units that can be sold"),
            _integer("position", "order of display"),
        ),
        unique=("sku",),
    ),
    NodeKind(
        "Review",
        "review",
        "A rating and text about a product.",
        (
            _ID,
            _integer("rating", "stars", minimum=1, maximum=5),
            _text("text", "body", 5_000),
            _flag("verified", "the writer paid for the product"),
            _choice("state", "whether it is shown", "published", "hidden", "removed"),
            _text("productId", "id of the product: with `createdAt`, the key of the ordered index", 80),
            _CREATED,
        ),
    ),
    NodeKind(
        "Media",
        "media",
        "A picture or video that a person uploaded; the bytes are in the media store.",
        (
            _ID,
            _choice("kind", "what it is", "image", "video"),
            _text("mimeType", "exact type of the stored bytes", 40),
            _text("sha256", "SHA-256 of the stored bytes, in hexadecimal", 64),
            _text("sourceSha256", "SHA-256 of what was uploaded, in hexadecimal", 64),
            _integer("bytes", "size of the stored bytes", minimum=1),
            Property("width", PropertyType.INTEGER, "width in pixels, as shown", False, minimum=1),
            Property("height", PropertyType.INTEGER, "height in pixels, as shown", False, minimum=1),
            _text("storageKey", "name of the stored bytes in the media store", 80),
            _text("thumbnailKey", "name of the thumbnail in the media store", 80, required=False),
            Property("thumbnailBytes", PropertyType.INTEGER, "size of the thumbnail", False, minimum=1),
            _text("altText", "what it shows, in words", 1_000, required=False),
            _choice("state", "whether it is served", "ready", "removed"),
            _text("ownerId", "id of who uploaded it", 80),
            _text("contentKey", "`ownerId`, a colon and `sha256`: one Media for each owner and content", 145),
            _CREATED,
        ),
        unique=("contentKey",),
    ),
    NodeKind(
        "Order",
        "order",
        "A purchase.",
        (
            _ID,
            _choice("state", "where it is", "placed", "paid", "shipped", "completed", "cancelled", "refunded"),
            _integer("totalMinor", "amount to pay in minor units", maximum=2**53),
            _CURRENCY,
            _time("placedAt", "when it was placed"),
            _time("paidAt", "when it was paid", required=False),
        ),
    ),
    NodeKind(
        "OrderLine",
        "orderline",
        "One variant in an order.",
        (
            _ID,
            _integer("quantity", "units", minimum=1),
            _integer("unitPriceMinor", "price of one unit then, in minor units", maximum=2**53),
            _CURRENCY,
        ),
    ),
    NodeKind(
        "Payment",
        "payment",
        "A payment of an order that was accepted.",
        (
            _ID,
            _integer("amountMinor", "amount in minor units", maximum=2**53),
            _CURRENCY,
            _text("gateway", "who took the money", 40),
            _text("reference", "what the gateway calls it", 100),
            _time("paidAt", "when it was accepted"),
        ),
    ),
    NodeKind(
        "Account",
        "account",
        "How a person signs in. What is private is sealed by the service and unreadable in the graph.",
        (
            _ID,
            _text("email", "sealed e-mail address", 1_000),
            _text("emailKey", "fingerprint of the address, for look-ups; unique", 64),
            _text("passwordHash", "sealed hash of the password", 1_000),
            _integer("passwordVersion", "how often the password was set", minimum=1),
            _list("roles", "roles granted beyond that of a member"),
            _integer("failedSignIns", "wrong passwords since the last right one"),
            _time("lockedUntil", "no sign-in before then", required=False),
            _time("resetAskedAt", "when a link for a new password was last asked for", required=False),
            _CREATED,
        ),
        unique=("emailKey",),
    ),
    NodeKind(
        "AuditEvent",
        "auditevent",
        "A privileged act.",
        (
            _ID,
            _text("kind", "what was done", 60),
            _text("actorId", "id of the person who did it, or `operator` for the command line", 80),
            _text("subjectId", "id of what it was done to", 80),
            _text("detail", "particulars, as JSON", 2_000),
            _AT,
        ),
    ),
)

RELATIONSHIPS: tuple[RelationshipKind, ...] = (
    RelationshipKind("FOLLOWS", "User", "User", "Reads their notes in the home feed.", (_AT, _TO)),
    RelationshipKind("FOLLOWS", "User", "Brand", "Reads the brand's news.", (_AT, _TO)),
    RelationshipKind("FOLLOWS", "User", "Topic", "Reads notes tagged with it.", (_AT, _TO)),
    RelationshipKind(
        "ASKED_TO_FOLLOW", "User", "User", "Waits for a private account to accept them as a follower.", (_AT, _TO)
    ),
    RelationshipKind("BLOCKS", "User", "User", "Neither sees the other.", (_AT,)),
    RelationshipKind("MUTES", "User", "User", "Keeps their notes out of the feed.", (_AT,)),
    RelationshipKind(
        "POSTED", "User", "Note", "Author of a note while it is published, so that its degree counts those.", (_AT,)
    ),
    RelationshipKind(
        "DRAFTED",
        "User",
        "Note",
        "Author of a note that is not published: a draft, or one withdrawn or hidden since.",
        (_AT,),
    ),
    RelationshipKind("HAS_REVISION", "Note", "NoteRevision", "What it said before."),
    RelationshipKind("LIKES", "User", "Note", "Likes the note.", (_AT, _TO)),
    RelationshipKind("LIKES", "User", "Comment", "Likes the comment.", (_AT, _TO)),
    RelationshipKind("COLLECTED", "User", "Note", "Keeps the note.", (_AT, _TO)),
    RelationshipKind("UPLOADED", "User", "Media", "Whose it is.", (_AT,)),
    RelationshipKind(
        "SHOWS", "Note", "Media", "The note shows the picture or video.", (_integer("position", "order in the note"),)
    ),
    RelationshipKind(
        "SHOWS", "Review", "Media", "The review shows it.", (_integer("position", "order in the review"),)
    ),
    RelationshipKind("OWNS", "User", "Collection", "Keeps the collection.", (_AT,)),
    RelationshipKind("CONTAINS", "Collection", "Note", "The collection holds the note.", (_AT,)),
    RelationshipKind("WROTE", "User", "Comment", "Wrote the comment.", (_AT,)),
    RelationshipKind("WROTE", "User", "Review", "Wrote the review.", (_AT,)),
    RelationshipKind(
        "ON", "Comment", "Note", "The comment stands under the note and is shown, so that its degree counts those."
    ),
    RelationshipKind("WAS_ON", "Comment", "Note", "The comment was hidden or removed from under the note."),
    RelationshipKind("REPLIES_TO", "Comment", "Comment", "Answers the comment."),
    RelationshipKind("TAGGED", "Note", "Topic", "The note carries the hashtag.", (_AT, _TO)),
    RelationshipKind("IN_CATEGORY", "Note", "Category", "The note's category."),
    RelationshipKind("IN_CATEGORY", "Product", "Category", "The product's category."),
    RelationshipKind(
        "FEATURES",
        "Note",
        "Product",
        "The note shows the product.",
        (_integer("position", "order in the note"), _flag("sponsored", "paid for and disclosed"), _AT, _TO),
    ),
    RelationshipKind(
        "DRAFT_TAGGED", "Note", "Topic", "The hashtag of a note that is not out, so that a topic's degree counts those."
    ),
    RelationshipKind(
        "DRAFT_FEATURES",
        "Note",
        "Product",
        "A product that a note which is not out shows.",
        (_integer("position", "order in the note"), _flag("sponsored", "paid for and disclosed")),
    ),
    RelationshipKind("MENTIONS", "Note", "User", "The text names the person."),
    RelationshipKind("MENTIONS", "Note", "Brand", "The text names the brand."),
    RelationshipKind("MENTIONS", "Comment", "User", "The text names the person."),
    RelationshipKind("MAKES", "Brand", "Product", "The brand makes the product."),
    RelationshipKind("HAS_VARIANT", "Product", "Variant", "The product comes in the variant."),
    RelationshipKind("OPERATES", "Brand", "Store", "The brand runs the store."),
    RelationshipKind("SELLS", "Store", "Product", "The store sells the product."),
    RelationshipKind("OFFICIAL_ACCOUNT_OF", "User", "Brand", "The account speaks for the brand."),
    RelationshipKind(
        "STAFF_OF", "User", "Brand", "Works for the brand.", (_choice("role", "as what", "owner", "editor"),)
    ),
    RelationshipKind(
        "INVITED_AS_STAFF",
        "User",
        "Brand",
        "Is asked to work for the brand, and has not answered.",
        (_choice("role", "as what", "owner", "editor"), _AT),
    ),
    RelationshipKind("REVIEWS", "Review", "Product", "What the review is about."),
    RelationshipKind(
        "PURCHASED",
        "User",
        "Product",
        "Bought it: derived from paid orders, reversed by refunds.",
        (
            _time("firstAt", "first paid order"),
            _time("lastAt", "last paid order"),
            _integer("orders", "paid orders", minimum=1),
            _integer("quantity", "units in them", minimum=1),
        ),
    ),
    RelationshipKind("INTERESTED_IN", "User", "Category", "Says they care for it; only they see it.", (_AT,)),
    *(
        RelationshipKind(
            "EXCLUDES", "User", of, "What they did with it does not count for what they are recommended.", (_AT,)
        )
        for of in ("Note", "Product", "User", "Brand", "Topic", "Category")
    ),
    RelationshipKind("HAS_ACCOUNT", "User", "Account", "Signs in by it."),
    RelationshipKind("PLACED", "User", "Order", "The buyer.", (_AT,)),
    RelationshipKind("PAYS", "Payment", "Order", "What was paid."),
    RelationshipKind("CONTAINS", "Order", "OrderLine", "A line of the order."),
    RelationshipKind("OF", "OrderLine", "Variant", "What was bought."),
    RelationshipKind(
        "CREDITED_TO",
        "OrderLine",
        "Note",
        "The note that led to the purchase.",
        (
            Property("share", PropertyType.FLOAT, "part of the credit, 0 to 1", minimum=0, maximum=1),
            _choice("rule", "attribution rule", "last_touch", "first_touch", "linear"),
            _time("touchAt", "when the buyer met the note"),
        ),
    ),
    RelationshipKind("SHOWN", "User", "Note", "Saw it in a list.", _SEEN),
    RelationshipKind("SHOWN", "User", "Product", "Saw it in a list.", _SEEN),
    RelationshipKind("VIEWED", "User", "Note", "Opened the note.", (*_SEEN, _DWELL)),
    RelationshipKind("VIEWED", "User", "Product", "Opened the product page.", (*_SEEN, _DWELL)),
    RelationshipKind("CLICKED", "User", "Note", "Chose it from a list.", _SEEN),
    RelationshipKind("CLICKED", "User", "Product", "Chose it from a list or a note.", _SEEN),
    RelationshipKind("CARTED", "User", "Product", "Laid it into the cart.", _SEEN),
    RelationshipKind("NOT_INTERESTED", "User", "Note", "Wants to see no more of it; only they see that.", (_AT,)),
    RelationshipKind("NOT_INTERESTED", "User", "Product", "Wants to see no more of it; only they see that.", (_AT,)),
    RelationshipKind("NOT_INTERESTED", "User", "Topic", "Wants to see no more of it; only they see that.", (_AT,)),
    RelationshipKind("NOT_INTERESTED", "User", "User", "Wants to see no more of them; only they see that.", (_AT,)),
)

# What the running service makes for itself: no dataset brings it, and no export holds it.
OWN_NODES: tuple[NodeKind, ...] = (
    NodeKind(
        "Session",
        "session",
        "One sign-in, kept alive by its refresh token.",
        (
            _ID,
            _integer("generation", "how often it was refreshed: only the newest token is good"),
            _CREATED,
            _time("refreshedAt", "when it was last refreshed", required=False),
            _time("expiresAt", "when it ends unless it is refreshed"),
            _time("revokedAt", "when it was ended", required=False),
            Property(
                "revokedFor",
                PropertyType.STRING,
                "why it was ended",
                required=False,
                one_of=("signed_out", "reuse", "password", "roles"),
            ),
        ),
    ),
    NodeKind(
        "PersonalToken",
        "personaltoken",
        "A token that a program of a data scientist sends to the console.",
        (
            _ID,
            _text("name", "what its holder calls it", 60),
            _text("hash", "SHA-256 of the token, in hexadecimal; unique", 64),
            _CREATED,
            _time("expiresAt", "when it ends"),
            _time("revokedAt", "when its holder ended it before", required=False),
        ),
        unique=("hash",),
    ),
    NodeKind(
        "SavedQuery",
        "savedquery",
        "A query that a data scientist saved.",
        (
            _ID,
            _text("name", "what its owner calls it", 80),
            _text("description", "what it tells", 1_000),
            _text("text", "the query", 20_000),
            _choice("language", "the version of Cypher it is in", "5", "25"),
            Property("parameters", PropertyType.STRING, "its parameters, as JSON: name, type, meaning, default"),
            _text("link", "what opens it to other data scientists, while it is shared; unique", 36, required=False),
            _CREATED,
            _time("updatedAt", "when it was changed last"),
        ),
        unique=("link",),
    ),
    NodeKind(
        "IdempotencyRecord",
        "idempotencyrecord",
        "What came of a request that carried an idempotency key; kept for a day.",
        (
            _ID,
            _text("fingerprint", "digest of the request's input", 64),
            _text("outcome", "what came of it, as JSON", 2_000, required=False),
            _CREATED,
        ),
    ),
    NodeKind(
        "Notification",
        "notification",
        "What somebody is told that happened; only they see it.",
        (
            _ID,
            _choice(
                "kind",
                "what happened",
                "followed",
                "note_liked",
                "note_collected",
                "note_commented",
                "note_purchased",
                "comment_replied",
                "comment_liked",
                "mentioned",
                "review_received",
            ),
            _text("recipientId", "id of who is told: with `createdAt`, the key of the ordered index", 80),
            _CREATED,
            _time("unreadSince", "when it came, while it is unread: its index counts those", required=False),
            _time("readAt", "when it was read", required=False),
        ),
    ),
    NodeKind(
        "OutboxEvent",
        "outboxevent",
        "What must follow a write, and has not yet.",
        (
            _ID,
            _text("kind", "which handler takes it", 60),
            _text("data", "what the handler needs to know, as JSON", 2_000),
            _CREATED,
            _time("availableAt", "when it is due, or due again; none once it failed for good", required=False),
            _integer("attempts", "how often a worker took it"),
            _text("claim", "of the worker that has it now", 80, required=False),
            _text("lastError", "the name of what went wrong last", 80, required=False),
            _time("failedAt", "when the last attempt failed; it then waits for a person", required=False),
        ),
    ),
    NodeKind(
        "JobState",
        "jobstate",
        "How far a batch job came, and who does it.",
        (
            _text("id", "`jobstate_` and the name of the job", 80),
            _text("data", "what the job needs to know to go on, as JSON", 10_000),
            _time("changedAt", "when it was noted"),
            _text("heldBy", "the process that does it now", 80, required=False),
            _time("heldUntil", "until when that process alone does it, unless it says so again", required=False),
        ),
    ),
    NodeKind(
        "BehaviourEvent",
        "behaviourevent",
        "One thing that somebody did, as their client told of it; counted on the relationship of its kind.",
        (
            _text(
                "id", "`behaviourevent_` and a fingerprint of the person's and the client's id: each counts once", 80
            ),
            _text("userId", "id of who did it: with `at`, the key of the ordered index", 80),
            _choice(
                "kind",
                "what they did",
                "impression",
                "view",
                "click",
                "cart_add",
                "hide",
                "like",
                "collect",
                "follow",
                "purchase",
            ),
            _text("subjectId", "id of what they did it to", 80),
            _time("at", "when they did it, by the client's clock"),
            _time("receivedAt", "when the service was told"),
            Property(
                "dwellMs",
                PropertyType.INTEGER,
                "how long they stayed, in milliseconds",
                False,
                minimum=0,
                maximum=86_400_000,
            ),
            _text("recommendationId", "id of the recommendation that led to it", 80, required=False),
            Property("position", PropertyType.INTEGER, "place in its list, from 0", False, minimum=0, maximum=10_000),
            _text("surface", "which list or page of the client it happened on", 40, required=False),
        ),
    ),
    NodeKind(
        "Recommendation",
        "recommendation",
        "A list of recommendations as it was given: its later pages come from it, and feedback cites it.",
        (
            _ID,
            _text("viewerId", "id of whom it was made for; none for somebody not signed in", 80, required=False),
            _text("surface", "what was recommended", 40),
            _text("arm", "arm of the experiment that the viewer was in; empty outside one", 80),
            _list("ids", "ids of the things, best first"),
            Property("scores", PropertyType.FLOATS, "their scores, in the same order", required=False),
            Property("features", PropertyType.STRING, "what the scores were made of, as JSON, in the same order"),
            _CREATED,
        ),
    ),
    NodeKind(
        "SeedingPlan",
        "seedingplan",
        "Whom a brand could give samples to, or what a choice of its own would reach: asked for, then computed.",
        (
            _ID,
            _text("brandId", "id of whose it is: with `createdAt`, the key of the ordered index", 80),
            _text("requesterId", "id of who asked for it", 80),
            _choice("kind", "whether people are to be chosen, or were", "plan", "simulation"),
            _choice("state", "where it is", "queued", "running", "done", "failed", "cancelled"),
            _time(
                "waitingSince", "when it was asked for, while it waits or runs: its index finds those", required=False
            ),
            _integer("attempts", "how often it was begun"),
            Property("progress", PropertyType.FLOAT, "how far it is, about, 0 to 1", minimum=0, maximum=1),
            Property("wish", PropertyType.STRING, "what was asked for, as JSON"),
            _CREATED,
            _time("startedAt", "when it was begun last", required=False),
            _time("finishedAt", "when it ended", required=False),
            _text("reason", "why it failed", 300, required=False),
            Property("expectedReach", PropertyType.FLOAT, "weight reached in the mean", required=False),
            Property("reachLow", PropertyType.FLOAT, "lower end of its interval", required=False),
            Property("reachHigh", PropertyType.FLOAT, "upper end of its interval", required=False),
            Property(
                "certificate", PropertyType.FLOAT, "part of any choice's reach that it has at least", required=False
            ),
            Property("told", PropertyType.STRING, "what else came of it, as JSON", required=False),
        ),
    ),
    NodeKind(
        "Influence",
        "influence",
        "How much somebody moves others, in all or in one category (`job influence`).",
        (
            _text("id", "`influence_` and a fingerprint of the person's id and the scope", 80),
            _text("userId", "id of whose it is", 80),
            _text("scope", "`all`, or the id of a category: with what orders the list, the key of ordered indexes", 80),
            _amount("score", "the score of all parts, 0 to 100", 100),
            _choice("band", "how large the audience is", "nano", "micro", "mid", "macro"),
            _choice("kind", "what sort of voice they are", "kol", "koc", "other"),
            _list("reasons", "what speaks for it, or against"),
            _integer("followers", "followers in all"),
            _integer("audience", "followers; of a category, those who care for it"),
            _integer("secondReach", "people within two steps"),
            _amount("secondReachError", "standard error of that; 0: it was counted"),
            _integer("notes", "notes posted in the window"),
            _amount("engagement", "what was done with notes in the window: like 1, collect 2, comment 3"),
            _amount("expectedEngagement", "what a note has with such an audience"),
            _amount("resonance", "engagement of a note over what is usual with such an audience"),
            _amount("network", "PageRank on the graph of who follows and takes up whom, 1 being the mean"),
            _amount("orders", "orders in the window that the notes led to"),
            _amount("authenticity", "how real the audience is, 0 to 1", 1),
            _integer("hollowFollowers", "followers who did next to nothing else"),
            _integer("burstFollowers", "of these, those who joined together"),
            _amount("reachPart", "reach as a part of the score", 1),
            _amount("resonancePart", "resonance as a part of the score", 1),
            _amount("networkPart", "PageRank as a part of the score", 1),
            _amount("pullPart", "orders as a part of the score", 1),
            Property("growth", PropertyType.FLOAT, "what the score in all gained in some four weeks", required=False),
            Property("followerGrowth", PropertyType.INTEGER, "what the followers gained since then", required=False),
            _time("at", "when it was measured"),
        ),
    ),
    NodeKind(
        "InfluenceSnapshot",
        "influencesnapshot",
        "How much somebody moved others in one week (`job influence`); kept for 53 weeks.",
        (
            _text("id", "`influencesnapshot_` and a fingerprint of the person's id and the week", 80),
            _text("userId", "id of whose it is", 80),
            _amount("score", "the score in all, 0 to 100", 100),
            _integer("followers", "followers"),
            _amount("network", "PageRank, 1 being the mean"),
            _amount("orders", "orders in the window that the notes led to"),
            _amount("engagement", "what was done with notes in the window"),
            _time("at", "when it was measured: as of then"),
        ),
    ),
    NodeKind(
        "Community",
        "community",
        "People who follow and take up each other more than others (`job influence`).",
        (
            _ID,
            _text("name", "the topics that tell it from others; none: its members wrote of none", 200, required=False),
            _list("topics", "these topics, the most telling first"),
            _integer("people", "how many people are in it", minimum=1),
            _time("at", "when it was last found to be there"),
        ),
    ),
    NodeKind(
        "Suggestion",
        "suggestion",
        "A spelling under which something is suggested while somebody types; made by `job suggestions`.",
        (
            _ID,
            _choice("kind", "what is named", "topic", "brand", "product", "category", "person", "query"),
            _text("text", "the name shown", 120),
            _text("key", "the spelling that is compared: of the name, its pinyin, or the pinyin's initials", 480),
            _text("head", "its first character: with `weight`, the key of the ordered index", 4),
            _choice("spelt", "what the spelling is", "name", "pinyin", "initials"),
            Property("weight", PropertyType.FLOAT, "how popular the thing is, by its degrees", minimum=0),
            _time("at", "when it was last found to be so"),
        ),
    ),
    NodeKind(
        "SearchQuery",
        "searchquery",
        "What people searched for, told without who did.",
        (
            _ID,
            _text("text", "the query in its one spelling", 60),
            _integer("count", "how often it was asked"),
            _list("people", "fingerprints of those who asked today, which nobody can compare with another query's"),
            _integer("mostPeople", "the most people who asked on one day, up to 100"),
            _time("firstAt", "when it was first asked"),
            _time("lastAt", "when it was last asked"),
        ),
    ),
)

OWN_RELATIONSHIPS: tuple[RelationshipKind, ...] = (
    RelationshipKind("SIMILAR", "Product", "Product", "Is alike (`job similarity`).", _SIMILAR),
    RelationshipKind("SIMILAR", "Note", "Note", "Is alike (`job similarity`).", _SIMILAR),
    RelationshipKind("SIMILAR", "User", "User", "Has a like taste (`job similarity`).", _SIMILAR),
    RelationshipKind(
        "BOUGHT_WITH",
        "Product",
        "Product",
        "Was bought by the same people more often than chance would have it (`job similarity`).",
        (
            _integer("count", "people who bought both", minimum=1),
            Property("score", PropertyType.FLOAT, "log-likelihood ratio"),
            _integer("rank", "place among the node's edges, from 0, most telling first"),
        ),
    ),
    RelationshipKind("HAS_INFLUENCE", "User", "Influence", "Whose it is, in all or in a category (`job influence`)."),
    RelationshipKind("HAD_INFLUENCE", "User", "InfluenceSnapshot", "Whose it was in a week (`job influence`)."),
    RelationshipKind(
        "LISTENS_TO",
        "Brand",
        "User",
        "Those who take up notes about the brand's products listen to the person (`job influence`).",
        (
            _amount("closeness", "personalised PageRank from these people, 1 being the mean of everybody"),
            _integer("rank", "place among the brand's, from 0, closest first"),
            _AT,
        ),
    ),
    RelationshipKind(
        "MEMBER_OF",
        "User",
        "Community",
        "Is in it, and in no other (`job influence`).",
        (
            _text("to", "id of the community: with `rank`, the key of the ordered index", 80),
            _integer("rank", "place in it, from 0, by followers in it, most first"),
            _integer("followers", "how many in it follow the person"),
            _AT,
        ),
    ),
    RelationshipKind(
        "STANDS_FOR",
        "User",
        "User",
        "A follower drawn by chance, whose answers stand for those of all followers of somebody with many "
        "(`job influence`).",
        (_integer("of", "how many active followers it was drawn from", minimum=1), _AT),
    ),
    RelationshipKind("HAS_SESSION", "Account", "Session", "A sign-in of the account."),
    RelationshipKind("HAS_PERSONAL_TOKEN", "Account", "PersonalToken", "A personal token of the account's person."),
    RelationshipKind("HAS_SAVED_QUERY", "Account", "SavedQuery", "A query that the account's person saved."),
    RelationshipKind(
        "OPENED_QUERY",
        "Account",
        "SavedQuery",
        "Keeps another's query, having opened its link.",
        (_time("at", "when it was opened first"),),
    ),
    RelationshipKind("RECEIVED", "User", "Notification", "Was told of it."),
    RelationshipKind("NAMES", "Suggestion", "Topic", "What is suggested."),
    RelationshipKind("NAMES", "Suggestion", "Brand", "What is suggested."),
    RelationshipKind("NAMES", "Suggestion", "Product", "What is suggested."),
    RelationshipKind("NAMES", "Suggestion", "Category", "What is suggested."),
    RelationshipKind("NAMES", "Suggestion", "User", "Who is suggested."),
    RelationshipKind("FROM", "Notification", "User", "Who did it; none for a purchase."),
    RelationshipKind("ABOUT", "SeedingPlan", "Brand", "The brand it is for."),
    RelationshipKind("ABOUT", "SeedingPlan", "Product", "The product it is for."),
    RelationshipKind(
        "CHOSE",
        "SeedingPlan",
        "User",
        "Is to be given a sample.",
        (
            _integer("position", "place among those chosen, from 0"),
            Property("gain", PropertyType.FLOAT, "reach that they add to those before", required=False),
            Property(
                "priceMinor", PropertyType.INTEGER, "price in minor units", required=False, minimum=0, maximum=2**53
            ),
        ),
    ),
    RelationshipKind("ABOUT", "Notification", "Note", "The note it is about."),
    RelationshipKind("ABOUT", "Notification", "Comment", "The comment it is about."),
    RelationshipKind("ABOUT", "Notification", "Review", "The review it is about."),
)

NODE_BY_LABEL = {kind.label: kind for kind in (*NODES, *OWN_NODES)}
NODE_BY_PREFIX = {kind.prefix: kind for kind in (*NODES, *OWN_NODES)}
RELATIONSHIP_BY_NAME = {kind.name: kind for kind in RELATIONSHIPS}

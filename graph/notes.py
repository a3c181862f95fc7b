"""Notes: drafted, published, edited with their history kept, deleted; and liked.

Who writes locks the author before the note, so that two acts of one person on a note come one after the other, and
none misses that the account has just become private.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graph import embeddings, outbox
from graph.acts import Act, announce
from graph.database import Transaction
from graph.errors import Conflict, NotFound, found, may_act
from graph.ids import new_id
from graph.media import show_media
from graph.rules import texts
from graph.seeing import must_see, refuse
from graph.statements import beside

STATEMENTS = beside(__file__)
REMOVED = "note_removed"
_LOCK_AUTHOR = STATEMENTS["lock_author"]
_LOCK_NOTE = STATEMENTS["lock_note"]
_CREATE_NOTE = STATEMENTS["create_note"]
_CHANGE_NOTE = STATEMENTS["change_note"]
_KEEP_REVISION = STATEMENTS["keep_revision"]
_SET_TOPICS = STATEMENTS["set_topics"]
_SET_PRODUCTS = STATEMENTS["set_products"]
_SHOWN_KINDS = STATEMENTS["shown_kinds"]
_SET_MENTIONS = STATEMENTS["set_mentions"]
_PUBLISH_NOTE = STATEMENTS["publish_note"]
_BRING_OUT = STATEMENTS["bring_out"]
_TAKE_BACK = STATEMENTS["take_back"]
_REMOVE_NOTE = STATEMENTS["remove_note"]
_LIKE_NOTE = STATEMENTS["like_note"]
_UNLIKE_NOTE = STATEMENTS["unlike_note"]


@dataclass(frozen=True, slots=True)
class Version:
    """What a note says and shows. `topics` are names in their one spelling, sorted; the others in the note's order."""

    title: str
    text: str
    language: str
    category_id: str
    audience: str
    topics: tuple[str, ...] = ()
    product_ids: tuple[str, ...] = ()
    sponsored: bool = False
    media_ids: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All that is written in it."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What of a note changes; None leaves a value as it is. Without a language, new words are looked at for theirs."""

    title: str | None = None
    text: str | None = None
    language: str | None = None
    category_id: str | None = None
    audience: str | None = None
    topics: Sequence[str] | None = None
    product_ids: Sequence[str] | None = None
    sponsored: bool | None = None
    media_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """What of a person decides about their notes."""

    language: str
    private: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a note stands while it is locked: `was_out` once it has been published, `revisions` kept so far."""

    kind: str
    state: str
    was_out: bool
    revisions: int
    version: Version


async def create_note(
    tx: Transaction, *, user_id: str, kind: str, changes: Changes, publish: bool, now: datetime
) -> str:
    """The id of a new draft, published at once where asked. Raises NotFound for what it names and is not there."""
    author = await _author(tx, user_id, now)
    version = _changed(Version("", "", author.language, "", "everyone"), changes)
    note_id = new_id("Note")
    row = await tx.row(
        _CREATE_NOTE, user_id=user_id, note_id=note_id, kind=kind, title=version.title, body=version.text,
        language=version.language, audience=version.audience, category_id=version.category_id, now=now,
    )  # fmt: skip
    _category(row)
    await _connect(tx, user_id, note_id, Version("", "", "", "", ""), version, now)
    if publish:
        await _publish(tx, user_id, note_id, Standing(kind, "draft", False, 0, version), author, now)
    return note_id


async def publish_note(tx: Transaction, *, user_id: str, note_id: str, now: datetime) -> None:
    """Publishes a draft; of a private account for its followers only. A note that is out stays as it is.

    Raises Conflict for one that moderation hid or its author deleted, or that lacks its picture or video.
    """
    author = await _author(tx, user_id, now)
    note = await _own_note(tx, user_id, note_id, now)
    if note.state == "published":
        return
    if note.state != "draft":
        raise Conflict("only a draft can be published", field=("note_id",))
    await _publish(tx, user_id, note_id, note, author, now)


async def edit_note(tx: Transaction, *, user_id: str, note_id: str, changes: Changes, now: datetime) -> None:
    """Changes the note; what one that was published said before is kept as its next revision.

    A draft is changed in place, and so is who may read a note. Raises Conflict for a deleted note.
    """
    author = await _author(tx, user_id, now)
    note = await _own_note(tx, user_id, note_id, now)
    if note.state == "removed":
        raise Conflict("the note was deleted", field=("note_id",))
    before, version = note.version, _changed(note.version, changes)
    if version == before:
        return
    if note.was_out and author.private and changes.audience == "everyone":
        raise Conflict("notes of a private account are for its followers", field=("audience",))
    edited = note.was_out and version != replace(before, audience=version.audience)
    if edited:
        await _keep_revision(tx, note_id, note, now)
    row = await tx.row(
        _CHANGE_NOTE, note_id=note_id, title=version.title, body=version.text, language=version.language,
        category_id=version.category_id, audience=version.audience, edited_at=now if edited else None,
    )  # fmt: skip
    _category(row)
    await _connect(tx, user_id, note_id, before, version, now)
    if note.was_out:
        if version.media_ids != before.media_ids:
            await _check_medium(tx, note_id, note.kind)
        await _come_out(tx, user_id, note_id, replace(note, version=version), texts.mentions(before.words), now)


async def delete_note(tx: Transaction, *, user_id: str, note_id: str, now: datetime) -> None:
    """Deletes the note for good: nobody sees it any more, and no degree counts it. A second time changes nothing."""
    await _author(tx, user_id, now)
    note = await _own_note(tx, user_id, note_id, now)
    if note.state != "removed":
        await tx.row(_REMOVE_NOTE, note_id=note_id)
        await tx.row(_SET_MENTIONS, note_id=note_id, handles=[])
        await tx.row(_TAKE_BACK, note_id=note_id)
        await outbox.emit(tx, kind=REMOVED, data={"noteId": note_id}, now=now)
        await embeddings.changed(tx, node_id=note_id, now=now)
        # What nobody reads any more holds no picture back from being deleted.
        await show_media(tx, owner_id=user_id, shower_id=note_id, media_ids=(), now=now)


async def like_note(tx: Transaction, *, user_id: str, note_id: str, now: datetime) -> None:
    """Likes a published note that the person may see; a second like keeps the first time."""
    await must_see(tx, viewer_id=user_id, node_id=note_id, field="note_id")
    row = may_act(await tx.row(_LIKE_NOTE, user_id=user_id, note_id=note_id, now=now))
    if not row["open"]:
        raise Conflict("only a published note can be liked", field=("note_id",))
    if row["fresh"]:
        await announce(tx, act=Act.LIKED, actor_id=user_id, subject_id=note_id, now=now)


async def unlike_note(tx: Transaction, *, user_id: str, note_id: str, now: datetime) -> None:
    """Likes the note no more, whether or not the person may see it now."""
    row = may_act(await tx.row(_UNLIKE_NOTE, user_id=user_id, note_id=note_id, now=now))
    if not row["undone"]:
        await must_see(tx, viewer_id=user_id, node_id=note_id, field="note_id")


async def _author(tx: Transaction, user_id: str, now: datetime) -> Author:
    row = may_act(await tx.row(_LOCK_AUTHOR, user_id=user_id, now=now))
    return Author(row["language"], row["private"])


async def _own_note(tx: Transaction, user_id: str, note_id: str, now: datetime) -> Standing:
    """How the person's note stands, which is locked. Raises Forbidden for somebody else's, NotFound for none."""
    row = await tx.row(_LOCK_NOTE, user_id=user_id, note_id=note_id, now=now)
    if row is None:
        await refuse(tx, viewer_id=user_id, node_id=note_id, field="note_id")
        raise AssertionError("unreachable")
    version = Version(
        row["title"], row["text"], row["language"], row["category_id"], row["audience"], tuple(row["topics"]),
        tuple(row["product_ids"]), row["sponsored"], tuple(row["media_ids"]),
    )  # fmt: skip
    return Standing(row["kind"], row["state"], row["was_out"], row["revisions"], version)


def _changed(version: Version, changes: Changes) -> Version:
    given = {name: getattr(changes, name) for name in Changes.__slots__ if getattr(changes, name) is not None}
    if "topics" in given:
        given["topics"] = sorted(given["topics"])
    given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list | tuple)}
    after = replace(version, **given)
    if not after.product_ids:
        after = replace(after, sponsored=False)
    if after.words != version.words and changes.language is None:
        after = replace(after, language=texts.language(after.words) or version.language)
    return after


async def _connect(
    tx: Transaction, user_id: str, note_id: str, before: Version, version: Version, now: datetime
) -> None:
    """Draws what the note is joined to, where it is not as before. Sorted names keep one order of locks."""
    if version.topics != before.topics:
        topics = [{"name": name, "id": new_id("Topic")} for name in version.topics]
        await tx.row(_SET_TOPICS, note_id=note_id, topics=topics, now=now)
    if (version.product_ids, version.sponsored) != (before.product_ids, before.sponsored):
        ids = list(version.product_ids)
        row = await tx.row(_SET_PRODUCTS, note_id=note_id, product_ids=ids, sponsored=version.sponsored)
        if found(row, "no such note", "note_id")["shown"] != len(ids):
            raise NotFound("productIds names a product that is not there", field=("product_ids",))
    if version.media_ids != before.media_ids:
        await show_media(tx, owner_id=user_id, shower_id=note_id, media_ids=version.media_ids, now=now)


async def _publish(tx: Transaction, user_id: str, note_id: str, note: Standing, author: Author, now: datetime) -> None:
    await _check_medium(tx, note_id, note.kind)
    audience = "followers" if author.private else note.version.audience
    await tx.row(_PUBLISH_NOTE, note_id=note_id, audience=audience, now=now)
    await _come_out(tx, user_id, note_id, replace(note, state="published"), None, now)


async def _come_out(
    tx: Transaction, user_id: str, note_id: str, note: Standing, told: Sequence[str] | None, now: datetime
) -> None:
    """What follows when a note that is out is new or changed; `told` are the handles of its last version, None: new."""
    handles = texts.mentions(note.version.words)
    if handles != told:
        await tx.row(_SET_MENTIONS, note_id=note_id, handles=handles)
    if note.state == "published":
        await tx.row(_BRING_OUT, note_id=note_id)
        await embeddings.changed(tx, node_id=note_id, now=now)
        if told is None or not set(handles) <= set(told):
            await announce(tx, act=Act.POSTED, actor_id=user_id, subject_id=note_id, now=now)


async def _check_medium(tx: Transaction, note_id: str, kind: str) -> None:
    row = await tx.row(_SHOWN_KINDS, note_id=note_id) if kind != "text" else None
    if row is not None and kind not in row["kinds"]:
        raise Conflict(f"a note of kind {kind} needs at least one {kind}", field=("media_ids",))


async def _keep_revision(tx: Transaction, note_id: str, note: Standing, now: datetime) -> None:
    old = note.version
    # Neo4j knows no type of an empty list, so none is kept as absent.
    await tx.row(
        _KEEP_REVISION, note_id=note_id, revision_id=new_id("NoteRevision"), number=note.revisions + 1,
        title=old.title, body=old.text, topics=list(old.topics) or None, product_ids=list(old.product_ids) or None,
        media_ids=list(old.media_ids) or None, now=now,
    )  # fmt: skip


def _category(row: Any) -> None:
    if row is None:
        raise NotFound("no category has this id", field=("category_id",))

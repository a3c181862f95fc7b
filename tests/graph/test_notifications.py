"""Who is told of what: resolved from the graph when the worker comes, once for each act, and never against a wish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph import notifications
from graph.acts import Act, announce
from graph.database import Database, Transaction
from graph.ids import new_id
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


class Scene:
    """An author with a note and a comment under it by a reader; somebody else who acts; a brand with its staff."""

    def __init__(self) -> None:
        self.author, self.reader, self.actor, self.named, self.staff = (new_id("User") for _ in range(5))
        self.note, self.comment, self.reply = new_id("Note"), new_id("Comment"), new_id("Comment")
        self.review, self.product, self.brand = new_id("Review"), new_id("Product"), new_id("Brand")
        self.order, self.line = new_id("Order"), new_id("OrderLine")
        self.people = (self.author, self.reader, self.actor, self.named, self.staff)


@pytest.fixture
async def scene(database: Database) -> Scene:
    one = Scene()
    await cypher(
        database,
        """
        UNWIND $people AS id
        CREATE (:User {id: id, handle: id, displayName: id, state: 'active', kind: 'member', language: 'zh',
                       private: false, createdAt: $now})
        """,
        people=one.people,
        now=NOW,
    )
    await cypher(
        database,
        """
        MATCH (author:User {id: $author})
        MATCH (reader:User {id: $reader})
        MATCH (actor:User {id: $actor})
        MATCH (named:User {id: $named})
        MATCH (staff:User {id: $staff})
        CREATE (author)-[:POSTED {at: $now}]->(note:Note {id: $note, authorId: $author, kind: 'text', title: 'N',
          text: 'T', language: 'zh', state: 'published', audience: 'everyone', categoryId: 'category_x',
          createdAt: $now, publishedAt: $now})
        CREATE (note)-[:MENTIONS]->(named)
        CREATE (reader)-[:WROTE {at: $now}]->(comment:Comment {id: $comment, text: 'C', state: 'published',
          noteId: $note, createdAt: $now})-[:ON]->(note)
        CREATE (actor)-[:WROTE {at: $now}]->(reply:Comment {id: $reply, text: 'R', state: 'published',
          noteId: $note, createdAt: $now})-[:ON]->(note)
        CREATE (reply)-[:REPLIES_TO]->(comment)
        CREATE (reply)-[:MENTIONS]->(named)
        CREATE (actor)-[:WROTE {at: $now}]->(review:Review {id: $review, rating: 5, text: 'V', verified: true,
          state: 'published', productId: $product, createdAt: $now})
        CREATE (review)-[:REVIEWS]->(product:Product {id: $product, name: 'P', state: 'listed', priceMinor: 1,
          currency: 'CNY', reviewCount: 1, ratingSum: 5, createdAt: $now, brandId: $brand, categoryId: 'c'})
        CREATE (brand:Brand {id: $brand, handle: $brand, name: '龘牌', verified: true, createdAt: $now})
        CREATE (brand)-[:MAKES]->(product)
        CREATE (staff)-[:STAFF_OF {role: 'owner'}]->(brand)
        CREATE (staff)-[:OFFICIAL_ACCOUNT_OF]->(brand)
        CREATE (actor)-[:PLACED {at: $now}]->(order:Order {id: $order, state: 'paid', totalMinor: 1, currency: 'CNY',
          placedAt: $now})
        CREATE (order)-[:CONTAINS]->(line:OrderLine {id: $line, quantity: 1, unitPriceMinor: 1,
          currency: 'CNY'})-[:CREDITED_TO {share: 1.0, rule: 'last_touch', touchAt: $now}]->(note)
        CREATE (actor)-[:LIKES {at: $now, to: $note}]->(note)
        CREATE (actor)-[:LIKES {at: $now, to: $comment}]->(comment)
        CREATE (actor)-[:COLLECTED {at: $now, to: $note}]->(note)
        CREATE (actor)-[:FOLLOWS {at: $now, to: $author}]->(author)
        """,
        now=NOW,
        **{name: value for name, value in vars(one).items() if name != "people"},
    )
    return one


async def notify(database: Database, act: Act, actor: str, subject: str, now: datetime = NOW) -> int:
    async def work(tx: Transaction) -> int:
        return await notifications.notify(tx, act=act, actor_id=actor, subject_id=subject, now=now)

    return await database.unit(work)


async def told(database: Database, scene: Scene) -> set[tuple[str, str, str | None, str | None]]:
    """(kind, recipient, actor, about) of every notification in the scene."""
    rows = await cypher(
        database,
        """
        MATCH (recipient:User)-[:RECEIVED]->(n:Notification)
        WHERE recipient.id IN $people AND n.recipientId = recipient.id
        RETURN n.kind AS kind, recipient.id AS recipient, head([(n)-[:FROM]->(a:User) | a.id]) AS actor,
               head([(n)-[:ABOUT]->(s) | s.id]) AS about
        """,
        people=scene.people,
    )
    return {(row["kind"], row["recipient"], row["actor"], row["about"]) for row in rows}


@pytest.mark.parametrize(
    ("act", "subject", "expected"),
    [
        (Act.FOLLOWED, "author", {("followed", "author", "actor", None)}),
        (Act.LIKED, "note", {("note_liked", "author", "actor", "note")}),
        (Act.LIKED, "comment", {("comment_liked", "reader", "actor", "comment")}),
        (Act.COLLECTED, "note", {("note_collected", "author", "actor", "note")}),
        (
            Act.COMMENTED,
            "reply",
            {
                ("comment_replied", "reader", "actor", "reply"),
                ("mentioned", "named", "actor", "reply"),
                ("note_commented", "author", "actor", "reply"),
            },
        ),
        (Act.PURCHASED, "order", {("note_purchased", "author", None, "note")}),
        (Act.REVIEWED, "review", {("review_received", "staff", "actor", "review")}),
    ],
)
async def test_who_is_told(
    database: Database, scene: Scene, act: Act, subject: str, expected: set[tuple[str, str, str | None, str | None]]
) -> None:
    subject_id = getattr(scene, subject)
    assert await notify(database, act, scene.actor, subject_id) == len(expected)
    assert await notify(database, act, scene.actor, subject_id, NOW + timedelta(hours=1)) == len(expected)
    named: dict[str | None, Any] = {None: None}
    named.update(vars(scene))
    assert await told(database, scene) == {
        (kind, named[recipient], named[actor], named[about]) for kind, recipient, actor, about in expected
    }
    times = await cypher(
        database, "MATCH (n:Notification) WHERE n.recipientId IN $people RETURN n", people=scene.people
    )
    assert {(row["n"]["createdAt"].to_native(), row["n"]["unreadSince"].to_native()) for row in times} == {(NOW, NOW)}


async def test_a_note_tells_whom_it_mentions(database: Database, scene: Scene) -> None:
    assert await notify(database, Act.POSTED, scene.author, scene.note) == 1
    assert await told(database, scene) == {("mentioned", scene.named, scene.author, scene.note)}


async def test_one_person_is_told_of_a_comment_once(database: Database, scene: Scene) -> None:
    await cypher(
        database,
        """
        MATCH (:User)-[w:WROTE]->(comment:Comment {id: $comment})
        MATCH (author:User {id: $author})
        MATCH (reply:Comment {id: $reply})
        DELETE w CREATE (author)-[:WROTE {at: $now}]->(comment), (reply)-[:MENTIONS]->(author)
        """,
        comment=scene.comment,
        author=scene.author,
        reply=scene.reply,
        now=NOW,
    )
    await notify(database, Act.COMMENTED, scene.actor, scene.reply)
    assert await told(database, scene) == {
        ("comment_replied", scene.author, scene.actor, scene.reply),
        ("mentioned", scene.named, scene.actor, scene.reply),
    }


@pytest.mark.parametrize(
    ("change", "act", "subject"),
    [
        ("MATCH (:User {id: $actor})-[r:FOLLOWS]->(:User {id: $author}) DELETE r", Act.FOLLOWED, "author"),
        ("MATCH (:User {id: $actor})-[r:LIKES]->(:Note {id: $note}) DELETE r", Act.LIKED, "note"),
        ("MATCH (:User {id: $actor})-[r:COLLECTED]->(:Note {id: $note}) DELETE r", Act.COLLECTED, "note"),
        ("MATCH (:User {id: $actor})-[r:LIKES]->(:Comment {id: $comment}) DELETE r", Act.LIKED, "comment"),
        ("MATCH (c:Comment {id: $reply}) SET c.state = 'removed'", Act.COMMENTED, "reply"),
        ("MATCH (n:Note {id: $note}) SET n.state = 'hidden'", Act.LIKED, "note"),
        ("MATCH (n:Note {id: $note}) SET n.state = 'hidden'", Act.COMMENTED, "reply"),
        ("MATCH (o:Order {id: $order}) SET o.state = 'cancelled'", Act.PURCHASED, "order"),
        ("MATCH (r:Review {id: $review}) SET r.state = 'hidden'", Act.REVIEWED, "review"),
    ],
)
async def test_what_was_undone_tells_nobody(
    database: Database, scene: Scene, change: str, act: Act, subject: str
) -> None:
    values = {name: value for name, value in vars(scene).items() if f"${name}" in change}
    await cypher(database, change, **values)
    assert await notify(database, act, scene.actor, getattr(scene, subject)) == 0
    assert await told(database, scene) == set()


@pytest.mark.parametrize(
    "change",
    [
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) CREATE (a)-[:BLOCKS {at: $now}]->(b)",
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) CREATE (b)-[:BLOCKS {at: $now}]->(a)",
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) CREATE (a)-[:MUTES {at: $now}]->(b)",
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) SET a.state = 'suspended', b.bio = toString($now)",
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) SET b.state = 'deleted', a.bio = toString($now)",
    ],
)
async def test_wishes_and_states_hold(database: Database, scene: Scene, change: str) -> None:
    await cypher(database, change, author=scene.author, actor=scene.actor, now=NOW)
    assert await notify(database, Act.LIKED, scene.actor, scene.note) == 0
    assert await told(database, scene) == set()


async def test_being_muted_by_the_actor_does_not_matter(database: Database, scene: Scene) -> None:
    await cypher(
        database,
        "MATCH (a:User {id: $author}) MATCH (b:User {id: $actor}) CREATE (b)-[:MUTES {at: $now}]->(a)",
        author=scene.author,
        actor=scene.actor,
        now=NOW,
    )
    assert await notify(database, Act.LIKED, scene.actor, scene.note) == 1


async def test_nobody_is_told_of_their_own_acts(database: Database, scene: Scene) -> None:
    await cypher(
        database,
        "MATCH (a:User {id: $author}) MATCH (n:Note {id: $note}) CREATE (a)-[:LIKES {at: $now, to: $note}]->(n)",
        author=scene.author,
        note=scene.note,
        now=NOW,
    )
    assert await notify(database, Act.LIKED, scene.author, scene.note) == 0
    assert await told(database, scene) == set()


async def test_a_note_for_followers_tells_only_those(database: Database, scene: Scene) -> None:
    await cypher(database, "MATCH (n:Note {id: $note}) SET n.audience = 'followers'", note=scene.note)
    assert await notify(database, Act.POSTED, scene.author, scene.note) == 0
    assert await notify(database, Act.LIKED, scene.actor, scene.comment) == 0
    assert await notify(database, Act.COMMENTED, scene.actor, scene.reply) == 1
    assert await told(database, scene) == {("note_commented", scene.author, scene.actor, scene.reply)}


async def test_announcing_leaves_an_event_only_for_what_somebody_is_told_of(database: Database, scene: Scene) -> None:
    async def work(tx: Transaction) -> None:
        await announce(tx, act=Act.FOLLOWED, actor_id=scene.actor, subject_id=scene.brand, now=NOW)
        await announce(tx, act=Act.LIKED, actor_id=scene.actor, subject_id=scene.note, now=NOW)

    await database.unit(work)
    rows = await cypher(
        database, "MATCH (e:OutboxEvent) WHERE e.data CONTAINS $actor RETURN e.data AS data", actor=scene.actor
    )
    assert rows == [{"data": f'{{"act":"liked","actorId":"{scene.actor}","subjectId":"{scene.note}"}}'}]


async def test_marking_read(database: Database, scene: Scene) -> None:
    acts = [(Act.LIKED, scene.note), (Act.COLLECTED, scene.note), (Act.FOLLOWED, scene.author)]
    for minutes, (act, subject) in enumerate(acts):
        await notify(database, act, scene.actor, subject, NOW + timedelta(minutes=minutes))
    ids = [
        row["id"]
        for row in await cypher(
            database,
            "MATCH (n:Notification {recipientId: $id}) RETURN n.id AS id ORDER BY n.createdAt",
            id=scene.author,
        )
    ]
    later = NOW + timedelta(hours=1)
    read = notifications.mark_read
    assert await database.unit(lambda tx: read(tx, user_id=scene.actor, ids=ids, now=later)) == 0
    assert await database.unit(lambda tx: read(tx, user_id=scene.author, ids=[ids[0], "x", ids[0]], now=later)) == 1
    assert await database.unit(lambda tx: read(tx, user_id=scene.author, ids=ids[:1], now=NOW)) == 0
    until = NOW + timedelta(minutes=1)
    assert await notifications.mark_all_read(database, user_id=scene.author, until=until, now=later) == 1
    rows = await cypher(
        database,
        "MATCH (n:Notification {recipientId: $id}) WITH n ORDER BY n.createdAt "
        "RETURN n.unreadSince IS NULL AS read, n.readAt AS at",
        id=scene.author,
    )
    assert [(row["read"], row["at"] and row["at"].to_native()) for row in rows] == [
        (True, later),
        (True, later),
        (False, None),
    ]


async def test_pages_of_what_came_since(database: Database, scene: Scene) -> None:
    start = datetime(2099, 1, 1, tzinfo=UTC)
    await notify(database, Act.COMMENTED, scene.actor, scene.reply, start)
    await notify(database, Act.LIKED, scene.actor, scene.note, start + timedelta(seconds=1))
    first = await notifications.since(database, since=start, after="", limit=2)
    rest = await notifications.since(database, since=start, after=first[-1].id, limit=9)
    assert [one.created_at for one in (*first, *rest)] == [start, start, start, start + timedelta(seconds=1)]
    assert {one.recipient_id for one in (*first, *rest[:1])} == {scene.author, scene.reader, scene.named}
    assert rest[-1].recipient_id == scene.author
    await cypher(database, "MATCH (n:Notification) WHERE n.createdAt >= $start DETACH DELETE n", start=start)

"""Vectors in the graph: built whole, gone on with after a kill, never mixed, and changed over to another model."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from datasets.interchange.kinds import KINDS
from embeddings.building import Builder, TakenOver, Tally
from graph import embeddings
from graph.database import Database
from graph.embeddings import Text, WrongSpace
from graph.invariants import derived
from graph.model import NODE_BY_LABEL
from graph.rules.embedded_texts import LONGEST, digest, text_of
from graph.rules.spaces import LABELS, Space, vector_index, vector_property
from tests.embeddings.fake import DIMENSIONS, FakeEncoder, letters
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
FINDABLE = """
RETURN COUNT { (n:Note {state: 'published'}) } + COUNT { (:Product {state: 'listed'}) } + COUNT { (:Brand) }
  + COUNT { (t:Topic) WHERE EXISTS { (t)<-[:TAGGED|FOLLOWS]-() } }
  + COUNT { (:User {state: 'active', private: false}) } AS findable"""


async def build(database: Database, encoder: FakeEncoder) -> Tally:
    return await Builder(database).build(encoder, encoder.source)


async def with_vectors(database: Database, space: Space) -> int:
    (row,) = await cypher(
        database,
        "MATCH (n:Note|Product|Brand|Topic|User) WHERE size(n[$name]) = $size RETURN count(*) AS nodes",
        name=vector_property(space.key),
        size=space.dimensions,
    )
    return int(row["nodes"])


async def indexes(database: Database) -> set[str]:
    found = await database.command("SHOW VECTOR INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")
    return {row["name"] for row in found if "_embedding_" in row["name"]}


class Killed(BaseException):
    """The process ended there."""


async def test_everything_that_others_may_find_has_a_vector(bare: Database) -> None:
    encoder = FakeEncoder()
    space = await encoder.space()
    assert await embeddings.active_space(bare) is None
    tally = await build(bare, encoder)
    (row,) = await cypher(bare, FINDABLE)
    assert tally.encoded == len(encoder.passages_asked) == row["findable"] == await with_vectors(bare, space)
    active = await embeddings.active_space(bare)
    assert active is not None
    assert (active.space, active.source, active.sweep_at) == (space, "fake", None)
    assert await indexes(bare) == {vector_index(space.key, label) for label in LABELS}
    hidden = "MATCH (n:Note) WHERE n.state <> 'published' AND n[$name] IS NOT NULL RETURN n.id"
    assert await cypher(bare, hidden, name=vector_property(space.key)) == []


async def test_a_vector_is_of_the_text_and_found_by_its_index(bare: Database) -> None:
    encoder = FakeEncoder()
    await build(bare, encoder)
    space = await encoder.space()
    (note,) = await cypher(
        bare,
        """MATCH (n:Note {state: 'published'})-[:TAGGED]->(t:Topic) WITH n, t ORDER BY t.name
        WITH n, collect(t.name) AS topics ORDER BY n.id LIMIT 1
        RETURN n.id AS id, n.title AS title, n.text AS text, topics, n[$name] AS vector""",
        name=vector_property(space.key),
    )
    said = text_of([note["title"], note["topics"], note["text"]])
    assert said in encoder.passages_asked
    (expected,) = letters([said])
    assert np.allclose(note["vector"], expected, atol=1e-6)
    found = await embeddings.nearest(bare, space=space, label="Note", vector=expected.tolist(), count=5)
    assert note["id"] in {one.id for one in found}
    assert found[0].score == pytest.approx(1, abs=1e-3)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


async def test_a_second_build_encodes_only_what_changed(bare: Database) -> None:
    encoder = FakeEncoder()
    first = await build(bare, encoder)
    again = await build(bare, encoder)
    assert (again.looked_at, again.encoded, again.forgotten) == (first.looked_at, 0, 0)
    (note,) = await cypher(
        bare, "MATCH (n:Note {state: 'published'}) WITH n LIMIT 1 SET n.title = n.title + '！' RETURN n.id AS id"
    )
    (hidden,) = await cypher(
        bare,
        "MATCH (n:Note {state: 'published'}) WHERE n.id <> $id WITH n LIMIT 1 SET n.state = 'hidden' RETURN n.id AS id",
        id=note["id"],
    )
    try:
        third = await build(bare, encoder)
        assert (third.encoded, third.forgotten) == (1, 1)
    finally:
        await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'published'", id=hidden["id"])
    assert (await build(bare, encoder)).encoded == 1


async def test_a_build_that_was_killed_is_gone_on_with(bare: Database) -> None:
    """What was kept is not encoded again, and nothing was active in between."""
    killed = FakeEncoder()

    def kill() -> None:
        if len(killed.passages_asked) > 100:
            raise Killed

    killed.before = kill
    with pytest.raises(Killed):
        await build(bare, killed)
    assert await embeddings.active_space(bare) is None
    kept = await with_vectors(bare, await killed.space())
    assert kept == len(killed.passages_asked) > 100
    encoder = FakeEncoder()
    await build(bare, encoder)
    (row,) = await cypher(bare, FINDABLE)
    assert len(encoder.passages_asked) == row["findable"] - kept
    assert await embeddings.active_space(bare) is not None


async def test_a_lease_of_a_dead_process_ends(bare: Database) -> None:
    encoder = FakeEncoder()
    space = await encoder.space()
    now = datetime.now(UTC)
    await embeddings.begin_space(bare, space=space, source="fake", now=now)
    assert await embeddings.hold_space(bare, space=space, holder="dead", now=now)
    assert not await embeddings.hold_space(bare, space=space, holder="living", now=now + timedelta(seconds=44))
    assert await embeddings.hold_space(bare, space=space, holder="living", now=now + timedelta(seconds=46))
    assert not await embeddings.hold_space(bare, space=space, holder="dead", now=now + timedelta(seconds=47))
    await embeddings.release_space(bare, space=space, holder="dead", now=now)
    assert not await embeddings.hold_space(bare, space=space, holder="other", now=now + timedelta(seconds=48))
    await embeddings.release_space(bare, space=space, holder="living", now=now)
    assert await embeddings.hold_space(bare, space=space, holder="other", now=now)


async def test_two_builds_at_once_encode_each_text_once(bare: Database) -> None:
    one, other = FakeEncoder(), FakeEncoder()
    await asyncio.gather(build(bare, one), build(bare, other))
    (row,) = await cypher(bare, FINDABLE)
    assert len(one.passages_asked) + len(other.passages_asked) == row["findable"]
    assert min(len(one.passages_asked), len(other.passages_asked)) == 0


async def test_one_who_lost_the_space_stops(bare: Database) -> None:
    encoder = FakeEncoder()
    space = await encoder.space()
    builder = Builder(bare)

    async def take_over() -> None:
        await cypher(bare, "MATCH (s:EmbeddingSpace {key: $key}) SET s.heldBy = 'another'", key=space.key)

    taking: list[asyncio.Task[None]] = []
    encoder.before = lambda: taking.append(asyncio.create_task(take_over())) if not taking else None
    with pytest.raises(TakenOver):
        await builder.build(encoder, "fake")
    assert await embeddings.active_space(bare) is None


async def test_another_model_is_built_beside_and_changed_over_to(bare: Database) -> None:
    """Until the change, searches find by the vectors before; afterwards those are taken away."""
    old, new = FakeEncoder("old"), FakeEncoder("new")
    await build(bare, old)
    before, after = await old.space(), await new.space()
    vector = letters(["防晒"])[0].tolist()
    seen: list[str | None] = []

    async def look() -> None:
        active = await embeddings.active_space(bare)
        seen.append(active.space.model if active else None)
        assert await embeddings.nearest(bare, space=before, label="Product", vector=vector, count=1)

    looks: list[asyncio.Task[None]] = []
    new.before = lambda: looks.append(asyncio.create_task(look())) if len(looks) < 3 else None
    await build(bare, new)
    await asyncio.gather(*looks)
    assert seen == ["old"] * 3
    active = await embeddings.active_space(bare)
    assert active is not None
    assert active.space == after
    assert await embeddings.nearest(bare, space=after, label="Product", vector=vector, count=1)
    known = {one.space: one for one in await embeddings.spaces(bare)}
    assert (known[before].state, known[after].state) == ("retired", "active")
    taken = await Builder(bare).drop(known[before])
    assert taken == await with_vectors(bare, after)
    assert await with_vectors(bare, before) == 0
    assert [one.space for one in await embeddings.spaces(bare)] == [after]
    assert await indexes(bare) == {vector_index(after.key, label) for label in LABELS}


async def test_going_back_to_vectors_that_are_still_there_encodes_nothing(bare: Database) -> None:
    old, new = FakeEncoder("old"), FakeEncoder("new")
    await build(bare, old)
    await build(bare, new)
    assert (await build(bare, old)).encoded == 0
    active = await embeddings.active_space(bare)
    assert active is not None
    assert active.space == await old.space()


async def test_a_space_that_is_not_in_use_is_refused(bare: Database) -> None:
    """Both are named, and nothing is written."""
    encoder, other = FakeEncoder(), FakeEncoder("other")
    space, wrong = await encoder.space(), await other.space()
    vector = [0.5] * DIMENSIONS
    with pytest.raises(WrongSpace, match="those in use are of no space"):
        await embeddings.nearest(bare, space=space, label="Note", vector=vector, count=1)
    await build(bare, encoder)
    with pytest.raises(WrongSpace) as refused:
        await embeddings.nearest(bare, space=wrong, label="Note", vector=vector, count=1)
    assert (refused.value.space, refused.value.active) == (wrong, space)
    assert str(wrong) in str(refused.value)
    assert str(space) in str(refused.value)
    (note,) = await embeddings.texts(bare, space=wrong, label="Note", batch=1)
    with pytest.raises(WrongSpace):
        await embeddings.keep_vectors(bare, space=wrong, texts=[note], vectors=[vector], now=datetime.now(UTC))
    assert await with_vectors(bare, wrong) == 0


async def test_one_space_is_active_and_one_built_at_most(bare: Database) -> None:
    """A third takes the place of the one that was being built, whose builder is refused."""
    first, second, third = (FakeEncoder(name) for name in ("first", "second", "third"))
    await build(bare, first)
    for encoder in (second, third):
        await embeddings.begin_space(bare, space=await encoder.space(), source="x", now=datetime.now(UTC))
    states = {one.space.model: one.state for one in await embeddings.spaces(bare)}
    assert states == {"first": "active", "second": "retired", "third": "building"}
    assert not await embeddings.activate_space(bare, space=await second.space(), now=datetime.now(UTC))
    (text,) = await embeddings.texts(bare, space=await second.space(), label="Brand", batch=1)
    with pytest.raises(WrongSpace):
        await embeddings.keep_vectors(
            bare, space=await second.space(), texts=[text], vectors=[[1.0] * DIMENSIONS], now=datetime.now(UTC)
        )
    assert not await embeddings.delete_space(bare, space=await third.space(), now=datetime.now(UTC))


async def test_an_older_reading_never_overwrites_a_newer_one(bare: Database) -> None:
    """Whoever read the text before it was changed and is slow is refused; the vector stays that of the newer text."""
    encoder = FakeEncoder()
    await build(bare, encoder)
    space, now = await encoder.space(), datetime.now(UTC)
    (note,) = await cypher(
        bare, "MATCH (n:Note {state: 'published'}) WITH n LIMIT 1 RETURN n.id AS id, n.title AS title"
    )
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.title = '第一版'", id=note["id"])
    slow = await embeddings.text(bare, space=space, node_id=note["id"])
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.title = '第二版'", id=note["id"])
    quick = await embeddings.text(bare, space=space, node_id=note["id"])
    assert slow is not None
    assert quick is not None

    async def keep(one: Text) -> int:
        vectors = letters([one.text]).tolist()
        return await embeddings.keep_vectors(bare, space=space, texts=[one], vectors=vectors, now=now)

    assert await keep(quick) == 1
    assert await keep(slow) == 0
    (row,) = await cypher(
        bare, "MATCH (n:Note {id: $id}) RETURN n[$name] AS vector", id=note["id"], name=vector_property(space.key)
    )
    assert np.allclose(row["vector"], letters([quick.text])[0], atol=1e-6)
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.title = $title", id=note["id"], title=note["title"])


async def test_a_vector_is_not_kept_for_what_was_hidden_meanwhile(bare: Database) -> None:
    encoder = FakeEncoder()
    space, now = await encoder.space(), datetime.now(UTC)
    await embeddings.begin_space(bare, space=space, source="fake", now=now)
    (row,) = await cypher(bare, "MATCH (n:Note {state: 'published'}) WITH n LIMIT 1 RETURN n.id AS id")
    read = await embeddings.text(bare, space=space, node_id=row["id"])
    assert read is not None
    await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'hidden'", id=row["id"])
    try:
        kept = await embeddings.keep_vectors(
            bare, space=space, texts=[read], vectors=letters([read.text]).tolist(), now=now
        )
        assert kept == 0
    finally:
        await cypher(bare, "MATCH (n:Note {id: $id}) SET n.state = 'published'", id=row["id"])


def test_a_text_is_its_parts_a_line_each() -> None:
    assert text_of(["标题  一", ["护肤", None, "防晒"], None, "", "a\n b"]) == "标题 一\n护肤 防晒\na b"
    assert text_of([None, []]) == ""
    assert len(text_of(["长" * 5_000])) == LONGEST
    assert digest("a") != digest("b")
    assert len(digest("\ud800")) == 16


@pytest.mark.parametrize("key", ["", "0123", "0123456789AB", "x) DETACH DELETE", "0123456789ab\n"])
def test_only_a_key_becomes_part_of_a_name(key: str) -> None:
    with pytest.raises(ValueError, match="no key of a vector space"):
        vector_property(key)
    with pytest.raises(ValueError, match="no key of a vector space"):
        vector_index(key, "Note")
    with pytest.raises(ValueError, match="Order has no vectors"):
        vector_index("0123456789ab", "Order")


async def test_vectors_are_read_from_no_export_and_checked_by_the_model(bare: Database) -> None:
    """The model's own checks know the properties, and the format of exports has no column for them."""
    await build(bare, FakeEncoder())
    for label in LABELS:
        rules = derived.nodes(NODE_BY_LABEL[label])
        rows = await bare.rows(rules.statement, after="", last="~", examples=3)
        broken: list[Any] = [row for row in rows if rules.invariants[row["rule"]].name.endswith(":properties")]
        assert broken == []
        assert not any(name.startswith("embed") for name in KINDS[label].columns)

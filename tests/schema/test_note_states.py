"""Whatever order a note is drafted, published, edited and deleted in, it stands as a small model says."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Database
from tests.schema.community import Person, code_of, join
from tests.schema.noting import begin
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
_STEPS = st.lists(
    st.tuples(st.sampled_from(("publish", "edit", "delete", "like", "comment")), st.sampled_from("ab")),
    min_size=1,
    max_size=8,
)
_CONFLICT = ("CONFLICT", ["input", "noteId"])


@dataclass
class Model:
    """What should be: titles said before, likes (0 or 1), comments."""

    title: str = "a"
    state: str = "draft"
    kept: list[str] = field(default_factory=list)
    likes: int = 0
    comments: int = 0


async def step(author: Person, note_id: str, model: Model, what: str, title: str) -> None:
    """Does one thing, in the service and in the model, and compares what came of it."""
    if what == "delete":
        await author.done("deleteNote", {"noteId": note_id})
        model.state = "removed"
    elif what == "publish":
        done = await author.act("publishNote", {"noteId": note_id})
        assert (done["errors"] == []) == (model.state != "removed")
        model.state = "removed" if model.state == "removed" else "published"
    elif what == "edit":
        done = await author.act("editNote", {"noteId": note_id, "title": title})
        if model.state == "removed":
            assert code_of(done) == _CONFLICT
            return
        assert done["errors"] == []
        if model.state == "published" and title != model.title:
            model.kept.append(model.title)
        model.title = title
    else:
        await _answer(author, note_id, model, what)


async def _answer(author: Person, note_id: str, model: Model, what: str) -> None:
    given = {"noteId": note_id} if what == "like" else {"noteId": note_id, "text": "t"}
    done = await author.act("likeNote" if what == "like" else "commentOnNote", given)
    if model.state == "published":
        assert done["errors"] == []
        model.likes = max(model.likes, int(what == "like"))
        model.comments += what == "comment"
    else:
        code = "CONFLICT" if model.state == "draft" else "NOT_FOUND"
        assert code_of(done) == (code, ["input", "noteId"])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example makes a note of its own
)
@given(steps=_STEPS)
async def test_a_note_stands_as_the_model_says(
    client: httpx.AsyncClient, database: Database, author: Person, steps: list[tuple[str, str]]
) -> None:
    note_id, model = await begin(author, title="a"), Model()
    for what, title in steps:
        await step(author, note_id, model, what, title)
    (row,) = await cypher(
        database,
        """MATCH (note:Note {id: $id})
        RETURN note.title AS title, note.state AS state,
          COLLECT { MATCH (note)-[:HAS_REVISION]->(old) RETURN old.title ORDER BY old.number } AS kept,
          COLLECT { MATCH (note)-[:HAS_REVISION]->(old) RETURN old.number ORDER BY old.number } AS numbers,
          COUNT { (note)<-[:LIKES]-() } AS likes, COUNT { (note)<-[:ON]-() } AS comments,
          EXISTS { (note)<-[:POSTED]-() } AS posted, EXISTS { (note)<-[:DRAFTED]-() } AS drafted""",
        id=note_id,
    )
    assert row == {
        "title": model.title,
        "state": model.state,
        "kept": model.kept,
        "numbers": [*range(1, len(model.kept) + 1)],
        "likes": model.likes,
        "comments": model.comments,
        "posted": model.state == "published",
        "drafted": model.state != "published",
    }
    seen = await author.ask("query N($id: ID!) { note(id: $id) { title state } }", id=note_id)
    shown = {"title": model.title, "state": model.state.upper()}
    assert seen["note"] == (None if model.state == "removed" else shown)


@pytest.fixture
async def author(client: httpx.AsyncClient) -> Person:
    return await join(client)

"""Feedback counts once, in whatever order, batch and moment it comes, and only of those who let it be kept."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from graph.database import Database
from settings import Settings
from tests.schema.behaving import consent, edges, event, kept, moment, tell
from tests.schema.community import Person, code_of
from tests.schema.noting import begin, post, products
from tests.schema.shop import people
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pair(client: httpx.AsyncClient, database: Database, settings: Settings) -> tuple[Person, Person]:
    """Somebody who lets their behaviour be kept, and an author."""
    one, other = await people(client, database, settings, 2)
    await consent(one)
    return one, other


async def test_each_kind_is_counted_where_it_belongs(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note, (product, *_) = await post(author), await products(database)
    early, late = moment(60), moment(5)
    cited = {"recommendationId": "recommendation_x", "position": 3, "surface": "home_feed"}
    sent = [
        event("IMPRESSION", note, at=late, **cited),
        event("IMPRESSION", note, at=early),
        event("VIEW", note, at=early, dwellMs=1_500),
        event("VIEW", note, at=late, dwellMs=500),
        event("VIEW", product, at=late),
        event("CLICK", note, at=late, **cited),
        event("CART_ADD", product, at=late),
        event("LIKE", note, at=late, recommendationId="recommendation_x"),
        event("COLLECT", note, at=late),
        event("FOLLOW", author.id, at=late),
        event("PURCHASE", product, at=late),
    ]
    assert await tell(one, *sent) == (11, 0, [])
    assert await edges(database, one) == {
        ("CARTED", product): [1, None, late, late],
        ("CLICKED", note): [1, None, late, late],
        ("SHOWN", note): [2, None, early, late],
        ("VIEWED", note): [2, 2_000, early, late],
        ("VIEWED", product): [1, None, late, late],
    }
    found = await kept(database, one)
    assert len(found) == 11
    assert {"kind": "click", "subjectId": note, "at": late, **cited} in found
    assert {"kind": "view", "subjectId": note, "at": early, "dwellMs": 1_500} in found
    assert await cypher(database, "MATCH (:User {id: $id})-[r:LIKES|COLLECTED|FOLLOWS]->() RETURN r", id=one.id) == []


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["IMPRESSION", "VIEW", "CLICK", "CART_ADD", "HIDE", "LIKE"]),
        st.integers(0, 2),
        st.integers(1, 600),
        st.one_of(st.none(), st.integers(0, 90_000)),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
async def things(database: Database, pair: tuple[Person, Person]) -> tuple[list[str], list[str]]:
    """Three notes and three products."""
    return [await post(pair[1]) for _ in range(3)], await products(database)


@effort(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=_EVENTS, seed=st.integers(0, 2**32))
async def test_order_repetition_and_batches_change_nothing(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    things: tuple[list[str], list[str]],
    drawn: list[Any],
    seed: int,
) -> None:
    """One person is told of in one batch, another in any order, with repetitions, split anyhow, some at once."""
    one, other = await people(client, database, settings, 2)
    await consent(one, other)
    notes, goods = things
    told = []
    for kind, place, minutes, dwell in drawn:
        subject = goods[place] if kind == "CART_ADD" else notes[place]
        values = {"dwellMs": dwell} if kind == "VIEW" else {}
        told.append(event(kind, subject, at=moment(minutes), **values))
    assert await tell(one, *told) == (len(told), 0, [])
    chance = random.Random(seed)
    again = told + chance.choices(told, k=chance.randrange(7))
    chance.shuffle(again)
    cuts = sorted({0, len(again), *(chance.randrange(len(again)) for _ in range(chance.randrange(5)))})
    batches = [again[start:end] for start, end in itertools.pairwise(cuts)]
    outcomes = await asyncio.gather(*(tell(other, *batch) for batch in batches))
    assert sum(accepted for accepted, _, _ in outcomes) == len(told)
    assert sum(duplicates for _, duplicates, _ in outcomes) == len(again) - len(told)
    assert await edges(database, other) == await edges(database, one)
    assert await kept(database, other) == await kept(database, one)


async def test_one_batch_sent_ten_times_at_once_counts_once(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note = await post(author)
    batch = [event("IMPRESSION", note), event("VIEW", note, dwellMs=70), event("HIDE", note)]
    outcomes = await asyncio.gather(*(tell(one, *batch) for _ in range(10)))
    assert sorted(outcomes) == [(0, 3, [])] * 9 + [(3, 0, [])]
    at = batch[0]["at"]
    assert await edges(database, one) == {
        ("NOT_INTERESTED", note): [None, None, batch[2]["at"], None],
        ("SHOWN", note): [1, None, at, at],
        ("VIEWED", note): [1, 70, batch[1]["at"], batch[1]["at"]],
    }


async def test_many_people_look_at_one_note_at_once(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    author, *crowd = await people(client, database, settings, 13)
    await consent(*crowd)
    note = await post(author)
    outcomes = await asyncio.gather(*(tell(one, event("IMPRESSION", note), event("CLICK", note)) for one in crowd))
    assert outcomes == [(2, 0, [])] * 12
    (row,) = await cypher(database, "MATCH (n:Note {id: $id})<-[e:SHOWN|CLICKED]-() RETURN sum(e.count) AS n", id=note)
    assert row["n"] == 24


async def test_an_id_is_the_person_s_own(
    client: httpx.AsyncClient, database: Database, settings: Settings, pair: tuple[Person, Person]
) -> None:
    one, author = pair
    (other,) = await people(client, database, settings, 1)
    await consent(other)
    note = await post(author)
    sent = event("IMPRESSION", note, id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert await tell(one, sent) == (1, 0, [])
    assert await tell(other, sent) == (1, 0, [])
    assert await tell(other, {**sent, "id": sent["id"].lower()}) == (0, 1, [])


async def test_what_cannot_be_taken_is_told_and_the_rest_counts(
    client: httpx.AsyncClient, database: Database, settings: Settings, pair: tuple[Person, Person]
) -> None:
    one, author = pair
    (hermit,) = await people(client, database, settings, 1)
    await hermit.done("blockUser", {"userId": one.id})
    note, draft, hidden = await post(author), await begin(author), await post(hermit)
    sent = [
        event("VIEW", draft),
        event("VIEW", note),
        event("VIEW", hidden),
        event("VIEW", "note_absent"),
        event("HIDE", hermit.id),
        event("FOLLOW", "brand_absent"),
        event("VIEW", note, at=moment(30 * 24 * 60 + 5)),
        event("VIEW", note, at=moment(-10)),
        event("VIEW", note, at="0001-01-01T00:00:00Z"),
        event("VIEW", note, at=moment(-4)),
        event("VIEW", note, at=moment(29 * 24 * 60)),
    ]
    codes = [
        (0, "NOT_FOUND"), (2, "NOT_FOUND"), (3, "NOT_FOUND"), (4, "NOT_FOUND"), (5, "NOT_FOUND"), (6, "TOO_OLD"),
        (7, "IN_FUTURE"), (8, "TOO_OLD"),
    ]  # fmt: skip
    assert await tell(one, *sent) == (3, 0, codes)
    first, last = sent[10]["at"], sent[9]["at"]
    assert await edges(database, one) == {("VIEWED", note): [3, None, first, last]}
    assert len(await kept(database, one)) == 3
    await author.done("publishNote", {"noteId": draft})
    assert await tell(one, sent[0]) == (1, 0, []), "what was skipped may come again"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "CART_ADD"}, "subjectId"),
        ({"kind": "FOLLOW"}, "subjectId"),
        ({"kind": "HIDE", "subjectId": "brand_x"}, "subjectId"),
        ({"kind": "VIEW", "subjectId": "user_x"}, "subjectId"),
        ({"subjectId": "comment_x"}, "subjectId"),
        ({"subjectId": "'; MATCH (n) DETACH DELETE n; //"}, "subjectId"),
        ({"kind": "CLICK", "dwellMs": 5}, "dwellMs"),
        ({"dwellMs": -1}, "dwellMs"),
        ({"dwellMs": 86_400_001}, "dwellMs"),
        ({"position": -1}, "position"),
        ({"position": 10_001}, "position"),
        ({"id": "1"}, "id"),
        ({"id": "01890a5d-ac96-774b-bcce-b302099a8057\n"}, "id"),
        ({"id": "81ARZ3NDEKTSV4RRFFQ69G5FAV"}, "id"),
        ({"surface": "Home Feed"}, "surface"),
        ({"surface": "a" * 41}, "surface"),
        ({"surface": ""}, "surface"),
        ({"recommendationId": "note_x"}, "recommendationId"),
    ],
)
async def test_what_is_malformed_writes_nothing(
    database: Database, pair: tuple[Person, Person], values: dict[str, Any], field: str
) -> None:
    one, author = pair
    note = await post(author)
    sent = [event("VIEW", note), {**event("VIEW", note), **values}]
    payload = await one.act("recordFeedback", {"events": sent}, "accepted skipped { index }")
    assert code_of(payload) == ("INVALID", ["input", "events", "1", field])
    assert (payload["accepted"], payload["skipped"]) == (None, None)
    assert await edges(database, one) == {}
    assert await kept(database, one) == []


async def test_nobody_hides_themselves(database: Database, pair: tuple[Person, Person]) -> None:
    one, _ = pair
    payload = await one.act("recordFeedback", {"events": [event("HIDE", one.id)]})
    assert code_of(payload) == ("INVALID", ["input", "events", "0", "subjectId"])
    assert code_of(await one.act("hide", {"subjectId": one.id})) == ("INVALID", ["input", "subjectId"])
    assert await edges(database, one) == {}


async def test_a_hundred_and_no_more(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note = await post(author)
    many = [event("IMPRESSION", note) for _ in range(101)]
    assert code_of(await one.act("recordFeedback", {"events": many})) == ("INVALID", ["input", "events"])
    assert code_of(await one.act("recordFeedback", {"events": []})) == ("INVALID", ["input", "events"])
    assert await edges(database, one) == {}
    assert await tell(one, *many[:100]) == (100, 0, [])
    assert (await edges(database, one))["SHOWN", note][0] == 100


async def test_who_may_not_act_adds_nothing(database: Database, pair: tuple[Person, Person]) -> None:
    one, author = pair
    note = await post(author)
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended' RETURN 1", id=one.id)
    payload = await one.act("recordFeedback", {"events": [event("VIEW", note)]})
    assert code_of(payload) == ("FORBIDDEN", [])
    for mutation, values in (("hide", {"subjectId": author.id}), ("setBehaviourConsent", {"given": False})):
        assert code_of(await one.act(mutation, values)) == ("FORBIDDEN", [])
    assert await edges(database, one) == {}
    assert await kept(database, one) == []

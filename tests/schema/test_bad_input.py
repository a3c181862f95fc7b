"""Every mutation with every kind of bad input: a clear typed error, and nothing written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app import create_app
from graph.database import Address, Database
from graph.rules.access import GRANTED, Role, Viewer
from resolvers.services import make_tokens
from schema.api import MUTATIONS
from settings import Settings
from tests.schema.commits import Commits, counted
from tests.schema.community import Person, act, join
from tests.schema.samples import Bad, bad_values, fields_of, input_type, malformed, mutations, sample
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
EVERYBODY = frozenset(Role)
_BAD: dict[str, list[Bad]] = defaultdict(list)
for _one in bad_values():
    _BAD[_one.mutation].append(_one)
_MALFORMED: dict[str, list[Bad]] = defaultdict(list)
for _one in malformed():
    _MALFORMED[_one.mutation].append(_one)
# What these do is the same whether or not the thing is there, so that nobody learns which it is.
_SILENT = {"requestPasswordReset"}


@pytest.fixture(scope="module")
async def quiet(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application without a worker, so that only what a test does is written."""
    app = create_app(settings.model_copy(update={"worker": False}))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as one,
    ):
        yield one


@pytest.fixture(scope="module")
async def person(quiet: httpx.AsyncClient, address: Address, settings: Settings) -> Person:
    """Somebody who may do everything."""
    one = await join(quiet)
    # What the graph says of an account counts where a role gives much, whatever the token says.
    door = Database(address)
    await cypher(
        door,
        "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a) SET a.roles = $roles RETURN 1",
        id=one.id,
        roles=sorted(GRANTED),
    )
    await door.close()
    viewer = Viewer(one.id, EVERYBODY, "session_test")
    one.tokens = {"accessToken": make_tokens(settings).access(viewer, now=datetime.now(UTC))}
    return one


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    """Counts what is written."""
    return counted(monkeypatch)


def takes_id(mutation: str) -> bool:
    """Whether the mutation's input must name something."""
    return any(one.required and one.name.endswith(("Id", "Ids")) for one in fields_of(input_type(mutation)))


@pytest.mark.parametrize("mutation", mutations())
async def test_values_out_of_bounds(person: Person, commits: Commits, mutation: str) -> None:
    before = commits.count
    for bad in _BAD[mutation]:
        payload = await person.act(mutation, bad.given)
        found = [(error["code"], error["field"]) for error in payload["errors"]]
        assert found == [("INVALID", ["input", bad.field])], (bad.kind, bad.field, payload)
        assert bad.field in payload["errors"][0]["message"]
    assert commits.count == before


@pytest.mark.parametrize("mutation", mutations())
async def test_what_graphql_refuses(person: Person, commits: Commits, mutation: str) -> None:
    before = commits.count
    for bad in _MALFORMED[mutation]:
        document = (
            f"mutation M($input: {input_type(mutation).name}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
        )
        answer = await person.post(document, input=bad.given)
        assert "data" not in answer, (bad.kind, answer)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}
        assert bad.field in answer["errors"][0]["message"], (bad.kind, answer)
    assert commits.count == before


@pytest.mark.parametrize("mutation", [one for one in mutations() if takes_id(one)])
async def test_ids_that_name_nothing(person: Person, commits: Commits, mutation: str) -> None:
    before = commits.count
    payload = await person.act(mutation, sample(input_type(mutation)))
    (error,) = payload["errors"]
    assert error["code"] in ("NOT_FOUND", "INVALID"), payload
    assert error["field"][:1] == ["input"], payload
    assert commits.count == before


@pytest.mark.parametrize("mutation", mutations())
async def test_who_is_not_signed_in(
    quiet: httpx.AsyncClient, settings: Settings, person: Person, commits: Commits, mutation: str
) -> None:
    before = commits.count
    given = sample(input_type(mutation))
    viewer = Viewer(person.id, EVERYBODY, "session_test")
    late = make_tokens(settings).access(viewer, now=datetime.now(UTC) - timedelta(days=1))
    forged = person.tokens["accessToken"][:-6] + "AAAAAA"
    document = (
        f"mutation M($input: {input_type(mutation).name}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
    )
    for token in (late, forged, "nonsense"):
        response = await quiet.post(
            "/graphql",
            json={"query": document, "variables": {"input": given}},
            headers={"authorization": f"Bearer {token}"},
        )
        assert response.status_code == 401
        assert response.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"
    if MUTATIONS[mutation].access.roles is not None:
        payload = await act(quiet, mutation, given)
        assert [error["code"] for error in payload["errors"]] == ["SIGN_IN_REQUIRED"]
    assert commits.count == before


@pytest.mark.parametrize("mutation", mutations())
async def test_every_role(quiet: httpx.AsyncClient, settings: Settings, person: Person, mutation: str) -> None:
    """What the table of docs/access.md says is what happens."""
    access, given = MUTATIONS[mutation].access, sample(input_type(mutation))
    for role in Role:
        viewer = Viewer(person.id, frozenset({Role.MEMBER, role}), "session_test")
        token = make_tokens(settings).access(viewer, now=datetime.now(UTC))
        payload = await act(quiet, mutation, given, "", {"authorization": f"Bearer {token}"})
        refused = [error["code"] for error in payload["errors"]] == ["FORBIDDEN"]
        assert refused == (not access.admits(viewer)), (role, payload)


def _asks(fields: str) -> str:
    return f"mutation M($input: PersonInput!) {{ followUser(input: $input) {{ errors {{ code }} {fields} }} }}"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("user { followers(first: 1000) { nodes { id } } }", "INVALID"),
        ('user { followers(first: 10, after: "nonsense") { nodes { id } } }', "INVALID"),
        ("user { " + "followers(first: 1) { nodes { " * 7 + "id" + " } }" * 7 + " }", "LIMIT_EXCEEDED"),
        ("user { " + "followers(first: 100) { nodes { " * 3 + "id" + " } }" * 3 + " }", "LIMIT_EXCEEDED"),
        ("user { nothing }", "BAD_REQUEST"),
    ],
)
async def test_a_payload_that_asks_too_much_is_refused_before_anything_is_written(
    quiet: httpx.AsyncClient, person: Person, commits: Commits, fields: str, code: str
) -> None:
    other = await join(quiet)
    before = commits.count
    answer = await person.post(_asks(fields), input={"userId": other.id})
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    assert commits.count == before

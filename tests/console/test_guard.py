"""What the guard lets through and what it does not, on a real server with something to steal in it."""

from __future__ import annotations

import json

import pytest

from bench.console.preparing import SECRET, prepared
from bench.console.statements import Asked, hostile, legitimate
from graph.console.allowed import CLOSED_LABELS, CLOSED_TYPES, OPEN_LABELS, OPEN_TYPES, operator
from graph.console.plans import inspect_plan
from graph.console.reading import ConsoleDoor, Question
from graph.console.refusals import CypherFault, Refused
from graph.console.text import inspect
from graph.console.values import to_json
from graph.database import Database
from tests.schema.support import cypher

_PATH = "SHORTEST 1 (u) ((`a`)-[`r`]->(`b`)){1, } (v)\n        expanding from: v"
pytestmark = pytest.mark.anyio
_HELD = "MATCH (n) RETURN count(n) AS nodes, sum(size(keys(n))) AS properties, sum(COUNT { (n)-->() }) AS relationships"


async def _asked(door: ConsoleDoor, one: Asked) -> tuple[str, str]:
    """What came of it in one word, and all that was said."""
    question = Question(one.text, language=one.language, timeout_s=30)
    try:
        async with door.ask(question, closed=True, who="test") as answer:
            said = b""
            while rows := await answer.rows.pull(1_000):
                said += to_json(rows)
            return "answered" if said else "nothing", said.decode()
    except Refused as error:
        return error.reason, error.message
    except CypherFault as error:
        return "fault", error.message


async def test_hostile_questions_are_refused_and_nothing_leaks(door: ConsoleDoor, database: Database) -> None:
    questions = hostile()
    async with prepared(database):
        before = await cypher(database, _HELD)
        told = [(one, *await _asked(door, one)) for one in questions]
        assert await cypher(database, _HELD) == before
    assert len(questions) >= 80
    assert [(one.about, became) for one, became, _ in told if became not in one.refused] == []
    assert [one.about for one, _, said in told if SECRET in said or "root:" in said] == []


async def test_legitimate_questions_are_answered(door: ConsoleDoor, database: Database) -> None:
    questions = legitimate()
    async with prepared(database):
        told = [(one, *await _asked(door, one)) for one in questions]
    assert len(questions) >= 60
    # The demo community has no raw events.
    assert [(one.about, *rest) for one, *rest in told if rest[0] != "answered" and one.about != "raw behaviour"] == []
    assert [one.about for one, _, said in told if SECRET in said] == []


async def test_without_closed_labels_the_rest_of_the_guard_stands(door: ConsoleDoor, database: Database) -> None:
    """A copy that holds nothing private is asked more freely, and harmed as little."""
    free = [one for one in hostile() if set(one.refused) & {"clause", "procedure", "function", "leading", "writes"}]
    assert len(free) > 60
    for one in free:
        with pytest.raises((Refused, CypherFault)):
            async with door.ask(Question(one.text, language=one.language), closed=False, who="test"):
                pass
    async with door.ask(
        Question("MATCH (n) RETURN labels(n)[0] AS label, count(*)"), closed=False, who="test"
    ) as answer:
        found = dict(await answer.rows.pull(100))
        assert found["User"] >= 200


def test_every_label_and_type_is_open_or_closed() -> None:
    assert not OPEN_LABELS & CLOSED_LABELS
    assert not OPEN_TYPES & CLOSED_TYPES
    assert {"Account", "Session", "AuditEvent", "OutboxEvent", "IdempotencyRecord"} <= CLOSED_LABELS
    assert {"HAS_ACCOUNT", "HAS_SESSION", "BLOCKS", "NOT_INTERESTED", "DRAFTED"} <= CLOSED_TYPES
    assert {"FOLLOWS", "LIKES", "POSTED", "PURCHASED", "VIEWED", "SIMILAR"} <= OPEN_TYPES


async def test_search_indexes_are_over_open_labels(database: Database) -> None:
    """Procedures of search give nodes of the index they name, which no plan tells."""
    found = await database.command("SHOW INDEXES YIELD type, labelsOrTypes WHERE type IN ['FULLTEXT', 'VECTOR']")
    assert {one for row in found for one in row["labelsOrTypes"]} <= OPEN_LABELS | OPEN_TYPES


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Expand(All)@neo4j", "Expand"),
        ("StatefulShortestPath(All, Trail)@neo4j", "StatefulShortestPath"),
        ("VarLengthExpand(Pruning,BFS,All)", "VarLengthExpand"),
        ("Repeat(All, Trail)", "Repeat"),
        ("LoadCSV@neo4j", None),
        ("Expand(Write)", None),
        ("AdministrationCommand@system", None),
        ("SetProperty", None),
        ("SomethingNew", None),
        ("", None),
    ],
)
def test_operators_are_known_by_name_and_form(said: str, name: str | None) -> None:
    assert operator(said) == name


@pytest.mark.parametrize(
    ("operator_type", "details", "open_"),
    [
        ("NodeByLabelScan", "n:Note", True),
        ("NodeByLabelScan", "n:Account", False),
        ("UnionNodeByLabelsScan", "n:Note|Account", False),
        ("SubtractionNodeByLabelsScan", "n:User&!Account", True),
        ("NodeIndexSeek", "RANGE INDEX n:Note(authorId) WHERE authorId = $a", True),
        ("NodeUniqueIndexSeek", "UNIQUE a:Account(emailKey) WHERE emailKey = $a", False),
        ("NodeIndexSeek", "something that a later server says", False),
        ("Expand(All)", "(a)-[r:LIKES|FOLLOWS]->(b)", True),
        ("Expand(All)", "(a)<-[:HAS_ACCOUNT]-(b)", False),
        ("Expand(Into)", "(a)-[r]->(b)", False),
        ("Expand(All)", "(a)--(b)", False),
        ("VarLengthExpand(All)", "p = (a)-[:FOLLOWS*..3]->(b) WHERE all(x IN y WHERE x.z = 1)", True),
        ("DirectedRelationshipIndexSeek", "RANGE INDEX (a)-[r:FOLLOWS(to)]->(b) WHERE to = $a", True),
        ("DirectedRelationshipIndexSeek", "RANGE INDEX (a)-[r:BLOCKS(at)]->(b) WHERE at = $a", False),
        ("AllNodesScan", "n", False),
        ("NodeByElementIdSeek", "n WHERE elementId(n) = $a", False),
        (
            "StatefulShortestPath(All, Trail)",
            f"{_PATH}\n    inlined predicates: r:FOLLOWS\n",
            True,
        ),
        (
            "StatefulShortestPath(All, Trail)",
            f"{_PATH}\n    inlined predicates: r:FOLLOWS OR true",
            False,
        ),
    ],
)
def test_plans_tell_what_is_fetched(operator_type: str, details: str, *, open_: bool) -> None:
    plan = {"operatorType": operator_type, "args": {"Details": details}, "children": []}
    if open_:
        inspect_plan(plan, closed=True)
    else:
        with pytest.raises(Refused, match="open"):
            inspect_plan(plan, closed=True)
    inspect_plan(plan, closed=False)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (u:User) RETURN u.use AS use, u.load AS load, u.csv",
        "MATCH (n) WHERE n.x = 'LOAD CSV; CALL dbms.listConfig()' RETURN n.y // LOAD CSV",
        "RETURN 1.5e3 AS a, 0x1F AS b, 1_000 AS c, [1..2] AS d;",
        "RETURN \"it's /* no comment\" AS a, '//' AS b",
        "RETURN $`a b` AS a, $all AS b, {call: 1, show: 2}.call AS c",
        "MATCH (u:User)\r\nRETURN u.id\r\n",
    ],
)
def test_words_are_told_from_texts_comments_and_names(text: str) -> None:
    inspect(text, closed=True)


@pytest.mark.parametrize("text", ["RETURN 1" + " " * 60_000, "RETURN '\ud800'", "RETURN 1\r RETURN 2", "x'\\u0041'"])
def test_what_two_readers_may_read_differently_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        inspect(text, closed=True)


async def test_faults_are_told_with_their_place(door: ConsoleDoor) -> None:
    with pytest.raises(CypherFault, match=r"`v` not defined \(line 2, column 11, offset 25\)") as raised:
        await door.plan(Question("MATCH (u:User)\nRETURN u, v"), closed=True, who="test")
    assert raised.value.code == "CYPHER"
    assert raised.value.status == "Neo.ClientError.Statement.SyntaxError"
    with pytest.raises(CypherFault, match=r"\(line 1, column 8, offset 7\)"):
        await door.plan(Question("RETURN x"), closed=True, who="test")
    planned = await door.plan(Question("MATCH (u:User) RETURN count(*)"), closed=True, who="test")
    assert json.dumps(planned.plan["operatorType"]) == '"ProduceResults@neo4j"'

"""`cypher` from the terminal: tables, files, plans, and the same guard."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from commands import cli
from graph.database import Address, Database
from tests.commands.command import ROOT, environment
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio


def asked(address: Address, *arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of the command."""
    settings = {
        "NEO4J_URI": address.uri,
        "NEO4J_PASSWORD": address.password,
        "ZHONGCAO_SECRET_KEY": "of-the-tests-alone-" + "0" * 32,
    }
    done = subprocess.run(
        [sys.executable, "app.py", "cypher", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_table_with_parameters_and_a_mark_where_it_is_cut(address: Address) -> None:
    status, out, error = asked(
        address, "UNWIND range(1, $n) AS i RETURN i, $word AS word", "--param", "n=1500", "--param", "word=口红"
    )
    assert status == 0, error
    assert "口红" in out
    assert "1,000 rows" in error
    assert "truncated: the answer was cut at the limit of 1,000 rows" in error


def test_files_in_and_out(address: Address, tmp_path: Path) -> None:
    question = tmp_path / "question.cypher"
    question.write_text("// all of them\nMATCH (u:User) RETURN u.id AS id, u.createdAt AS at ORDER BY id;\n", "utf-8")
    file = tmp_path / "people.parquet"
    status, out, error = asked(address, "--file", str(question), "--format", "parquet", "--output", str(file))
    assert (status, out) == (0, ""), error
    people = pq.read_table(file).num_rows
    assert people >= 200
    assert f"{people:,} rows" in error
    status, out, error = asked(address, "--format", "csv", stdin=question.read_text("utf-8"))
    rows = list(csv.DictReader(out.splitlines()))
    assert (status, len(rows), list(rows[0])) == (0, people, ["id", "at"])


def test_plans(address: Address) -> None:
    status, out, _ = asked(address, "CALL () { MATCH (u:User) RETURN u.kind AS kind } RETURN kind", "--profile")
    assert (status, "NodeByLabelScan" in out, " came" in out) == (0, True, True)


async def test_saved_queries(address: Address, database: Database) -> None:
    await cypher(
        database,
        "CREATE (:SavedQuery {id: 'savedquery_cli', name: 'n', description: '', text: 'RETURN $n + 1 AS one', "
        "language: '25', parameters: $told})",
        told='[{"name": "n", "type": "integer", "meaning": "a number", "default": 41}]',
    )
    try:
        status, out, error = asked(address, "--saved", "savedquery_cli", "--format", "csv")
        assert (status, out.split()) == (0, ["one", "42"]), error
    finally:
        await cypher(database, "MATCH (q:SavedQuery {id: 'savedquery_cli'}) DELETE q")


def test_one_question_at_a_time() -> None:
    for other in (["RETURN 1"], ["--canned", "funnel"]):
        refused = CliRunner().invoke(cli, ["cypher", *other, "--saved", "savedquery_cli"])
        assert refused.exit_code == 1
        assert "one of the question, --canned and --saved" in refused.output


def test_refusals(address: Address) -> None:
    for question, said in (
        ("MATCH (a:Account) RETURN a", "Account is closed"),
        ("RETURN x", "not defined"),
    ):
        status, out, error = asked(address, question)
        assert (status, out) == (1, "")
        assert said in error

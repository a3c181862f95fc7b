"""`cypher`: one question to the graph from the terminal, behind the same guard as everybody's."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar, Literal

import orjson
import typer
from rich.table import Table as Shown
from rich.tree import Tree

from commands.home import DataDir, reached, within
from commands.terminal import ERROR, OUT, TerminalProgress, speaking
from graph.console.canned import CANNED, canned
from graph.console.explained import explain_graph, to_markdown
from graph.console.formats import ENCODERS, Encoder, Told
from graph.console.reading import Question
from graph.console.values import cell
from graph.database import Database
from graph.errors import Invalid
from graph.saved_queries import saved_query
from resolvers.console import Asked, make_console
from settings import Settings, load_settings

_WHO = "operator"
_SHOWN_ROWS = 1_000
Ask = Callable[[Database], Awaitable[Question]]


class Form(Enum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    ARROW = "arrow"
    PARQUET = "parquet"


class Language(Enum):
    """Versions of the language."""

    FIVE = "5"
    TWENTY_FIVE = "25"


@speaking
def cypher(
    query: Annotated[str | None, typer.Argument(help="The question; none: from --file or standard input.")] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A file with the question.")] = None,
    ready: Annotated[str | None, typer.Option("--canned", help="The name of a question that is kept ready.")] = None,
    saved: Annotated[str | None, typer.Option("--saved", help="The id or link of a saved query.")] = None,
    list_ready: Annotated[bool, typer.Option("--list", help="Show the questions that are kept ready.")] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Explain the graph, as Markdown.")] = False,
    parameter: Annotated[
        list[str] | None, typer.Option("--param", help="name=value, the value as JSON or else as text; several times.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How the answer is written.")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option(help="A file for the answer; none: standard output.")] = None,
    language: Annotated[Language, typer.Option(help="The version of Cypher.")] = Language.FIVE,
    explain: Annotated[bool, typer.Option("--explain", help="Show the plan instead.")] = False,
    profile: Annotated[bool, typer.Option("--profile", help="Run it and show what its plan did.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Longest it may take, in seconds; the setting bounds it.")
    ] = 60,
    max_rows: Annotated[
        int | None, typer.Option(min=1, help="Most rows; the setting bounds them, a table has 1,000.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Ask the graph a question in Cypher, which can only read."""
    if list_ready:
        OUT.print(_ready())
        return
    if graph:
        with TerminalProgress() as progress, reached(load_settings(data_dir=data_dir), progress) as address:
            typer.echo(to_markdown(within(address, explain_graph)))
        return
    ask = _asker(query, file, ready, saved, _parameters(parameter or []), language, timeout)
    settings = load_settings(data_dir=data_dir)
    most = min(max_rows or _SHOWN_ROWS, _SHOWN_ROWS) if form is Form.TABLE else max_rows
    with TerminalProgress() as progress, reached(settings, progress) as address:
        database = Database(address)
        if explain or profile:
            asyncio.run(_plan(settings, database, ask, "profile" if profile else "explain"))
        else:
            asyncio.run(_answer(settings, database, ask, most, form, output))


def _ready() -> Shown:
    table = Shown("name", "about", "parameters")
    for one in CANNED.values():
        told = (
            f"{each.name} {each.type}{'' if each.default is None else f' = {each.default}'}" for each in one.parameters
        )
        table.add_row(one.name, one.about, "\n".join(told))
    return table


def _asker(
    query: str | None,
    file: Path | None,
    ready: str | None,
    saved: str | None,
    parameters: dict[str, Any],
    language: Language,
    timeout_s: float,
) -> Ask:
    """What gives the question that is meant, once there is a database. Raises Invalid where several are."""
    if sum(one is not None for one in (query or file, ready, saved)) > 1:
        raise Invalid("pass one of the question, --canned and --saved")
    if saved is not None:
        return lambda database: _saved(database, saved, parameters, timeout_s)
    text = canned(ready).text if ready is not None else _text(query, file)
    given = canned(ready).filled(parameters) if ready is not None else parameters
    return lambda database: _given(Question(text, given, language.value, timeout_s))


async def _given(question: Question) -> Question:
    return question


async def _saved(database: Database, key: str, parameters: dict[str, Any], timeout_s: float) -> Question:
    kept = await saved_query(database, key=key, user_id=None)
    return Question(kept.definition.text, kept.filled(parameters), kept.definition.language, timeout_s)


def _text(query: str | None, file: Path | None) -> str:
    if query is not None and file is not None:
        raise Invalid("pass the question or --file, not both")
    if file is not None:
        return file.read_text(encoding="utf-8")
    if query is not None and query != "-":
        return query
    if sys.stdin.isatty():
        raise Invalid("no question: pass it, or --file, or write it to standard input")
    return sys.stdin.read()


def _parameters(given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise Invalid(f"--param {one}: write name=value")
        try:
            found[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            found[name] = value
    return found


async def _answer(
    settings: Settings, database: Database, ask: Ask, most: int | None, form: Form, output: Path | None
) -> None:
    console = make_console(settings, database, None)
    table = _Table()
    encoder: Encoder = table if form is Form.TABLE else ENCODERS[form.value]()
    try:
        async with console.answer(_WHO, Asked(await ask(database), most), encoder) as reply:
            with _opened(output) as target:
                async for piece in reply.delivery.pieces():
                    target.write(piece)
            told = reply.delivery.told
    finally:
        await console.close()
        await database.close()
    if form is Form.TABLE:
        OUT.print(table.shown())
    assert told is not None, "the answer was taken to its end"
    ERROR.print(f"{told.rows:,} rows in {told.ms / 1000:.2f} s from the {told.source} graph", highlight=False)
    if told.truncated is not None:
        ERROR.print(f"[bold yellow]![/] {told.truncated}", highlight=False)


def _opened(output: Path | None) -> IO[bytes]:
    # Standard output stays open behind it.
    return open(sys.stdout.fileno(), "wb", closefd=False) if output is None else output.open("wb")


class _Table:
    """Keeps the rows for a table on the terminal."""

    ends_after_error: ClassVar[bool] = False

    def begin(self, columns: Sequence[str], first: Sequence[Sequence[Any]]) -> bytes:
        """Keeps the columns."""
        self._table = Shown(*columns)
        return b""

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Keeps the rows."""
        for row in rows:
            self._table.add_row(*("" if one is None else str(cell(one)) for one in row))
        return b""

    def end(self, told: Told) -> bytes:
        """Nothing is added."""
        return b""

    def broken(self, code: str, message: str) -> bytes:
        """The error itself is shown."""
        return b""

    def shown(self) -> Shown:
        """The table."""
        return self._table


async def _plan(settings: Settings, database: Database, ask: Ask, mode: Literal["explain", "profile"]) -> None:
    console = make_console(settings, database, None)
    try:
        found = await console.plan(_WHO, Asked(await ask(database)), mode)
    finally:
        await console.close()
        await database.close()
    OUT.print(_tree(found["plan"]))


def _tree(plan: dict[str, Any], above: Tree | None = None) -> Tree:
    arguments = plan["args"]
    counted = f"  {arguments['EstimatedRows']:,.0f} rows expected"
    if "Rows" in arguments:
        counted += f", {arguments['Rows']:,} came, {arguments.get('DbHits', 0):,} hits"
    details = " ".join(str(arguments.get("Details") or "").split())
    label = f"[bold]{plan['operatorType'].partition('@')[0]}[/]{counted}  [dim]{details.replace('[', chr(92) + '[')}[/]"
    here = Tree(label) if above is None else above.add(label)
    for child in plan.get("children", ()):
        _tree(child, here)
    return here

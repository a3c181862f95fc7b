"""The first wall: a question's text, read word by word as the server reads it, before the server sees it.

The plan does not show everything. A subquery inside an expression (`CASE WHEN … THEN COLLECT { LOAD CSV … }`) is
planned out of sight, so what must never run is looked for in the text, wherever it stands. What two readers could read
in two ways (escapes of characters, marks that turn text, odd line ends) is refused outright.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.console.allowed import (
    BEFORE_BRACKETS,
    CLOSED_LABELS,
    CLOSED_TYPES,
    FIRST_WORDS,
    FUNCTIONS,
    OPEN_LABELS,
    OPEN_TYPES,
    PROCEDURES,
)
from graph.console.refusals import Refused

_TOKENS = re.compile(
    r"(?P<space>[ \t\n]+|//[^\n]*(?:\n|\Z)|/\*.*?\*/)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<quoted>`(?:[^`]|``)*`)"
    r"|(?P<number>(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?)(?!\w))"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<symbol>.)",
    re.DOTALL,
)
_PLAIN_NAME = re.compile(r"[\w .%#+?/=]+")
_OPTIONS = {
    "EXPLAIN": "ask for the plan by the option `explain`",
    "PROFILE": "ask for the profile by the option `profile`",
    "CYPHER": "choose the language by the option `language`",
    "USE": "there is one graph",
}
_WRITING = {"CREATE", "MERGE", "INSERT", "FOREACH", "DELETE", "SET", "REMOVE"}
# Behind these a clause begins.
_BEFORE_CLAUSES = frozenset({"", "{", "}", ")", "NEXT", "UNION", "ALL", "DISTINCT", "THEN", "ELSE", ";"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word (`name`: bare or in backticks), a text, a number or a symbol; `value` without quotes."""

    kind: str
    value: str

    @property
    def word(self) -> str:
        """The word as the language compares its own; empty for anything else, words in backticks too."""
        return self.value.upper() if self.kind == "word" else ""

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return self.kind in ("word", "quoted")


_NOTHING = Token("end", "")


def inspect(text: str, *, closed: bool, most: int = 50_000) -> None:
    """Returns when the text may be shown to the server. `closed`: labels and types that are closed may not be named.

    Raises Refused.
    """
    if len(text) > most:
        raise Refused("too_long", f"the query may have {most:,} characters")
    _check_characters(text)
    tokens = list(_tokens(text))
    while tokens and tokens[-1].value == ";":
        tokens.pop()
    if any(one.kind == "symbol" and one.value == ";" for one in tokens):
        raise Refused("several", "one statement at a time")
    _check_beginning(tokens)
    for before, token, after in zip([_NOTHING, *tokens], tokens, [*tokens[1:], _NOTHING], strict=False):
        _check_clause(before, token, after)
        if closed:
            _check_closed(before, token)
    _check_calls(tokens)


def parameters_of(text: str) -> frozenset[str]:
    """The names of the parameters that the text asks for. Raises Refused as `inspect`."""
    tokens = list(_tokens(text))
    return frozenset(after.value for token, after in pairwise(tokens) if token.value == "$" and after.is_name)


def _check_characters(text: str) -> None:
    if re.search(r"\\[uU]", text):
        raise Refused("escape", "no \\u escapes: write the character itself, or pass it as a parameter")
    for one in set(text.replace("\r\n", "\n")) - set("\t\n"):
        if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise _bad_character(one)


def _bad_character(one: str) -> Refused:
    return Refused("character", f"the query holds the character U+{ord(one):04X}: pass it as a parameter")


def _tokens(text: str) -> Iterator[Token]:
    for found in _TOKENS.finditer(text.replace("\r\n", "\n")):
        kind, value = found.lastgroup or "", found[0]
        if kind == "text" and "`" in value:
            raise Refused("backtick", "no backtick inside a text: pass it as a parameter")
        if kind == "quoted":
            value = value[1:-1].replace("``", "`")
            if not _PLAIN_NAME.fullmatch(value):
                raise Refused("name", f"in backticks only letters, digits, spaces and . % # + ? / =, not: {value}")
        if kind == "symbol":
            _check_symbol(value)
        if kind != "space":
            yield Token(kind, value)


def _check_symbol(value: str) -> None:
    if value in "'\"`\\":
        raise Refused("quote", f"a {value} that is not closed")
    if value.isspace():
        raise _bad_character(value)
    # Where a number ends and a word begins, readers differ: `1LOAD CSV`.
    if value.isdigit():
        raise Refused("number", "a number that runs into a word: put a space between")


def _check_beginning(tokens: Sequence[Token]) -> None:
    if not tokens:
        raise Refused("empty", "the query is empty")
    first = tokens[0]
    if first.word in _OPTIONS:
        raise Refused("leading", f"the query may not begin with {first.word}: {_OPTIONS[first.word]}")
    if first.word not in FIRST_WORDS and first.value != "{":
        raise Refused("leading", f"a query begins with {', '.join(sorted(FIRST_WORDS))}, not with {first.value[:40]}")


def _check_clause(before: Token, token: Token, after: Token) -> None:
    if token.word == "LOAD" and after.word == "CSV":
        raise Refused("clause", "LOAD CSV reads files and the network")
    if token.word == "USE" and (before.word or before.value) in _BEFORE_CLAUSES and after.is_name:
        raise Refused("clause", "USE chooses a graph, and there is one")
    # `/*` that is never closed is read as two symbols.
    if token.value == "/" and after.value == "*":
        raise Refused("comment", "a comment that is not closed")
    if token.value == "$" and after.value == "(":
        raise Refused("dynamic", "labels and relationship types must be written out")


def _check_closed(before: Token, token: Token) -> None:
    if before.value in (":", "|", "&", "!") and token.is_name and token.value in CLOSED_LABELS | CLOSED_TYPES:
        raise Refused("closed", f"{token.value} is closed: it holds what only the people it is about may see")


def _check_calls(tokens: Sequence[Token]) -> None:
    """Every name with a bracket behind it is an allowed function's, and every procedure an allowed one."""
    position = 0
    while position < len(tokens):
        before = tokens[position - 1] if position else _NOTHING
        if not tokens[position].is_name:
            position += 1
            continue
        end = _chain_end(tokens, position)
        name = ".".join(one.value for one in tokens[position:end:2]).lower()
        bracket = tokens[end].value == "(" if end < len(tokens) else False
        if before.word == "CALL" and not _is_named(tokens, position - 1):
            if name not in PROCEDURES:
                raise Refused("procedure", f"the procedure {name} is not offered")
        elif before.value == "$":
            if bracket:
                raise Refused("dynamic", "labels and relationship types must be written out")
        elif bracket and tokens[position].word in _WRITING:
            raise Refused("writes", "only questions that read")
        elif bracket and not _is_language(before, tokens[position:end]) and name not in FUNCTIONS:
            raise Refused("function", f"the function {name} is not offered")
        position = end


def _is_named(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word there names a property or a variable, whatever else it means."""
    before = tokens[position - 1] if position else _NOTHING
    return before.value == "." or before.word == "AS"


def _chain_end(tokens: Sequence[Token], position: int) -> int:
    """Where a name ends that begins there: `db.index.fulltext.queryNodes` is one."""
    end = position + 1
    while end + 1 < len(tokens) and tokens[end].value == "." and tokens[end + 1].is_name:
        end += 2
    return end


def _is_language(before: Token, chain: Sequence[Token]) -> bool:
    """Whether a bracket follows no function: a word of the language, or the label of a hint (`n:User(handle)`)."""
    if len(chain) != 1:
        return False
    return chain[0].word in BEFORE_BRACKETS or (before.value == ":" and chain[0].value in OPEN_LABELS | OPEN_TYPES)

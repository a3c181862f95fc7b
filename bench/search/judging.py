"""The judged queries, and the grade that a result has for one: by what it is about, whoever found it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.search.facts import Fact

QUERIES = Path(__file__).with_name("queries.txt")
LANGUAGES = ("zh", "en", "mixed")
KINDS = ("character", "code", "prefix", "word", "synonym", "across", "mixed", "intent")
_TERM = re.compile(r"(~)?(?:([a-z]+/(?:[a-z]+|@\d)))?((?:[-+]\d|[=^#][^\s=^#~+-]+)*)")
_DETAIL = re.compile(r"[-+]\d|[=^#][^\s=^#~+-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that would do: a subject (empty: any) with all of these details; `near`: only related to the need."""

    subject: str
    details: tuple[str, ...]
    near: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, what it is asked of (Note or Product; `among`: texts of one language alone), and the need behind it."""

    query: str
    label: str
    language: str
    kind: str
    among: str | None
    need: tuple[Term, ...]
    validation: bool
    """Whether settings may be chosen by it: every second query of each kind."""


def judged() -> list[Judged]:
    """The set, in the order of its file. Raises ValueError, with the line, for a malformed one."""
    found: list[Judged] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(QUERIES.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(" | ")]
        if len(parts) != 5 or parts[1] not in LANGUAGES or parts[2] not in KINDS:
            raise ValueError(f"{QUERIES.name}:{number}: expected surface | language | kind | query | need")
        surface, language, kind, query, need = parts
        seen[kind] = seen.get(kind, 0) + 1
        among = {"zh": "en", "en": "zh"}[language] if kind == "across" else None
        label = {"notes": "Note", "products": "Product"}[surface]
        terms = tuple(_term(one, number) for one in need.split())
        found.append(Judged(query, label, language, kind, among, terms, seen[kind] % 2 == 1))
    return found


def _term(text: str, number: int) -> Term:
    match = _TERM.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{QUERIES.name}:{number}: {text} is no need")
    return Term(match[2] or "", tuple(_DETAIL.findall(match[3])), match[1] is not None)


def grade(asked: Judged, fact: Fact) -> int:
    """3: just what is needed; 2: of that kind, but a detail is missing or it is one of several; 1: related; 0: else."""
    return max((_grade(term, fact) for term in asked.need), default=0)


def _grade(term: Term, fact: Fact) -> int:
    if term.subject and term.subject not in fact.subjects:
        return 0
    if term.near:
        return 1
    if term.details:
        says = {detail if detail[0] in "=^#" else term.subject + detail for detail in term.details}
        if says <= fact.says:
            return 3
        return 2 if term.subject else 0
    return 3 if fact.subjects[0] == term.subject and (fact.label == "Product" or len(fact.subjects) == 1) else 2


def grades(asked: Judged, facts: Sequence[Fact]) -> Mapping[str, int]:
    """The grade of everything that the query could find and that has one above 0, by id."""
    known = {
        fact.id: grade(asked, fact)
        for fact in facts
        if fact.label == asked.label and asked.among in (None, fact.language)
    }
    return {one: given for one, given in known.items() if given}


def ndcg(found: Sequence[str], graded: Mapping[str, int], size: int = 10) -> float:
    """Normalized discounted cumulative gain of the first `size`, with gains of 2^grade - 1; 0 where nothing is graded.

    Source: Burges et al., "Learning to rank using gradient descent", ICML 2005.
    """
    best = sorted(graded.values(), reverse=True)[:size]
    ideal = _dcg(best)
    return _dcg([graded.get(one, 0) for one in found[:size]]) / ideal if ideal else 0.0


def _dcg(given: Sequence[int]) -> float:
    return math.fsum((2.0**one - 1) / math.log2(place + 2) for place, one in enumerate(given))

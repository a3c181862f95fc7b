"""Whom and what somebody may want to follow: people, topics and brands, each with the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.database import Database
from graph.rules import following as rules
from graph.rules.following import Candidate, Law, Part, Reason, Suggestion
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)

LONGEST = 100
FRIENDS = 60
EACH, ACTS, FEW = 200, 300, 40
NAMED = 3
_UNVETTED = 0.7


@dataclass(frozen=True, slots=True)
class Kind:
    """What is suggested: its name, the label of its nodes, its statement, and what each reason weighs.

    Of each friend the `of_friend` that the store gives first are read.
    """

    name: str
    label: str
    statement: Statement
    laws: Mapping[Reason, Law]
    of_friend: int

    @property
    def cost(self) -> int:
        """Nodes read at most."""
        return FRIENDS * self.of_friend + 5 * ACTS + 20 * FEW


PEOPLE = Kind("people", "User", STATEMENTS["suggested_people"], rules.PEOPLE, 60)
TOPICS = Kind("topics", "Topic", STATEMENTS["suggested_topics"], rules.TOPICS, 20)
BRANDS = Kind("brands", "Brand", STATEMENTS["suggested_brands"], rules.BRANDS, 20)


async def suggestions(
    database: Database, kind: Kind, *, viewer_id: str | None, interests: Sequence[str] = ()
) -> list[Suggestion]:
    """The best LONGEST of the kind for the viewer, best first.

    For nobody signed in (None), and for who has done nothing yet, by the categories of `interests` and what is popular.
    """
    parameters = {"unvetted": _UNVETTED} if kind is BRANDS else {}
    rows = await database.rows(
        kind.statement, viewer_id=viewer_id, interests=list(interests), friends=FRIENDS, of_friend=kind.of_friend,
        each=EACH, acts=ACTS, few=FEW, named=NAMED, **parameters,
    )  # fmt: skip
    candidates = [
        Candidate(row["id"], [Part(Reason(source), *rest) for source, *rest in row["sources"]], row["quality"])
        for row in rows
    ]
    return rules.suggest(candidates, kind.laws, size=LONGEST)

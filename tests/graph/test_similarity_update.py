"""Updates of what is alike: what they leave is what a full rebuild would find, and the rest is not touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from graph.database import Database
from graph.ids import new_id
from graph.jobs.similarity import Run, basis, folding, people, run, update, writing
from graph.jobs.similarity.basis import Basis, outgrown
from graph.jobs.similarity.edges import assembled, explained
from graph.jobs.similarity.folding import folded, low_rank
from graph.jobs.similarity.interactions import acts_of_people, acts_on_products
from graph.jobs.similarity.keys import change, keys_of_people, keys_of_things
from graph.jobs.similarity.law import Law
from graph.jobs.similarity.matrix import Acts, Matrix, Reading
from graph.jobs.similarity.people import alike, alike_to
from graph.jobs.similarity.taste import taste
from tests.schema.support import cypher

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PARTS = ("products", "people", "bought")
_WORLD = """
UNWIND $people AS id
CREATE (:User {id: id, handle: id, displayName: 'S', language: 'zh', kind: 'member', state: 'active', private: false,
               createdAt: datetime()})
WITH count(*) AS people
UNWIND $things AS id
CREATE (:Product {id: id, name: 'S', state: 'listed', createdAt: datetime()})"""
_BUY = """UNWIND $pairs AS pair MATCH (u:User {id: pair[0]}), (p:Product {id: pair[1]})
CREATE (u)-[:PURCHASED {firstAt: datetime(), lastAt: datetime(), orders: 1, quantity: 1}]->(p)"""
_EDGES = """MATCH (a:{label})-[e:{type}]->(b:{label})
RETURN a.id AS a, b.id AS b, e.score AS score, e.rank AS rank, elementId(e) AS edge"""
_CLEAR = "MATCH (n) WHERE n.id IN $ids DETACH DELETE n"


def drawn(seed: int) -> dict[tuple[str, str], float]:
    rng = np.random.default_rng(seed)
    return {
        (f"u{one}", f"p{thing}"): float(rng.choice([0.2, 1.0]))
        for one in range(40)
        for thing in range(15)
        if rng.random() < 0.15
    }


def acts_of(pairs: dict[tuple[str, str], float]) -> Acts:
    reading = Reading()
    for (person, thing), weight in pairs.items():
        reading.add(person, thing, weight)
    return reading.acts()


def together(acts: Acts) -> dict[tuple[str, str], float]:
    """Co-occurrence by ids."""
    found = (acts.values.T @ sp.diags(acts.of_people**-0.5) @ acts.values).tocoo()
    return {
        (acts.things[i], acts.things[j]): value for i, j, value in zip(found.row, found.col, found.data, strict=True)
    }


@pytest.mark.parametrize("seed", range(20))
def test_a_key_changes_exactly_when_co_occurrence_may(seed: int) -> None:
    """Adding, taking back or weighing an act anew changes the keys of all that its person took up, and no other."""
    rng = np.random.default_rng(seed)
    before = drawn(seed)
    after = dict(before)
    acting = {f"u{one}" for one in rng.choice(40, 3, replace=False)} & {person for person, _ in before}
    for number, person in enumerate(sorted(acting)):
        thing = next(thing for one, thing in before if one == person)
        if number == 0:
            del after[person, thing]
        elif number == 1:
            after[person, thing] = 0.3
        else:
            after[person, "p-new"] = 1.0
    old, new = acts_of(before), acts_of(after)
    known = dict(zip(old.things, keys_of_things(old).tolist(), strict=True))
    changed = change(known, new.things, keys_of_things(new))
    touched = {thing for person, thing in before.keys() | after.keys() if person in acting}
    assert changed.stale(new.things) == touched
    was, now = together(old), together(new)
    differing = {thing for pair in was.keys() | now.keys() if was.get(pair) != now.get(pair) for thing in pair}
    assert differing <= touched
    persons = dict(zip(old.people, keys_of_people(old).tolist(), strict=True))
    assert change(persons, new.people, keys_of_people(new)).stale(new.people) == acting


def test_keys_do_not_depend_on_what_else_there_is() -> None:
    pairs = drawn(1)
    more = pairs | {("a-first", "a-thing"): 1.0}
    one, other = acts_of(pairs), acts_of(more)
    keys = dict(zip(other.things, keys_of_things(other).tolist(), strict=True))
    assert [keys[thing] for thing in one.things] == keys_of_things(one).tolist()


def test_likeness_to_some_people_is_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_BLOCK", 3)
    acts = acts_of(drawn(5))
    places = np.array([1, 2, 7, 20, 33])
    whole, found = alike(acts).toarray(), alike_to(acts, places).toarray()
    assert found[places] == pytest.approx(whole[places])
    others = np.setdiff1d(np.arange(len(acts.people)), places)
    assert found[np.ix_(others, places)] == pytest.approx(whole[np.ix_(others, places)])
    assert not found[np.ix_(others, others)].any()


BASIS = Basis(asdict(Law()), NOW - timedelta(days=1), 1_000, 100, 2.0)


@pytest.mark.parametrize(
    ("noted", "found", "why"),
    [
        (None, BASIS, "nothing to go on from"),
        (BASIS, replace(BASIS, since=NOW), ""),
        (BASIS, replace(BASIS, law=asdict(Law(ridge=9.0))), "another law"),
        (BASIS, replace(BASIS, since=NOW + timedelta(days=6, seconds=1)), "the last one is more than 7 days old"),
        (BASIS, replace(BASIS, acts=1_101), "more than 10% more or less than at the last one"),
        (BASIS, replace(BASIS, acts=899), "more than 10% more or less than at the last one"),
        (BASIS, replace(BASIS, things=111), "more than 10% more or less than at the last one"),
        (BASIS, replace(BASIS, mean=2.3), "more than 10% more or less than at the last one"),
        (BASIS, replace(BASIS, acts=1_100, things=91, mean=1.9), ""),
    ],
)
def test_when_an_update_will_not_do(noted: Basis | None, found: Basis, why: str) -> None:
    assert outgrown(noted, found) == why


class World:
    """People and products of their own, beside those of the demo, who share nothing with them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = sorted(new_id("User") for _ in range(7))
        self.things = sorted(new_id("Product") for _ in range(5))

    async def begin(self) -> None:
        """Everybody bought two things or three."""
        await cypher(self.database, _WORLD, people=self.people, things=self.things)
        await self.buy(*((one, at % 4) for one in range(6) for at in (one, one + 1)), (0, 2))

    async def buy(self, *pairs: tuple[int, int]) -> None:
        """Has people buy things, by number."""
        named = [[self.people[person], self.things[thing]] for person, thing in pairs]
        await cypher(self.database, _BUY, pairs=named)

    async def clear(self) -> None:
        """Takes it all away."""
        await cypher(self.database, _CLEAR, ids=self.people + self.things)

    async def edges(self, label: str, kind: str = "SIMILAR") -> dict[tuple[str, str], dict[str, Any]]:
        """All edges of the whole graph, by their ends."""
        rows = await cypher(self.database, _EDGES.format(label=label, type=kind))
        return {(row["a"], row["b"]): row for row in rows}

    def own(self, edges: dict[tuple[str, str], Any], *, others: bool = False) -> dict[tuple[str, str], Any]:
        """Those of them that lead to or from here, or the others."""
        here = set(self.people + self.things)
        return {pair: edge for pair, edge in edges.items() if here.isdisjoint(pair) == others}


async def expected(database: Database) -> tuple[Acts, Matrix]:
    """All weights by the acts of now and the numbers of the last full rebuild."""
    noted = await basis.noted(database, "similarity-products")
    assert noted is not None
    acts = await acts_on_products(database)
    law = Law(**noted.law)
    weights = assembled(explained(acts, law, mean=noted.mean), len(acts.things)) / noted.unit
    part = low_rank(taste(acts, dims=law.dims), law.folded)
    assert part is not None
    return acts, folded(weights, part) / noted.usual


def by_ids(matrix: Matrix, ids: list[str]) -> dict[tuple[str, str], float]:
    found = matrix.tocoo()
    return {(ids[i], ids[j]): value for i, j, value in zip(found.row, found.col, found.data, strict=True)}


def scores(edges: dict[tuple[str, str], Any]) -> dict[tuple[str, str], float]:
    return {pair: edge["score"] for pair, edge in edges.items()}


@pytest.mark.anyio
async def test_an_update_finds_what_a_full_rebuild_would_and_leaves_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "ALL_PAIRS", 0)
    world = World(database)
    await world.begin()
    await run(Run(database), PARTS)
    before = {label: await world.edges(label) for label in ("Product", "User")}
    bought = await world.edges("Product", "BOUGHT_WITH")
    # One more buys, one refunds, one is erased, one may not act any more.
    await world.buy((6, 4), (6, 0))
    await cypher(
        database,
        "MATCH (:User {id: $id})-[e:PURCHASED]->(:Product {id: $thing}) DELETE e",
        id=world.people[0],
        thing=world.things[2],
    )
    await cypher(database, _CLEAR, ids=[world.people[1]])
    await cypher(database, "MATCH (u:User {id: $id}) SET u.state = 'suspended'", id=world.people[2])
    told = await update(Run(database), PARTS)
    assert "for 5 of" in told
    after = {label: await world.edges(label) for label in ("Product", "User")}
    for label in ("Product", "User"):
        assert set(world.own(after[label])) != set(world.own(before[label]))
        assert world.own(after[label], others=True) == world.own(before[label], others=True)
    acts, weights = await expected(database)
    assert scores(world.own(after["Product"])) == pytest.approx(world.own(by_ids(weights, acts.things)))
    acts = await acts_of_people(database)
    acted = {world.people[6], world.people[0]}
    alike_now = world.own(by_ids(alike(acts), acts.people))
    assert world.own(after["User"]).keys() == alike_now.keys()
    for pair, score in alike_now.items():
        if acted & set(pair):  # of others, rarity is that of before
            assert after["User"][pair]["score"] == pytest.approx(score)
    together = await world.edges("Product", "BOUGHT_WITH")
    assert world.own(together, others=True) == world.own(bought, others=True)
    await run(Run(database), ("bought",))
    assert scores(world.own(await world.edges("Product", "BOUGHT_WITH"))) == scores(world.own(together))
    # What nobody took up any more has nothing left, and nothing leads to it.
    await cypher(database, _CLEAR, ids=world.people)
    await update(Run(database), PARTS)
    assert not world.own(await world.edges("Product"))
    assert not world.own(await world.edges("Product", "BOUGHT_WITH"))
    (left,) = await cypher(
        database,
        "MATCH (p:Product) WHERE p.id IN $ids "
        "RETURN count(p.taste) AS tastes, count(p.similarKey) AS keys, count(p.boughtKey) AS bought",
        ids=world.things,
    )
    assert left == {"tastes": 0, "keys": 0, "bought": 0}
    await world.clear()


@pytest.mark.anyio
async def test_edges_to_what_somebody_took_up_are_those_of_a_full_rebuild(database: Database) -> None:
    """Among things that hang together, too, and in full rows: edges to those whose co-occurrences changed."""
    world = World(database)
    rows = await cypher(database, "MATCH (p:Product {state: 'listed'}) RETURN p.id AS id ORDER BY id LIMIT 9")
    world.things = [row["id"] for row in rows]
    await cypher(database, _WORLD, people=world.people, things=[])
    await world.buy(*((0, thing) for thing in range(8)))
    await run(Run(database), ("products",))
    before = await world.edges("Product")
    await cypher(
        database,
        "MATCH (:User {id: $id})-[e:PURCHASED]->(:Product {id: $thing}) DELETE e",
        id=world.people[0],
        thing=world.things[3],
    )
    await world.buy((0, 8))
    assert "for 9 of" in await update(Run(database), ("products",))
    acts, weights = await expected(database)
    found, wanted = await world.edges("Product"), by_ids(weights, acts.things)
    weakest: dict[str, float] = {}
    for (start, end), edge in found.items():
        weakest[start] = min(abs(edge["score"]), weakest.get(start, float("inf")))
        if end in world.things:
            assert edge["score"] == pytest.approx(wanted[start, end])
        else:
            stood = before[start, end]
            assert (edge["score"], edge["edge"]) == (stood["score"], stood["edge"])
    for (start, end), score in wanted.items():
        if end in world.things and (start, end) not in found:
            assert abs(score) <= weakest[start]
    ranked: dict[str, list[Any]] = {}
    for (start, _), edge in sorted(found.items(), key=lambda item: item[1]["rank"]):
        ranked.setdefault(start, []).append(edge)
    for edges in ranked.values():
        assert [edge["rank"] for edge in edges] == list(range(len(edges)))
        assert len(edges) <= 100
        assert [edge["score"] for edge in edges] == sorted((edge["score"] for edge in edges), reverse=True)
    await cypher(database, _CLEAR, ids=world.people)


@pytest.mark.anyio
async def test_an_update_that_was_ended_is_made_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(database)
    await world.begin()
    await run(Run(database), ("products",))
    await world.buy((6, 4), (6, 0))

    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(writing, "write_keys", killed)
        with pytest.raises(Killed):
            await update(Run(database), ("products",))
    edges = await world.edges("Product")
    assert "0 edges changed, for 2 of" in await update(Run(database), ("products",))
    assert await world.edges("Product") == edges
    await world.clear()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("differing", "why"),
    [
        (lambda noted: replace(noted, since=noted.since - timedelta(days=8)), "the last one is more than 7 days old"),
        (lambda noted: replace(noted, law={**noted.law, "ridge": 77.0}), "another law"),
        (None, "nothing to go on from"),
    ],
)
async def test_a_full_rebuild_is_made_when_due(
    database: Database, differing: Callable[[Basis], Basis] | None, why: str
) -> None:
    state = "similarity-people"
    await update(Run(database), ("people",))
    noted = await basis.noted(database, state)
    assert noted is not None
    if differing is None:
        await cypher(database, "MATCH (s:JobState {id: 'jobstate_similarity-people'}) DELETE s")
    else:
        await basis.note(database, state, differing(noted), now=NOW)
    told = await update(Run(database), ("people",))
    assert f"({why})" in told
    assert "0 edges changed" in await update(Run(database), ("people",))

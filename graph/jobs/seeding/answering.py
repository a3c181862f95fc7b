"""What a brand wished for, computed: its plan beside the plans made by hand, or the reach of its own choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from graph.jobs.seeding.cover import Rules
from graph.jobs.seeding.influence import Community
from graph.jobs.seeding.network import Lists
from graph.jobs.seeding.plan import MOVE, Impossible, Question, Step, plan
from graph.jobs.seeding.rivals import highest, pagerank
from graph.jobs.seeding.simulation import Simulated, simulate
from graph.seeding_plans import Chosen, Kind, Outcome, Rival, Wish

MEMORY_MB = 1_024
CASCADES = 2_000
_95 = 1.96  # standard errors on either side
_PLANNED = 0.7  # of the work that is left when people are read

Told = Callable[[float], None]
Check = Callable[[], None]


def answer(community: Community, wish: Wish, *, told: Told, check: Check) -> Outcome:
    """What came of the wish; `told` hears how far it is, 0 to 1, and what `check` raises ends it. Raises Impossible."""
    return (_simulated if wish.kind is Kind.SIMULATION else _planned)(community, wish, told, check)


def rules_of(community: Community, wish: Wish) -> Rules:
    """Who may be chosen under the wish, and for how much. Raises Impossible where somebody who must be is gone."""
    people = len(community.ids)
    prices = np.full(people, -1.0 if wish.default_price_minor is None else float(wish.default_price_minor))
    for one, price in wish.prices.items():
        if one in community.numbers:
            prices[community.numbers[one]] = price
    known = prices >= 0
    allowed = community.open & (community.followers >= wish.min_followers)
    forced = _numbers(community, wish.forced)
    if wish.budget_minor is not None:
        allowed &= known
        if not known[forced].all():
            raise Impossible("somebody who must be chosen has no price")
    allowed[[community.numbers[one] for one in wish.forbidden if one in community.numbers]] = False
    budget = np.inf if wish.budget_minor is None else float(wish.budget_minor)
    return Rules(min(wish.most, people), allowed, np.where(known, prices, 0.0), budget, tuple(forced))


def _planned(community: Community, wish: Wish, told: Told, check: Check) -> Outcome:
    rules = rules_of(community, wish)
    question = Question(community.network, rules, weights=community.weights, memory_mb=MEMORY_MB, seed=wish.chance)
    found = plan(question, told=lambda step: told(_PLANNED * _settled(step)), check=check)
    lists = community.network.forward()
    ranks = pagerank(len(community.ids), community.network.sources, community.network.targets)
    rivals = []
    for at, (rule, scores) in enumerate(
        (("top_followers", community.followers.astype(np.float64)), ("top_pagerank", ranks))
    ):
        chosen = highest(scores, rules)
        played = _play(community, lists, chosen, wish, check)
        rivals.append(_rival(community, wish, rule, chosen, played))
        told(_PLANNED + (1 - _PLANNED) * (at + 1) / 2)
    seeds = [
        Chosen(community.ids[seed], gain, _price(community, wish, seed))
        for seed, gain in zip(found.seeds, found.gains, strict=True)
    ]
    reach = found.reach
    return Outcome(
        seeds, reach.expected, reach.low, reach.high, found.certificate, float(community.weights.sum()),
        len(community.ids), len(community.network.sources), found.stable, rivals,
    )  # fmt: skip


def _simulated(community: Community, wish: Wish, told: Told, check: Check) -> Outcome:
    seeds = _numbers(community, wish.seeds)
    played = _play(community, community.network.forward(), seeds, wish, check)
    told(1.0)
    low, high = _interval(played)
    return Outcome(
        [Chosen(community.ids[seed], None, _price(community, wish, seed)) for seed in seeds],
        played.mean, low, high, None, float(community.weights.sum()), len(community.ids),
        len(community.network.sources), True,
    )  # fmt: skip


def _play(community: Community, lists: Lists, seeds: Sequence[int], wish: Wish, check: Check) -> Simulated:
    return simulate(
        lists, seeds, weights=community.weights, cascades=CASCADES, seed=wish.chance, done=lambda _: check()
    )


def _rival(community: Community, wish: Wish, rule: str, chosen: Sequence[int], played: Simulated) -> Rival:
    prices = [_price(community, wish, seed) for seed in chosen]
    known = [price for price in prices if price is not None]
    low, high = _interval(played)
    ids = [community.ids[seed] for seed in chosen]
    return Rival(rule, played.mean, low, high, sum(known) if len(known) == len(prices) else None, ids)


def _interval(played: Simulated) -> tuple[float, float]:
    return max(played.mean - _95 * played.error, 0.0), played.mean + _95 * played.error


def _price(community: Community, wish: Wish, seed: int) -> int | None:
    return wish.prices.get(community.ids[seed], wish.default_price_minor)


def _numbers(community: Community, ids: Sequence[str]) -> list[int]:
    gone = [one for one in ids if one not in community.numbers]
    if gone:
        raise Impossible(f"{gone[0]} is not active any more")
    return [community.numbers[one] for one in ids]


def _settled(step: Step) -> float:
    """How near a plan is to where it may end, roughly."""
    if step.moved is None:
        return 0.0
    return min(MOVE / max(abs(step.moved), step.unsure, MOVE), 1.0)

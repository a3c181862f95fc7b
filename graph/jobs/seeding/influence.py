"""Who influences whom in the community, and how probably: learnt from what followers did with whose notes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.database import Database
from graph.jobs.seeding.network import Flags, Floats, Longs, Network
from graph.seeding_plans import AudienceWeight, Model
from graph.statements import beside

STATEMENTS = beside(__file__)
_NETWORK = STATEMENTS["influence_network"]

PRIOR_NOTES = 20.0  # notes that the mean of all counts for beside what a follower did
CARING = 3  # notes of a category that somebody likes or keeps who cares for it without saying so
_USUAL = 0.02  # the mean where nothing has been posted
_LOOKED_AT = 2_000  # rows between two looks at whether to go on


@dataclass(frozen=True, slots=True)
class Community:
    """People by number: ids, followers, whether they may be chosen, what they count; and who influences whom."""

    ids: Sequence[str]
    numbers: Mapping[str, int]
    followers: Longs
    open: Flags
    weights: Floats
    network: Network


@dataclass(slots=True)
class _Reading:
    """Rows as they come; people are numbered when first named."""

    numbers: dict[str, int] = field(default_factory=dict)
    sources: array[int] = field(default_factory=lambda: array("i"))
    targets: array[int] = field(default_factory=lambda: array("i"))
    engaged: array[int] = field(default_factory=lambda: array("i"))
    about: dict[int, tuple[int, int, bool, float]] = field(default_factory=dict)

    def number(self, one: str) -> int:
        return self.numbers.setdefault(one, len(self.numbers))


async def read_community(
    database: Database,
    *,
    brand_id: str,
    model: Model,
    audience: Sequence[AudienceWeight],
    otherwise: int,
    done: Callable[[int], None],
) -> Community:
    """The whole community, in one streaming read; `done` hears of people read, and what it raises ends the read.

    Of who follows a person, that person reaches each with the probability (e + 20 m) / (n + 20) under `learnt`: the
    follower likes or keeps e of the n notes that the person posted, and m is the mean of e / n over all who follow
    somebody. Under `weighted_cascade` it is 1 / (how many the follower follows).
    """
    reading = _Reading()
    async for row in database.stream(_NETWORK, brand_id=brand_id, caring=CARING):
        me, did = reading.number(row["id"]), dict(row["engaged"])
        weight = _weight(row["region"], set(row["interests"]), audience, otherwise)
        reading.about[me] = (row["followers"], row["notes"], not row["closed"], weight)
        for author in row["follows"]:
            reading.sources.append(reading.number(author))
            reading.targets.append(me)
            reading.engaged.append(did.get(author, 0))
        if len(reading.about) % _LOOKED_AT == 0:
            done(_LOOKED_AT)
    return _community(reading, model)


def _weight(region: str | None, interests: set[str], audience: Sequence[AudienceWeight], otherwise: int) -> float:
    if not audience:
        return 1.0
    fitting = [one.weight for one in audience if one.category_id in interests or (region and one.region == region)]
    return float(max(fitting, default=otherwise))


def _community(reading: _Reading, model: Model) -> Community:
    people = len(reading.numbers)
    # Somebody who was named and has no row was suspended in between: they reach nobody new.
    rows = [reading.about.get(one, (0, 0, False, 0.0)) for one in range(people)]
    followers, notes, open_, weights = (np.array([row[at] for row in rows]) for at in range(4))
    sources, targets, engaged = (
        np.frombuffer(one, np.int32) if one else np.empty(0, np.int32)
        for one in (reading.sources, reading.targets, reading.engaged)
    )
    if model is Model.LEARNT:
        probabilities = _learnt(engaged.astype(np.float64), notes.astype(np.float64)[sources])
    else:
        probabilities = 1.0 / np.bincount(targets, minlength=people)[targets]
    network = Network(people, sources, targets, probabilities)
    return Community(
        list(reading.numbers),
        reading.numbers,
        followers.astype(np.int64),
        open_.astype(np.bool_),
        weights.astype(np.float64),
        network,
    )


def _learnt(engaged: Floats, shown: Floats) -> Floats:
    total = float(shown.sum())
    mean = min(float(engaged.sum()) / total, 1.0) if total else _USUAL
    return np.minimum((engaged + PRIOR_NOTES * mean) / (shown + PRIOR_NOTES), 1.0)

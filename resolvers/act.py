"""What a mutation's resolver has to act with."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from embeddings.serving import Encoders
from graph import idempotency
from graph.database import Database, Transaction
from graph.errors import SignInRequired
from graph.feed import FeedLaw
from graph.jobs.tidy import Kept
from graph.rules.access import Viewer
from graph.rules.audience import AudienceLaw
from graph.rules.heat import HeatLaw
from graph.rules.influence import InfluenceLaw
from graph.rules.sealing import Sealer
from graph.rules.tokens import Tokens
from learning.serving import Serving
from payments.gateway import Gateway
from resolvers.passwords import Passwords
from resolvers.rates import Rates
from resolvers.recommending import Recommending

if TYPE_CHECKING:
    from resolvers.console import Console
    from resolvers.search import Searching

Given = TypeVar("Given")
Values: TypeAlias = Mapping[str, Any]
"""A payload's values by field: ids of nodes, which are read back from the graph, or plain values."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The values of a payload whose act signed somebody in, in whose name it is read."""

    values: Values
    viewer: Viewer


Outcome: TypeAlias = Values | SignedIn


def _nothing() -> None:
    """Nobody waits for events."""


@dataclass(frozen=True, slots=True)
class Services:
    """What lives as long as the process does."""

    database: Database
    tokens: Tokens
    sealer: Sealer
    passwords: Passwords
    rates: Rates
    gateway: Gateway
    encoder: Encoders
    """Texts as vectors; nothing is loaded until it is asked."""
    searching: Searching
    refresh_grace: timedelta = timedelta(seconds=10)
    order_expiry: timedelta = timedelta(minutes=30)
    """How long an order waits for its payment."""
    kept: Kept = field(default_factory=Kept)
    recommending: Recommending = field(default_factory=Recommending)
    learned: Mapping[str, Serving] = field(default_factory=dict)
    """By surface, what serves a learned order; empty while that is not wanted."""
    heat: HeatLaw = field(default_factory=HeatLaw)
    """What decides about heat."""
    influence: InfluenceLaw = field(default_factory=InfluenceLaw)
    """What decides about influence."""
    audience: AudienceLaw = field(default_factory=AudienceLaw)
    """What decides about audiences."""
    feed: FeedLaw = field(default_factory=FeedLaw)
    console: Console | None = None
    """Where saved queries are checked; None: the service answers no Cypher."""
    wake: Callable[[], None] = _nothing
    """Tells the worker that events may have been written."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Act:
    """One mutation under way: the services, who asks, from where, and the moment it counts from."""

    services: Services
    viewer: Viewer | None
    address: str = ""
    request: idempotency.Request | None = None
    now: datetime = field(default_factory=_now)

    @property
    def viewer_id(self) -> str:
        """The person who acts. Raises SignInRequired for nobody."""
        if self.viewer is None:
            raise SignInRequired("sign in first")
        return self.viewer.id

    async def unit(self, work: Callable[[Transaction], Awaitable[Values]]) -> Values:
        """What `work` returns, done in one transaction; a request that came before gives what it gave then."""

        async def once(tx: Transaction) -> Values:
            if self.request is None:
                return await work(tx)
            before = await idempotency.claim(tx, self.request, now=self.now)
            if before is not None:
                return before
            outcome = await work(tx)
            await idempotency.record(tx, self.request, outcome)
            return outcome

        outcome = await self.services.database.unit(once)
        self.services.wake()
        return outcome


def unit(resolver: Callable[[Act, Transaction, Given], Awaitable[Values]]) -> Callable[[Act, Given], Awaitable[Values]]:
    """A resolver all of whose work is one transaction."""

    @functools.wraps(resolver)
    async def acting(act: Act, given: Given) -> Values:
        return await act.unit(lambda tx: resolver(act, tx, given))

    return acting

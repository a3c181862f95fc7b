"""The task of a server process that keeps the graph's vectors in its background."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from embeddings.building import LEFT_ALONE, Builder
from embeddings.encoder import EncoderUnavailable
from embeddings.serving import Encoders
from graph import embeddings
from graph.database import Database
from graph.embeddings import KnownSpace, WrongSpace
from graph.errors import DatabaseError, ZhongcaoError

log = logging.getLogger(__name__)
# The service is ready, and says so, before anything of this begins.
_FIRST_REST_S = 1.0
_REST_S = 20.0
_LONGEST_REST_S = 600.0


class Keeper:
    """Builds the vectors that are missing, changes over to the model that the settings name, and sweeps when asked.

    Any number of processes may run one: they take turns. It changes the model once, so that two processes with
    different settings do not undo each other's work for ever.
    """

    def __init__(self, database: Database, encoders: Encoders) -> None:
        self._database = database
        self._encoders = encoders
        self._changed_over = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins, in a task of the running loop."""
        self._task = asyncio.create_task(self._run(), name="keeper of vectors")

    async def stop(self) -> None:
        """Ends at once; what was begun is gone on with at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(_FIRST_REST_S)
        rest_s = _REST_S
        while True:
            try:
                await self.look()
                rest_s = _REST_S
            except (ZhongcaoError, DatabaseError, EncoderUnavailable) as error:
                log.warning("the vectors of texts are not up to date; next look in %.0f s: %s", rest_s, error)
                rest_s = min(2 * rest_s, _LONGEST_REST_S)
            await asyncio.sleep(rest_s)

    async def look(self) -> None:
        """Does what is to be done now."""
        active = await embeddings.active_space(self._database)
        if not self._changed_over and (active is None or active.space != await self._encoders.configured()):
            await self._build()
            active = await embeddings.active_space(self._database)
        self._changed_over = True
        if active is not None and active.sweep_at is not None:
            log.info("looking for texts that changed")
            log.info("%s", await Builder(self._database).sweep(active, await self._encoders.of(active)))
        await self._clear_away()
        if active is not None:
            self._encoders.warm(active)
            await self._encoders.keep_only({active.source, self._encoders.source})

    async def _build(self) -> None:
        source = self._encoders.source
        log.info("encoding the texts of the graph with %s, in the background", source)
        tally = await Builder(self._database, Logged()).build(self._encoders.encoder(source), source)
        self._encoders.forget_active()
        log.info("%s", tally)

    async def _clear_away(self) -> None:
        for known in await embeddings.spaces(self._database):
            if due(known, datetime.now(UTC)):
                taken = await Builder(self._database).drop(known)
                log.info("%d vectors of %s taken away", taken, known.space)


def due(known: KnownSpace, now: datetime) -> bool:
    """Whether no search can be using the space any more."""
    return known.state == "retired" and known.retired_at is not None and known.retired_at + LEFT_ALONE < now


async def refresh(database: Database, encoders: Encoders, *, node_id: str, now: datetime) -> None:
    """Brings a node's vectors up to date, in the space that is active and the one being built.

    Where no encoder can be had now, all texts will be looked at when one can.
    """
    if not encoders.enabled:
        return
    for known in await embeddings.spaces(database):
        if known.state != "retired":
            try:
                await _refresh(database, encoders, known, node_id, now)
            except (EncoderUnavailable, WrongSpace) as error:
                log.warning("the vector of %s is not up to date: %s", node_id, error)
                await embeddings.ask_sweep(database, now=now)


async def _refresh(database: Database, encoders: Encoders, known: KnownSpace, node_id: str, now: datetime) -> None:
    ids = [node_id, *await embeddings.topics_without(database, space=known.space, note_id=node_id)]
    for one in ids:
        # Somebody may keep another vector between the look at a text and ours; then its text is looked at again.
        while (found := await embeddings.text(database, space=known.space, node_id=one)) and not found.current:
            if not found.findable:
                await embeddings.forget_vectors(database, space=known.space, ids=[one], now=now)
                continue
            vectors = await (await encoders.of(known)).passages([found.text])
            await embeddings.keep_vectors(database, space=known.space, texts=[found], vectors=vectors.tolist(), now=now)


class Logged:
    """Progress that the log tells now and then."""

    def __init__(self) -> None:
        self._total: int | None = None
        self._done = 0
        self._told = 0.0

    def step(self, name: str, total: int | None = None, unit: str = "") -> None:
        """A step begins."""
        self._total, self._done, self._told = total, 0, asyncio.get_running_loop().time()

    def advance(self, amount: int = 1) -> None:
        """So much more of the step is done."""
        self._done += amount
        now = asyncio.get_running_loop().time()
        if now > self._told + _REST_S:
            self._told = now
            log.info("%d of %d texts have vectors", self._done, self._total or self._done)

    def done(self) -> None:
        """The step is complete."""

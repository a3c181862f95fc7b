"""The encoders of a service process: the one its settings name, and, during a change of model, the one before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass

from cachetools import LRUCache

from embeddings.encoder import AsyncEncoder, EncoderUnavailable
from embeddings.loading import known_space
from embeddings.process import EncoderProcess
from graph.database import Database
from graph.embeddings import KnownSpace, WrongSpace, active_space
from graph.rules.spaces import Space, vector_index, vector_property
from settings import Settings

log = logging.getLogger(__name__)
# Vectors that searches left are dropped when no process can believe them active any more.
BELIEVED_S = 5.0
_LONGEST_QUERY = 300
_QUERY_TIMEOUT_S = 2.0
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class QueryVector:
    """What is searched for, as a vector of the space that was active when it was made."""

    space: Space
    vector: tuple[float, ...]

    def index(self, label: str) -> str:
        """The vector index of a label to ask with it. Raises ValueError for a label that has none."""
        return vector_index(self.space.key, label)

    @property
    def property(self) -> str:
        """The property that holds the vectors it may be compared with."""
        return vector_property(self.space.key)


class Encoders:
    """Encoders by the setting they come of, each started when first needed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.enabled = settings.embeddings
        self.source = settings.embedding_model
        self._database = database
        self._threads = settings.embedding_threads
        self._closed = False
        self._by_source: dict[str, AsyncEncoder] = {}
        self._vectors: LRUCache[tuple[str, str], tuple[float, ...]] = LRUCache(_REMEMBERED)
        self._active: tuple[float, KnownSpace | None] | None = None
        self._warming: set[asyncio.Task[None]] = set()

    async def configured(self) -> Space:
        """The space of the model that the settings name. Raises EncoderUnavailable."""
        return known_space(self.source) or await self.encoder(self.source).space()

    def encoder(self, source: str) -> AsyncEncoder:
        """The encoder of that source, perhaps not started yet. Raises EncoderUnavailable where vectors are off."""
        if not self.enabled:
            raise EncoderUnavailable("vectors are off (ZHONGCAO_EMBEDDINGS)")
        if self._closed:
            raise EncoderUnavailable("the service stops")
        if source not in self._by_source:
            self._by_source[source] = EncoderProcess(source, threads=self._threads)
        return self._by_source[source]

    async def of(self, known: KnownSpace) -> AsyncEncoder:
        """The encoder whose vectors are of that space.

        Raises EncoderUnavailable, and WrongSpace where what its source names is another model now.
        """
        encoder = self.encoder(known.source)
        space = await encoder.space()
        if space != known.space:
            raise WrongSpace(space, known.space)
        return encoder

    async def query(self, text: str, *, wait: bool = False) -> QueryVector | None:
        """The text as a vector that may be compared with those of the graph.

        None where there is none now, so that words alone must do: vectors are off or being built, their encoder
        cannot be had, is not loaded yet (unless told to `wait` for it) or does not answer in time.
        """
        known = await self._believed_active() if self.enabled else None
        asked = " ".join(text.split())[:_LONGEST_QUERY]
        if known is None or not asked:
            return None
        key = (known.space.key, asked)
        if key not in self._vectors:
            if not wait and not self.encoder(known.source).ready:
                self.warm(known)
                return None
            vector = await self._encode(known, asked, None if wait else _QUERY_TIMEOUT_S)
            if vector is None:
                return None
            self._vectors[key] = vector
        return QueryVector(known.space, self._vectors[key])

    def warm(self, known: KnownSpace) -> None:
        """Has the space's encoder loaded, for the next one who asks."""

        async def load() -> None:
            try:
                await self.of(known)
            except (EncoderUnavailable, WrongSpace) as error:
                log.warning("texts are searched by words alone: %s", error)

        if not self._warming:
            task = asyncio.create_task(load(), name="warming an encoder")
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)

    async def keep_only(self, sources: Collection[str]) -> None:
        """Ends the encoders of all other sources."""
        for source in self._by_source.keys() - set(sources):
            await self._by_source.pop(source).close()

    async def close(self) -> None:
        """Ends every encoder; none is started any more."""
        self._closed = True
        for task in self._warming:
            task.cancel()
        await self.keep_only(())

    def forget_active(self) -> None:
        """Looks again which space is active when next asked."""
        self._active = None

    async def _believed_active(self) -> KnownSpace | None:
        now = asyncio.get_running_loop().time()
        if self._active is None or now > self._active[0] + BELIEVED_S:
            self._active = (now, await active_space(self._database))
        return self._active[1]

    async def _encode(self, known: KnownSpace, text: str, timeout_s: float | None) -> tuple[float, ...] | None:
        try:
            async with asyncio.timeout(timeout_s):
                vectors = await (await self.of(known)).queries([text])
        except (EncoderUnavailable, WrongSpace, TimeoutError) as error:
            log.warning("searched by words alone: %s", str(error) or "the encoder did not answer in time")
            return None
        return tuple(map(float, vectors[0]))

"""Keeps the graph's vectors: builds a space, brings it up to date, changes over to it and takes away the one before."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uuid_utils

from embeddings.encoder import AsyncEncoder
from embeddings.serving import BELIEVED_S, Encoders
from graph import embeddings
from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.embeddings import KnownSpace, Text
from graph.errors import Conflict
from graph.rules.spaces import LABELS, Space

log = logging.getLogger(__name__)
# Longer than any process believes that the space before is still the active one, and its requests last.
LEFT_ALONE = timedelta(seconds=BELIEVED_S + 25)
_PAGE = 200
# As many texts are encoded before they are kept as take about this long.
_TOGETHER_S = 2.0
_FEWEST_TOGETHER = 8
_LOOKS_EVERY_S = 2.0


class TakenOver(Conflict):
    """Another process works on the space now."""


@dataclass(slots=True)
class Tally:
    """What was done: texts looked at, texts encoded and how long that took, vectors taken away."""

    looked_at: int = 0
    encoded: int = 0
    encoding_s: float = 0.0
    forgotten: int = 0

    @property
    def together(self) -> int:
        """How many texts to encode before they are kept."""
        rate = self.encoded / self.encoding_s if self.encoded else 0.0
        return max(_FEWEST_TOGETHER, int(rate * _TOGETHER_S))

    def __str__(self) -> str:
        rate = f" in {self.encoding_s:,.1f} s ({self.encoded / self.encoding_s:,.1f} a second)" if self.encoded else ""
        gone = f", {self.forgotten:,} vectors taken away" if self.forgotten else ""
        return f"{self.looked_at:,} texts looked at, {self.encoded:,} encoded{rate}{gone}"


class Builder:
    """One process's work on the graph's vectors. Killed at any moment, it is gone on with by the next that begins."""

    def __init__(self, database: Database, progress: Progress | None = None) -> None:
        self._database = database
        self._progress = progress or Silent()
        self._holder = uuid_utils.uuid7().hex

    async def build(self, encoder: AsyncEncoder, source: str) -> Tally:
        """Vectors of all texts in the encoder's space, which searches use from then on.

        Waits while another process works on the space. Raises EncoderUnavailable, TakenOver, WrongSpace.
        """
        space = await encoder.space()
        await embeddings.begin_space(self._database, space=space, source=source, now=_now())
        async with self._held(space):
            tally = await self._fill(space, encoder)
            if await embeddings.activate_space(self._database, space=space, now=_now()):
                log.info("texts are searched by vectors of %s", space)
        return tally

    async def sweep(self, known: KnownSpace, encoder: AsyncEncoder) -> Tally:
        """Brings the vectors of every text that changed up to date. Raises as `build` does."""
        async with self._held(known.space):
            tally = await self._fill(known.space, encoder)
            if known.sweep_at is not None:
                await embeddings.finish_sweep(self._database, space=known.space, asked=known.sweep_at)
        return tally

    async def drop(self, known: KnownSpace) -> int:
        """Takes away the vectors of a space that searches left, and the space; how many vectors."""
        space, taken = known.space, 0
        async with self._held(space):
            await embeddings.drop_indexes(self._database, space=space)
            self._progress.step(f"Taking away vectors of {space}")
            for label in LABELS:
                async for page in self._pages(space, label):
                    ids = [one.id for one in page if one.kept is not None]
                    if ids:
                        taken += await embeddings.forget_vectors(
                            self._database, space=space, ids=ids, now=_now(), all_of_them=True
                        )
            await embeddings.delete_space(self._database, space=space, now=_now())
            self._progress.done()
        return taken

    async def _fill(self, space: Space, encoder: AsyncEncoder) -> Tally:
        tally = Tally()
        self._progress.step("Encoding texts", await embeddings.text_count(self._database), "texts")
        for label in LABELS:
            async for page in self._pages(space, label):
                gone = [one.id for one in page if not one.findable and one.kept is not None]
                if gone:
                    tally.forgotten += await embeddings.forget_vectors(
                        self._database, space=space, ids=gone, now=_now()
                    )
                stale = [one for one in page if one.findable and not one.current]
                self._progress.advance(len(page) - len(stale))
                while stale:
                    together, stale = stale[: tally.together], stale[tally.together :]
                    await self._encode(space, encoder, together, tally)
                tally.looked_at += len(page)
        self._progress.done()
        return tally

    async def _encode(self, space: Space, encoder: AsyncEncoder, texts: list[Text], tally: Tally) -> None:
        began = time.perf_counter()
        vectors = await encoder.passages([one.text for one in texts])
        tally.encoding_s += time.perf_counter() - began
        await self._hold(space)
        await embeddings.keep_vectors(self._database, space=space, texts=texts, vectors=vectors.tolist(), now=_now())
        tally.encoded += len(texts)
        self._progress.advance(len(texts))

    async def _pages(self, space: Space, label: str) -> AsyncIterator[list[Text]]:
        after = ""
        while page := await embeddings.texts(self._database, space=space, label=label, after=after, batch=_PAGE):
            await self._hold(space)
            yield page
            after = page[-1].id

    @asynccontextmanager
    async def _held(self, space: Space) -> AsyncIterator[None]:
        """Holds the space, once nobody else does, and lets go of it in any case."""
        while True:
            if await embeddings.hold_space(self._database, space=space, holder=self._holder, now=_now()):
                break
            await asyncio.sleep(_LOOKS_EVERY_S)
        try:
            yield
        finally:
            await embeddings.release_space(self._database, space=space, holder=self._holder, now=_now())

    async def _hold(self, space: Space) -> None:
        if not await embeddings.hold_space(self._database, space=space, holder=self._holder, now=_now()):
            raise TakenOver(f"another process works on the vectors of {space}")


async def build_all(database: Database, encoders: Encoders, progress: Progress | None = None) -> str:
    """Vectors of all texts in the space that the settings name, which searches then use, and of no other space.

    Tells what was done. Raises as `Builder.build` does.
    """
    builder = Builder(database, progress)
    tally = await builder.build(encoders.encoder(encoders.source), encoders.source)
    for known in await embeddings.spaces(database):
        if known.retired_at is not None:
            await asyncio.sleep(max(0.0, (known.retired_at + LEFT_ALONE - _now()).total_seconds()))
            tally.forgotten += await builder.drop(known)
    return str(tally)


def _now() -> datetime:
    return datetime.now(UTC)

"""An encoder in a process of its own, asked from an event loop.

torch takes seconds of a processor and half a gigabyte to be imported, and cannot be stopped in the middle: in a process
of its own it neither holds up requests nor a start or stop of the service, and what it does wrong ends it alone.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from embeddings.child import DONE, LENGTH_BYTES
from embeddings.encoder import EncoderUnavailable, Space, Vectors

log = logging.getLogger(__name__)
_ROOT = Path(__file__).parent.parent
_LOAD_TIMEOUT_S = 900.0  # a model from a hub may be fetched first
_ENCODE_TIMEOUT_S = 120.0
_REST_S = 60.0
_QUERIES, _PASSAGES = 0, 1
_ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


class EncoderProcess:
    """Encodes in a child process, which is started when first needed; queries overtake passages.

    A process that ended is started again when next needed; one that could not load its model, after a minute.
    """

    def __init__(self, source: str, *, threads: int) -> None:
        folder = Path(source)
        self._source = str(folder.resolve()) if folder.is_dir() else source
        self._threads = threads
        self._starting: asyncio.Task[_Child] | None = None
        self._started_at = 0.0
        self._turns = _Turns()
        self._closed = False

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        task = self._starting
        return task is not None and task.done() and not task.cancelled() and task.exception() is None

    async def space(self) -> Space:
        """Where its vectors belong, once the model is loaded. Raises EncoderUnavailable."""
        return (await self._child()).space

    async def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched for, shape (texts, dimensions). Raises EncoderUnavailable."""
        return await self._encode(_QUERIES, texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, shape (texts, dimensions). Raises EncoderUnavailable."""
        child = await self._child()
        pieces = [texts[at : at + child.piece] for at in range(0, len(texts), child.piece)]
        found = [await self._encode(_PASSAGES, piece) for piece in pieces]
        return np.concatenate(found) if found else np.empty((0, child.space.dimensions), dtype=np.float32)

    async def close(self) -> None:
        """Ends the process at once; whoever waits is told that there is no encoder."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            child = (await asyncio.gather(self._starting, return_exceptions=True))[0]
            if isinstance(child, _Child):
                await child.end()

    async def _child(self) -> _Child:
        if self._closed:
            raise EncoderUnavailable("the encoder was stopped")
        now = asyncio.get_running_loop().time()
        if self._starting is None or (self._ended() and now >= self._started_at + _REST_S):
            self._started_at = now
            self._starting = _kept(_Child.start(self._source, self._threads))
        try:
            return await asyncio.shield(self._starting)
        except asyncio.CancelledError:
            if self._closed:
                raise EncoderUnavailable("the encoder was stopped") from None
            raise

    def _ended(self) -> bool:
        task = self._starting
        return task is not None and task.done() and (not self.ready or task.result().ended)

    async def _encode(self, rank: int, texts: Sequence[str]) -> Vectors:
        child = await self._child()
        clean = [text.encode("utf-8", "replace").decode() for text in texts]

        async def encode() -> Vectors:
            async with self._turns.take(rank):
                return await child.encode(clean, queries=rank == _QUERIES)

        # Whoever asked may be cancelled; the answer must be read nevertheless, or the next one would be given it.
        return await asyncio.shield(_kept(encode()))


class _Child:
    """The running process and its model, asked one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.space = Space("", "", 0)
        self.piece = 1

    @classmethod
    async def start(cls, source: str, threads: int) -> _Child:
        """A process that has loaded its model. Raises EncoderUnavailable."""
        command = (sys.executable, "-m", "embeddings.child")
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env={**os.environ, **_ENVIRONMENT, "OMP_NUM_THREADS": str(threads)},
        )
        child = cls(process)
        try:
            told = orjson.loads(await child._exchange({"source": source, "threads": threads}, _LOAD_TIMEOUT_S))
        except BaseException as error:
            await child.end()
            if isinstance(error, EncoderUnavailable):
                log.warning("texts are not encoded: %s", error)
            raise
        child.piece = told.pop("piece")
        child.space = Space(**told)
        return child

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.returncode is not None

    async def encode(self, texts: Sequence[str], *, queries: bool) -> Vectors:
        """Vectors, shape (texts, dimensions). Raises EncoderUnavailable."""
        answer = await self._exchange({"queries": queries, "texts": texts}, _ENCODE_TIMEOUT_S)
        return np.frombuffer(answer, dtype=np.float32).reshape(len(texts), self.space.dimensions)

    async def end(self) -> None:
        """Ends the process."""
        if not self.ended:
            self._process.kill()
        await self._process.wait()

    async def _exchange(self, message: object, timeout_s: float) -> bytes:
        """What the process answers. Raises EncoderUnavailable when it could not, and when it is gone."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None, "it was piped"
        assert out is not None, "it was piped"
        payload = orjson.dumps(message)
        try:
            async with asyncio.timeout(timeout_s):
                into.write(len(payload).to_bytes(LENGTH_BYTES) + payload)
                await into.drain()
                answer = await out.readexactly(int.from_bytes(await out.readexactly(LENGTH_BYTES)))
        except (OSError, EOFError, TimeoutError) as error:
            await self.end()
            raise EncoderUnavailable(f"the encoder's process ended: {type(error).__name__}") from None
        if answer[:1] != DONE:
            raise EncoderUnavailable(answer[1:].decode(errors="replace"))
        return answer[1:]


class _Turns:
    """A lock that goes to the lowest rank that waits, and to the first of those."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @asynccontextmanager
    async def take(self, rank: int) -> AsyncIterator[None]:
        """Holds the lock."""
        if self._taken:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (rank, next(self._numbers), turn))
            await turn
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False


def _kept(work: Any) -> asyncio.Task[Any]:
    """A task of the work whose failure nobody need be there to see."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task

"""A batch job in a process of its own, beside the service.

What computes for minutes must hold up neither the event loop nor, by Python's lock, the threads of a server. Its
process has low priority and ends with the service; that nobody else does the same job is the job's own concern.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from pathlib import Path

from settings import Settings

log = logging.getLogger(__name__)
_APP = Path(__file__).parent.parent / "app.py"
_NICER = 10
_NICEST = 19
_GRACE_S = 5.0
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "1000"}


class BatchJob:
    """Runs `app.py job NAME` when told to, one at a time, on the database of these settings."""

    def __init__(self, name: str, settings: Settings) -> None:
        self._name = name
        self._variables = {
            "NEO4J_URI": settings.neo4j_uri or "",
            "NEO4J_USERNAME": settings.neo4j_username,
            "NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
            "NEO4J_DATABASE": settings.neo4j_database,
            "ZHONGCAO_DATA_DIR": str(settings.data_dir),
            "ZHONGCAO_SECRET_KEY": settings.secret_key.get_secret_value(),
            "ZHONGCAO_EXPORT_FOLDER": str(settings.export_folder or ""),
            "ZHONGCAO_EXPORT_MERGE_FROM": str(settings.export_merge_from),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> bool:
        """Begins a run and returns at once; False where the one before still runs, or the service stops."""
        if self._stopping or (self._watching is not None and not self._watching.done()):
            return False
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(_APP),
            "job",
            self._name,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the service, which ends it
            env={**os.environ, **_ENVIRONMENT, **self._variables},
        )
        with contextlib.suppress(OSError):  # it ended already, or may not be slowed down here
            niceness = os.getpriority(os.PRIO_PROCESS, 0) + _NICER
            os.setpriority(os.PRIO_PROCESS, process.pid, min(niceness, _NICEST))
        log.info("job %s begins in process %d", self._name, process.pid)
        self._process = process
        self._watching = asyncio.create_task(self._watch(process), name=f"job {self._name}")
        return True

    async def wait(self) -> None:
        """Returns when no run goes on."""
        if self._watching is not None:
            await asyncio.shield(self._watching)

    async def stop(self) -> None:
        """Ends the run that goes on, if any, and begins no other."""
        self._stopping = True
        if self._process is None or self._watching is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(_GRACE_S):
                await self.wait()
        except TimeoutError:
            self._process.kill()
            await self.wait()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None, "it was piped"
        said = ""
        async for line in process.stdout:
            said = line.decode(errors="replace").strip() or said
            log.debug("job %s: %s", self._name, said)
        status = await process.wait()
        if status == 0:
            log.info("job %s: %s", self._name, said)
        elif self._stopping:
            log.info("job %s was ended with the service and is begun anew with it", self._name)
        else:
            log.warning("job %s ended with status %d: %s", self._name, status, said)

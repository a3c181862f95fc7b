"""One run of the job: what it needs, and what it tells."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from graph.database import Database
from graph.embedded.progress import Progress, Silent
from graph.jobs.similarity.law import Law
from graph.jobs.similarity.matrix import Acts


@dataclass(slots=True)
class Run:
    """One run of the job. `laws` are those that somebody chose, by part; the rest follow from the data."""

    database: Database
    folder: Path | None = None
    laws: Mapping[str, Law] = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    told: list[str] = field(default_factory=list)

    def advanced(self) -> Callable[[int], None]:
        """What another thread may call to advance the progress."""
        loop = asyncio.get_running_loop()

        def advance(amount: int) -> None:
            loop.call_soon_threadsafe(self.progress.advance, amount)

        return advance

    def kept_in(self, part: str, acts: Acts, law: Law, places: npt.NDArray[np.int64]) -> Path | None:
        """Where what is computed of these things lies until it is written; what earlier acts left is taken away."""
        if self.folder is None:
            return None
        text = orjson.dumps([acts.fingerprint(), asdict(law), sha256(places.tobytes()).hexdigest()])
        chosen = self.folder / f"{part}-{sha256(text).hexdigest()[:24]}"
        for other in self.folder.glob(f"{part}-*"):
            if other != chosen:
                shutil.rmtree(other, ignore_errors=True)
        return chosen

"""The paths of a page's recommendations, read together."""

from __future__ import annotations

from collections.abc import Sequence

from strawberry.dataloader import DataLoader

from graph import explanations
from graph import recommendation_sources as sources
from graph.database import Database
from graph.explanations import Path
from graph.recommendation_sources import Asking
from graph.statements import Statement

_STATEMENTS: dict[str, Statement] = {"Product": explanations.PRODUCT_PATHS, "Note": explanations.NOTE_PATHS}


class PathLoader:
    """The paths that lead one viewer to things, one statement for all that are asked at a time."""

    def __init__(self, database: Database, viewer_id: str, label: str) -> None:
        self._database = database
        self._viewer_id = viewer_id
        self._statement = _STATEMENTS[label]
        self._loader: DataLoader[str, list[Path]] = DataLoader(self._load)

    async def paths(self, item_id: str) -> list[Path]:
        """The paths to the thing, strongest first within each source."""
        return await self._loader.load(item_id)

    async def asking(self) -> Asking:
        """For whom, as recommendations are asked for."""
        return await sources.asking(self._database, viewer_id=self._viewer_id, category=None)

    async def _load(self, ids: Sequence[str]) -> list[list[Path]]:
        found = await explanations.paths(self._database, self._statement, asking=await self.asking(), ids=ids)
        return [found[one] for one in ids]

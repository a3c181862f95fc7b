"""Models as files: what was trained last, and beside it what is enabled, each with its features and evaluation."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from graph.errors import Conflict, NotFound
from learning.replay import Evaluation
from learning.training import Trained

FOLDER = "learning"  # in the data folder
_FORMAT = 1
_TRAINED, _ENABLED = "trained", "enabled"


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one surface in a folder."""

    folder: Path
    surface: str

    @property
    def enabled(self) -> Path:
        """Where the model is that may serve; it need not be there."""
        return self.folder / f"{self.surface}.{_ENABLED}.json"

    @property
    def trained(self) -> Path:
        """Where the model is that was trained last; it need not be there."""
        return self.folder / f"{self.surface}.{_TRAINED}.json"

    def keep(self, model: Trained) -> None:
        """Keeps it as the last one trained; what is enabled stays."""
        _write(self.trained, {"format": _FORMAT, "surface": self.surface, **asdict(model)})

    def last(self) -> Trained:
        """The model that was trained last. Raises NotFound, and Conflict for a file that is none."""
        if not self.trained.exists():
            raise NotFound(f"no model of {self.surface} was trained; `learning train` does")
        return read(self.trained, self.surface)

    def enable(self) -> Trained:
        """Has the model that was trained last serve. Raises Conflict unless its replay was won, NotFound as `last`."""
        model = self.last()
        must_win(model.evaluation)
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self.enabled, orjson.loads(self.trained.read_bytes()))
        return model

    def disable(self) -> bool:
        """Has none serve; whether one did."""
        served = self.enabled.exists()
        self.enabled.unlink(missing_ok=True)
        return served


def must_win(evaluation: Evaluation) -> None:
    """Returns for an evaluation that was won. Raises Conflict saying what is missing."""
    if not evaluation.won:
        raise Conflict(
            f"replay did not show that it is better: {evaluation.difference:+.4f} NDCG, 95 % from "
            f"{evaluation.low:+.4f} to {evaluation.high:+.4f}, over {evaluation.lists:,} lists"
        )


def read(path: Path, surface: str) -> Trained:
    """The model in a file. Raises Conflict for a file that holds no model of that surface."""
    try:
        content: dict[str, Any] = orjson.loads(path.read_bytes())
        if (content.pop("format"), content.pop("surface")) != (_FORMAT, surface):
            raise ValueError("of another format or surface")
        evaluation = Evaluation(**content.pop("evaluation"))
        names = tuple(str(name) for name in content.pop("names"))
        return Trained(names=names, evaluation=evaluation, **content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Conflict(f"{path} holds no model of {surface}: {error}") from None


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

"""What docs/interchange.md shows works as it says."""

from __future__ import annotations

import re
from pathlib import Path

from datasets.interchange import open_folder, validate
from datasets.interchange.kinds import DERIVED, KINDS
from tests.datasets.test_interchange_faults import make_folder

DOC = (Path(__file__).resolve().parents[2] / "docs" / "interchange.md").read_text(encoding="utf-8")


def test_the_examples_are_valid(tmp_path: Path) -> None:
    users, follows = re.findall(r"```csv\n(.*?)```", DOC, re.DOTALL)
    topic = re.findall(r"```json\n(.*?)```", DOC, re.DOTALL)[1]
    files = {"User.csv": users, "User_FOLLOWS_User.csv": follows, "Topic.jsonl": topic}
    folder = open_folder(make_folder(tmp_path, {name: text.encode() for name, text in files.items()}))
    validate(folder)
    assert [table.rows for table in folder.tables()] == [2, 1, 1]


def test_every_derived_column_is_described() -> None:
    told = DOC[DOC.index("### What may be left out") : DOC.index("## Values")]
    for kind, columns in DERIVED.items():
        for column in columns:
            assert f"`{column}`" in told or f"`{kind}.{column}`" in told, (kind, column)
            assert kind in told


def test_every_kind_that_is_named_exists() -> None:
    named = set(re.findall(r"`([A-Z]\w+_[A-Z_]+_[A-Z]\w+)`", DOC)) - {"START_TYPE_END"}
    assert named
    assert named <= KINDS.keys()

"""Folders of public recommendation data become communities."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from datasets.interchange import InvalidDataset, validate
from datasets.public import public_folder


def make(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode()))
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = make(tmp_path / "Last_FM", train="0 3\n0 5\n2 3\n0 3\n", test="0 9\n", social="0 1\n1 0\n2 2\n")
    (folder / "README.md").write_text("# x\n\nSource: somewhere good @1\nPaper: none\n")
    return folder


def test_interactions_become_likes_and_purchases(small: Path) -> None:
    data = public_folder(small)
    validate(data)
    tables = {table.name: table for table in data.tables() if table.name != "User"}
    assert (data.name, data.source, data.users, data.items) == ("last-fm", "somewhere good @1", 3, 2)
    likes, bought = tables["User_LIKES_Note"].columns, tables["User_PURCHASED_Product"].columns
    assert likes["start"] == ["user_last-fm.u0", "user_last-fm.u0", "user_last-fm.u2"]
    assert likes["end"] == ["note_last-fm.i3", "note_last-fm.i5", "note_last-fm.i3"]
    assert bought["start"] == likes["start"]
    assert bought["end"] == ["product_last-fm.i3", "product_last-fm.i5", "product_last-fm.i3"]
    assert list(likes["at"]) == list(bought["firstAt"]) == list(bought["lastAt"])
    assert tables["User_FOLLOWS_User"].columns["end"] == ["user_last-fm.u1", "user_last-fm.u0"]
    assert tables["Note_FEATURES_Product"].columns["end"] == ["product_last-fm.i3", "product_last-fm.i5"]
    assert set(tables["User_POSTED_Note"].columns["start"]) == {"user_last-fm.official"}
    assert "somewhere good @1" in tables["Brand"].columns["description"][0]


def test_the_test_split_stays_out(small: Path) -> None:
    assert not any("i9" in str(table.columns) for table in public_folder(small).tables())


def test_every_run_makes_the_same(small: Path) -> None:
    one, two = ([str(table) for table in public_folder(small).tables()] for _ in range(2))
    assert one == two


def test_made_up_times_follow_each_other(small: Path) -> None:
    tables = {table.name: table.columns for table in public_folder(small).tables()}
    assert max(tables["User"]["createdAt"]) <= min(tables["Note"]["createdAt"])
    assert max(tables["Note"]["createdAt"]) <= min(tables["User_LIKES_Note"]["at"])


def test_nothing_is_made_up_about_what_came_first(small: Path) -> None:
    tables = {table.name: table.columns for table in public_folder(small).tables()}
    times = {int(one) for name in ("User_LIKES_Note", "User_FOLLOWS_User") for one in tables[name]["at"]}
    assert times == {int(one) for one in tables["User_PURCHASED_Product"]["lastAt"]}
    assert len(times) == 1


@pytest.mark.parametrize("line", ["1", "1 2 3", "a b", "-1 2", f"1 {2**31}"])
def test_a_wrong_line_is_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidDataset) as error:
        public_folder(make(tmp_path / "x", train=f"1 2\n{line}\n"))
    assert [str(one) for one in error.value.problems] == [
        "train.txt.gz, line 2: must be two integers from 0 to 2147483647"
    ]


def test_a_folder_without_interactions_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match=r"train\.txt\.gz: missing in"):
        public_folder(tmp_path)

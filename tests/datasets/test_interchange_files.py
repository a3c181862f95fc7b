"""What is written can be read: every kind, every format; and what may be left out is filled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest

from datasets.interchange import (
    Checker,
    FileFormat,
    FolderWriter,
    InvalidDataset,
    Problems,
    open_folder,
    validate,
    write_folder,
)
from datasets.interchange.keys import KeyIndex, hashes, repeated
from datasets.tables import Table
from graph.errors import Conflict
from tests.datasets.interchange_samples import NOW_MS, Sample, node_id

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("file_format", get_args(FileFormat))
def test_every_kind_comes_back_as_it_was(tmp_path: Path, file_format: FileFormat) -> None:
    manifest = write_folder(Sample(7), tmp_path / "x", now=NOW, file_format=file_format)
    folder = open_folder(tmp_path / "x")
    assert folder.manifest == manifest
    validate(folder)
    for was, now in zip(Sample(7).tables(), folder.tables(), strict=True):
        assert was.name == now.name
        assert {name: list(values) for name, values in was.columns.items()} == now.columns


def test_the_same_data_makes_the_same_files(tmp_path: Path) -> None:
    one, two = (write_folder(Sample(5), tmp_path / name, now=NOW) for name in "ab")
    assert one == two
    for entry in one.files:
        content = (tmp_path / "a" / entry.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry.sha256


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Conflict, match=r"is not empty \(thesis.txt\)"):
        write_folder(Sample(1), tmp_path, now=NOW)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_whole_folder_is_not_overwritten(tmp_path: Path) -> None:
    write_folder(Sample(1), tmp_path, now=NOW)
    with pytest.raises(Conflict, match=r"manifest\.json"):
        write_folder(Sample(2), tmp_path, now=NOW)


def test_an_unfinished_folder_has_no_manifest_and_is_begun_anew(tmp_path: Path) -> None:
    writer = FolderWriter(tmp_path, name="half")
    for checked in Checker(Sample(2), Problems()).batches():
        writer.write(checked.batch)
    writer.close()
    with pytest.raises(InvalidDataset, match="is no interchange folder"):
        open_folder(tmp_path)
    write_folder(Sample(1), tmp_path, now=NOW)
    validate(open_folder(tmp_path))


class Reduced:
    """The sample without some columns, and with some rows changed."""

    name = "reduced"

    def __init__(self, *left_out: tuple[str, str], **changes: dict[str, list[Any]]) -> None:
        self._left_out, self._changes = left_out, changes

    def tables(self) -> Iterator[Table]:
        for table in Sample(3).tables():
            columns = {k: v for k, v in table.columns.items() if (table.name, k) not in self._left_out}
            yield Table(table.name, columns | self._changes.get(table.name, {}), table.rows)


def filled(dataset: Reduced, kind: str, column: str) -> list[Any]:
    problems = Problems()
    values = [
        value
        for checked in Checker(dataset, problems).batches()
        if checked.batch.kind.name == kind
        for value in checked.batch.column(column).to_pylist()
    ]
    problems.raise_if_any("reduced")
    return values


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        # The ring: node n leads to node n + 1 of 3.
        ("Note", "authorId", [node_id("user", 2), node_id("user", 0), node_id("user", 1)]),
        ("Note", "categoryId", [node_id("category", 1), node_id("category", 2), node_id("category", 0)]),
        ("Comment", "noteId", [node_id("note", 1), node_id("note", 2), node_id("note", 0)]),
        ("Review", "productId", [node_id("product", 1), node_id("product", 2), node_id("product", 0)]),
        ("Product", "brandId", [node_id("brand", 2), node_id("brand", 0), node_id("brand", 1)]),
        ("Product", "categoryId", [node_id("category", 1), node_id("category", 2), node_id("category", 0)]),
        ("Product", "priceMinor", [1, 2, 0]),
        ("Product", "reviewCount", [0, 1, 0]),  # review 0 is published, 1 hidden, 2 removed
        ("Product", "ratingSum", [0, 1, 0]),
        ("User_LIKES_Note", "to", [node_id("note", 1), node_id("note", 2), node_id("note", 0)]),
    ],
)
def test_derived_columns_are_filled(kind: str, column: str, values: list[Any]) -> None:
    assert filled(Reduced((kind, column)), kind, column) == values


@pytest.mark.parametrize("kind", ["Note_TAGGED_Topic", "Note_FEATURES_Product"])
def test_the_time_of_a_tag_is_that_of_its_note(kind: str) -> None:
    times = [int(at.timestamp() * 1000) for at in filled(Reduced((kind, "at")), kind, "at")]
    assert times == [NOW_MS, NOW_MS + 1_001, NOW_MS + 2_002]


def test_single_absent_values_are_filled_and_given_ones_kept() -> None:
    dataset = Reduced(Product={"priceMinor": [None, 77, None], "reviewCount": [9, None, None]})
    assert filled(dataset, "Product", "priceMinor") == [1, 77, 0]
    assert filled(dataset, "Product", "reviewCount") == [9, 1, 0]


def test_what_cannot_be_derived_is_told() -> None:
    orphan = {"start": [node_id("brand", 0)], "end": [node_id("product", 1)]}

    class Orphans(Reduced):
        def tables(self) -> Iterator[Table]:
            for table in super().tables():
                yield Table(table.name, orphan, 1) if table.name == "Brand_MAKES_Product" else table

    with pytest.raises(InvalidDataset) as error:
        validate(Orphans(("Product", "brandId")))
    told = "column brandId: missing, and cannot be derived: no Brand_MAKES_Product leads to it"
    assert [str(one) for one in error.value.problems] == [f"table Product, row {row}, {told}" for row in (1, 3)]


def test_tables_are_checked_like_files() -> None:
    columns: dict[str, Any] = {"name": ["a", 5, "c"], "colour": ["red"] * 3, "createdAt": np.array([1.5, 2, 3])}
    with pytest.raises(InvalidDataset) as error:
        validate(Reduced(Topic=columns))
    told = [str(one) for one in error.value.problems]
    assert told[0] == "table Topic, column colour: unknown column; accepted: id, name, createdAt"
    assert told[1].startswith("table Topic, row 1, column createdAt: ")
    assert told[2] == "table Topic, row 2, column name: 5 is not accepted: text of at most 60 characters"
    assert len(told) == 5  # three times that are no integers


def test_hashes_tell_texts_apart_whatever_their_lengths() -> None:
    texts = [
        "",
        "a",
        "a\0",
        "b",
        "ab",
        "ba",
        "用户",
        "x" * 8,
        "x" * 9,
        "x" * 600,
        *(f"user_{n}" for n in range(20_000)),
    ]
    keys = hashes(pa.array(texts))
    assert len(np.unique(hashes(pa.array(texts[:9] + texts[10:])))) == len(texts) - 1
    assert len(np.unique(keys)) == len(texts)
    sliced = pa.array(["zz", *texts[:9], None])[1:]
    assert list(hashes(sliced)[:-1]) == list(hashes(pa.array(texts[:9])))
    assert hashes(sliced)[-1] == 0


def test_key_index_finds_first_rows() -> None:
    keys = np.array([5, 9, 5, 0, 0, 7], np.uint64)
    assert KeyIndex(keys).rows(np.array([7, 5, 0, 8], np.uint64)).tolist() == [5, 0, -1, -1]
    assert repeated(keys).tolist() == [2]
    assert KeyIndex(np.zeros(0, np.uint64)).rows(keys).tolist() == [-1] * 6

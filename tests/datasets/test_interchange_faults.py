"""Every fault is told with file, line and column, and what is accepted."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from datasets.interchange import InvalidDataset, open_folder, validate

USERS = (
    "id,handle,displayName,language,kind,state,private,createdAt\n"
    "user_1,ann,Ann,en,member,active,false,2025-01-01T08:00:00Z\n"
    "user_2,bo,博,zh,creator,active,true,2025-01-02T08:00:00.250+08:00\n"
)
FOLLOWS = "start,end,at\nuser_1,user_2,2025-02-01T08:00:00Z\nuser_2,user_1,2025-02-01T09:00:00Z\n"
TOPICS = 'id,name,createdAt\ntopic_1,"sun\ncream",2025-01-01T08:00:00Z\ntopic_2,tea,2025-01-01T08:00:00Z\n'


def make_folder(path: Path, files: dict[str, bytes], /, **changes: Any) -> Path:
    """A folder of files named `Kind.ext`, with a right manifest but for the changes."""
    path.mkdir(exist_ok=True)
    entries = []
    for name, content in files.items():
        (path / name).write_bytes(content)
        kind, file_format = name.split(".")[:2]
        if file_format == "parquet":
            rows = parquet.read_metadata(path / name).num_rows
        else:
            text = (gzip.decompress(content) if name.endswith(".gz") else content).decode(errors="replace")
            rows = max(0, text.count("\n") - (file_format == "csv") - text.count('"sun\ncream"'))
        digest = hashlib.sha256(content).hexdigest()
        entries.append({"kind": kind, "path": name, "format": file_format, "rows": rows, "sha256": digest})
    manifest = {"format": 1, "name": "small", "created": "2025-06-01T00:00:00Z", "files": entries} | changes
    (path / "manifest.json").write_text(json.dumps(manifest))
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(InvalidDataset) as error:
        validate(open_folder(path))
    assert error.value.count == len(error.value.problems)
    return [str(one) for one in error.value.problems]


def csv_faults(path: Path, **files: str) -> list[str]:
    whole = {"User": USERS, "User_FOLLOWS_User": FOLLOWS} | files
    return faults(make_folder(path, {f"{kind}.csv": text.encode() for kind, text in whole.items()}))


def test_a_right_folder_has_no_faults(tmp_path: Path) -> None:
    files = {"User.csv": USERS, "User_FOLLOWS_User.csv": FOLLOWS, "Topic.csv": TOPICS}
    folder = open_folder(make_folder(tmp_path, {name: text.encode() for name, text in files.items()}))
    validate(folder)
    tables = {table.name: table.columns for table in folder.tables()}
    assert tables["User"]["createdAt"] == [1735718400000, 1735776000250]
    assert tables["User"]["bio"] == [None, None]
    assert tables["Topic"]["name"] == ["sun\ncream", "tea"]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("ann,Ann", ",Ann", "column handle: missing; accepted: text of at most 40 characters"),
        ("ann,Ann", '"",Ann', "column handle: '' is empty and required"),
        ("ann,Ann", "a" * 41 + ",Ann", "column handle: '" + "a" * 41 + "' is not accepted: text of at most 40"),
        (",en,", ",fr,", "column language: 'fr' is not accepted: one of zh, en"),
        (",false,", ",no,", "column private: 'no' is not accepted: true or false"),
        ("user_1,", "note_1,", "column id: 'note_1' is no id of a User: user_ and 1 to 64 of"),
        ("user_1,", "user_,", "column id: 'user_' is no id of a User"),
        ("2025-01-01T08:00:00Z", "2025-01-01T08:00:00", "column createdAt: '2025-01-01T08:00:00' is not accepted: an"),
        ("2025-01-01T08:00:00Z", "2025-02-30T08:00:00Z", "column createdAt: '2025-02-30T08:00:00Z' is not accepted"),
        ("2025-01-01T08:00:00Z", "yesterday", "column createdAt: 'yesterday' is not accepted"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told(tmp_path: Path, was: str, now: str, told: str) -> None:
    found = csv_faults(tmp_path, User=USERS.replace(was, now), User_FOLLOWS_User="start,end,at\n")
    assert len(found) == 1
    assert found[0].startswith(f"User.csv, line 2, {told}")


def test_repeated_ids_and_unique_values_are_told(tmp_path: Path) -> None:
    twice = USERS + "user_2,ann,C,en,member,active,false,2025-01-01T08:00:00Z\n"
    assert csv_faults(tmp_path, User=twice) == [
        "User.csv, line 4, column id: another row has the same value, which must be unique",
        "User.csv, line 4, column handle: another row has the same value, which must be unique",
    ]


def test_dangling_ends_and_repeated_pairs_are_told(tmp_path: Path) -> None:
    rows = FOLLOWS + "user_1,user_9,2025-02-01T08:00:00Z\nuser_1,user_2,2025-02-03T08:00:00Z\n"
    assert csv_faults(tmp_path, User_FOLLOWS_User=rows) == [
        "User_FOLLOWS_User.csv, line 4, column end: 'user_9' leads nowhere: no User has this id",
        "User_FOLLOWS_User.csv, line 5: another row joins the same start and end",
    ]


def test_a_given_derived_value_must_agree(tmp_path: Path) -> None:
    rows = "start,end,at,to\nuser_1,user_2,2025-02-01T08:00:00Z,user_1\n"
    assert csv_faults(tmp_path, User_FOLLOWS_User=rows) == [
        "User_FOLLOWS_User.csv, line 2, column to: 'user_1' differs from end; leave it out, and it is filled"
    ]


def test_columns_are_checked_once_a_file(tmp_path: Path) -> None:
    found = csv_faults(tmp_path, User=USERS.replace("handle", "Handle"))
    assert found[0].startswith("User.csv, column Handle: unknown column of User; accepted: id, handle, displayName")
    assert found[1] == "User.csv, column handle: is missing and required"
    assert len(found) == 2  # and no dangling ends, although no user could be read


def test_rows_of_another_width_keep_the_lines_right(tmp_path: Path) -> None:
    rows = TOPICS.replace("topic_2,tea", "oops\n\ntopic_2,") + "topic_1,x,2025-01-01T08:00:00Z\n"
    assert csv_faults(tmp_path, Topic=rows) == [
        "Topic.csv, line 4: has 1 columns where the heading has 3",
        "Topic.csv, line 6, column name: missing; accepted: text of at most 60 characters",
        "Topic.csv, line 7, column id: another row has the same value, which must be unique",
    ]


def test_text_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, {"Topic.csv": TOPICS.encode() + b"topic_3,\xff,2025-01-01T08:00:00Z\n"})
    assert "Topic.csv, line 5: is not UTF-8" in faults(folder)


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"id": "topic_1", "name": "a", "createdAt": "2025-01-01T00:00:00Z"},
        {"id": "topic_2", "name": 7, "createdAt": 12},
        {"id": "topic_3", "name": "b", "createdAt": "2025-01-01T00:00:00Z", "colour": "red"},
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n[]\n{"id": \n'
    found = faults(make_folder(tmp_path, {"Topic.jsonl": text.encode()}))
    assert found[0] == "Topic.jsonl, line 2, column name: 7 is not accepted: text of at most 60 characters"
    assert found[1].startswith("Topic.jsonl, line 2, column createdAt: 12 is not accepted: an RFC 3339 time")
    assert found[2].startswith("Topic.jsonl, line 3, column colour: unknown column of Topic; accepted: id, name")
    assert found[3] == "Topic.jsonl, line 4: is not a JSON object"
    assert found[4].startswith("Topic.jsonl, line 5: is not a JSON object: ")


def test_numbers_keep_their_range(tmp_path: Path) -> None:
    category = {"id": "category_1", "slug": "a", "name": "甲", "nameEn": "A", "position": 0}
    positions = [-1, 2**31, 1.5, True, 2**70, "3", 2**31 - 1]
    lines = [
        category | {"id": f"category_{n}", "slug": f"s{n}", "position": value} for n, value in enumerate(positions)
    ]
    found = faults(make_folder(tmp_path, {"Category.jsonl": "".join(json.dumps(one) + "\n" for one in lines).encode()}))
    assert [one.split(" is not ")[0].split(": ")[1] for one in found] == [
        "-1",
        "2147483648",
        "1.5",
        "True",
        "1.1805916207174113e+21",
        "'3'",
    ]
    assert all(one.endswith("accepted: an integer from 0 to 2147483647") for one in found)


def test_parquet_columns_must_have_their_type(tmp_path: Path) -> None:
    table = pa.table({"id": ["topic_1"], "name": ["a"], "createdAt": pa.array([0], pa.timestamp("ms"))})
    parquet.write_table(table, tmp_path / "Topic.parquet")
    folder = make_folder(tmp_path, {"Topic.parquet": (tmp_path / "Topic.parquet").read_bytes()})
    told = "Topic.parquet, column createdAt: is stored as timestamp[ms]; accepted: timestamp with time zone UTC"
    assert faults(folder) == [told]


def test_parquet_faults_name_the_row(tmp_path: Path) -> None:
    at = pa.array([0, 0, 0], pa.timestamp("us", tz="Asia/Shanghai"))
    table = pa.table({"id": ["topic_1", "topic_2", "topic_1"], "name": ["a", None, "c"], "createdAt": at})
    parquet.write_table(table, tmp_path / "Topic.parquet")
    folder = make_folder(tmp_path, {"Topic.parquet": (tmp_path / "Topic.parquet").read_bytes()})
    assert faults(folder) == [
        "Topic.parquet, row 2, column name: missing; accepted: text of at most 60 characters",
        "Topic.parquet, row 3, column id: another row has the same value, which must be unique",
    ]


def test_gzip_may_hold_csv(tmp_path: Path) -> None:
    bad = gzip.compress(TOPICS.replace(",tea", ",").encode())
    assert faults(make_folder(tmp_path, {"Topic.csv.gz": bad})) == [
        "Topic.csv.gz, line 4, column name: missing; accepted: text of at most 60 characters"
    ]


def test_a_changed_file_is_told_by_its_checksum(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, {"Topic.csv": TOPICS.encode()})
    (folder / "Topic.csv").write_text(TOPICS.replace("tea", "tee"))
    assert "Topic.csv: SHA-256 is " in faults(folder)[0]


def test_a_file_that_was_cut_is_told_by_its_rows(tmp_path: Path) -> None:
    files = {"Topic.csv": TOPICS.encode()}
    folder = make_folder(tmp_path, files)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][0]["rows"] = 3
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert faults(folder) == ["Topic.csv: has 2 rows where the manifest says 3"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 2}, "manifest.json: format is 2; this version reads 1"),
        ({"name": ""}, "manifest.json: name must be a text of 1 to 80 characters"),
        ({"created": "2025-06-01"}, "manifest.json: created must be an RFC 3339 time"),
        ({"extra": 1}, "manifest.json: unknown member 'extra'; accepted: format, name, created, files"),
        ({"files": {}}, "manifest.json: files must be a list"),
        ({"files": [1]}, "manifest.json: files[0] must be an object with exactly kind, path"),
    ],
)
def test_the_manifest_is_checked(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidDataset) as error:
        open_folder(make_folder(tmp_path, {}, **changes))
    assert [str(one)[: len(told)] for one in error.value.problems] == [told]


@pytest.mark.parametrize("path", ["../other/Topic.csv", "/etc/passwd", "", "link.csv", "missing.csv"])
def test_the_manifest_names_only_files_of_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Topic.csv").write_text(TOPICS)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "other" / "Topic.csv")
    entry = {"kind": "Topic", "path": path, "format": "csv", "rows": 2, "sha256": "0" * 64}
    with pytest.raises(InvalidDataset, match=r"inside the folder|is not there"):
        open_folder(make_folder(tmp_path / "in", {}, files=[entry]))


def test_unknown_kinds_and_repeated_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    entry = {"kind": "Topic", "path": "a.csv", "format": "csv", "rows": 0, "sha256": "0" * 64}
    with pytest.raises(InvalidDataset) as error:
        open_folder(make_folder(tmp_path, {}, files=[entry, entry, entry | {"kind": "Planet", "format": "xml"}]))
    told = [one.message for one in error.value.problems]
    assert told[0].startswith("files[2]: kind 'Planet' is not in the graph model; accepted: User, Note")
    assert told[1] == "files[2]: format 'xml' is unknown; accepted: parquet, csv, jsonl"
    assert told[2] == "kind Topic is there twice; there is one file of each kind"
    assert told[3] == "path a.csv is there twice; there is one file of each kind"


def test_a_folder_without_manifest_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="is no interchange folder"):
        open_folder(tmp_path)


def test_the_first_hundred_faults_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(f"topic_{n},,2025-01-01T08:00:00Z\n" for n in range(30_000))
    folder = make_folder(tmp_path, {"Topic.csv": ("id,name,createdAt\n" + rows).encode()})
    with pytest.raises(InvalidDataset) as error:
        validate(open_folder(folder))
    assert error.value.count == 30_000
    assert [one.line for one in error.value.problems] == list(range(2, 102))
    assert error.value.message.startswith("small: 30,000 problems, nothing was written\n  Topic.csv, line 2")
    assert error.value.message.endswith("… and 29,900 more")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    found = faults(make_folder(tmp_path, {"Topic.csv": b""}))
    assert "Topic.csv, column id: is missing and required" in found

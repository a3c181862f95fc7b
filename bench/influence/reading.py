"""Networks from folders: a file of edges, and a README or a header that says which way influence goes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from bench.measure import Unmeasurable
from graph.jobs.seeding.network import Floats, Ints

_TEXT = (".tsv", ".csv", ".txt", ".edges", ".edgelist", ".el", ".dat")
_OPENED: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.decompress,
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
}
_UNDIRECTED = re.compile(r"\bundirected\b|\bco-?author", re.IGNORECASE)
_REVERSED = re.compile(r"\brevers\w+ (the |all |each |every )?(arc|edge|link|line|direction)", re.IGNORECASE)
_DIRECTED = re.compile(r"\bdirected\b|\barcs?\b|->|→", re.IGNORECASE)
_PROBABILITY = ("p", "prob", "probability")


class Edges(StrEnum):
    """What a line `a b` says."""

    DIRECTED = "directed"  # a influences b
    REVERSED = "reversed"  # b influences a
    UNDIRECTED = "undirected"  # each influences the other


@dataclass(frozen=True, slots=True)
class Arcs:
    """`sources` influence `targets`, as positions in `names`; one arc for each line that said so.

    `probabilities` are those of the file, where it has a column of them. `why`: what told the direction.
    """

    names: list[int] | list[str]
    sources: Ints
    targets: Ints
    probabilities: Floats | None
    edges: Edges
    why: str


def read(place: Path, edges: Edges | None) -> Arcs:
    """The network of a folder or file; `edges` is for where nothing in it tells. Raises Unmeasurable."""
    file = _file(place)
    data = _bytes(file)
    notes, header, body = _parts(data)
    found, why = (edges, "as asked") if edges else _direction(file.parent, notes, header)
    names, first, second, probabilities = _columns(file, header, body)
    apart = first != second
    first, second = first[apart], second[apart]
    probabilities = probabilities[apart] if probabilities is not None else None
    if not len(first):
        raise Unmeasurable(f"{file}: no edges")
    if found is Edges.REVERSED:
        first, second = second, first
    if found is Edges.UNDIRECTED and not _mirrored(first, second, len(names)):
        first, second = np.concatenate([first, second]), np.concatenate([second, first])
        probabilities = None if probabilities is None else np.concatenate([probabilities, probabilities])
    return Arcs(names, first, second, probabilities, found, why)


def _file(place: Path) -> Path:
    if place.is_file():
        return place
    if not place.is_dir():
        raise Unmeasurable(f"{place}: no such folder or file")
    files = sorted(one for one in place.iterdir() if one.is_file() and _kind(one) in _TEXT and not _is_readme(one))
    named = [one for one in files if "edge" in one.name.lower()] or files
    if len(named) == 1:
        return named[0]
    what = "several files could be the edges" if named else f"no file of edges (edges.tsv.xz, or {', '.join(_TEXT)})"
    raise Unmeasurable(f"{place}: {what}{': ' if named else ''}{', '.join(one.name for one in named)}; name the file")


def _kind(file: Path) -> str:
    return (file.with_suffix("") if file.suffix in _OPENED else file).suffix.lower()


def _is_readme(file: Path) -> bool:
    return file.name.lower().startswith("readme")


def _bytes(file: Path) -> bytes:
    try:
        data = file.read_bytes()
        return _OPENED[file.suffix](data) if file.suffix in _OPENED else data
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise Unmeasurable(f"{file} cannot be read: {error}") from error


def _parts(data: bytes) -> tuple[str, list[str], bytes]:
    """Comments at the start, the header's columns (none: there is no header), and the lines that remain."""
    notes: list[str] = []
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end].decode("utf-8", "replace").strip()
        if line and line[0] not in "#%":
            words = _words(line)
            header = not any(re.fullmatch(r"[-+]?\d+(\.\d+)?", word) for word in words) and _heads(words)
            return (
                "\n".join(notes),
                [word.lower() for word in words] if header else [],
                data[end + 1 if header else at :],
            )
        notes.append(line)
        at = end + 1
    return "\n".join(notes), [], b""


def _heads(words: list[str]) -> bool:
    known = {"u", "v", "src", "dst", "source", "target", "from", "to", "node1", "node2", "a", "b", "tail", "head"}
    return len(words) >= 2 and {word.lower() for word in words[:2]} <= known | {
        f"{one}{tail}" for one in known for tail in ("id", "_id", "nodeid")
    }


def _words(line: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|]+", line) if word]


def _direction(folder: Path, notes: str, header: list[str]) -> tuple[Edges, str]:
    readmes = [one for one in folder.iterdir() if one.is_file() and _is_readme(one)]
    for where, text in ((f"{one.name} says so", one.read_text("utf-8", "replace")) for one in sorted(readmes)):
        if (found := _told(text)) is not None:
            return found, where
    if (found := _told(notes)) is not None:
        return found, "the file's comments say so"
    if header[:2] == ["u", "v"]:
        return Edges.UNDIRECTED, "the columns are u and v"
    if header:
        return Edges.DIRECTED, f"the columns are {header[0]} and {header[1]}"
    return Edges.DIRECTED, "nothing tells; --edges would"


def _told(text: str) -> Edges | None:
    for pattern, edges in (
        (_REVERSED, Edges.REVERSED),
        (_UNDIRECTED, Edges.UNDIRECTED),
        (_DIRECTED, Edges.DIRECTED),
    ):
        if pattern.search(text):
            return edges
    return None


def _columns(file: Path, header: list[str], body: bytes) -> tuple[list[Any], Ints, Ints, Floats | None]:
    """Names, and the lines' two ends as positions in them; the probabilities where there is a column of that name."""
    line = body[: body.find(b"\n") + 1 or len(body)].decode("utf-8", "replace").strip()
    words = _words(line)
    if len(words) < 2:
        raise Unmeasurable(f"{file}: a line of edges needs two ends, and the first is {line[:80]!r}")
    delimiter = next((one for one in ("\t", ",", ";", "|") if one in line), " ")
    body = _tidied(body, delimiter)
    names = [str(at) for at in range(len(words))]
    extra = next((names[at] for at, word in enumerate(header[: len(words)]) if word in _PROBABILITY), None)
    table = _table(file, body, delimiter, names, ["0", "1", *([extra] if extra else [])])
    ends = [table.column(name).combine_chunks() for name in ("0", "1")]
    distinct, numbers = _numbered(ends, len(table))
    probabilities = table.column(extra).to_numpy().astype(np.float64) if extra else None
    return distinct, np.ascontiguousarray(numbers[0]), np.ascontiguousarray(numbers[1]), probabilities


def _tidied(body: bytes, delimiter: str) -> bytes:
    """The lines without spaces that part nothing."""
    if delimiter != " ":
        return body.replace(f"{delimiter} ".encode(), delimiter.encode())
    if not re.search(rb"[ \t]{2}|[ \t]\r?\n|\n[ \t]|^[ \t]", body):
        return body
    return re.sub(rb"(?m)^ +| +(?=\r?$)", b"", re.sub(rb"[ \t]+", b" ", body))


def _table(file: Path, body: bytes, delimiter: str, names: list[str], wanted: list[str]) -> Any:
    try:
        return pyarrow.csv.read_csv(
            BytesIO(body),
            read_options=pyarrow.csv.ReadOptions(column_names=names, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char=False),
            convert_options=pyarrow.csv.ConvertOptions(include_columns=wanted),
        )
    except pa.ArrowInvalid as error:
        raise Unmeasurable(f"{file}: {error}") from error


def _numbered(ends: list[Any], lines: int) -> tuple[list[Any], list[Ints]]:
    if all(pa.types.is_integer(one.type) for one in ends):
        first, second = (one.to_numpy(zero_copy_only=False).astype(np.int64) for one in ends)
        if _counts(first, second, lines):
            first, second = first[1:], second[1:]
        distinct, inverse = np.unique(np.concatenate([first, second]), return_inverse=True)
        numbers = inverse.astype(np.int32)
        return distinct.tolist(), [numbers[: len(first)], numbers[len(first) :]]
    both = pa.concat_arrays([one.cast(pa.string()) for one in ends]).dictionary_encode()
    numbers = both.indices.to_numpy().astype(np.int32)
    return both.dictionary.to_pylist(), [numbers[:lines], numbers[lines:]]


def _counts(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], lines: int) -> bool:
    """Whether the first line is the number of people and of edges."""
    if lines < 2 or second[0] != lines - 1:
        return False
    return int(first[0]) >= max(int(first[1:].max()), int(second[1:].max()))


def _mirrored(first: Ints, second: Ints, people: int) -> bool:
    """Whether each line `a b` has its line `b a`."""
    there = np.sort(first.astype(np.int64) * people + second)
    back = np.sort(second.astype(np.int64) * people + first)
    return bool(np.array_equal(there, back))

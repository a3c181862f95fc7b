"""Ranges and entity tags, against what RFC 9110 says of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ranges import Part, Unsatisfiable, asked_part, has_already, part_for


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=0-", Part(0, 10)),
        ("bytes=3-5", Part(3, 6)),
        ("bytes=3-99", Part(3, 10)),
        ("bytes=-4", Part(6, 10)),
        ("bytes=-99", Part(0, 10)),
        ("BYTES=9-9", Part(9, 10)),
        ("bytes= 1-2 ", Part(1, 3)),
        (None, None),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("bytes=-1-2", None),
        ("bytes=１-２", None),
        ("items=0-1", None),
        ("bytes=0-" + "9" * 400, None),
    ],
)
def test_one_range(header: str | None, part: Part | None) -> None:
    assert asked_part(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=99-", "bytes=-0"])
def test_what_lies_behind_the_end_is_told(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_part(header, 10)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 100))
def test_a_range_gives_what_slicing_gives(first: int, last: int, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    expected = content[first : last + 1]
    try:
        part = asked_part(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
        return
    if last < first:
        assert part is None
        return
    assert part is not None
    assert content[part.start : part.end] == expected != b""


@given(st.integers(0, 200), st.integers(1, 100))
def test_a_suffix_gives_what_slicing_gives(last: int, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    if not last:
        with pytest.raises(Unsatisfiable):
            asked_part("bytes=-0", size)
        return
    part = asked_part(f"bytes=-{last}", size)
    assert part is not None
    assert content[part.start : part.end] == content[-last:]


@given(st.one_of(st.text(max_size=40), st.from_regex(r"bytes=[0-9, -]{0,30}", fullmatch=True)), st.integers(0, 1_000))
def test_any_header_gives_a_part_inside_or_none(header: str, size: int) -> None:
    try:
        part = asked_part(header, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.start < part.end <= size


@pytest.mark.parametrize(
    ("header", "has"),
    [
        (None, False),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"abcd"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_if_none_match(header: str | None, has: bool) -> None:
    assert has_already(header, '"abc"') is has


@pytest.mark.parametrize("if_range", ['"other"', 'W/"abc"', "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_another_file_is_sent_whole(if_range: str) -> None:
    assert part_for("bytes=0-1", 10, etag='"abc"', if_range=if_range) is None
    assert part_for("bytes=99-", 10, etag='"abc"', if_range=if_range) is None
    assert part_for("bytes=0-1", 10, etag='"abc"', if_range='"abc"') == Part(0, 2)

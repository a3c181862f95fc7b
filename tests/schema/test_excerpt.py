"""Excerpts are short, are the text's own start, and end where a reader would stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.notes import cut


@given(st.text(max_size=400), st.integers(1, 200))
def test_length_and_start(text: str, length: int) -> None:
    made = cut(text, length)
    assert len(made) <= length
    line = " ".join(text.split())
    assert line.startswith(made.removesuffix("…").rstrip()) or made == line


@pytest.mark.parametrize(
    ("text", "length", "made"),
    [
        ("短文。", 10, "短文。"),
        ("今天试了防晒霜。质地清爽,不泛白,通勤可用。", 12, "今天试了防晒霜。…"),
        ("A light sunscreen for daily commutes", 20, "A light sunscreen…"),
        ("一二三四五六七八九十", 5, "一二三四…"),
        ("first line\n\nsecond   line", 40, "first line second line"),
    ],
)
def test_where_it_ends(text: str, length: int, made: str) -> None:
    assert cut(text, length) == made

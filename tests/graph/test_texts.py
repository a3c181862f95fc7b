"""Languages, mentions and topics, as texts tell them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules import texts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天的妆容", "zh"),
        ("A quiet morning", "en"),
        ("用了 CeraVe 的乳液，很好", "zh"),
        ("SK-II Facial Treatment Essence 空瓶记", "zh"),
        ("My favourite brush is made by 花西子 and it shows", "en"),
        ("好用 Dyson Airwra", "zh"),
        ("𠮷野家", "zh"),
        ("12:30 ✨🎉", None),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert texts.language(text) == language


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@mei_lin 你看", ["mei_lin"]),
        ("谢谢@Mei_Lin！", ["mei_lin"]),
        ("＠mei_lin　和@bo_2，还有 @mei_lin", ["mei_lin", "bo_2"]),
        ("(@mei_lin)", ["mei_lin"]),
        ("mail me: a.b@example.com", []),
        ("https://example.com/@mei_lin", []),
        ("@2fast @_x @x", []),
        ("@mei_lin@example.com", []),
        ("@" + "a" * 41, []),
        ("@" + "a" * 40, ["a" * 40]),
        ("@@mei_lin", []),
    ],
)
def test_mentions(text: str, handles: list[str]) -> None:
    assert texts.mentions(text) == handles


def test_only_the_first_twenty_are_mentioned() -> None:
    text = " ".join(f"@person{number:02}" for number in range(30))
    assert texts.mentions(text) == [f"person{number:02}" for number in range(20)]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("#护肤", "护肤"),
        ("＃ＯＯＴＤ", "ootd"),
        ("  ## Clean   Beauty ", "clean beauty"),
        ("Straße", "strasse"),
        ("cafe\u0301", "caf\u00e9"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_topic(given: str, name: str) -> None:
    assert texts.topic(given, longest=20) == name


@pytest.mark.parametrize("given", ["", "#", " # ", "\u200b", "x" * 21, "㍿" * 6])
def test_topics_that_are_none(given: str) -> None:
    with pytest.raises(ValueError, match="1 to 20 characters"):
        texts.topic(given, longest=20)


@given(st.text(max_size=30))
def test_a_topic_keeps_its_spelling(given: str) -> None:
    try:
        name = texts.topic(given, longest=200)
    except ValueError:
        return
    assert texts.topic(name, longest=200) == name
    assert texts.topic(f"#{name}", longest=200) == name


@given(st.text(max_size=200))
def test_mentions_are_handles(text: str) -> None:
    found = texts.mentions(text)
    assert len(found) == len(set(found)) <= texts.MAX_MENTIONS
    assert all(one == one.lower() and one.replace("_", "").isalnum() and one.isascii() for one in found)


@pytest.mark.parametrize(
    "text", ["\u200b", "\u2060", "\u00ad", "\u3164", "\u2800", "\U000e0001", "\ufe0f", "\u200d \u200b"]
)
def test_what_shows_nothing_is_no_text(text: str) -> None:
    with pytest.raises(ValueError, match="can be seen"):
        texts.clean(text, lines=True)


@pytest.mark.parametrize("text", ["a\u200eb", "a\u200fb", "a\u061cb", "a\u202eb", "a\x00b", "a\nb", "a\ud800b"])
def test_marks_that_a_line_must_not_hold(text: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        texts.clean(text, lines=False)


@pytest.mark.parametrize(
    ("text", "kept"), [(" 👩\u200d💻 ", "👩\u200d💻"), ("❤\ufe0f", "❤\ufe0f"), ("e\u0301", "é"), ("", "")]
)
def test_texts_are_composed_and_trimmed(text: str, kept: str) -> None:
    assert texts.clean(text, lines=False) == kept

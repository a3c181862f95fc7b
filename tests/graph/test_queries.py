"""How queries are read, and what Lucene is asked."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.rules.lexicon import Lexicon, load
from graph.rules.queries import lucene, read
from graph.rules.spelling import normal

LEXICON = load()
_FIELDS = {"title": 2.0, "text": 1.0}
# What a text for Lucene is made of: fields, quoted words, prefixes of letters and digits, weights, plus and brackets.
_PART = re.compile(
    r'(?:title|text):|"[^"\\\x00-\x1f:*?~^(){}\[\]|!]+"|[a-z0-9_]+\*|\^[0-9.]+|[+() ]',
)


def units(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    return [unit.text for unit in read(text, lexicon).units]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("油皮夏天不脱妆的粉底", ["油皮", "夏天", "不脱妆", "粉底"]),
        ("雅诗兰黛DW粉底", ["雅诗兰黛", "dw", "粉底"]),
        ("SK-II 神仙水", ["sk-ii", "神仙水"]),
        ("Ｂ５ 修复霜", ["b5", "修复霜"]),
        ("iPhone15手机壳", ["iphone15", "手机壳"]),
        ("防曬乳", ["防晒乳"]),
        ("目的地攻略", ["目的地", "攻略"]),
        ("求推荐平价口红", ["平价", "口红"]),
        ("推荐", ["推荐"]),
        ("face wash for oily skin", ["face wash", "oily skin"]),
        ("mia_daily3", ["mia_daily3"]),
        ("防", ["防"]),
        ("红 口红", ["红", "口红"]),
        ("!!! *** 🎉", []),
        ("", []),
    ],
)
def test_units(text: str, expected: list[str]) -> None:
    assert units(text) == expected


def test_names_of_a_group_find_each_other() -> None:
    (unit,) = read("sunscreen", LEXICON).units
    assert {"防晒", "防晒霜", "sunblock"} <= set(unit.others)
    (unit,) = read("防曬", LEXICON).units
    assert "sunscreen" in unit.others


def test_only_a_word_typed_last_may_go_on() -> None:
    assert [unit.prefix for unit in read("phone sunscr", LEXICON).units] == [False, True]
    assert [unit.prefix for unit in read("sunscr 防晒", LEXICON).units] == [False, False]


def test_product_codes_are_told() -> None:
    assert read("AB-000123-1 粉底 B5", LEXICON).codes == ("AB-000123-1", "B5")
    assert read("粉底 sunscreen", LEXICON).codes == ()


def test_traditional_and_simplified_parted_and_joined_spellings_are_asked() -> None:
    assert '"头发"' in lucene(read("頭髮", LEXICON), _FIELDS)
    assert '"頭髮"' in lucene(read("头发", LEXICON), _FIELDS)
    asked = lucene(read("SK-II iPhone15", LEXICON), _FIELDS)
    assert '"sk-ii" "skii"' in asked
    assert '"iphone15" "iphone 15"' in asked


def test_one_spelling() -> None:
    assert normal("  ＡＢ１\u200b２\t防曬  Ｘ ") == "ab12 防晒 x"


@given(st.text(max_size=200) | st.text(alphabet=string.punctuation + "aAND OR NOT防 \\\"'\n", max_size=200))
def test_nothing_of_a_caller_is_syntax(text: str) -> None:
    query = read(text, LEXICON)
    assert len(query.units) <= 12
    asked = lucene(query, _FIELDS)
    assert "".join(_PART.findall(asked)) == asked
    assert asked.count("(") == asked.count(")")
    assert bool(asked) == bool(query.units)


def test_a_lexicon_of_ones_own_is_added(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# ours\n小棕瓶 = ANR = Advanced Night Repair\n~ 姐妹们\n", "utf-8")
    own = load(path)
    assert units("姐妹们小棕瓶怎么样", own)[0] == "小棕瓶"
    (unit,) = read("anr", own).units
    assert unit.others == ("小棕瓶", "advanced night repair")
    assert "sunscreen" in own.names
    path = tmp_path / "bad.txt"
    path.write_text("a =  = b\n", "utf-8")
    with pytest.raises(ValueError, match=r"bad\.txt:1"):
        load(path)

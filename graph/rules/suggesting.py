"""Under which spellings a name is suggested, and which known word somebody meant who wrote another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

from graph.rules.spelling import normal

LONGEST_KEY = 120
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_RUN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_FEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to type a name: as it is, in pinyin, or by the initials of the pinyin."""

    key: str
    spelt: str


def spellings(name: str) -> Iterator[Spelling]:
    """The spellings of a name, none twice; a Chinese one can be typed in pinyin or by its initials."""
    key = normal(name)[:LONGEST_KEY]
    if not key:
        return
    yield Spelling(key, "name")
    han = "".join(_HAN_RUN.findall(key))
    if han:
        syllables = lazy_pinyin(han)
        whole, initials = "".join(syllables), "".join(one[0] for one in syllables)
        if whole != key:
            yield Spelling(whole, "pinyin")
        if len(initials) > 1 and initials not in (key, whole):
            yield Spelling(initials, "initials")


def pinyin(text: str) -> str:
    """The text in pinyin, in one word."""
    return "".join(lazy_pinyin(text))


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to one that was written, None when none is near; of equally near ones the first.

    Latin words may differ by one edit from 4 letters on, by two from 7 on; the first letter must be right. Chinese
    words of the same sound are nearest, and else those of at least 3 characters that differ in one.
    """
    best, nearest = None, 3.0
    for one in known:
        if one == word:
            return None
        distance = _distance(word, one)
        if distance < nearest:
            best, nearest = one, distance
    return best


def _distance(word: str, other: str) -> float:
    if _HAN.search(word):
        if len(word) != len(other) or len(word) < 2 or not _HAN.search(other):
            return 3.0
        if pinyin(word) == pinyin(other):
            return 0.5
        edits = OSA.distance(word, other)
        return float(edits) if edits == 1 and len(word) > 2 else 3.0
    if len(word) < _FEWEST_LETTERS or word[0] != other[:1] or not _LATIN.fullmatch(other):
        return 3.0
    edits = OSA.distance(word, other)
    return float(edits) if edits <= 1 + (len(word) > 6) else 3.0


def words(key: str) -> list[str]:
    """The words of a spelling: runs of Chinese, and Latin words."""
    return [*_HAN_RUN.findall(key), *_LATIN.findall(key)]

"""What somebody types into a search box, read: units that must be found, and the Lucene query that finds them.

Nothing of a caller's text reaches Lucene but letters, digits and Chinese characters, so no text is ever syntax. Chinese
is cut where the lexicon knows a word, and else searched by pairs of characters, which is how the `cjk` analyzer
indexes it; Latin words and product codes inside Chinese text are units of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.rules.lexicon import Lexicon
from graph.rules.spelling import normal, traditional

LONGEST = 200
"""Characters that a query may have."""
_MAX_UNITS = 12
_MAX_PIECE = 24
_MAX_PHRASE = 4  # words of one entry of the lexicon
_HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD = rf"[^\W_{_HAN}]+"
# A hyphen, dot, plus or ampersand within a product's code belongs to it: SK-II, node.js, 3.5, A&P.
_TOKEN = re.compile(rf"[{_HAN}]+|{_WORD}(?:[-_.'’&+/]{_WORD})*")
_IS_HAN = re.compile(f"[{_HAN}]")
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_PLAIN = re.compile(r"[a-z0-9_]+")
_CODE = re.compile(r"(?=.*\d)[a-z0-9]+(?:-[a-z0-9]+)*|[a-z]{3,}(?:-[a-z0-9]+)+")
# What the ways in which a unit may be written weigh beside the unit itself, and what holding every unit weighs.
_SYNONYM, _VARIANT, _PREFIX, _PAIRS, _ALL = 0.7, 0.9, 0.5, 0.6, 2.0


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is looked for: a word, a code or a run of Chinese; `others` are other names of it."""

    text: str
    han: bool
    others: tuple[str, ...] = ()
    prefix: bool = False
    """Whether more of the word may follow: it was typed last."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read. `key` is its one spelling; without `units` nothing can be found."""

    key: str
    units: tuple[Unit, ...]

    @property
    def by_character(self) -> bool:
        """Whether a unit is one Chinese character, which pairs of characters do not find."""
        return any(unit.han and len(unit.text) == 1 for unit in self.units)

    @property
    def literal(self) -> bool:
        """Whether it only says how something is written, as codes, handles and single characters do."""
        return all(len(unit.text) == 1 or _CODE.fullmatch(unit.text) or "_" in unit.text for unit in self.units)

    @property
    def familiar(self) -> bool:
        """Whether the lexicon knows a word of it; else it may be a name."""
        return any(unit.others for unit in self.units)

    @property
    def codes(self) -> tuple[str, ...]:
        """Units that may be a product's code, in upper case."""
        return tuple(unit.text.upper() for unit in self.units if _CODE.fullmatch(unit.text))[:4]


def read(text: str, lexicon: Lexicon) -> Query:
    """The query that a text asks, at most 12 units of it."""
    key = normal(text)
    tokens = [(found[0], found.end()) for found in _TOKEN.finditer(key)]
    units = list(_units([token for token, _ in tokens], lexicon))
    strong = [unit for unit in units if unit.text not in lexicon.weak] or units
    if strong and tokens and tokens[-1][1] == len(key) and strong[-1].text == tokens[-1][0]:
        last = strong[-1]
        strong[-1] = Unit(last.text, last.han, last.others, _PLAIN.fullmatch(last.text) is not None)
    return Query(key, tuple({unit.text: unit for unit in strong}.values())[:_MAX_UNITS])


def _units(tokens: Sequence[str], lexicon: Lexicon) -> Iterator[Unit]:
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if _IS_HAN.match(token):
            yield from _pieces(token, lexicon, alone=len(tokens) == 1)
            place += 1
            continue
        length = next((n for n in range(_MAX_PHRASE, 0, -1) if " ".join(tokens[place : place + n]) in lexicon.names), 1)
        name = " ".join(tokens[place : place + length])
        yield Unit(name, han=False, others=lexicon.names.get(name, ()))
        place += length


def _pieces(run: str, lexicon: Lexicon, *, alone: bool) -> Iterator[Unit]:
    """A run of Chinese, cut at what the lexicon knows; what is left of one character says too little to be asked."""
    kept = _joined(_cut(run, lexicon), lexicon) or ([run] if alone or len(run) == 1 else [])
    for part in kept:
        for start in range(0, len(part), _MAX_PIECE):
            piece = part[start : start + _MAX_PIECE]
            yield Unit(piece, han=True, others=lexicon.names.get(piece, ()))


def _cut(run: str, lexicon: Lexicon) -> Iterator[str]:
    """The run's known words, longest first, and between them what is not known."""
    start = place = 0
    while place < len(run):
        longest = min(lexicon.longest, len(run) - place)
        known = next((n for n in range(longest, 0, -1) if lexicon.knows(run[place : place + n])), 0)
        if known:
            if start < place:
                yield run[start:place]
            yield run[place : place + known]
            start = place = place + known
        else:
            place += 1
    if start < place:
        yield run[start:place]


def _joined(parts: Iterable[str], lexicon: Lexicon) -> list[str]:
    """The parts without weak words; a character by itself belongs to the word beside it, as in 手机壳 or 目的地."""
    joined: list[str] = []
    pending, apart = "", True
    for part in (*parts, ""):
        if pending and len(part) == 1 and part in lexicon.weak:
            pending += part
            continue
        if len(part) == 1 and part not in lexicon.weak:
            if apart:
                pending += part
            else:
                joined[-1] += part
            continue
        if len(pending) > 1 and pending[-1] not in lexicon.weak:
            joined.append(pending)
            pending = ""
        if part and part not in lexicon.weak:
            joined.append(pending + part if len(pending) == 1 else part)
        pending, apart = "", not part or part in lexicon.weak
    return joined


def lucene(query: Query, fields: Mapping[str, float]) -> str:
    """The query over these fields (with the weight of each) for a full-text index; empty when there is nothing to find.

    What holds all units stands before what holds some.
    """
    asked = [_asked(unit, fields) for unit in query.units]
    if len(asked) < 2:
        return "".join(asked)
    every = " ".join(f"+{one}" for one in asked)
    return f"({every})^{_ALL:g} {' '.join(asked)}"


def _asked(unit: Unit, fields: Mapping[str, float]) -> str:
    names = [*_forms(unit.text, han=unit.han, prefix=unit.prefix)]
    for other in unit.others:
        han = _IS_HAN.search(other) is not None
        names += [f"({' '.join(_forms(other, han=han, prefix=False, pairs=False))})^{_SYNONYM:g}"]
    text = " ".join(names)
    return f"({' '.join(f'{field}:({text})^{weight:g}' for field, weight in fields.items())})"


def _forms(text: str, *, han: bool, prefix: bool, pairs: bool = True) -> Iterator[str]:
    """The ways in which a text may be written, as Lucene queries; everything is quoted, or of letters and digits."""
    yield f'"{text}"'
    if han:
        if (other := traditional(text)) != text:
            yield f'"{other}"^{_VARIANT:g}'
        if pairs and len(text) > 2:
            yield from (f'"{text[n : n + 2]}"^{_PAIRS:g}' for n in range(len(text) - 1))
        return
    for other in _spellings(text):
        yield f'"{other}"^{_VARIANT:g}'
    if pairs and " " in text:
        yield from (f'"{word}"^{_PAIRS:g}' for word in text.split(" "))
    if prefix and len(text) > 1:
        yield f"{text}*^{_PREFIX:g}"


def _spellings(word: str) -> Iterator[str]:
    """Other spellings of a Latin word or code: in one or in parts, in the singular or the plural."""
    joined = re.sub(r"[-_.'’&+/]", "", word)
    if joined != word and " " not in word:
        yield joined
    parted = _BORDER.sub(" ", word)
    if parted != word:
        yield parted
    if _PLAIN.fullmatch(word) and word.isalpha() and len(word) > 3:
        yield word.removesuffix("s") if word.endswith("s") else f"{word}s"

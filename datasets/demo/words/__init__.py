"""The phrase banks: what each category's products are like and what people there talk about.

One `.txt` file per category, every line `Chinese | English`. `== type` opens a product type
(`slug | Chinese | English | price range in yuan | how its variants differ`), whose `+` lines are merits and `-`
lines drawbacks; `== theme` opens a subject that is not a product; `== asks` lines are questions with answers,
headed by `[what,they,fit]` unless they fit every product; the other sections are lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from datasets.demo.seasons import CATEGORIES

ZH, EN = 0, 1
Pair = tuple[str, str]  # (Chinese, English)
# Endings of English names that stand without an article: plurals and substances.
_UNCOUNTED = ("s", "rice", "granola", "milk", "honey", "coffee", "tea", "oil", "polish", "powder", "jerky", "bedding")


@dataclass(frozen=True, slots=True, eq=False)
class ProductType:
    """A sort of product. Prices in whole yuan; `pack` names how its variants differ."""

    slug: str
    name: Pair
    low: int
    high: int
    pack: str
    merits: list[Pair] = field(default_factory=list)
    drawbacks: list[Pair] = field(default_factory=list)

    @property
    def countable(self) -> bool:
        """Whether English puts an article before it."""
        return not self.name[EN].endswith(_UNCOUNTED)


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject of notes that are not about a product."""

    title: Pair
    sentences: list[Pair] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question readers ask and its answer. `about`: product types or packs it fits, empty for all, or `theme`."""

    question: Pair
    answer: Pair
    about: frozenset[str]

    def fits(self, kind: ProductType | None) -> bool:
        """Whether it can be asked of the type (None: of a theme)."""
        if kind is None:
            return "theme" in self.about
        return not self.about or kind.slug in self.about or kind.pack in self.about


@dataclass(frozen=True, slots=True)
class Words:
    """The bank of one category."""

    slug: str
    series: list[Pair] = field(default_factory=list)
    scenes: list[Pair] = field(default_factory=list)
    types: list[ProductType] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    topics: list[Pair] = field(default_factory=list)


def _pair(line: str) -> Pair:
    chinese, english = line.split(" | ")
    return chinese, english


def _ask(line: str) -> Ask:
    about: frozenset[str] = frozenset()
    if line.startswith("["):
        tags, line = line[1:].split("] ", 1)
        about = frozenset(tags.split(","))
    (ask_zh, answer_zh), (ask_en, answer_en) = (side.split(" => ") for side in _pair(line))
    return Ask((ask_zh, ask_en), (answer_zh, answer_en), about)


def _type(line: str) -> ProductType:
    slug, chinese, english, prices, pack = line.split(" | ")
    low, high = map(int, prices.split("-"))
    return ProductType(slug, (chinese, english), low, high, pack)


def _read(slug: str) -> Words:
    words, section = Words(slug), ""
    for line in (Path(__file__).parent / f"{slug}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            section, _, rest = line[3:].partition(" ")
            if section == "type":
                words.types.append(_type(rest))
            elif section == "theme":
                words.themes.append(Theme(_pair(rest)))
        elif section == "type":
            kind = words.types[-1]
            (kind.merits if line[0] == "+" else kind.drawbacks).append(_pair(line[2:]))
        elif section == "theme":
            words.themes[-1].sentences.append(_pair(line))
        elif section == "asks":
            words.asks.append(_ask(line))
        else:
            {"series": words.series, "scenes": words.scenes, "topics": words.topics}[section].append(_pair(line))
    return words


@cache
def banks() -> tuple[Words, ...]:
    """The banks in the order of CATEGORIES."""
    return tuple(_read(slug) for slug in CATEGORIES)


@cache
def fitting_asks(category: int, kind: ProductType | None) -> tuple[Ask, ...]:
    """The category's questions that can be asked of the type (None: of a theme)."""
    return tuple(ask for ask in banks()[category].asks if ask.fits(kind))


@cache
def types() -> tuple[tuple[int, ProductType], ...]:
    """Every product type with its category's number; the place in this list is the type's number."""
    return tuple((number, kind) for number, bank in enumerate(banks()) for kind in bank.types)


@cache
def topic_table() -> tuple[tuple[int, int, str], ...]:
    """(category, language, name) of every topic, names unique: the category's own, then its product types'."""
    seen: dict[str, tuple[int, int, str]] = {}
    for number, bank in enumerate(banks()):
        for pair in [*bank.topics, *(kind.name for kind in bank.types)]:
            for language in (ZH, EN):
                seen.setdefault(topic_name(pair, language), (number, language, topic_name(pair, language)))
    return tuple(seen.values())


def topic_name(pair: Pair, language: int) -> str:
    """The hashtag without its sign, case-folded and without blanks."""
    return pair[language].replace(" ", "").casefold()


@cache
def topic_number() -> dict[str, int]:
    """The place in `topic_table` of each topic name."""
    return {name: place for place, (_, _, name) in enumerate(topic_table())}

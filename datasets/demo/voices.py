"""Texts: notes, comments and reviews, composed from attributes and dice, so that what is said is what is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from datasets.demo import talk, writing
from datasets.demo.words import EN, Ask, Pair, ProductType, Words, fitting_asks
from datasets.demo.words import phrases as p
from datasets.demo.words import replies as r
from datasets.demo.words.names import CATEGORY_NAMES

T = TypeVar("T")


class Dice:
    """A row of random numbers, used one after the other and then from the start."""

    __slots__ = ("_at", "_row")

    def __init__(self, row: list[int]) -> None:
        self._row, self._at = row, 0

    def roll(self, sides: int) -> int:
        """The next number in [0, sides)."""
        self._at = (self._at + 1) % len(self._row)
        return self._row[self._at] % sides

    def pick(self, bank: Sequence[T]) -> T:
        """One of the bank."""
        return bank[self.roll(len(bank))]

    def some(self, bank: Sequence[T], count: int) -> list[T]:
        """Up to `count` different ones, in the bank's order but from anywhere."""
        start = self.roll(len(bank))
        return [bank[(start + place) % len(bank)] for place in range(min(count, len(bank)))]


@dataclass(frozen=True, slots=True)
class Shown:
    """A product as texts know it. `quality` is 0 poor, 1 middling, 2 good."""

    type: ProductType
    brand: Pair
    series: Pair
    merits: tuple[Pair, ...]
    drawback: Pair
    yuan: int
    feel: int
    quality: int

    def name(self, language: int) -> str:
        """Brand, series and type in one language."""
        if language == EN:
            return f"{self.brand[EN]} {self.series[EN]} {self.type.name[EN]}"
        return f"{self.brand[0]}{self.series[0]}{self.type.name[0]}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text stands in: language, category's bank, season's and region's names, and who is called."""

    language: int
    bank: Words
    season: str
    region: str
    handle: str = ""


def capital(clause: str) -> str:
    """The clause with a capital first letter."""
    return clause[:1].upper() + clause[1:]


def _slots(dice: Dice, place: Setting, thing: Shown | None, kind: ProductType) -> dict[str, str]:
    side = place.language
    merits = [one[side] for one in (thing.merits if thing else dice.some(kind.merits, 2))]
    drawback = thing.drawback[side] if thing else dice.pick(kind.drawbacks)[side]
    return {
        "type": kind.name[side],
        "product": thing.name(side) if thing else kind.name[side],
        "series": thing.series[side] if thing else "",
        "brand": thing.brand[side] if thing else "",
        "scene": dice.pick(place.bank.scenes)[side],
        "season": place.season,
        "region": place.region,
        "yuan": str(thing.yuan if thing else (kind.low + kind.high) // 20 * 10),
        "days": str(dice.pick((7, 10, 14, 21, 28, 30, 45, 60, 90))),
        "m": merits[0],
        "M": capital(merits[0]),
        "m2": merits[1],
        "d": drawback,
        "D": capital(drawback),
        "category": CATEGORY_NAMES[_number(place.bank)][side].lower(),
        "handle": place.handle,
        **_articles(kind),
    }


def _articles(kind: ProductType) -> dict[str, str]:
    name = kind.name[EN]
    if not kind.countable:
        these = "these" if name.endswith("s") else "this"
        return {"a_type": name, "A_type": capital(name), "this_type": f"{these} {name}"}
    article = "an" if name[0] in "aeiou" else "a"
    return {"a_type": f"{article} {name}", "A_type": f"{capital(article)} {name}", "this_type": f"this {name}"}


def _number(bank: Words) -> int:
    return next(n for n, names in enumerate(CATEGORY_NAMES) if names[EN].lower() == bank.slug)


def note(dice: Dice, form: int, tone: int, official: bool, place: Setting, things: list[Shown],
         subject: int) -> tuple[str, list[str]]:  # fmt: skip
    """(title, paragraphs) of a note, without hashtags."""
    if form == writing.THEME:
        return _theme(dice, place, subject)
    if form == writing.QUESTION:
        return _question(dice, place, place.bank.types[subject % len(place.bank.types)])
    if form == writing.ROUNDUP and len(things) > 1:
        return _roundup(dice, tone, official, place, things)
    return _review(dice, tone, official, place, things[0])


def _merits(dice: Dice, side: int, thing: Shown, count: int) -> list[str]:
    frames = [dice.pick(p.MERITS_FIRST[side]), *dice.some(p.MERITS[side], 2)]
    return [
        frame.format(m=merit[side], M=capital(merit[side]))
        for frame, merit in zip(frames, thing.merits[:count], strict=False)
    ]


def _review(dice: Dice, tone: int, official: bool, place: Setting, thing: Shown) -> tuple[str, list[str]]:
    side = place.language
    slots = _slots(dice, place, thing, thing.type)
    title = dice.pick((p.OFFICIAL_TITLES if official else p.TITLES)[side]).format(**slots)
    opening = dice.pick((p.OFFICIAL if official else p.OPENINGS)[side]).format(**slots)
    glad = official or tone != writing.HONEST or thing.quality > 0
    said = _merits(dice, side, thing, 3 if glad else 1)
    lines = [opening]
    if tone == writing.COVERT:
        lines.append(dice.pick(p.HYPE[side]).format(**slots))
    if dice.roll(3) == 0:
        lines.append(dice.pick(p.HEADINGS[side]))
        lines += said
    else:
        lines.append(("" if side != EN else " ").join(said))
    complains = 0 if official or tone == writing.COVERT else (9, 6, 3)[thing.quality] if tone == writing.HONEST else 4
    if dice.roll(10) < complains:
        lines.append(dice.pick(p.DRAWBACKS[side]).format(**slots))
    if official:
        lines.append(dice.pick(p.OFFICIAL_CLOSERS[side]))
        return title, lines
    verdict = dice.pick(p.VERDICTS[thing.quality if tone == writing.HONEST else 2][side])
    price = dice.pick(p.PRICES[thing.feel][side]).format(**slots)
    lines.append(f"{price}{' ' if side == EN else ''}{verdict}")
    lines += _money(dice, tone, side, slots)
    closer = dice.pick(p.CLOSERS[side])
    return title, [*lines, closer] if closer and tone != writing.COVERT else lines


def _money(dice: Dice, tone: int, side: int, slots: dict[str, str]) -> list[str]:
    """What money adds: a disclosure and an offer, or, undisclosed, only more noise."""
    if tone == writing.SPONSORED:
        return [dice.pick(p.OFFERS[side]), dice.pick(p.DISCLOSURES[side]).format(**slots)]
    return [dice.pick(p.HYPE[side][1:]).format(**slots)] if tone == writing.COVERT else []


def _roundup(dice: Dice, tone: int, official: bool, place: Setting, things: list[Shown]) -> tuple[str, list[str]]:
    side = place.language
    slots = {**_slots(dice, place, things[0], things[0].type), "n": str(len(things))}
    lines = [dice.pick((p.OFFICIAL_ROUNDUP if official else p.ROUNDUP_OPENINGS)[side]).format(**slots)]
    for bullet, thing in zip(p.BULLETS, things, strict=False):
        said = ("" if side != EN else " ").join(_merits(dice, side, thing, 1 + dice.roll(2)))
        if tone == writing.HONEST and not official and dice.roll(10) < (8, 4, 2)[thing.quality]:
            frame = dice.pick(p.DRAWBACKS[side])
            said += ("" if side != EN else " ") + frame.format(d=thing.drawback[side], D=capital(thing.drawback[side]))
        lines.append(f"{bullet} {thing.name(side)}{'：' if side != EN else ': '}{said}")
    if tone == writing.COVERT:
        lines.append(dice.pick(p.HYPE[side]).format(**slots))
    lines += _money(dice, tone, side, slots)
    closer = dice.pick((p.OFFICIAL_CLOSERS if official else p.CLOSERS)[side])
    return capital(dice.pick(p.ROUNDUP_TITLES[side]).format(**slots)), [*lines, closer] if closer else lines


def _theme(dice: Dice, place: Setting, subject: int) -> tuple[str, list[str]]:
    side = place.language
    theme = place.bank.themes[subject]
    # Everybody tells it a little differently: some points left out, another start, another end.
    skipped = {dice.roll(len(theme.sentences) + 2), dice.roll(len(theme.sentences) + 2)}
    sentences = [capital(pair[side]) for number, pair in enumerate(theme.sentences) if number not in skipped]
    mark, stop = dice.pick(p.THEME_MARKS), (".", "。")[side != EN]
    if dice.roll(2):
        lines = [f"{mark} {one}{stop}" for one in sentences]
    else:
        joint = stop if side != EN else ". "
        lines = [joint.join(part) + stop for part in (sentences[:2], sentences[2:])]
    slots = {
        "region": place.region,
        "season": place.season,
        "scene": dice.pick(place.bank.scenes)[side],
        "title": theme.title[side],
        "days": str(dice.pick((3, 7, 14, 21, 30, 60))),
        "category": CATEGORY_NAMES[_number(place.bank)][side].lower(),
    }
    title = dice.pick(p.THEME_TITLES[side]).format(**slots)
    opening = dice.pick(p.THEME_OPENINGS[side]).format(**slots)
    return title, [*([opening] if opening else []), *lines, dice.pick(p.THEME_CLOSERS[side])]


def _question(dice: Dice, place: Setting, kind: ProductType) -> tuple[str, list[str]]:
    side = place.language
    slots = _slots(dice, place, None, kind)
    chosen = sorted({dice.roll(len(p.QUESTIONS[side])) for _ in range(4)} | {0})
    lines = [p.QUESTIONS[side][n].format(**slots) for n in chosen]
    return dice.pick(p.QUESTION_TITLES[side]).format(**slots), [("" if side != EN else " ").join(lines)]


def comment(dice: Dice, intent: int, place: Setting, thing: Shown | None, kind: ProductType, ask: int,
            doubted: bool, theme: str) -> str:  # fmt: skip
    """A comment; `ask` is the number of the question asked or answered, `doubted` that a doubt is answered."""
    side = place.language
    if intent == talk.ASK:
        return _ask(place, kind, theme, ask).question[side]
    if intent == talk.ANSWER:
        if doubted:
            return dice.pick(r.NOT_AN_ADVERT[side])
        return capital(_ask(place, kind, theme, ask).answer[side])
    slots = _slots(dice, place, thing, kind)
    if thing:  # every reader has met another side of it
        merit = dice.pick(thing.merits)[side]
        slots |= {"m": merit, "M": capital(merit)}
    text = dice.pick(r.COMMENTS[intent][side]).format(theme=theme, **slots)
    chip = dice.pick(r.CHIPS[side])
    return text if text[-1] in "。.?？！!🌱✍️🙏" else text + chip


def _ask(place: Setting, kind: ProductType, theme: str, number: int) -> Ask:
    asks = fitting_asks(_number(place.bank), None if theme else kind)
    return asks[number % len(asks)]


def review(dice: Dice, rating: int, place: Setting, thing: Shown, paid: bool) -> str:
    """A review whose words fit its stars."""
    side = place.language
    slots = _slots(dice, place, thing, thing.type)
    first = dice.roll(len(thing.merits))
    merit = thing.merits[first][side]
    slots |= {"m": merit, "M": capital(merit), "m2": thing.merits[first - 1][side]}
    frames = (r.PAID_REVIEW if paid else r.REVIEWS[rating - 1])[side]
    return dice.pick(frames).format(**slots)


def calls(dice: Dice, side: int, handle: str, brand: str) -> list[str]:
    """Lines that name a person or a brand; empty names give none."""
    lines = [dice.pick(p.CALLS[side]).format(handle=handle)] if handle else []
    return lines + ([dice.pick(p.BRAND_CALLS[side]).format(brand=brand)] if brand else [])

"""Sentences of notes that any category can use, bound by name so that a misspelling fails at import.

Slots: {type} the sort of product, {product} its full name, {brand}, {series}, {scene} where it is used, {season},
{m} a merit and {d} a drawback (clauses), {M} and {D} the same with a capital, {yuan} the price, {days} and {n}
numbers, {region} the writer's home, {category}, {handle} somebody's handle; English also has
{a_type}, {A_type} and {this_type}, with the article or demonstrative that fits.
"""

from __future__ import annotations

from datasets.demo.words.sections import Sides, sides


def _of(name: str) -> Sides:
    return sides("phrases", name)


TITLES = _of("titles")
OPENINGS = _of("openings")
HEADINGS = _of("headings")
MERITS_FIRST = _of("merits_first")
MERITS = _of("merits")
DRAWBACKS = _of("drawbacks")
PRICES = (_of("prices_cheap"), _of("prices_middling"), _of("prices_dear"))  # by how the price feels
VERDICTS = (_of("verdicts_poor"), _of("verdicts_middling"), _of("verdicts_good"))  # by how good the thing is
CLOSERS = _of("closers")
DISCLOSURES = _of("disclosures")
OFFERS = _of("offers")
HYPE = _of("hype")
OFFICIAL = _of("official")
OFFICIAL_TITLES = _of("official_titles")
OFFICIAL_CLOSERS = _of("official_closers")
OFFICIAL_ROUNDUP = _of("official_roundup")
ROUNDUP_TITLES = _of("roundup_titles")
ROUNDUP_OPENINGS = _of("roundup_openings")
BULLETS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣")
THEME_MARKS = ("🌱", "📍", "✏️", "💭", "🧡", "▪️", "👉")
THEME_TITLES = _of("theme_titles")
THEME_OPENINGS = _of("theme_openings")
THEME_CLOSERS = _of("theme_closers")
QUESTION_TITLES = _of("question_titles")
QUESTIONS = _of("questions")
CALLS = _of("calls")
BRAND_CALLS = _of("brand_calls")

SEASONS = {
    "spring": ("春天", "spring"),
    "summer": ("夏天", "summer"),
    "autumn": ("秋天", "autumn"),
    "winter": ("冬天", "winter"),
}

"""Who wrote which note when, in what manner, about which products, under which topics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.catalogue import Catalogue
from datasets.demo.draws import Draws, Ints, Mask, first_of_pairs, ragged, starts_of, whole
from datasets.demo.people import CREATOR, OFFICIAL, People
from datasets.demo.seasons import HOUR, MINUTE, Seasons
from datasets.demo.ties import Ties, forbidden, interest_of
from datasets.demo.words import EN, ZH, banks, topic_name, topic_number, types

REVIEW, ROUNDUP, THEME, QUESTION = 0, 1, 2, 3
HONEST, SPONSORED, COVERT = 0, 1, 2
PUBLISHED, HIDDEN, DRAFT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Notes:
    """One row per note by time of creation. `published` is 0 for drafts. `subject` is the theme (THEME) or the
    product type (QUESTION) the note is about. Products and topics are ragged: `*_starts` leads to each note's."""

    created: Ints
    published: Ints
    author: Ints
    category: Ints
    language: Ints
    form: Ints
    tone: Ints
    state: Ints
    subject: Ints
    mention: Ints
    names_brand: Mask
    feature_starts: Ints
    feature_note: Ints
    feature_product: Ints
    feature_place: Ints
    topic_starts: Ints
    topic_note: Ints
    topic: Ints

    def __len__(self) -> int:
        return len(self.created)


def _features(draws: Draws, form: Ints, category: Ints, own: Ints, goods: Catalogue) -> tuple[Ints, Ints, Ints]:
    """(note, product, place) of what each note shows; official accounts show their `own` brand's (-1: no brand)."""
    counts = np.where(form == REVIEW, 1 + draws.chance(150, len(form)), 0)
    counts = np.where(form == ROUNDUP, 2 + draws.below(3, len(form)), counts)
    note, _ = ragged(counts)
    product = goods.by_category.draw(draws, category[note])
    by_brand = np.argsort(goods.brand, kind="stable")
    starts = starts_of(np.bincount(goods.brand, minlength=int(own.max(initial=0)) + 1))
    house = np.maximum(own[note], 0)
    mine = by_brand[np.minimum(draws.between(starts[house], starts[house + 1]), len(by_brand) - 1)]
    product = np.where(own[note] >= 0, mine, product)
    kept = first_of_pairs(note, product, np.arange(len(note), dtype=np.int64))
    note, product = note[kept], product[kept]
    _, place = ragged(np.bincount(note, minlength=len(form)))
    return note, product, place


def _topics(draws: Draws, category: Ints, language: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """(note, topic): the product type's hashtag (`kind` -1: none) and two to four of the category's."""
    number = topic_number()
    general = whole([[[number[topic_name(pair, side)] for pair in bank.topics] for side in (ZH, EN)]
                     for bank in banks()])  # fmt: skip
    special = whole([[number[topic_name(one.name, side)] for side in (ZH, EN)] for _, one in types()])
    note, place = ragged(2 + draws.below(3, len(category)))
    # A popular half and a step that is prime to twelve: several distinct topics without looking back.
    first = np.minimum(draws.below(12, len(category)), draws.below(12, len(category)))
    step = whole((1, 5, 7, 11))[draws.below(4, len(category))]
    topic = general[category[note], language[note], (first[note] + place * step[note]) % 12]
    about = np.flatnonzero(kind >= 0)
    note = np.concatenate([about, note])
    topic = np.concatenate([special[kind[about], language[about]], topic])
    order = np.argsort(note, kind="stable")
    kept = first_of_pairs(note[order], topic[order], np.arange(len(order), dtype=np.int64))
    return note[order][kept], topic[order][kept]


def _mentions(draws: Draws, author: Ints, people: People, ties: Ties) -> Ints:
    """For one note in twenty somebody whom the author follows, else -1."""
    low, high = ties.followee_starts[author], ties.followee_starts[author + 1]
    place = draws.between(low, high)
    friend = ties.follows.end[ties.followees[np.minimum(place, len(ties.followees) - 1)]]
    fine = draws.chance(50, len(author)) & (high > low) & (friend != author)
    return np.where(fine & ~forbidden(ties.blocks, author, friend, len(people)), friend, -1)


def write(draws: Draws, seasons: Seasons, people: People, ties: Ties, goods: Catalogue, count: int) -> Notes:
    """`count` notes; each is created after its author and after everything it shows or mentions."""
    author = draws.weighted(np.cumsum(people.activity), count)
    own = people.brand[author]
    category = np.where(own >= 0, people.interests[author, 0], interest_of(draws, people, author))
    language = np.where(draws.chance(60, count) & (own < 0), 1 - people.language[author], people.language[author])
    form = draws.table((REVIEW,) * 11 + (ROUNDUP,) * 3 + (THEME,) * 5 + (QUESTION,), count)
    form = np.where(own >= 0, np.where(form == ROUNDUP, ROUNDUP, REVIEW), form)
    form = np.where((people.kind[author] == CREATOR) & (form == QUESTION), REVIEW, form)
    feature_note, product, place = _features(draws, form, category, own, goods)
    floor = np.maximum(people.created[author] + HOUR, seasons.since)
    np.maximum.at(floor, feature_note, goods.created[product] + HOUR)
    mention = _mentions(draws, author, people, ties)
    floor = np.where(mention >= 0, np.maximum(floor, people.created[np.maximum(mention, 0)] + HOUR), floor)
    published = seasons.times(draws, category, floor)
    delay = draws.table((2, 4, 7, 12, 20, 35, 60, 180, 900, 2600), count) * MINUTE
    created = np.maximum(published - delay - draws.below(MINUTE, count), floor)
    order = np.argsort(created, kind="stable")
    place_of = np.empty(count, dtype=np.int64)
    place_of[order] = np.arange(count)
    by_note = np.argsort(place_of[feature_note], kind="stable")
    feature_note, product, place = place_of[feature_note][by_note], product[by_note], place[by_note]
    author, category, language, form = author[order], category[order], language[order], form[order]
    state = draws.table((DRAFT,) * 3 + (HIDDEN,) + (PUBLISHED,) * 96, count)
    paid = draws.below(1000, count)
    open_to_money = (people.kind[author] == CREATOR) & (form <= ROUNDUP)
    tone = np.where(open_to_money & (paid < 150), SPONSORED, HONEST)
    tone = np.where(open_to_money & (paid >= 150) & (paid < 210) & (state != DRAFT), COVERT, tone)
    starts = starts_of(np.bincount(feature_note, minlength=count))
    per = len(banks()[0].types)
    asked = category * per + draws.below(per, count)
    subject = np.where(form == THEME, draws.below(len(banks()[0].themes), count), asked)
    shown = starts[1:] > starts[:-1]
    lead = product[np.minimum(starts[:-1], len(product) - 1)]
    kind = np.where(shown, goods.type[lead], np.where(form == QUESTION, subject, -1))
    topic_note, topic = _topics(draws, category, language, kind)
    return Notes(
        created=created[order],
        published=np.where(state == DRAFT, 0, published[order]),
        author=author,
        category=category,
        language=language,
        form=form,
        tone=tone,
        state=state,
        subject=subject,
        mention=mention[order],
        names_brand=shown & draws.chance(250, count) & (people.kind[author] != OFFICIAL),
        feature_starts=starts,
        feature_note=feature_note,
        feature_product=product,
        feature_place=place,
        topic_starts=starts_of(np.bincount(topic_note, minlength=count)),
        topic_note=topic_note,
        topic=topic,
    )

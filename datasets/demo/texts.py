"""Texts of rows: looks up what a text is about and has it composed."""

from __future__ import annotations

from datasets.demo import talk, voices, writing
from datasets.demo.draws import Ints
from datasets.demo.telling import Told, listed
from datasets.demo.voices import Dice
from datasets.demo.words import EN, banks, topic_table, types
from datasets.demo.words import names as n


def bio(told: Told, user: int, row: list[int]) -> str | None:
    """What a user says of themselves, None for a quarter of them."""
    people = told.community.people
    side = int(people.language[user])
    brand = int(people.brand[user])
    if brand >= 0:
        name = told.brand_names[brand]
        return (f"{name[0]}官方账号，新品与售后都在这里", f"The official account of {name[EN]}")[side]
    if row[0] % 4 == 0:
        return None
    bank = n.BIO[side]
    category = n.CATEGORY_NAMES[int(people.interests[user, 0])][side]
    text = bank[row[1] % len(bank)].format(
        region=n.REGIONS[int(people.region[user])][side], category=category.lower() if side == EN else category
    )
    return text + n.BIO_CREATOR[side] if people.kind[user] == 1 and row[2] % 2 else text


def description(told: Told, product: int, scene: int) -> str:
    """What a product is, in both languages."""
    thing = told.shown(product)
    place = banks()[int(told.community.goods.category[product])].scenes[scene % 6]
    zh = "；".join(merit[0] for merit in thing.merits)
    en = "; ".join(merit[EN] for merit in thing.merits)
    return f"{thing.name(0)}：{zh}。适合{place[0]}。\n{thing.name(EN)}: {en}. Made for {place[EN]}."


def note_texts(told: Told, batch: int, rows: Ints) -> tuple[list[str], list[str]]:
    """(titles, texts) of the notes of one batch."""
    notes, people = told.community.notes, told.community.people
    topics = topic_table()
    titles, texts = [], []
    for row, dice in zip(listed(rows), told.dice("notes", batch, len(rows)), strict=True):
        side, author = int(notes.language[row]), int(notes.author[row])
        low, high = notes.feature_starts[row], notes.feature_starts[row + 1]
        things = [told.shown(product) for product in listed(notes.feature_product[low:high])]
        place = told.setting(side, int(notes.category[row]), int(notes.published[row] or notes.created[row]), author)
        rolled = Dice(dice)
        title, lines = voices.note(rolled, int(notes.form[row]), int(notes.tone[row]), people.brand[author] >= 0,
                                   place, things, int(notes.subject[row]))  # fmt: skip
        lines += voices.calls(rolled, side, told.handles[notes.mention[row]] if notes.mention[row] >= 0 else "",
                              things[0].brand[side] if notes.names_brand[row] else "")  # fmt: skip
        tags = notes.topic[notes.topic_starts[row] : notes.topic_starts[row + 1]]
        lines.append(" ".join("#" + topics[topic][2] for topic in listed(tags)))
        titles.append(title[:100])
        texts.append("\n".join(lines))
    return titles, texts


def comment_text(told: Told, row: int, dice: list[int]) -> str:
    """What a comment says."""
    spoken, notes = told.community.talk, told.community.notes
    note, parent, called = int(spoken.note[row]), int(spoken.parent[row]), int(spoken.called[row])
    category = int(notes.category[note])
    handle = told.handles[called] if called >= 0 else ""
    place = told.setting(int(notes.language[note]), category, int(spoken.created[row]), int(spoken.user[row]), handle)
    low, high = int(notes.feature_starts[note]), int(notes.feature_starts[note + 1])
    intent, subject = int(spoken.intent[row]), int(notes.subject[note])
    thing = told.shown(int(notes.feature_product[low])) if high > low else None
    theme = banks()[category].themes[subject].title[place.language] if notes.form[note] == writing.THEME else ""
    kind = thing.type if thing else types()[subject][1]
    if notes.form[note] == writing.QUESTION and intent == talk.ADVISE:
        thing = told.of_type(subject, dice[-1])
    # The answer and the question share a number: that of the question's row.
    ask = (parent if intent == talk.ANSWER else row) * 2_654_435_761 >> 7
    doubted = intent == talk.ANSWER and spoken.intent[parent] == talk.DOUBT
    return voices.comment(Dice(dice), intent, place, thing, kind, ask, bool(doubted), theme)


def review_text(told: Told, row: int, dice: list[int]) -> str:
    """What a review says."""
    c = told.community
    user, product = int(c.opinions.user[row]), int(c.opinions.product[row])
    place = told.setting(
        int(c.people.language[user]), int(c.goods.category[product]), int(c.opinions.created[row]), user
    )
    return voices.review(
        Dice(dice), int(c.opinions.rating[row]), place, told.shown(product), bool(c.opinions.ring[row] >= 0)
    )

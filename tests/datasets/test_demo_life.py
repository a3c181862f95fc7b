"""The demo community behaves like one: causes before effects, celebrities, circles of interest, telling texts."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from datasets.demo import demo
from datasets.demo.community import Community
from datasets.demo.words import banks, topic_table, types
from tests.datasets.test_demo_graph import loaded, rows


@pytest.fixture(scope="module")
def community() -> Community:
    return demo(1.0).community


def born() -> dict[str, int]:
    times: dict[str, int] = {}
    for label in ("User", "Comment", "Collection", "Topic", "Brand", "Store", "Product", "Review"):
        times |= dict(rows(label, "id", "createdAt"))
    return (
        times
        | dict(rows("Order", "id", "placedAt"))
        | {note: published or created for note, published, created in rows("Note", "id", "publishedAt", "createdAt")}
    )


def test_nothing_happens_before_its_ends_exist() -> None:
    times = born()
    for name, columns in loaded().items():
        at = columns.get("at") or columns.get("firstAt") or columns.get("touchAt")
        if at is None or name == "User_DRAFTED_Note":
            continue
        for start, end, moment in zip(columns["start"], columns["end"], at, strict=True):
            assert times.get(start, 0) <= moment, (name, start)
            assert times[end] <= moment, (name, end)


def test_causes_come_first() -> None:
    times = born()
    for name in ("Comment_ON_Note", "Comment_REPLIES_TO_Comment", "Comment_MENTIONS_User", "Note_FEATURES_Product",
                 "Note_MENTIONS_User", "Note_TAGGED_Topic", "Review_REVIEWS_Product"):  # fmt: skip
        assert all(times[end] <= times[start] for start, end in rows(name, "start", "end")), name
    for label in ("Product", "Store"):
        edge = {"Product": "Brand_MAKES_Product", "Store": "Brand_OPERATES_Store"}[label]
        assert all(times[start] <= times[end] for start, end in rows(edge, "start", "end"))
    assert all(first <= last for first, last in rows("User_VIEWED_Note", "firstAt", "lastAt"))
    assert all(paid is None or placed < paid for placed, paid in rows("Order", "placedAt", "paidAt"))
    parents = dict(rows("Comment", "id", "noteId"))
    assert all(parents[a] == parents[b] for a, b in rows("Comment_REPLIES_TO_Comment", "start", "end"))


def test_credit_goes_to_the_last_note_seen_before_the_order() -> None:
    shows: dict[str, set[str]] = defaultdict(set)
    for note, product in rows("Note_FEATURES_Product", "start", "end"):
        shows[product].add(note)
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for user, note, first in rows("User_VIEWED_Note", "start", "end", "firstAt"):
        seen[user][note] = first
    made = {variant: product for product, variant in rows("Product_HAS_VARIANT_Variant", "start", "end")}
    product = {line: made[variant] for line, variant in rows("OrderLine_OF_Variant", "start", "end")}
    order = {line: one for one, line in rows("Order_CONTAINS_OrderLine", "start", "end")}
    buyer = {one: user for user, one in rows("User_PLACED_Order", "start", "end")}
    placed = dict(rows("Order", "id", "placedAt"))
    credit = {line: (note, at) for line, note, at in rows("OrderLine_CREDITED_TO_Note", "start", "end", "touchAt")}
    month = 30 * 86_400_000
    consents = {user for user, at in rows("User", "id", "behaviourConsentAt") if at is not None}
    assert len(credit) > len(order) // 3
    for line, one in order.items():
        if buyer[one] not in consents:
            continue
        views = seen[buyer[one]]
        touches = [views[note] for note in shows[product[line]] & views.keys()]
        touches = [at for at in touches if placed[one] - month <= at <= placed[one]]
        assert (line in credit) == bool(touches)
        if touches:
            note, at = credit[line]
            assert at == max(touches) == views[note]
            assert note in shows[product[line]]


def test_private_notes_are_seen_by_followers_only_and_blocks_hold() -> None:
    follows = {(a, b): at for a, b, at in rows("User_FOLLOWS_User", "start", "end", "at")}
    author = dict(rows("Note", "id", "authorId"))
    secret = {note for note, audience in rows("Note", "id", "audience") if audience == "followers"}
    blocked = {frozenset(pair) for pair in rows("User_BLOCKS_User", "start", "end")}
    for user, note, first in rows("User_VIEWED_Note", "start", "end", "firstAt"):
        assert note not in secret or follows[user, author[note]] <= first
        assert frozenset((user, author[note])) not in blocked
    assert not blocked.intersection(frozenset(pair) for pair in follows)
    viewed = set(rows("User_VIEWED_Note", "start", "end"))
    consents = {user for user, at in rows("User", "id", "behaviourConsentAt") if at is not None}
    assert {(user, note) for user, note in rows("User_COLLECTED_Note", "start", "end") if user in consents} <= viewed
    owner = {board: user for user, board in rows("User_OWNS_Collection", "start", "end")}
    kept = set(rows("User_COLLECTED_Note", "start", "end"))
    assert {(owner[board], note) for board, note in rows("Collection_CONTAINS_Note", "start", "end")} <= kept


def test_behaviour_is_of_those_who_let_it_be_kept() -> None:
    consents = dict(rows("User", "id", "behaviourConsentAt"))
    assert 0.8 < sum(at is not None for at in consents.values()) / len(consents) < 0.95
    kinds = [f"User_{kind}_{end}" for kind in ("SHOWN", "VIEWED", "CLICKED") for end in ("Note", "Product")]
    for kind in (*kinds, "User_CARTED_Product"):
        assert rows(kind, "start"), kind
        for user, first, last in rows(kind, "start", "firstAt", "lastAt"):
            assert consents[user] is not None
            assert consents[user] <= first <= last, kind
    for end in ("Note", "Product"):
        shown, clicked, viewed = (
            {(user, thing): at for user, thing, at in rows(f"User_{kind}_{end}", "start", "end", "firstAt")}
            for kind in ("SHOWN", "CLICKED", "VIEWED")
        )
        assert all(shown[pair] <= at for pair, at in clicked.items())
        assert clicked.keys() <= viewed.keys()
        assert len(shown) > 2 * len(clicked)
        hidden = set(rows(f"User_NOT_INTERESTED_{end}", "start", "end"))
        assert hidden
        assert hidden <= shown.keys() - viewed.keys()
    secret = {note for note, audience in rows("Note", "id", "audience") if audience == "followers"}
    assert not secret.intersection(note for (note,) in rows("User_SHOWN_Note", "end"))


def test_a_few_are_followed_by_many(community: Community) -> None:
    degree = np.sort(np.bincount(community.ties.follows.end, minlength=len(community.people)))[::-1]
    assert degree[: len(degree) // 100].sum() > 0.15 * degree.sum()
    assert np.median(degree) < degree.mean() / 2


def test_people_follow_their_own_kind(community: Community) -> None:
    follows, people = community.ties.follows, community.people
    rng = np.random.Generator(np.random.PCG64(1))
    for trait in (people.interests[:, 0], people.region):
        same = (trait[follows.start] == trait[follows.end]).mean()
        shuffled = (trait[follows.start] == trait[rng.permutation(follows.end)]).mean()
        assert same > 1.4 * shuffled


def test_the_year_has_seasons(community: Community) -> None:
    notes, year = community.notes, community.seasons
    days = np.bincount((notes.published[notes.published > 0] - year.since) // 86_400_000, minlength=365)
    assert days[:12].mean() > 1.3 * days[20:35].mean(), "11.11 against late November"
    hours = np.bincount(notes.published[notes.published > 0] // 3_600_000 % 24, minlength=24)
    assert hours[13] > 5 * hours[19], "nine in the evening against three at night, Beijing time"


def test_texts_speak_of_what_they_show() -> None:
    texts = {note: (language, text) for note, language, text in rows("Note", "id", "language", "text")}
    names = dict(rows("Product", "id", "name"))
    first: dict[str, str] = {
        n: p for n, p, place in rows("Note_FEATURES_Product", "start", "end", "position") if not place
    }
    own: Counter[bool] = Counter()
    for note, product in first.items():
        language, text = texts[note]
        kind = next(one for _, one in types() if names[product].endswith(one.name[1]) and one.name[0] in names[product])
        side = 0 if language == "zh" else 1
        assert kind.name[side].lower() in text.lower()
        own[any(merit[side].lower() in text.lower() for merit in kind.merits)] += 1
    assert own[True] > 0.95 * own.total()


def test_sunscreen_is_told_from_noodles() -> None:
    notes = loaded(1.0)["Note"]
    texts = [title + text for title, text in zip(notes["title"], notes["text"], strict=True)]
    for name, words in (
        ("防晒霜", ("SPF", "搓泥", "假白", "晒红", "油光", "防水防汗")),
        ("sunscreen", ("SPF", "pills", "white cast", "lotion", "water resistant")),
        ("拌面", ("筋道", "葱油", "麻酱", "大卡", "溏心蛋")),
    ):
        about = [any(word in text for word in words) for text in texts if f"#{name}" in text.split()]
        others = [any(word in text for word in words) for text in texts if name not in text.lower()]
        assert len(about) > 10
        assert sum(about) > 0.6 * len(about)
        assert sum(others) < 0.1 * len(others)


def test_both_languages_in_every_category(community: Community) -> None:
    pairs = Counter(zip(community.notes.category.tolist(), community.notes.language.tolist(), strict=True))
    assert len(pairs) == 16
    english = community.notes.language.mean()
    assert 0.2 < english < 0.35
    for language, text in rows("Note", "language", "text"):
        chinese = sum("一" <= letter <= "鿿" for letter in text)
        assert (chinese > 20) == (language == "zh"), text


def test_hashtags_are_the_topics() -> None:
    topic = dict(rows("Topic", "id", "name"))
    tagged: dict[str, set[str]] = defaultdict(set)
    for note, end in rows("Note_TAGGED_Topic", "start", "end"):
        tagged[note].add(topic[end])
    for note, text, state in rows("Note", "id", "text", "state"):
        if state != "draft":
            assert {"#" + name for name in tagged[note]} == set(text.splitlines()[-1].split(" "))
    handles = dict(rows("User", "id", "handle"))
    said = dict(rows("Note", "id", "text")) | dict(rows("Comment", "id", "text"))
    for name in ("Note_MENTIONS_User", "Comment_MENTIONS_User"):
        assert all("@" + handles[user] in said[start] for start, user in rows(name, "start", "end"))


def test_reviews_sound_like_their_stars() -> None:
    clauses = {side: ([], []) for side in (0, 1)}  # type: dict[int, tuple[list[str], list[str]]]
    for _, kind in types():
        for side in (0, 1):
            clauses[side][0].extend(one[side].lower() for one in kind.drawbacks)
            clauses[side][1].extend(one[side].lower() for one in kind.merits)
    bad = [*clauses[0][0], *clauses[1][0]]
    good = [*clauses[0][1], *clauses[1][1]]
    praised = [text.lower() for rating, text in rows("Review", "rating", "text") if rating >= 4]
    for rating, text in rows("Review", "rating", "text"):
        if rating <= 2:
            assert any(clause in text.lower() for clause in bad), text
            assert not any(clause in text.lower() for clause in good), text
    assert sum(any(clause in text for clause in good) for text in praised) > 0.6 * len(praised)


def test_texts_vary() -> None:
    for label, share in (("Note", 0.97), ("Review", 0.6)):
        texts = loaded()[label]["text"]
        assert len(set(texts)) > share * len(texts)
    assert not any(
        "{" in text or "}" in text for label in ("Note", "Comment", "Review") for text in loaded()[label]["text"]
    )


def test_banks_are_even() -> None:
    """Stages draw the number of a type, a series and a theme without asking which category it is."""
    assert len(types()) >= 100
    assert len(topic_table()) >= 150
    for bank in banks():
        assert (len(bank.types), len(bank.themes), len(bank.series), len(bank.scenes), len(bank.topics)) == (
            13,
            4,
            8,
            6,
            12,
        )
        for kind in bank.types:
            assert (len(kind.merits), len(kind.drawbacks)) == (5, 2)
            assert sum(ask.fits(kind) for ask in bank.asks) >= 2
        assert sum(ask.fits(None) for ask in bank.asks) >= 2


def test_labelled_behaviour_can_be_found() -> None:
    one = demo(1.0)
    users = Counter(label for table in one.labels() for label in table.columns["label"])
    assert users["bought_followers"] >= 2
    c = one.community
    fakes = c.people.farm >= 0
    for farm, customer in enumerate(c.ties.customers.tolist()):
        own = fakes[c.ties.follows.start] & (c.ties.follows.end == customer)
        own &= c.people.farm[c.ties.follows.start] == farm
        at = c.ties.follows.at[own]
        burst = max(((at >= first) & (at <= first + 36 * 3_600_000)).sum() for first in at)
        assert burst >= 0.6 * len(at) > 3
    ring = c.opinions.ring >= 0
    assert (c.opinions.rating[ring] == 5).all()

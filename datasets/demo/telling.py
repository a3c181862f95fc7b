"""What all tables share: ids, names and products as texts know them, from the community's arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from datasets.demo.community import Community
from datasets.demo.draws import Draws, Ints, whole
from datasets.demo.identity import ids
from datasets.demo.people import OFFICIAL
from datasets.demo.seasons import CATEGORIES, DAY, HOUR, season_of
from datasets.demo.voices import Setting, Shown
from datasets.demo.words import EN, Pair, banks, topic_table, types
from datasets.demo.words import names as n
from datasets.demo.words.phrases import SEASONS
from datasets.tables import Table

BATCH = 50_000
TEXT_BATCH = 5_000  # rows with long texts, so that a batch stays small in memory


class Told:
    """The community with ids and names at hand. Ids of users, notes and products are kept, others derived."""

    def __init__(self, community: Community) -> None:
        c = self.community = community
        year = c.seasons.since
        topics = len(topic_table())
        self._times: dict[str, Ints] = {
            "User": c.people.created,
            "Note": c.notes.created,
            "Product": c.goods.created,
            "Comment": c.talk.created,
            "Collection": c.seen.collection_created,
            "Topic": year - 800 * DAY + np.arange(topics, dtype=np.int64) * HOUR,
            "Category": year - 810 * DAY + np.arange(len(CATEGORIES), dtype=np.int64) * HOUR,
            "Brand": c.brands.created,
            "Store": np.concatenate([c.brands.created + 2 * HOUR, c.brands.created[self.outlets] + 90 * DAY]),
            "Variant": c.goods.created[c.goods.variant_product],
            "Review": c.opinions.created,
            "Order": c.trade.placed,
            "OrderLine": c.trade.placed[c.trade.line_order],
        }
        self._kept = {label: np.array(self._derive(label), dtype=object) for label in ("User", "Note", "Product")}
        self.brand_names: list[Pair] = [self._brand_name(number) for number in c.brands.name.tolist()]
        self.handles, self.display_names = _names(c)
        self._shown: dict[int, Shown] = {}
        by_type = np.argsort(c.goods.type, kind="stable")
        self._of_type = np.split(by_type, np.cumsum(np.bincount(c.goods.type, minlength=len(types())))[:-1])

    @property
    def outlets(self) -> Ints:
        """Brands that have a second store, whose rows follow the flagship stores'."""
        return whole(np.flatnonzero(self.community.brands.outlet))

    def times(self, label: str) -> Ints:
        """When each node of the label came to be (ms)."""
        return self._times[label]

    def count(self, label: str) -> int:
        """Nodes of the label."""
        return len(self._times[label])

    def _derive(self, label: str) -> list[str]:
        times = self._times[label]
        return ids(label, np.arange(len(times), dtype=np.int64), times, self.community.seed)

    def ids(self, label: str, rows: Ints) -> list[str]:
        """The id of each row of the label."""
        if label in self._kept:
            kept: list[str] = self._kept[label][rows].tolist()
            return kept
        return ids(label, rows, self._times[label][rows], self.community.seed)

    @staticmethod
    def _brand_name(number: int) -> Pair:
        first, second = n.BRAND_FIRST[number // len(n.BRAND_SECOND)], n.BRAND_SECOND[number % len(n.BRAND_SECOND)]
        return first[0] + second[0], (first[1] + second[1]).capitalize()

    def shown(self, product: int) -> Shown:
        """The product as texts know it."""
        if product not in self._shown:
            if len(self._shown) > 100_000:
                self._shown.clear()
            goods = self.community.goods
            category, kind = types()[int(goods.type[product])]
            self._shown[product] = Shown(
                type=kind,
                brand=self.brand_names[int(goods.brand[product])],
                series=banks()[category].series[int(goods.series[product])],
                merits=tuple(kind.merits[place] for place in goods.merits[product].tolist() if place >= 0),
                drawback=kind.drawbacks[int(goods.drawback[product])],
                yuan=int(goods.price[product]) // 100,
                feel=_feel(int(goods.feel[product]), int(goods.price[product]) // 100),
                quality=(0, 1, 1, 2, 2)[int(goods.quality[product])],
            )
        return self._shown[product]

    def of_type(self, kind: int, roll: int) -> Shown | None:
        """Some product of the type, None when nobody makes one."""
        rows = self._of_type[kind]
        return self.shown(int(rows[roll % len(rows)])) if len(rows) else None

    def setting(self, language: int, category: int, moment: int, user: int, handle: str = "") -> Setting:
        """Where and when somebody writes."""
        day = (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=moment + 8 * HOUR)).date()
        region = n.REGIONS[int(self.community.people.region[user])]
        season = season_of(day if region[EN] not in n.SOUTHERN else day + timedelta(days=182))
        return Setting(language, banks()[category], SEASONS[season][language], region[language], handle)

    def dice(self, stage: str, batch: int, rows: int, width: int = 24) -> list[list[int]]:
        """Dice for the texts of one batch."""
        return Draws(self.community.seed, stage, batch).words(rows, width)


def _feel(feel: int, yuan: int) -> int:
    """How the price feels: nobody calls 1,000 yuan pocket money, or 50 a fortune."""
    return 1 if (feel == 0 and yuan > 300) or (feel == 2 and yuan < 100) else feel


def slices(count: int, size: int) -> Iterator[tuple[int, Ints]]:
    """(batch number, rows) of `count` rows in batches of `size`."""
    for batch, start in enumerate(range(0, count, size)):
        yield batch, np.arange(start, min(start + size, count), dtype=np.int64)


def table(name: str, columns: Mapping[str, Sequence[Any]]) -> Table:
    """The columns as a table."""
    return Table(name, columns, len(next(iter(columns.values()))))


def listed(values: Any) -> list[Any]:
    """The array as a list of plain values."""
    plain: list[Any] = values.tolist()
    return plain


def coded(values: Any, *names: str) -> list[str]:
    """Numbers as the names they stand for."""
    return [names[number] for number in values.tolist()]


def _names(c: Community) -> tuple[list[str], list[str]]:
    """(handles, display names) of all users; handles unique, official ones the brand's."""
    handles: list[str] = []
    shown: list[str] = []
    used: dict[str, int] = {}
    people = c.people
    rows = Draws(c.seed, "names").words(len(people), 6)
    kinds, brands, languages = people.kind.tolist(), people.brand.tolist(), people.language.tolist()
    for kind, brand, language, row in zip(kinds, brands, languages, rows, strict=True):
        if kind == OFFICIAL:
            zh, en = Told._brand_name(int(c.brands.name[brand]))
            handles.append(f"{en.lower()}_official")
            shown.append(f"{en} Official" if language == EN else f"{zh}官方")
            continue
        base = n.HANDLE_FIRST[row[0] % len(n.HANDLE_FIRST)] + "_" + n.HANDLE_SECOND[row[1] % len(n.HANDLE_SECOND)]
        number = used.get(base, row[2] % 30)
        used[base] = number + 1 + row[3] % 9
        handles.append(f"{base}{number}")
        shown.append(_display_name(row, language))
    return handles, shown


def _display_name(row: list[int], language: int) -> str:
    _, _, _, a, b, c = row
    if language == EN:
        called = n.CALLED[EN][a % len(n.CALLED[EN])]
        return f"{called} {n.AFTER[EN][b % len(n.AFTER[EN])]}" if c % 3 else called
    called = n.CALLED[0][a % len(n.CALLED[0])]
    if c % 3 == 0:
        return n.BEFORE_ZH[b % len(n.BEFORE_ZH)] + called
    return called + n.AFTER[0][b % len(n.AFTER[0])] if c % 3 == 1 else called

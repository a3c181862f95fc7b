"""Search as its callers see it: lists that page stably, with facets, a better spelling, and how they were found."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cachetools import TTLCache

from graph import search as graph_search
from graph import search_log, suggestions
from graph.database import Database
from graph.errors import Invalid, ZhongcaoError
from graph.projection.mapping import Ranking
from graph.projection.pages import Page
from graph.rules import queries
from graph.rules.fusion import Weights
from graph.rules.lexicon import Lexicon
from graph.rules.queries import Query
from graph.rules.query_log import rememberable
from graph.search import PRICES, SUBJECTS, Asked, Filters, Meaning, Order, Results
from graph.search_log import Asking
from resolvers.act import Act

log = logging.getLogger(__name__)
_LISTS, _LIST_S = 500, 600.0
_MOST_REMEMBERED = 1_000
_FEW = 3
_CLOCKS_DIFFER = timedelta(minutes=1)
_BY_WORDS, _BY_MEANING = "w", "m"
_SPARE = 20  # rows beyond a page, in place of those that were taken down since they were ranked


@dataclass(slots=True)
class Searching:
    """What searches share in one process: the words known, the weights, lists under way, queries to remember."""

    lexicon: Lexicon
    weights: Weights
    secret: bytes
    lists: TTLCache[Any, Ranking] = field(default_factory=lambda: TTLCache(_LISTS, _LIST_S))
    askings: list[Asking] = field(default_factory=list)

    def remember(self, asking: Asking) -> None:
        """Notes a query until `flush`; what comes while too many wait is not remembered."""
        if rememberable(asking.key) and len(self.askings) < _MOST_REMEMBERED:
            self.askings.append(asking)

    async def flush(self, database: Database) -> int:
        """Writes down which queries came since the last time, and tells how many different ones."""
        askings, self.askings = self.askings, []
        return await search_log.remember(database, askings, secret=self.secret) if askings else 0

    async def keep_flushing(self, database: Database, every_s: float) -> None:
        """Flushes every so many seconds, for ever."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.flush(database)
            except ZhongcaoError:
                log.warning("what people searched for was not written down: the database is away")


async def search(
    act: Act, page: Page, *, label: str, text: str, filters: Filters, order: Order = "relevance"
) -> Ranking:
    """The list of what answers the text, as of the time that its first page was asked.

    Raises Invalid for a text that is too long or a cursor that names no such time.
    """
    if len(text) > queries.LONGEST:
        raise Invalid(f"query: at most {queries.LONGEST} characters", field=("query",))
    searching, viewer_id = act.services.searching, act.viewer.id if act.viewer else None
    query = queries.read(text, searching.lexicon)
    if page.keys is None:
        began = Began(act.now, await _meaning(act, label, query))
        searching.remember(Asking(query.key, viewer_id, act.now))
    else:
        began = await _began(act, str(page.keys[0]), label, query)
    key = (began.name, viewer_id, label, query.key, filters, order)
    ranking = searching.lists.get(key)
    if ranking is None:
        asked = Asked(query, began.at, filters, began.meaning, viewer_id, order)
        ranking = searching.lists[key] = await _ranking(act, began.name, label, asked)
    if page.backward:
        return ranking
    place = 0 if page.keys is None else int(page.keys[1]) + 1
    return Ranking(ranking.name, ranking.items[: place + page.size + 1 + _SPARE], ranking.told)


@dataclass(frozen=True, slots=True)
class Began:
    """What a list is as of: the time of its first page, and the query's meaning if that was known."""

    at: datetime
    meaning: Meaning | None

    @property
    def name(self) -> str:
        """The list's name, from which any process finds the same list again."""
        return f"{int(self.at.timestamp() * 1000)}{_BY_MEANING if self.meaning else _BY_WORDS}"


async def _began(act: Act, name: str, label: str, query: Query) -> Began:
    """What the list of that name is as of. Raises Invalid."""
    moment, way = name[:-1], name[-1:]
    if moment.isascii() and moment.isdigit() and len(moment) == 13 and way in (_BY_MEANING, _BY_WORDS):
        at = datetime.fromtimestamp(int(moment) / 1000, UTC)
        meant = await _meaning(act, label, query, wait=True) if way == _BY_MEANING else None
        if at <= act.now + _CLOCKS_DIFFER and (meant is None) == (way == _BY_WORDS):
            return Began(at, meant)
    raise Invalid("after is not a cursor of this connection; pass an endCursor it returned", field=("after",))


async def _meaning(act: Act, label: str, query: Query, *, wait: bool = False) -> Meaning | None:
    """What the query means, where that can help and is known."""
    if not graph_search.has_meaning(label, query):
        return None
    found = await act.services.encoder.query(query.key, wait=wait)
    return None if found is None else Meaning(found.vector, {one: found.index(one) for one in SUBJECTS}, found.property)


async def _ranking(act: Act, name: str, label: str, asked: Asked) -> Ranking:
    database = act.services.database
    found = await graph_search.search(database, label, asked, act.services.searching.weights)
    better = None
    if asked.query.units and found.by_text < _FEW and not asked.filters.any:
        better = await suggestions.corrected(database, asked.query)
    told = {
        "mode": "hybrid" if asked.meaning else "full_text",
        "correctedQuery": better,
        "facets": await _facets(database, found),
    }
    return Ranking(name, [{"id": one, "score": score} for one, score in found.items], told)


async def _facets(database: Database, found: Results) -> Mapping[str, Any]:
    categories, brands = (found.facets.get(name, ()) for name in ("categories", "brands"))
    names: Mapping[str, Any] = {}
    if categories or brands:
        names = await graph_search.names(
            database, categories=[one.value for one in categories], brands=[one.value for one in brands]
        )
    return {
        "categories": _named(categories, names),
        "brands": _named(brands, names),
        "prices": [
            {
                "low": int(one.value),
                "high": next((end for end in PRICES if end > int(one.value)), None),
                "count": one.count,
            }
            for one in sorted(found.facets.get("prices", ()), key=lambda one: int(one.value))
        ],
        "ratings": [
            {"stars": int(one.value), "count": one.count}
            for one in sorted(found.facets.get("ratings", ()), key=lambda one: -int(one.value))
        ],
        "kinds": [{"value": one.value, "count": one.count} for one in found.facets.get("kinds", ())],
        "languages": [{"value": one.value, "count": one.count} for one in found.facets.get("languages", ())],
    }


def _named(facets: Sequence[graph_search.Facet], names: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"id": one.value, "name": names[one.value][0], "nameEn": names[one.value][1], "count": one.count}
        for one in facets
        if one.value in names
    ]


async def suggest(act: Act, page: Page, *, prefix: str) -> Ranking:
    """Up to 20 suggestions for what begins like this. Raises Invalid for a text that is too long."""
    if len(prefix) > queries.LONGEST:
        raise Invalid(f"prefix: at most {queries.LONGEST} characters", field=("prefix",))
    ids = await suggestions.suggest(
        act.services.database, prefix=prefix, viewer_id=act.viewer.id if act.viewer else None
    )
    return Ranking("suggestions", [{"id": one} for one in ids])

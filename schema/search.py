"""Search: what each kind of thing is found by, filtered by and counted by; suggestions while somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import FunctionType
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from graph.projection.mapping import Ranking
from graph.projection.pages import Page as PageAsked
from graph.rules import visibility
from graph.rules.access import ANYONE
from graph.search import Filters, Order
from resolvers import search
from resolvers.act import Act
from schema.brands import Brand
from schema.catalogue import Product
from schema.mapped import After, Before, First, Last, one, open_to, plain, prop, ranked, visible_when
from schema.mapped import value as told
from schema.notes import Note
from schema.people import User
from schema.relay import Connection, Node, Page
from schema.scalars import MinorUnits
from schema.search_filters import (
    BrandSearchFilter,
    NoteSearchFilter,
    PeopleSearchFilter,
    ProductSearchFilter,
    ProductSearchOrder,
    SearchOrder,
    filters,
)
from schema.topics import Category, Topic

T = TypeVar("T")
_COST = 200


@strawberry.enum(description="How results were found.")
class SearchMode(Enum):
    HYBRID = strawberry.enum_value("hybrid", description="By words and by meaning.")
    FULL_TEXT = strawberry.enum_value("full_text", description="By words alone: nothing here knows meanings now.")


@open_to(ANYONE)
@strawberry.type(description="How many of the results belong to one thing.")
class NamedFacet:
    id: strawberry.ID = told("Its global id, for the filter.")
    name: str = told("Name shown.")
    name_en: str = told("English name; the other one where there is none.")
    count: int = told("How many results.")


@open_to(ANYONE)
@strawberry.type(description="How many of the results have a price from `low` to below `high`.")
class PriceFacet:
    low: MinorUnits = told("From here.")
    high: MinorUnits | None = told("To below here; null for whatever is dearer.")
    count: int = told("How many results.")


@open_to(ANYONE)
@strawberry.type(description="How many of the results have a mean rating of so many whole stars.")
class RatingFacet:
    stars: int = told("Whole stars.")
    count: int = told("How many results.")


@open_to(ANYONE)
@strawberry.type(description="How many of the results have one value.")
class ValueFacet:
    value: str = told("The value, such as image or zh.")
    count: int = told("How many results.")


@open_to(ANYONE)
@strawberry.type(description="Counts over the results that the filter leaves, of which 400 at most are counted.")
class SearchFacets:
    categories: list[NamedFacet] = told("By category, most first.")
    brands: list[NamedFacet] = told("By brand, most first; of notes, by the brands whose products they show.")
    prices: list[PriceFacet] = told("By price, cheapest first.")
    ratings: list[RatingFacet] = told("By mean rating, best first.")
    kinds: list[ValueFacet] = told("By medium, or sort of account.")
    languages: list[ValueFacet] = told("By language.")


@open_to(ANYONE)
@strawberry.type(description="One result and its place.")
class SearchEdge(Generic[T]):
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: T = plain("The result.")
    score: float = told("How well it answers, comparable within one list.", "edge.score")


@open_to(ANYONE)
@strawberry.type(description="One page of results, of which there are 200 at most.")
class SearchConnection(Page, Generic[T]):
    edges: list[SearchEdge[T]] = plain("The results with their cursors.")
    nodes: list[T] = plain("The results alone.")
    mode: SearchMode = told("How the results were found.")
    corrected_query: str | None = told("What may have been meant, where little was found.")
    facets: SearchFacets = told("Counts for narrowing the search.")


@strawberry.enum(description="What a suggestion names.")
class SuggestionKind(Enum):
    TOPIC = strawberry.enum_value("topic", description="A hashtag.")
    BRAND = strawberry.enum_value("brand", description="A brand.")
    PRODUCT = strawberry.enum_value("product", description="A product.")
    CATEGORY = strawberry.enum_value("category", description="A category.")
    PERSON = strawberry.enum_value("person", description="A person.")
    QUERY = strawberry.enum_value("query", description="What several people searched for.")


@visible_when(visibility.SUGGESTION)
@open_to(ANYONE)
@strawberry.type(description="Something that begins as somebody types; one of its fields has the thing named.")
class Suggestion(Node):
    kind: SuggestionKind = prop("What it names.")
    text: str = prop("The name shown, to be searched for.")
    topic: Topic | None = one("(this)-[:NAMES]->(that:Topic)", "The topic.")
    brand: Brand | None = one("(this)-[:NAMES]->(that:Brand)", "The brand.")
    product: Product | None = one("(this)-[:NAMES]->(that:Product)", "The product.")
    category: Category | None = one("(this)-[:NAMES]->(that:Category)", "The category.")
    user: User | None = one("(this)-[:NAMES]->(that:User)", "The person.")


_Query = Annotated[str, strawberry.argument(description="What is looked for: at most 200 characters, in any language.")]
_Prefix = Annotated[str, strawberry.argument(description="What was typed so far, at most 200 characters.")]


def _sorted(
    root: Any,
    info: strawberry.Info,
    query: _Query,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Any = None,
    order_by: Any = None,
) -> Any:
    return root[info.path.key]


def _filtered(
    root: Any,
    info: strawberry.Info,
    query: _Query,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Any = None,
) -> Any:
    return root[info.path.key]


def _bare(
    root: Any,
    info: strawberry.Info,
    query: _Query,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    return root[info.path.key]


def _typing(
    root: Any,
    info: strawberry.Info,
    prefix: _Prefix,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    return root[info.path.key]


def _searched(
    label: str, description: str, *, filter_type: type | None = None, order_type: type[Enum] | None = None
) -> Any:
    """A search over one label, with the filter and the orders that it takes."""

    async def ranker(act: Act, arguments: Mapping[str, Any], page: PageAsked) -> Ranking:
        asked = filters(filter_type, arguments.get("filter")) if filter_type else Filters()
        order: Order = getattr(arguments.get("orderBy"), "value", arguments.get("orderBy")) or "relevance"
        return await search.search(act, page, label=label, text=arguments["query"], filters=asked, order=order)

    model = _sorted if order_type else _filtered if filter_type else _bare
    reader = FunctionType(model.__code__, model.__globals__, model.__name__, model.__defaults__)
    reader.__annotations__ = dict(model.__annotations__)
    if filter_type:
        described = strawberry.argument(description="What results must be.")
        reader.__annotations__["filter"] = Annotated[filter_type | None, described]
    if order_type:
        described = strawberry.argument(description="Which results come first; cursors hold for one order only.")
        reader.__annotations__["order_by"] = Annotated[order_type | None, described]
    return ranked(ranker, label, description, cost=_COST, reader=reader)


async def _suggested(act: Act, arguments: Mapping[str, Any], page: PageAsked) -> Ranking:
    return await search.suggest(act, page, prefix=arguments["prefix"])


@strawberry.type
class SearchQueries:
    """Root fields that search."""

    search_notes: SearchConnection[Note] = _searched(
        "Note",
        "Published notes that answer a query; an empty list for one without letters, digits or characters.",
        filter_type=NoteSearchFilter,
        order_type=SearchOrder,
    )
    search_products: SearchConnection[Product] = _searched(
        "Product",
        "Products on sale that answer a query, or have a variant with such a code.",
        filter_type=ProductSearchFilter,
        order_type=ProductSearchOrder,
    )
    search_people: SearchConnection[User] = _searched(
        "User", "People whose name, handle or bio answers a query.", filter_type=PeopleSearchFilter
    )
    search_brands: SearchConnection[Brand] = _searched(
        "Brand", "Brands that answer a query.", filter_type=BrandSearchFilter
    )
    search_topics: SearchConnection[Topic] = _searched("Topic", "Topics that answer a query.")
    search_suggestions: Connection[Suggestion] = ranked(
        _suggested,
        "Suggestion",
        "What begins as somebody types, at most 20, the most popular first; pinyin and its initials will do.",
        cost=20,
        reader=_typing,
    )

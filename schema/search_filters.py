"""What searches are narrowed and sorted by, and how that is asked of the graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from graph.errors import Invalid
from graph.search import Filters
from schema.inputs import camel, ids_of, known, whole
from schema.notes import NoteKind
from schema.people import Language, UserKind
from schema.scalars import DateTime, MinorUnits


@strawberry.enum(description="Which results come first; but for relevance, the 100 most relevant ones are sorted.")
class SearchOrder(Enum):
    RELEVANCE = strawberry.enum_value("relevance", description="What answers the query best.")
    NEWEST = strawberry.enum_value("newest", description="Latest first.")
    POPULAR = strawberry.enum_value("popular", description="Most liked, kept, reviewed or shown first.")


@strawberry.enum(description="Which products come first; but for relevance, the 100 most relevant ones are sorted.")
class ProductSearchOrder(Enum):
    RELEVANCE = strawberry.enum_value("relevance", description="What answers the query best.")
    NEWEST = strawberry.enum_value("newest", description="Latest first.")
    POPULAR = strawberry.enum_value("popular", description="Most reviewed and shown first.")
    PRICE_LOW = strawberry.enum_value("price_low", description="Cheapest first.")
    PRICE_HIGH = strawberry.enum_value("price_high", description="Dearest first.")
    RATING = strawberry.enum_value("rating", description="Best rated first.")


@strawberry.input(description="What notes must be; what is left out is open.")
class NoteSearchFilter:
    category_ids: list[strawberry.ID] | None = ids_of("Category", most=20, description="In one of these.", default=None)
    brand_ids: list[strawberry.ID] | None = ids_of(
        "Brand", most=20, description="Showing a product of one of these.", default=None
    )
    kind: NoteKind | None = known("Of this main medium.", default=None)
    language: Language | None = known("In this language.", default=None)
    has_products: bool | None = known("Showing products, or none.", default=None)
    since: DateTime | None = known("Published then or later.", default=None)
    until: DateTime | None = known("Published before then.", default=None)


@strawberry.input(description="What products must be; what is left out is open.")
class ProductSearchFilter:
    category_ids: list[strawberry.ID] | None = ids_of("Category", most=20, description="In one of these.", default=None)
    brand_ids: list[strawberry.ID] | None = ids_of("Brand", most=20, description="Of one of these.", default=None)
    price_low: MinorUnits | None = known("Lowest price of its variants at least.", default=None)
    price_high: MinorUnits | None = known("Lowest price of its variants at most.", default=None)
    rating: int | None = whole("Mean of its ratings at least.", least=1, most=5, default=None)
    in_stock: bool | None = known("With a unit that can be sold, or without.", default=None)
    since: DateTime | None = known("Listed then or later.", default=None)
    until: DateTime | None = known("Listed before then.", default=None)


@strawberry.input(description="What people must be; what is left out is open.")
class PeopleSearchFilter:
    kind: UserKind | None = known("Of this sort of account.", default=None)
    language: Language | None = known("Mostly writing in this language.", default=None)


@strawberry.input(description="What brands must be; what is left out is open.")
class BrandSearchFilter:
    category_ids: list[strawberry.ID] | None = ids_of(
        "Category", most=20, description="Making something in one of these.", default=None
    )
    verified: bool | None = known("Vetted, or not.", default=None)


_NAMES = {"category_ids": "categories", "brand_ids": "brands"}
_KINDS = {NoteSearchFilter: "note_kind", PeopleSearchFilter: "user_kind"}


def filters(kind: type, given: Mapping[str, Any] | None) -> Filters:
    """A filter as the graph is asked. Raises Invalid, naming the field, for a value that breaks its rule."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        asked = (given or {}).get(camel(field.name))
        if asked is None:
            continue
        try:
            cleaned = field.metadata["check"].clean(asked)
        except ValueError as error:
            raise Invalid(f"{camel(field.name)} {error}", field=("filter", camel(field.name))) from None
        name = _KINDS.get(kind, field.name) if field.name == "kind" else _NAMES.get(field.name, field.name)
        values[name] = _plain(field.name, cleaned)
    return Filters(**values)


def _plain(name: str, given: Any) -> Any:
    if name in ("since", "until"):
        return datetime.fromisoformat(given)
    if isinstance(given, list):
        return tuple(given)
    return getattr(given, "value", given)

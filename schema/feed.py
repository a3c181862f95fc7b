"""The home feed: notes of the people, brands and topics that the viewer follows."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry

from graph import feed
from graph.people import MAX_FOLLOWED
from graph.projection.mapping import Ranked, descending, ranked_order
from graph.rules.access import ANYONE
from resolvers.feed import ranked_feed
from schema.mapped import After, Before, First, Last, mapped, open_to, plain, value
from schema.notes import Note
from schema.relay import Edge, Page

_RANKING_COST = feed.AUTHORS * feed.OF_AUTHOR + feed.TOPICS * feed.OF_TOPIC + 5 * feed.MOST_ACTS


@strawberry.enum(description="Which notes of the feed come first.")
class FeedOrder(Enum):
    NEWEST = strawberry.enum_value("newest", description="Newest first.")
    RANKED = strawberry.enum_value(
        "ranked",
        description="By how close their authors are to the viewer, how new and how popular they are, and whether they "
        "were seen. The list is made for its first page, and stays as it was for the pages behind it.",
    )


@strawberry.enum(description="What the feed has beside the notes of people that the viewer follows.")
class FeedSource(Enum):
    BRANDS = strawberry.enum_value("brands", description="Notes of the official accounts of brands they follow.")
    TOPICS = strawberry.enum_value("topics", description="Notes under topics they follow.")


@open_to(ANYONE)
@strawberry.type(description="One page of the viewer's feed.")
class FeedConnection(Page):
    edges: list[Edge[Note]] = plain("The notes with their cursors.")
    nodes: list[Note] = plain("The notes alone.")
    recommendation_id: strawberry.ID | None = value(
        "Id of the ranked list, for feedback to cite; null for newest first."
    )


_Order = Annotated[FeedOrder, strawberry.argument(description="Which come first; cursors hold for one order only.")]
_Include = Annotated[
    list[FeedSource],
    strawberry.argument(description="What it has beside notes of people; cursors hold for the same sources only."),
]


def _read_feed(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    order_by: _Order = FeedOrder.NEWEST,
    include: _Include = [FeedSource.BRANDS],  # noqa: B006  # the default as the schema tells it; nobody changes it
) -> Any:
    return root[info.path.key]


def home_feed() -> Any:
    """The field with the viewer's feed."""
    mapping = Ranked(
        feed.HOME_FEED,
        {
            FeedOrder.NEWEST.name: descending("that.publishedAt", "datetime"),
            FeedOrder.RANKED.name: ranked_order("Note", cost=_RANKING_COST),
        },
        FeedOrder.NEWEST.name,
        # Whoever follows as many as anybody may has one index seek for each.
        cost=MAX_FOLLOWED,
        match_backward=feed.HOME_FEED_BACKWARD,
        arguments=("include",),
        ranker=ranked_feed,
    )
    return mapped(mapping, "Notes of the people, and as asked of the brands and topics, that they follow.", _read_feed)

"""Audiences: who follows somebody, and what the audiences of several people share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph import audience as graph_audience
from graph import audience_overlap as graph_overlap
from graph.projection.mapping import Ranking
from graph.projection.pages import Page as PageAsked
from graph.rules.access import Access, Role, only
from graph.rules.audience import Estimate as GraphEstimate
from resolvers import audience as resolvers
from resolvers.act import Act
from schema.mapped import After, Before, First, Last, computed, open_to, plain, ranked, restricted, value
from schema.relay import Page
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.api import Context
    from schema.people import User

_READERS = Access(None, "the person themselves, brands' staff, analysts")
_COMPARERS = only(Role.BRAND_STAFF, Role.ANALYST, Role.ADMIN, condition="brand staff: of any brand")
_COST, _COMPARING_COST = 1_000, 5_000


@open_to(_READERS)
@strawberry.type(description="A number that was counted, or estimated from a sample.")
class Estimate:
    value: float = strawberry.field(description="The number.")
    standard_error: float = strawberry.field(description="Its standard error; 0: it was counted.")
    low: float = strawberry.field(description="Lower end of the interval that holds it in 95 of 100 cases.")
    high: float = strawberry.field(description="Upper end of that interval.")


@open_to(_READERS)
@strawberry.type(description="Followers who are alike; of those read, five at least.")
class AudienceGroup:
    id: strawberry.ID | None = strawberry.field(description="Id of the category or brand; of an activity, its name.")
    name: str = strawberry.field(description="What they share: the name of a region, category, brand or activity.")
    name_en: str | None = strawberry.field(description="That in English, where it is known.")
    followers: Estimate = strawberry.field(description="How many they are.")
    share: Estimate = strawberry.field(description="As a part of all followers, 0 to 1.")


@open_to(_READERS)
@strawberry.type(description="The groups into which followers fall, each into one.")
class AudienceGroups:
    groups: list[AudienceGroup] = strawberry.field(description="The groups, largest first.")
    other: Estimate = strawberry.field(
        description="How many are in none of these: it is not known, or a group of fewer than five."
    )


@open_to(_READERS)
@strawberry.type(description="What speaks against followers being real.")
class FakeEvidence:
    followers: int = strawberry.field(description="How many followers were looked at.")
    hollow: int = strawberry.field(
        description="Of these, those who posted, wrote and ordered nothing, and took up notes of one person at most."
    )
    burst: int = strawberry.field(description="Of these, those of whom five or more joined within the same four days.")
    at: DateTime | None = strawberry.field(description="When `job influence` looked at them; null: now.")


@open_to(_READERS)
@strawberry.type(description="Which part of the followers may not be real: 1 less the authenticity of the evidence.")
class FakeShare:
    share: float = strawberry.field(description="Those of a burst, and half of the other hollow ones, 0 to 1.")
    low: float = strawberry.field(description="If those of a burst alone are not real.")
    high: float = strawberry.field(description="If none of the hollow ones is.")
    evidence: FakeEvidence = strawberry.field(description="What it follows from.")


@open_to(_READERS)
@strawberry.type(description="A brand that more of the audience follows than of everybody.")
class BrandAffinity:
    brand: AudienceGroup = strawberry.field(description="The brand, and how many of the audience follow it.")
    times: float = strawberry.field(description="Their share over that of everybody who follows it.")
    lift: float = strawberry.field(description="Share × ln(times): what the brands are ordered by.")


@open_to(_READERS)
@strawberry.type(
    description="Who follows somebody. Groups of fewer than five are never told; where people were drawn to stand for "
    "all, numbers are estimates."
)
class Audience:
    total: int = strawberry.field(description="How many active people follow; of a sample, when it was drawn.")
    sampled: bool = strawberry.field(description="Whether people drawn by chance stand for all.")
    sample_size: int = strawberry.field(description="How many followers were read.")
    drawn_at: DateTime | None = strawberry.field(description="When they were drawn; null: all were read.")
    by_region: AudienceGroups = strawberry.field(description="By where they live, as they say.")
    by_interest: list[AudienceGroup] = strawberry.field(
        description="By the categories of which they like or keep three notes, largest first; one may be in several."
    )
    by_activity: AudienceGroups = strawberry.field(
        description="By what they did in the window: `engaged` took up this person's notes, `active` did something "
        "else, `quiet` neither."
    )
    estimated_fake_share: FakeShare | None = strawberry.field(
        description="Which part may not be real; null: many follow, and `job influence` did not look at them."
    )
    brand_affinity: list[BrandAffinity] = strawberry.field(
        description="Brands by how much more the audience follows them than everybody does, 20 at most."
    )


@open_to(_COMPARERS)
@strawberry.type(description="Somebody's audience among others.")
class AudienceReach:
    user_id: strawberry.ID = strawberry.field(description="Whose it is.")
    name: str = strawberry.field(description="Their name.")
    handle: str = strawberry.field(description="Their handle.")
    reach: int = strawberry.field(description="How many active people follow them.")
    exclusive_reach: Estimate = strawberry.field(description="How many of these follow nobody else of those compared.")
    drawn_at: DateTime | None = strawberry.field(
        description="When those were drawn who stand for their followers; null: all of them were read."
    )


@open_to(_COMPARERS)
@strawberry.type(description="What two audiences share.")
class AudiencePair:
    a: strawberry.ID = strawberry.field(description="The one person.")
    b: strawberry.ID = strawberry.field(description="The other.")
    shared: Estimate = strawberry.field(description="How many follow both.")
    share_of_a: Estimate = strawberry.field(description="As a part of those who follow a, 0 to 1.")
    share_of_b: Estimate = strawberry.field(description="As a part of those who follow b, 0 to 1.")
    jaccard: float = strawberry.field(description="As a part of those who follow either, 0 to 1.")


@open_to(_COMPARERS)
@strawberry.type(description="What the audiences of several people share.")
class AudienceOverlap:
    exact: bool = strawberry.field(
        description="Whether everything was counted; false: somebody has too many followers, and numbers are estimates."
    )
    total: int = strawberry.field(description="Followers of each, added up.")
    unique: Estimate = strawberry.field(description="People who follow any of them, each counted once.")
    creators: list[AudienceReach] = strawberry.field(description="Each of them, as they were asked for.")
    pairs: list[AudiencePair] = strawberry.field(description="Each two of them.")


@open_to(_READERS)
@strawberry.type(description="Somebody whose audience is like another's.")
class LookalikeEdge:
    cursor: str = plain("Opaque place of this edge, for after or before.")
    node: Annotated[User, strawberry.lazy("schema.people")] = plain("The person.")
    score: float = value(
        "Cosine of both audiences, 0 to 1: followers shared over the root of theirs multiplied.", "edge.score"
    )
    shared: float = value("How many followers they share.", "edge.shared")
    standard_error: float = value("Standard error of that; 0: it was counted.", "edge.error")


@open_to(_READERS)
@strawberry.type(description="One page of people with audiences like somebody's, of whom there are 100 at most.")
class LookalikeConnection(Page):
    edges: list[LookalikeEdge] = plain("The people with their cursors.")
    nodes: list[Annotated[User, strawberry.lazy("schema.people")]] = plain("The people alone.")


_CreatorId = Annotated[strawberry.ID, strawberry.argument(description="Id of the person whom they are like.")]
_CreatorIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="Ids of the people, 2 to 50, each named once.")
]


async def _audience(root: Any, info: strawberry.Info[Context]) -> Audience | None:
    found = await resolvers.audience(_act(info), user_id=root.needs["id"])
    if found is None:
        return None
    return Audience(
        total=found.total,
        sampled=found.drawn_at is not None,
        sample_size=found.read,
        drawn_at=_time(found.drawn_at),
        by_region=_groups(found.regions),
        by_interest=[_group(one) for one in found.interests],
        by_activity=_groups(found.activities),
        estimated_fake_share=None if found.fakes is None else _fakes(found.fakes),
        brand_affinity=[BrandAffinity(brand=_group(one.brand), times=one.times, lift=one.lift) for one in found.brands],
    )


async def _audience_overlap(root: Any, info: strawberry.Info[Context], creator_ids: _CreatorIds) -> AudienceOverlap:
    found = await resolvers.audience_overlap(_act(info), creator_ids=creator_ids)
    return AudienceOverlap(
        exact=found.exact,
        total=found.total,
        unique=_estimate(found.unique),
        creators=[_reach(one) for one in found.creators],
        pairs=[_pair(one) for one in found.pairs],
    )


def _read_lookalikes(
    root: Any,
    info: strawberry.Info,
    creator_id: _CreatorId,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    return root[info.path.key]


async def _lookalikes(act: Act, arguments: Mapping[str, Any], page: PageAsked) -> Ranking:
    return await resolvers.lookalikes(act, page, creator_id=arguments["creatorId"])


def audience() -> Any:
    """The field of a person that tells who follows them."""
    field = computed(
        _audience,
        "Who follows them; null for who may not know. They themselves, brands' staff and analysts know.",
        cost=_COST,
        id="this.id",
    )
    return restricted(field, _READERS)


@strawberry.type
class AudienceQueries:
    """Root fields that compare audiences."""

    audience_overlap: AudienceOverlap = restricted(
        computed(_audience_overlap, "What the audiences of several people share.", cost=_COMPARING_COST), _COMPARERS
    )
    lookalikes: LookalikeConnection = restricted(
        ranked(
            _lookalikes,
            "User",
            "People who post for everybody and whose audiences are most like somebody's.",
            cost=_COMPARING_COST,
            reader=_read_lookalikes,
        ),
        _READERS,
    )


def _act(info: strawberry.Info[Context]) -> Act:
    return Act(info.context.services, info.context.viewer)


def _time(at: str | None) -> DateTime | None:
    return None if at is None else DateTime(at)


def _estimate(one: GraphEstimate) -> Estimate:
    return Estimate(value=one.value, standard_error=one.error, low=one.low, high=one.high)


def _group(one: graph_audience.Group) -> AudienceGroup:
    return AudienceGroup(
        id=None if one.id is None else strawberry.ID(one.id),
        name=one.name,
        name_en=one.name_en,
        followers=_estimate(one.followers),
        share=_estimate(one.share),
    )


def _groups(found: graph_audience.Groups) -> AudienceGroups:
    return AudienceGroups(groups=[_group(one) for one in found.groups], other=_estimate(found.other))


def _fakes(found: graph_audience.Fakes) -> FakeShare:
    evidence = found.evidence
    return FakeShare(
        share=found.share,
        low=found.low,
        high=found.high,
        evidence=FakeEvidence(
            followers=evidence.followers, hollow=evidence.hollow, burst=evidence.burst, at=_time(found.at)
        ),
    )


def _reach(one: graph_overlap.Reach) -> AudienceReach:
    return AudienceReach(
        user_id=strawberry.ID(one.creator.id),
        name=one.creator.name,
        handle=one.creator.handle,
        reach=one.followers,
        exclusive_reach=_estimate(one.exclusive),
        drawn_at=_time(one.drawn_at),
    )


def _pair(one: graph_overlap.Pair) -> AudiencePair:
    return AudiencePair(
        a=strawberry.ID(one.first),
        b=strawberry.ID(one.second),
        shared=_estimate(one.shared),
        share_of_a=_estimate(one.of_first),
        share_of_b=_estimate(one.of_second),
        jaccard=one.jaccard,
    )

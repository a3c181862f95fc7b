"""Recommendations: lists whose edges tell what brought each thing, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph import explanations as graph_explanations
from graph.explanations import Path
from graph.recommending import NOTES, PRODUCTS, Surface
from graph.rules.access import ANYONE
from graph.rules.ranking import Source
from graph.rules.sentences import sentence
from loaders.paths import PathLoader
from resolvers import recommendations
from resolvers.act import Act
from schema.catalogue import Product
from schema.mapped import After, Before, First, Last, computed, open_to, plain, ranked, value
from schema.notes import Note
from schema.people import Language
from schema.relay import Page
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.api import Context

_COST = 300  # the candidates that are read
_EXPLAINED = 40
_TRIED_COST = 2_000


@strawberry.enum(description="Which traversal brought something that is recommended.")
class RecommendationSource(Enum):
    SIMILAR = strawberry.enum_value("similar", description="It is like what the viewer took up.")
    TASTE = strawberry.enum_value("taste", description="It is near what they take up as a whole.")
    FOLLOWED = strawberry.enum_value("followed", description="People they follow posted it or took it up.")
    NOTED = strawberry.enum_value("noted", description="Notes they like show it, or it shows what they bought.")
    BRAND = strawberry.enum_value("brand", description="It is of a brand they follow.")
    TOPIC = strawberry.enum_value("topic", description="It is under a topic they follow.")
    INTEREST = strawberry.enum_value("interest", description="It is in a category they care for.")
    NEIGHBOURS = strawberry.enum_value("neighbours", description="People of like taste took it up.")
    CONTENT = strawberry.enum_value("content", description="It is near in meaning to what they care for.")
    TRENDING = strawberry.enum_value("trending", description="It is popular now.")
    FRESH = strawberry.enum_value("fresh", description="It is new.")


@open_to(ANYONE)
@strawberry.type(description="What a traversal adds to the score of something recommended.")
class SourceShare:
    source: RecommendationSource = value("Which traversal.")
    share: float = value("Its part of the score, 0 to 1.")


@open_to(ANYONE)
@strawberry.type(description="A thing on a path from the viewer to what they are recommended.")
class PathNode:
    id: strawberry.ID | None = strawberry.field(description="Global id; null for a person who is not to be named.")
    type: str = strawberry.field(description="Its type, such as Note.")
    name: str | None = strawberry.field(description="Its name; null for a person who is not to be named.")


@open_to(ANYONE)
@strawberry.type(description="A relationship on such a path, as it stands in the graph.")
class PathEdge:
    type: str = strawberry.field(description="Its type in the graph, such as LIKES.")
    start: strawberry.ID | None = strawberry.field(description="Id of the node it leaves; null as in PathNode.")
    end: strawberry.ID | None = strawberry.field(description="Id of the node it enters; null as in PathNode.")
    weight: float = strawberry.field(description="How strong it is: the score of SIMILAR, else 1.")
    at: DateTime | None = strawberry.field(description="When it was drawn; null where that has no time.")


@open_to(ANYONE)
@strawberry.type(description="One way that leads from the viewer to what they are recommended.")
class RecommendationPath:
    source: RecommendationSource = strawberry.field(description="Which traversal goes this way.")
    share: float = strawberry.field(description="Its part of the score, 0 to 1.")
    sentence: str = strawberry.field(description="The reason in words.")
    nodes: list[PathNode] = strawberry.field(description="The things on it, from the viewer to what is recommended.")
    edges: list[PathEdge] = strawberry.field(description="The relationships between them, in the same order.")


@open_to(ANYONE)
@strawberry.type(description="Without which of the viewer's acts something would not be recommended.")
class Counterfactual:
    acts: list[PathEdge] = strawberry.field(description="The acts; excludeFromRecommendations leaves one out for good.")
    removes: bool = strawberry.field(
        description="Whether it leaves the first 20 without them; false when nothing that was tried does."
    )


async def _counterfactual(root: Explanation, info: strawberry.Info[Context]) -> Counterfactual | None:
    asked = root.asked
    if asked is None:
        return None
    act = Act(info.context.services, info.context.viewer)
    found = await recommendations.counterfactual(
        act, asked.surface, await asked.loader.asking(), asked.item, asked.paths
    )
    return Counterfactual(acts=[_edge(path.act) for path in found.acts], removes=found.removes)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a counterfactual is found from."""

    surface: Surface
    loader: PathLoader
    item: str
    paths: Sequence[Path]


@open_to(ANYONE)
@strawberry.type(description="Why something is recommended.")
class Explanation:
    asked: strawberry.Private[_Asked | None]
    sentence: str = strawberry.field(description="The strongest reason in words.")
    paths: list[RecommendationPath] = strawberry.field(
        description="The ways that lead to it, strongest first; none to what is only popular, new, or near in meaning."
    )
    counterfactual: Counterfactual | None = computed(
        _counterfactual,
        "Which of the viewer's acts, left out, take it away: found by ranking anew. Null for nobody signed in.",
        cost=_TRIED_COST,
    )


_SPOKEN = {Language.ZH: "zh", Language.EN: "en"}
_Language = Annotated[Language, strawberry.argument(description="Language of the sentences.")]


def _explains(surface: Surface) -> Any:
    async def explain(root: Any, info: strawberry.Info[Context], language: _Language = Language.ZH) -> Explanation:
        item: str = root.needs["item"]
        shares = {Source(one["source"]): float(one["share"]) for one in root.needs["sources"]}
        viewer = info.context.viewer
        if viewer is None:
            return Explanation(asked=None, sentence=_of_source(shares, language), paths=[])
        loader = info.context.paths(surface.label)
        found = await loader.paths(item)
        paths = _paths(found, shares, language)
        words = paths[0].sentence if paths else _of_source(shares, language)
        return Explanation(asked=_Asked(surface, loader, item, found), sentence=words, paths=paths)

    return computed(explain, "Why it is here.", cost=_EXPLAINED, item="edge.id", sources="edge.sources")


def _of_source(shares: Mapping[Source, float], language: Language) -> str:
    strongest = max(shares, key=lambda one: shares[one], default=Source.TRENDING)
    return sentence(strongest, _SPOKEN[language], (), ())


def _paths(found: Sequence[Path], shares: Mapping[Source, float], language: Language) -> list[RecommendationPath]:
    counted = [one for one in found if one.source in shares]
    total: dict[Source, float] = {}
    for one in counted:
        total[one.source] = total.get(one.source, 0.0) + one.strength
    paths = [_path(one, shares[one.source] * one.strength / total[one.source], language) for one in counted]
    return sorted(paths, key=lambda path: -path.share)


def _path(path: Path, share: float, language: Language) -> RecommendationPath:
    named = [{"label": one.label, "name": one.name} for one in path.nodes]
    return RecommendationPath(
        source=RecommendationSource(path.source.value),
        share=share,
        sentence=sentence(path.source, _SPOKEN[language], named, [one.type for one in path.edges]),
        nodes=[PathNode(id=_id(one.id), type=one.label, name=one.name) for one in path.nodes],
        edges=[_edge(one) for one in path.edges],
    )


def _edge(edge: graph_explanations.PathEdge) -> PathEdge:
    at = None if edge.at is None else DateTime(edge.at)
    return PathEdge(type=edge.type, start=_id(edge.start), end=_id(edge.end), weight=edge.weight, at=at)


def _id(value: str | None) -> strawberry.ID | None:
    return None if value is None else strawberry.ID(value)


@open_to(ANYONE)
@strawberry.type
class _Recommended:
    """What every recommended thing's edge has."""

    cursor: str = plain("Opaque place of this edge, for after or before.")
    score: float = value("Its score; comparable within the list alone.", "edge.score")
    sources: list[SourceShare] = value("What brought it, most first.", "edge.sources")


@open_to(ANYONE)
@strawberry.type(description="A note that is recommended.")
class RecommendedNoteEdge(_Recommended):
    node: Note = plain("The note.")
    explanation: Explanation = _explains(NOTES)


@open_to(ANYONE)
@strawberry.type(description="A product that is recommended.")
class RecommendedProductEdge(_Recommended):
    node: Product = plain("The product.")
    explanation: Explanation = _explains(PRODUCTS)


@open_to(ANYONE)
@strawberry.type
class _Recommendation(Page):
    """What every list of recommendations has: it stays as it was made, for all its pages."""

    recommendation_id: strawberry.ID | None = value("Id of the list, for feedback to cite.")


@open_to(ANYONE)
@strawberry.type(description="One page of the notes that the viewer is recommended.")
class RecommendedNoteConnection(_Recommendation):
    edges: list[RecommendedNoteEdge] = plain("The notes with what brought them.")
    nodes: list[Note] = plain("The notes alone.")


@open_to(ANYONE)
@strawberry.type(description="One page of the products that the viewer is recommended.")
class RecommendedProductConnection(_Recommendation):
    edges: list[RecommendedProductEdge] = plain("The products with what brought them.")
    nodes: list[Product] = plain("The products alone.")


_Category = Annotated[str | None, strawberry.argument(description="Slug of the category to stay within.")]
_Interests = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Ids of categories of interest, at most 20.")
]


def _read_recommendations(
    root: Any,
    info: strawberry.Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    category: _Category = None,
    interests: _Interests = None,
) -> Any:
    return root[info.path.key]


def recommended_notes() -> Any:
    """The field that recommends notes, to whoever asks."""
    return ranked(
        recommendations.recommended_notes,
        "Note",
        "Notes for the viewer; for nobody signed in, by interests and what is popular.",
        cost=_COST,
        reader=_read_recommendations,
    )


def recommended_products() -> Any:
    """The field that recommends products, to whoever asks."""
    return ranked(
        recommendations.recommended_products,
        "Product",
        "Products for the viewer; for nobody signed in, by interests and what is popular.",
        cost=_COST,
        reader=_read_recommendations,
    )

"""The schema that clients see, built once, with its map of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graph.projection.mapping import SchemaMapping
from graph.rules.access import Viewer
from loaders.paths import PathLoader
from resolvers.act import Services
from schema.mapped import schema_mapping
from schema.mutating import Convert, MutationMapping, converter, mutation_mapping
from schema.mutation import Mutation
from schema.query import TYPES, Query
from schema.scalars import SCALARS
from schema.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers know of a request: who asks (None: nobody), the valid document, and the services."""

    viewer: Viewer | None
    document: DocumentNode
    services: Services
    _paths: dict[str, PathLoader] = field(default_factory=dict)

    def paths(self, label: str) -> PathLoader:
        """What reads the viewer's paths to things of the label, for all that this request asks."""
        assert self.viewer is not None, "paths begin at somebody"
        if label not in self._paths:
            self._paths[label] = PathLoader(self.services.database, self.viewer.id, label)
        return self._paths[label]


class _Prepared(SchemaExtension):
    """Hands the engine the document that the executor has parsed and validated."""

    def on_parse(self) -> Iterator[None]:
        context: Context = self.execution_context.context
        self.execution_context.graphql_document = context.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = []
        yield


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leaves logging to the executor, which gives each error the id that its client is told."""


SCHEMA = _Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=TYPES,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[_Prepared],
)
GRAPHQL_SCHEMA: GraphQLSchema = SCHEMA._schema
MAPPING: SchemaMapping = schema_mapping(GRAPHQL_SCHEMA)
MUTATIONS: MutationMapping = mutation_mapping(SCHEMA)
CONVERT: Convert = converter(SCHEMA)

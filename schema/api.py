"""The schema that clients see, built once, with its map of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graph.projection.mapping import SchemaMapping
from graph.rules.access import Viewer
from graph.rules.sealing import Sealer
from schema.mapped import schema_mapping
from schema.mutating import Convert, MutationMapping, converter, mutation_mapping
from schema.mutation import Mutation
from schema.query import TYPES, Query
from schema.scalars import SCALARS
from schema.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers know of a request: who asks (None: nobody), the valid document, and what opens sealed values."""

    viewer: Viewer | None
    document: DocumentNode
    sealer: Sealer


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

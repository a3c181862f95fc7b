"""The schema that clients see, built once, with its map of the graph."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from graph.projection.mapping import SchemaMapping
from schema.mapped import schema_mapping
from schema.query import TYPES, Query
from schema.scalars import SCALARS

SCHEMA = strawberry.Schema(
    query=Query,
    types=TYPES,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[ParserCache, ValidationCache],
)
GRAPHQL_SCHEMA: GraphQLSchema = SCHEMA._schema
MAPPING: SchemaMapping = schema_mapping(GRAPHQL_SCHEMA)

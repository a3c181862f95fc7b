"""The peer: the official Neo4j GraphQL Library on Node, on the same database, installed and started from here."""

from bench.peer.apoc import apoc_functions
from bench.peer.node import peer_service

__all__ = ["apoc_functions", "peer_service"]

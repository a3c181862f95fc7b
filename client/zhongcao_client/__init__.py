"""Asks a Zhongcao graph in Cypher: frames, streams, matrices, samples.

client = Client("http://127.0.0.1:8000", token)
client.ask("MATCH (u:User) RETURN u.kind AS kind, count(*) AS people").to_pandas()
"""

from zhongcao_client.answers import Answer, TruncatedWarning
from zhongcao_client.client import Client
from zhongcao_client.errors import (
    ConsoleError,
    CypherFault,
    Forbidden,
    Invalid,
    LimitExceeded,
    NotFound,
    Refused,
    SignInRequired,
    TimedOut,
    Unavailable,
)
from zhongcao_client.projection import Nodes, Projection, project
from zhongcao_client.sampling import forest_fire, random_walk

__all__ = [
    "Answer",
    "Client",
    "ConsoleError",
    "CypherFault",
    "Forbidden",
    "Invalid",
    "LimitExceeded",
    "Nodes",
    "NotFound",
    "Projection",
    "Refused",
    "SignInRequired",
    "TimedOut",
    "TruncatedWarning",
    "Unavailable",
    "forest_fire",
    "project",
    "random_walk",
]

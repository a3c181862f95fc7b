"""The peer's server: its packages by npm into the user's cache, its process on a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.home import await_answer, free_port, process
from bench.npm import installed
from graph.database import Address

_FOLDER = Path(__file__).parent
_FILES = ("server.mjs", "schema.graphql")


@contextmanager
def peer_service(address: Address) -> Iterator[tuple[int, int, str]]:
    """(port, pid, path) of the peer on that database, one process. Raises Unmeasurable."""
    home, port = installed(_FOLDER, name="peer", files=_FILES), free_port()
    variables = {
        "NODE_ENV": "production",
        "PORT": str(port),
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
    }
    with process(["node", "server.mjs"], variables, home) as child:
        await_answer(child, port, path="/")
        yield port, child.pid, "/"

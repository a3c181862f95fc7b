"""Why a question is not answered."""

from __future__ import annotations

from typing import ClassVar

from graph.errors import Invalid


class Refused(Invalid):
    """The guard does not let the question through; `reason` is one word for programs, `field` is the query."""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, field=("query",))
        self.reason = reason


class CypherFault(Invalid):
    """The server found a fault in the question or in what it met while answering; `status` is the server's code."""

    code: ClassVar[str] = "CYPHER"

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message, field=("query",))
        self.status = status

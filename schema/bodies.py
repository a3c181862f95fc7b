"""Bodies of requests that are JSON: read within a bound, and only of the type that browsers do not send unasked."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.types import Receive

from graph.errors import Invalid, LimitExceeded

JSON = b"application/json"


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, *, most: int) -> bytes:
    """The whole body. Raises LimitExceeded for one of more than `most` bytes, as soon as that is known."""
    too_long = LimitExceeded(f"the request's body may have {most} bytes", field=("body",))
    if int(headers.get(b"content-length") or 0) > most:
        raise too_long
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            raise too_long
        if not message.get("more_body"):
            return bytes(body)


def read_json(headers: Mapping[bytes, bytes], body: bytes) -> object:
    """What the body says. Raises Invalid for another content type, or no JSON."""
    # Browsers send other types across origins without asking first, so they would open a door to forged requests.
    if not headers.get(b"content-type", b"").startswith(JSON):
        raise Invalid("content-type must be application/json", field=("content-type",))
    try:
        found: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"the body is not JSON: {error}", field=("body",)) from None
    return found

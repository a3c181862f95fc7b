"""What an answer tells of rate limits, as draft-ietf-httpapi-ratelimit-headers-10 has it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Message, Send

from resolvers.rates import Allowance, counted

_TOO_MANY_REQUESTS = 429


class Announcing:
    """Passes an answer on, with the fields of all that was counted for its request since this was made."""

    __slots__ = ("_send", "_told")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._told: list[Allowance] = []
        counted.set(self._told)

    async def __call__(self, message: Message) -> None:
        """Sends one message."""
        if self._told and message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *fields(self._told, message["status"])]
        await self._send(message)


def fields(allowances: Sequence[Allowance], status: int = 200) -> list[tuple[bytes, bytes]]:
    """The header fields that tell these allowances; with 429 also when to come back."""
    latest = {one.policy.name: one for one in allowances}.values()
    policies = (f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window_s}' for one in latest)
    left = (f'"{one.policy.name}";r={one.remaining};t={one.reset_s}' for one in latest)
    found = [(b"ratelimit-policy", ", ".join(policies).encode()), (b"ratelimit", ", ".join(left).encode())]
    if status == _TOO_MANY_REQUESTS:
        wait_s = max((one.reset_s for one in latest if not one.remaining), default=1)
        found.append((b"retry-after", str(wait_s).encode()))
    return found

"""Personal tokens of the viewer."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from graph import personal_tokens
from graph.database import Transaction
from resolvers.act import Act, Values, unit


class _Create(Protocol):
    name: str
    days: int


@unit
async def create_personal_token(act: Act, tx: Transaction, given: _Create) -> Values:
    """A new token, told this once."""
    made = await personal_tokens.create_personal_token(
        tx, user_id=act.viewer_id, name=given.name, expires_at=act.now + timedelta(days=given.days), now=act.now
    )
    return {"personal_token": made.id, "token": made.token}


class _Revoke(Protocol):
    personal_token_id: str


@unit
async def revoke_personal_token(act: Act, tx: Transaction, given: _Revoke) -> Values:
    """The token, which is good no more."""
    await personal_tokens.revoke_personal_token(
        tx, user_id=act.viewer_id, token_id=given.personal_token_id, now=act.now
    )
    return {"personal_token": given.personal_token_id}

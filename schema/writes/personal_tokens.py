"""Mutations of personal tokens."""

from __future__ import annotations

import strawberry

from graph.rules.access import MEMBERS, Role, only
from resolvers import personal_tokens
from schema.inputs import id_of, line, whole
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.personal_tokens import PersonalToken


@strawberry.input(description="A new personal token.")
class CreatePersonalTokenInput:
    name: str = line("What to call it, such as where it is used.", most=60)
    days: int = whole("How long it is good, in days.", least=1, most=365, default=90)


@strawberry.input(description="Which personal token ends.")
class RevokePersonalTokenInput:
    personal_token_id: strawberry.ID = id_of("PersonalToken", description="A token of the viewer.")


@strawberry.type(description="The personal token, and its text, which is told this once.")
class CreatePersonalTokenPayload(Payload):
    personal_token: PersonalToken | None = ref("What is kept of it.")
    token: str | None = plain("The text, for the header Authorization: Bearer of requests to /cypher.")


@strawberry.type(description="The personal token after the change.")
class PersonalTokenPayload(Payload):
    personal_token: PersonalToken | None = ref("The token.")


@strawberry.type
class PersonalTokenMutations:
    """Mutations of personal tokens."""

    create_personal_token: CreatePersonalTokenPayload | None = mutation(
        personal_tokens.create_personal_token,
        CreatePersonalTokenInput,
        "Makes a token by which programs ask the console; at most 20 are good at a time.",
        access=only(Role.DATA_SCIENTIST),
    )
    revoke_personal_token: PersonalTokenPayload | None = mutation(
        personal_tokens.revoke_personal_token,
        RevokePersonalTokenInput,
        "Ends a personal token at once.",
        access=MEMBERS,
    )

"""Accounts: signing up, in and out, passwords and roles."""

from __future__ import annotations

import strawberry

from graph.rules.access import ADMINS, ANYONE, MEMBERS
from resolvers import accounts
from schema.inputs import id_of, known, line, secret
from schema.mapped import open_to, plain, ref
from schema.mutating import Payload, mutation
from schema.people import Language, User
from schema.viewer import RoleName, Viewer


@open_to(ANYONE)
@strawberry.type(description="What signing in gives. Send the access token with each request; keep the other safe.")
class Tokens:
    access_token: str = strawberry.field(description="For the header Authorization: Bearer.")
    access_token_expires_at: str = strawberry.field(description="When it ends, as RFC 3339 text.")
    refresh_token: str = strawberry.field(description="Good for one refreshSession, which gives the next.")
    refresh_token_expires_at: str = strawberry.field(description="When the session ends unless it is refreshed.")


@strawberry.input(description="A new account.")
class SignUpInput:
    email: str = line("Address to sign in with; nobody else sees it.", most=200)
    password: str = secret("At least 10 characters.", most=200)
    handle: str = line("Unique name: 3 to 30 letters a-z, digits or _, beginning with a letter.", most=31)
    display_name: str = line("The name shown.", most=60)
    language: Language = known("The language they mostly write in.", default=Language.ZH)


@strawberry.input(description="Who signs in.")
class SignInInput:
    email: str = line("The account's address.", most=200)
    password: str = secret("Its password.", most=200)


@strawberry.input(description="Which session goes on.")
class RefreshSessionInput:
    refresh_token: str = secret("The newest refresh token of the session.", most=2_000)


@strawberry.input(description="How far signing out goes.")
class SignOutInput:
    everywhere: bool = known("End all sessions, not only this one.", default=False)


@strawberry.input(description="One password for another.")
class ChangePasswordInput:
    current_password: str = secret("The password until now.", most=200)
    new_password: str = secret("At least 10 characters.", most=200)


@strawberry.input(description="Who has forgotten their password.")
class RequestPasswordResetInput:
    email: str = line("The account's address.", most=200)


@strawberry.input(description="A new password by the link that was mailed.")
class ResetPasswordInput:
    reset_token: str = secret("The token in the link.", most=2_000)
    new_password: str = secret("At least 10 characters.", most=200)


@strawberry.input(description="What a person may be.")
class SetRolesInput:
    user_id: strawberry.ID = id_of("User", description="The person.")
    roles: list[RoleName] = known("All roles they hold from now on; MEMBER and BRAND_STAFF follow of themselves.")


@strawberry.type(description="Who is signed in now, or why not.")
class SignInPayload(Payload):
    tokens: Tokens | None = plain("The session's tokens.")
    viewer: Viewer | None = ref("Who is signed in.", label="User")


@strawberry.type(description="Whether it was done.")
class DonePayload(Payload):
    """Of mutations that change nothing to show."""


@strawberry.type(description="The viewer after the change.")
class ViewerPayload(Payload):
    viewer: Viewer | None = ref("Who is signed in.", label="User")


@strawberry.type(description="The person after the change.")
class UserPayload(Payload):
    user: User | None = ref("The person.")


@strawberry.type
class AccountMutations:
    """Mutations of accounts."""

    sign_up: SignInPayload | None = mutation(
        accounts.sign_up, SignUpInput, "Makes an account and signs it in.", access=ANYONE
    )
    sign_in: SignInPayload | None = mutation(accounts.sign_in, SignInInput, "Begins a session.", access=ANYONE)
    refresh_session: SignInPayload | None = mutation(
        accounts.refresh_session,
        RefreshSessionInput,
        "Gives the session's next tokens. An older refresh token than the newest ends the session.",
        access=ANYONE,
    )
    sign_out: DonePayload | None = mutation(
        accounts.sign_out,
        SignOutInput,
        "Ends the session; access tokens made before stay good for their few minutes.",
        access=MEMBERS,
    )
    change_password: ViewerPayload | None = mutation(
        accounts.change_password,
        ChangePasswordInput,
        "Changes the password and ends the other sessions.",
        access=MEMBERS,
    )
    request_password_reset: DonePayload | None = mutation(
        accounts.request_password_reset,
        RequestPasswordResetInput,
        "Mails a link for a new password, when anybody has the address; the answer does not say.",
        access=ANYONE,
    )
    reset_password: DonePayload | None = mutation(
        accounts.reset_password,
        ResetPasswordInput,
        "Sets a new password by the link that was mailed, and ends all sessions.",
        access=ANYONE,
    )
    set_roles: UserPayload | None = mutation(
        accounts.set_roles, SetRolesInput, "Sets what a person may be, and ends their sessions.", access=ADMINS
    )

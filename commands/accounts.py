"""`create-user`: a person who can sign in, made by the operator; the way to the first administrator."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated

import typer

from commands.home import DataDir, migrated, reached, within
from commands.terminal import OUT, TerminalProgress, speaking
from graph import accounts, audit
from graph.accounts import Credentials
from graph.database import Database, Transaction
from graph.errors import Invalid
from graph.rules import credentials as rules
from graph.rules.access import GRANTED, Role
from resolvers.accounts import make_credentials
from resolvers.services import make_services
from settings import Settings, load_settings

_ROLES = Enum("_ROLES", {role.name: role.value for role in sorted(GRANTED)})  # type: ignore[misc]  # made of the roles


class Language(Enum):
    """Main languages."""

    ZH = "zh"
    EN = "en"


@speaking
def create_user(
    email: Annotated[str, typer.Argument(help="Address to sign in with.")],
    handle: Annotated[str, typer.Option(help="Unique name; that of somebody without account gives them one.")],
    name: Annotated[str | None, typer.Option(help="The name shown; the handle unless given.")] = None,
    language: Annotated[Language, typer.Option(help="The language they mostly write in.")] = Language.ZH,
    role: Annotated[list[_ROLES] | None, typer.Option(help="A role to grant; may be given several times.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
    ] = False,
    generate: Annotated[bool, typer.Option("--generate-password", help="Make a password and print it once.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a person who can sign in, or give an account to one who is there, such as somebody of the demo."""
    address, lower = rules.email(email), rules.handle(handle)
    password = secrets.token_urlsafe(18) if generate else _password(from_stdin=password_stdin)
    rules.password(password, address, lower)
    roles = [Role(one.value) for one in role or ()]
    settings = load_settings(data_dir=data_dir)
    with TerminalProgress() as progress, reached(settings, progress) as place:
        migrated(place, progress)
        user_id, was_there = within(
            place, lambda database: _create(database, settings, address, password, lower, name, language.value, roles)
        )
    held = f" with the roles {', '.join(sorted(roles))}" if roles else ""
    OUT.print(f"{'gave an account to' if was_there else 'made'} @{lower} ({user_id}){held}", highlight=False)
    if generate:
        OUT.print(f"password  {password}", highlight=False)


async def _create(
    database: Database,
    settings: Settings,
    address: str,
    password: str,
    handle: str,
    name: str | None,
    language: str,
    roles: list[Role],
) -> tuple[str, bool]:
    """The person's id, and whether they were there before."""
    now = datetime.now(UTC)
    made = await make_credentials(make_services(database, settings), email=address, password=password)

    async def work(tx: Transaction) -> tuple[str, bool]:
        user_id = await accounts.give_account(tx, handle=handle, credentials=made, roles=roles, now=now)
        was_there = user_id is not None
        if user_id is None:
            user_id = await _sign_up(tx, handle, name or handle, language, made, roles, now)
        detail = {"roles": ",".join(sorted(roles))}
        await audit.record(tx, kind="user_created", actor_id="operator", subject_id=user_id, detail=detail, now=now)
        return user_id, was_there

    return await database.unit(work)


async def _sign_up(
    tx: Transaction, handle: str, name: str, language: str, made: Credentials, roles: list[Role], now: datetime
) -> str:
    account = await accounts.sign_up(
        tx, handle=handle, display_name=name, language=language, credentials=made, roles=roles, now=now
    )
    return account.user_id


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise Invalid("no terminal to ask for the password: use --password-stdin or --generate-password")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))

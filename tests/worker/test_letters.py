"""Mail that follows a write: sent in the reader's language, again when that may help, and never told to the log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from graph.database import Database
from graph.outbox import Event
from mail import Mail, MailError
from resolvers.services import make_services
from settings import Settings
from tests.schema.community import Person, join
from tests.schema.support import cypher
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.letters import Letters
from worker.worker import Outside, Worker

pytestmark = pytest.mark.anyio
NEW_PASSWORD = "another horse 电池 staple"


class Box:
    """A sender that keeps what it is given, or refuses it."""

    def __init__(self, refuses: MailError | None = None) -> None:
        self.mails: list[Mail] = []
        self.refuses = refuses

    async def send(self, mail: Mail) -> None:
        """Keeps the mail. Raises what it refuses with."""
        if self.refuses is not None:
            raise self.refuses
        self.mails.append(mail)


@pytest.fixture
async def account(client: httpx.AsyncClient, database: Database) -> tuple[Person, str]:
    """Somebody, and their account's id."""
    person = await join(client)
    rows = await cypher(
        database, "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(account) RETURN account.id AS id", id=person.id
    )
    return person, rows[0]["id"]


def event(account_id: str, kind: str = "password_reset_requested") -> Event:
    return Event("outboxevent_test", kind, {"accountId": account_id}, datetime.now(UTC), 1, "claim")


def letters(database: Database, settings: Settings, box: Box) -> Letters:
    services = make_services(database, settings)
    return Letters(services, box, public_url="https://shop.example/", reset_minutes=30)


async def test_the_link_resets_the_password(
    client: httpx.AsyncClient, database: Database, settings: Settings, account: tuple[Person, str]
) -> None:
    person, account_id = account
    box = Box()
    await letters(database, settings, box).password_reset(event(account_id), datetime.now(UTC))
    (mail,) = box.mails
    assert mail.to == person.email
    (link,) = [line for line in mail.text.splitlines() if line.startswith("https://")]
    assert link.startswith("https://shop.example/reset-password#token=")
    token = link.partition("#token=")[2]
    await person.done("resetPassword", {"resetToken": token, "newPassword": NEW_PASSWORD})
    assert (await person.act("resetPassword", {"resetToken": token, "newPassword": NEW_PASSWORD}))["errors"] != []


@pytest.mark.parametrize(
    ("language", "subject"), [("zh", "你的种草密码已更改"), ("en", "Your Zhongcao password was changed")]
)
async def test_letters_are_in_the_reader_s_language(
    database: Database, settings: Settings, account: tuple[Person, str], language: str, subject: str
) -> None:
    person, account_id = account
    await cypher(database, "MATCH (user:User {id: $id}) SET user.language = $language", id=person.id, language=language)
    box = Box()
    changed = event(account_id, "password_changed")
    await letters(database, settings, box).password_changed(changed, datetime.now(UTC))
    assert [(mail.to, mail.subject) for mail in box.mails] == [(person.email, subject)]


async def test_nobody_is_written_to_who_is_gone(database: Database, settings: Settings) -> None:
    box = Box()
    await letters(database, settings, box).password_reset(event("account_gone"), datetime.now(UTC))
    assert box.mails == []


async def test_what_may_be_taken_later_is_tried_again(
    database: Database, settings: Settings, account: tuple[Person, str], caplog: pytest.LogCaptureFixture
) -> None:
    person, account_id = account
    now = datetime.now(UTC)
    away = letters(database, settings, Box(MailError("the mail server answered 451", temporary=True)))
    with pytest.raises(MailError):
        await away.password_reset(event(account_id), now)
    never = letters(database, settings, Box(MailError("the mail server answered 550", temporary=False)))
    await never.password_reset(event(account_id), now)
    assert "a mail will not be sent: the mail server answered 550" in caplog.text
    assert person.email not in caplog.text


async def test_a_request_ends_in_a_mail(
    database: Database,
    settings: Settings,
    account: tuple[Person, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    person, account_id = account
    services, job = make_services(database, settings), BatchJob("similarity", settings)
    found = handlers(services, settings, notified=lambda: None, comparing=job, planning=job, exporting=job, ranking=job)
    assert {kind for kind, handler in found.items() if isinstance(handler, Outside)} >= {
        "password_reset_requested",
        "password_changed",
    }
    await cypher(database, "MATCH (event:OutboxEvent) DELETE event")
    await person.done("requestPasswordReset", {"email": person.email})
    worker = Worker(database, found, settings)
    worker.start()
    try:
        async with asyncio.timeout(20):
            while "/reset-password#token=" not in caplog.text:  # noqa: ASYNC110  # the log is all that a mail leaves here
                await asyncio.sleep(0.05)
    finally:
        await worker.stop()
    assert f"mail | To: {person.email}" in caplog.text
    assert await cypher(database, "MATCH (e:OutboxEvent) WHERE e.data CONTAINS $id RETURN e", id=account_id) == []

"""Handlers that send mail."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Literal

from graph.outbox import Event
from mail import Mail, MailError, Sender, letters
from resolvers.accounts import ResetLetter, reset_link
from resolvers.act import Services

log = logging.getLogger(__name__)


class Letters:
    """Letters about accounts. Nothing of them is in the event but whose account it is."""

    def __init__(self, services: Services, sender: Sender, *, public_url: str, reset_minutes: int) -> None:
        self._services = services
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._reset_minutes = reset_minutes

    async def password_reset(self, event: Event, now: datetime) -> None:
        """Sends the link under which a new password can be chosen. Raises MailError when sending later may help."""
        to = await self._recipient(event, now)
        if to is not None:
            # Behind the #, where it stays in the browser and out of every server's log.
            link = f"{self._public_url}/reset-password#token={to.token}"
            await self._send(letters.password_reset(_language(to), link, self._reset_minutes).to(to.address))

    async def password_changed(self, event: Event, now: datetime) -> None:
        """Sends word that the password was changed. Raises MailError when sending later may help."""
        to = await self._recipient(event, now)
        if to is not None:
            await self._send(letters.password_changed(_language(to)).to(to.address))

    async def _recipient(self, event: Event, now: datetime) -> ResetLetter | None:
        return await reset_link(self._services, str(event.data["accountId"]), now)

    async def _send(self, mail: Mail) -> None:
        try:
            await self._sender.send(mail)
        except MailError as error:
            if error.temporary:
                raise
            log.warning("a mail will not be sent: %s", error)


def _language(to: ResetLetter) -> Literal["zh", "en"]:
    return "zh" if to.language == "zh" else "en"

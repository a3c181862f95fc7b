"""Senders of mail: the log for development, an SMTP server for everything else."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from settings import Settings, SettingsError

log = logging.getLogger(__name__)
_PORTS = {"smtp": 587, "smtps": 465}


class MailError(Exception):
    """A mail was not taken; `temporary` says whether sending it again later may help."""

    def __init__(self, message: str, *, temporary: bool) -> None:
        super().__init__(message)
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter: plain text to one address (ASCII). Raises ValueError where a header could be smuggled in."""

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        if not self.to.isprintable() or not self.subject.isprintable():
            raise ValueError("an address or subject holds a control character")
        if not _is_address(self.to):
            raise ValueError("not one mail address")

    def __repr__(self) -> str:
        return f"Mail(subject={self.subject!r})"


def _is_address(text: str) -> bool:
    name, _, domain = text.rpartition("@")
    if not name or not domain or not text.isascii() or any(character in text for character in ' ,;<>()[]:"\\'):
        return False
    try:
        Address(addr_spec=text)
    except Exception:  # the standard library raises several kinds of its parser's errors
        return False
    return True


class Sender(Protocol):
    """Whoever takes mail."""

    async def send(self, mail: Mail) -> None:
        """Hands the mail over; nothing is promised about its arrival. Raises MailError."""


class ConsoleSender:
    """Writes mail to the log, where a developer finds the link in it. For development only: links are secrets."""

    async def send(self, mail: Mail) -> None:
        """Logs the mail."""
        lines = [f"To: {mail.to}", f"Subject: {mail.subject}", "", *mail.text.splitlines()]
        for line in lines:
            log.warning("mail | %s", line)


class SmtpSender:
    """Sends by SMTP, one connection for each mail: mail is rare here, and a kept connection goes stale."""

    def __init__(self, url: str, *, sender: str, timeout_s: float, tls: ssl.SSLContext | None = None) -> None:
        """`smtps://user:password@host:port`, or `smtp://` for STARTTLS, which a user name makes mandatory.

        `tls` replaces the system's certificates. Raises ValueError for another URL or sender.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("expected smtp://host, smtps://host, with user:password@ and :port as needed")
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "") if self._username else None
        self._direct_tls = parts.scheme == "smtps"
        self._timeout_s = timeout_s
        self._tls = tls
        self._sender = _sender(sender)

    def __repr__(self) -> str:
        return f"SmtpSender({self._host}:{self._port})"

    async def send(self, mail: Mail) -> None:
        """Hands the mail to the server. Raises MailError."""
        import aiosmtplib  # only here: the commands and most processes never send

        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=self._host,
                port=self._port,
                username=self._username,
                password=self._password,
                use_tls=self._direct_tls,
                # None: where the server offers it. A password never travels without.
                start_tls=False if self._direct_tls else True if self._username else None,
                tls_context=self._tls,
                timeout=self._timeout_s,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [one.code for one in refused.recipients]
            raise MailError(f"the recipient was refused: {codes}", temporary=_temporary(codes)) from None
        except aiosmtplib.SMTPAuthenticationError as refused:
            # The operator's to mend, so the mail may still go.
            raise MailError(f"the mail server refuses our password: {refused.code}", temporary=True) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise MailError(f"the mail server answered {refused.code}", temporary=_temporary([refused.code])) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailError(f"the mail server cannot be reached: {type(error).__name__}", temporary=True) from error

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        message["From"] = self._sender
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=self._sender.domain or None)
        # Nobody's holiday notice shall answer.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


def _temporary(codes: list[int]) -> bool:
    return all(400 <= code < 500 for code in codes)


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    if not text.isprintable() or not _is_address(address):
        raise ValueError("expected a sender such as Zhongcao <no-reply@example.org>")
    return Address(display_name=name, addr_spec=address)


def sender_of(settings: Settings) -> Sender:
    """The sender that the settings name. Raises SettingsError."""
    if settings.mail_url is None:
        return ConsoleSender()
    try:
        return SmtpSender(
            settings.mail_url.get_secret_value(), sender=settings.mail_from, timeout_s=settings.mail_timeout_s
        )
    except ValueError as error:
        raise SettingsError(f"ZHONGCAO_MAIL_URL, ZHONGCAO_MAIL_FROM: {error}") from None

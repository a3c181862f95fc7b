"""Mail against a real SMTP server: what arrives, what is refused, what is never sent in the clear."""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from mail import ConsoleSender, Mail, MailError, SmtpSender, sender_of
from settings import Settings, SettingsError

FROM = "种草 <no-reply@zhongcao.example>"
MAIL = Mail("ayou@example.org", "重设你的种草密码", "你好，\n\nhttps://example.org/reset\n.\n完\n")


class Inbox:
    """Keeps what the server took; `answer` stands in for the reply to a recipient."""

    def __init__(self) -> None:
        self.taken: list[tuple[Envelope, bool]] = []
        self.answer = "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append((envelope, session.ssl is not None))
        return "250 OK"

    def message(self) -> EmailMessage:
        envelope, _ = self.taken[-1]
        return message_from_bytes(cast(bytes, envelope.content), policy=default)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate of 127.0.0.1, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def _served(inbox: Inbox, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def plain(inbox: Inbox) -> Iterator[int]:
    """The port of a server that offers no TLS."""
    yield from _served(inbox)


@pytest.fixture
def guarded(inbox: Inbox, certificate: Path) -> Iterator[int]:
    """The port of a server with STARTTLS that wants `ayou` and `geheim:@/`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ayou", b"geheim:@/")
        return AuthResult(success=good, handled=False)

    yield from _served(
        inbox,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=login,
        auth_require_tls=True,
    )


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_chinese_letter_arrives_whole(inbox: Inbox, plain: int) -> None:
    await SmtpSender(f"smtp://127.0.0.1:{plain}", sender=FROM, timeout_s=5).send(MAIL)
    envelope, _ = inbox.taken[0]
    assert envelope.mail_from == "no-reply@zhongcao.example"
    assert envelope.rcpt_tos == ["ayou@example.org"]
    assert cast(bytes, envelope.content).isascii(), "every server can carry it"
    message = inbox.message()
    assert message["Subject"] == "重设你的种草密码"
    assert message["From"].addresses[0].display_name == "种草"
    assert message["To"] == "ayou@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@zhongcao.example>")
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


async def test_starttls_and_a_password(inbox: Inbox, guarded: int, trusting: ssl.SSLContext) -> None:
    url = f"smtp://ayou:geheim%3A%40%2F@127.0.0.1:{guarded}"
    await SmtpSender(url, sender=FROM, timeout_s=5, tls=trusting).send(MAIL)
    assert [secure for _, secure in inbox.taken] == [True]


async def test_a_wrong_password_is_the_operator_s_to_mend(inbox: Inbox, guarded: int, trusting: ssl.SSLContext) -> None:
    sender = SmtpSender(f"smtp://ayou:falsch@127.0.0.1:{guarded}", sender=FROM, timeout_s=5, tls=trusting)
    with pytest.raises(MailError, match="refuses our password: 535") as error:
        await sender.send(MAIL)
    assert error.value.temporary
    assert "falsch" not in str(error.value)
    assert not inbox.taken


async def test_an_unknown_certificate_is_not_trusted(inbox: Inbox, guarded: int) -> None:
    sender = SmtpSender(f"smtp://ayou:geheim%3A%40%2F@127.0.0.1:{guarded}", sender=FROM, timeout_s=5)
    with pytest.raises(MailError) as error:
        await sender.send(MAIL)
    assert error.value.temporary
    assert not inbox.taken


async def test_a_password_never_travels_in_the_clear(inbox: Inbox, plain: int) -> None:
    sender = SmtpSender(f"smtp://ayou:geheim@127.0.0.1:{plain}", sender=FROM, timeout_s=5)
    with pytest.raises(MailError):
        await sender.send(MAIL)
    assert not inbox.taken


@pytest.mark.parametrize(
    ("answer", "temporary"), [("550 no such user", False), ("451 try again later", True), ("452 full", True)]
)
async def test_what_is_refused_for_now_and_for_good(inbox: Inbox, plain: int, answer: str, temporary: bool) -> None:
    inbox.answer = answer
    with pytest.raises(MailError, match=answer[:3]) as error:
        await SmtpSender(f"smtp://127.0.0.1:{plain}", sender=FROM, timeout_s=5).send(MAIL)
    assert error.value.temporary is temporary
    assert not inbox.taken


async def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(MailError, match="cannot be reached") as error:
            await SmtpSender(f"smtp://127.0.0.1:{port}", sender=FROM, timeout_s=5).send(MAIL)
    assert error.value.temporary


async def test_a_silent_server_is_left_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sender = SmtpSender(f"smtp://127.0.0.1:{silent.getsockname()[1]}", sender=FROM, timeout_s=0.2)
        with pytest.raises(MailError) as error:
            await sender.send(MAIL)
    assert error.value.temporary


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ayou",
        "@example.org",
        "ayou@",
        "ayou@example.org\nBcc: all@example.org",
        "ayou@example.org\r\n",
        "ayou@example.org, b@example.org",
        "Ayou <ayou@example.org>",
        "a b@example.org",
        "ayou@example..org",
        "阿优@example.org",
    ],
)
def test_no_other_address_is_taken(to: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Mail(to, "subject", "text")


@pytest.mark.parametrize("subject", ["a\nBcc: b@example.org", "a\r", "a\x00", "a\u2028b"])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        Mail("ayou@example.org", subject, "text")


def test_a_mail_s_repr_keeps_the_letter_private() -> None:
    assert repr(MAIL) == "Mail(subject='重设你的种草密码')"


async def test_without_a_server_the_log_has_the_letter(caplog: pytest.LogCaptureFixture) -> None:
    sender = sender_of(Settings(mail_url=None))
    assert isinstance(sender, ConsoleSender)
    with caplog.at_level(logging.WARNING, "mail"):
        await sender.send(MAIL)
    assert [record.getMessage() for record in caplog.records] == [
        "mail | To: ayou@example.org",
        "mail | Subject: 重设你的种草密码",
        "mail | ",
        "mail | 你好，",
        "mail | ",
        "mail | https://example.org/reset",
        "mail | .",
        "mail | 完",
    ]


def test_settings_name_the_server() -> None:
    sender = sender_of(Settings(mail_url=SecretStr("smtps://ayou:geheim@mail.example.org"), mail_from=FROM))
    assert repr(sender) == "SmtpSender(mail.example.org:465)"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("https://mail.example.org", FROM),
        ("smtp://", FROM),
        ("mail.example.org", FROM),
        ("smtp://mail.example.org:port", FROM),
        ("smtp://mail.example.org", "nobody"),
        ("smtp://mail.example.org", "a@example.org\nBcc: b@example.org"),
    ],
)
def test_settings_that_name_none(url: str, sender: str) -> None:
    with pytest.raises(SettingsError, match="ZHONGCAO_MAIL_URL"):
        sender_of(Settings(mail_url=SecretStr(url), mail_from=sender))

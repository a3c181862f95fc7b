"""Every letter says what it is about, in both languages."""

from __future__ import annotations

import pytest

from mail.letters import Language, password_changed, password_reset

LINK = "https://shop.example/reset?token=Abc-_123"


@pytest.mark.parametrize(
    ("language", "subject", "phrase"),
    [
        ("zh", "重设你的种草密码", "请在 30 分钟内打开下面的链接"),
        ("en", "Choose a new password for Zhongcao", "Within 30 minutes, open this link"),
    ],
)
def test_a_reset_names_its_link_and_time(language: Language, subject: str, phrase: str) -> None:
    letter = password_reset(language, LINK, 30)
    assert letter.subject == subject
    assert phrase in letter.text
    assert LINK in letter.text.splitlines(), "the link stands on a line of its own, so that readers can click it"
    mail = letter.to("a@example.org")
    assert (mail.to, mail.subject, mail.text) == ("a@example.org", subject, letter.text)


@pytest.mark.parametrize(
    ("language", "subject"), [("zh", "你的种草密码已更改"), ("en", "Your Zhongcao password was changed")]
)
def test_a_change_is_told(language: Language, subject: str) -> None:
    letter = password_changed(language)
    assert letter.subject == subject
    assert "http" not in letter.text, "a letter about a change never asks to follow a link"

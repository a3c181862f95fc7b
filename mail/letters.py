"""What the service's letters say, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mail.sending import Mail

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text."""

    subject: str
    text: str

    def to(self, address: str) -> Mail:
        """The letter as a mail to somebody."""
        return Mail(address, self.subject, self.text)


def password_reset(language: Language, link: str, minutes: int) -> Letter:
    """The link under which a new password can be chosen within so many minutes."""
    if language == "zh":
        return Letter(
            "重设你的种草密码",
            f"你好，\n\n我们收到了重设密码的请求。请在 {minutes} 分钟内打开下面的链接，设置新密码：\n\n{link}\n\n"
            "链接只能使用一次，请不要转发给任何人。\n如果不是你本人操作，忽略这封邮件即可，你的密码不会改变。\n\n种草\n",
        )
    return Letter(
        "Choose a new password for Zhongcao",
        f"Hello,\n\nsomebody asked for a new password for your account. Within {minutes} minutes, open this link to "
        f"choose one:\n\n{link}\n\n"
        "It works once; do not pass it on.\nIf this was not you, ignore this letter: your password stays as it is.\n\n"
        "Zhongcao\n",
    )


def password_changed(language: Language) -> Letter:
    """Word that the password was changed, for the case that its owner did not do it."""
    if language == "zh":
        return Letter(
            "你的种草密码已更改",
            "你好，\n\n你的密码刚刚被更改，所有设备都需要重新登录。\n"
            "如果不是你本人操作，请立即通过登录页的“忘记密码”重设密码，并检查邮箱是否安全。\n\n种草\n",
        )
    return Letter(
        "Your Zhongcao password was changed",
        "Hello,\n\nyour password was changed just now, and every device has to sign in again.\n"
        'If this was not you, choose a new one at once under "forgot password" on the sign-in page, and make sure that '
        "nobody else reads your mail.\n\nZhongcao\n",
    )

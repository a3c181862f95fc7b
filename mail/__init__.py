"""Mail to people: what a letter says, and who sends it."""

from mail.sending import ConsoleSender, Mail, MailError, Sender, SmtpSender, sender_of

__all__ = ["ConsoleSender", "Mail", "MailError", "Sender", "SmtpSender", "sender_of"]

"""Private values as the graph holds them: sealed, so that a reader of the graph sees none, and found by fingerprint."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet

from graph.secret import derive


class Sealer:
    """Seals short texts with authenticated encryption (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(derive(secret, "seal")))
        self._index = derive(secret, "fingerprint")

    def seal(self, text: str) -> str:
        """The sealed form of the text, another one each time."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises InvalidToken for what this secret has not sealed."""
        return self._fernet.decrypt(sealed.encode()).decode()

    def fingerprint(self, text: str) -> str:
        """The same for the same text, and nothing to guess the text from without the secret: for look-ups."""
        return hmac.new(self._index, text.encode(), sha256).hexdigest()

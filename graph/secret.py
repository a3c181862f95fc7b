"""The service's one secret, from which the keys for tokens and sealed values are derived.

Lose it, and every session ends, and sealed e-mail addresses and passwords can no longer be opened.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FILE = "secret.key"
_BYTES = 32


def load_secret(given: str, data_dir: Path) -> bytes:
    """The secret that the setting gives, else that of `data_dir/secret.key`, which is made when missing.

    Several processes may ask at once: all get the same. Raises ValueError for a setting that is too short.
    """
    if given:
        if len(given) < _BYTES:
            raise ValueError(f"at least {_BYTES} characters, such as `openssl rand -hex 32` prints")
        return given.encode()
    path = data_dir / FILE
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(whole, path)
    except FileExistsError:
        pass  # another process was first; its secret is as good
    finally:
        whole.unlink()


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose. Source: RFC 5869 (HKDF)."""
    return HKDF(SHA256(), length=_BYTES, salt=None, info=f"zhongcao/{purpose}".encode()).derive(secret)

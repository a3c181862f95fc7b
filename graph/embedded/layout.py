"""The data directory: what lies where, and files that only the user may read."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from graph.embedded.errors import PasswordLost


@dataclass(frozen=True, slots=True)
class DataDir:
    """The parts of one data directory."""

    root: Path

    @property
    def conf(self) -> Path:
        """Settings and the password."""
        return self.root / "conf"

    @property
    def data(self) -> Path:
        """The store."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """The server's logs."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What describes the running server."""
        return self.root / "run"

    @property
    def plugins(self) -> Path:
        """Plugin jars."""
        return self.root / "plugins"

    @property
    def imports(self) -> Path:
        """Files for the bulk importer."""
        return self.root / "import"

    @property
    def password_file(self) -> Path:
        """The generated password, mode 0600."""
        return self.conf / "password"

    @property
    def server_log(self) -> Path:
        """What Neo4j says."""
        return self.logs / "neo4j.log"

    @property
    def console_log(self) -> Path:
        """What the Java process prints, such as the reason why it could not begin."""
        return self.logs / "console.log"

    def create(self) -> None:
        """Makes the directory and its parts, closed to others."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        for part in (self.conf, self.data, self.logs, self.run, self.plugins, self.imports):
            part.mkdir(exist_ok=True, mode=0o700)

    @property
    def was_started(self) -> bool:
        """Whether a server has already set up its system database here (and so fixed the password)."""
        return (self.data / "databases" / "system").is_dir()

    def password(self) -> str:
        """The password; PasswordLost when its file is missing or empty."""
        try:
            password = self.password_file.read_text("utf-8").strip()
        except FileNotFoundError:
            password = ""
        if not password:
            raise PasswordLost(self.password_file)
        return password

    def ensure_password(self) -> str:
        """The password, generated before the first start; PasswordLost when it is missing later."""
        try:
            return self.password()
        except PasswordLost:
            if self.was_started:
                raise
        password = secrets.token_hex(24)
        write_private(self.password_file, password + "\n")
        return password


def write_private(file: Path, text: str) -> None:
    """Writes a file at once and whole, readable by the user alone."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(text)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise

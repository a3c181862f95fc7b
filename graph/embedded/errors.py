"""What can go wrong with the embedded server: one small tree, each error with a stable code and advice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar


class EmbeddedError(Exception):
    """Root of everything this package raises on purpose; `code` is stable, the text is for people."""

    code: ClassVar[str] = "EMBEDDED"


class ArtifactError(EmbeddedError):
    """The jars from Maven Central could not be had."""

    code = "ARTIFACT"


class ArtifactCorrupt(ArtifactError):
    """A file came twice with the wrong size or hash; it was not kept."""

    code = "ARTIFACT_CORRUPT"

    def __init__(self, artifact: str, *, expected: str, found: str, url: str) -> None:
        self.artifact, self.expected, self.found, self.url = artifact, expected, found, url
        super().__init__(
            f"{artifact} came damaged twice from {url}: expected {expected}, found {found}. "
            "Nothing of it was kept. Try again later, or name another mirror in ZHONGCAO_MAVEN_MIRROR."
        )


class ArtifactsUnavailable(ArtifactError):
    """The cache is incomplete and the repository could not supply what is missing."""

    code = "ARTIFACTS_UNAVAILABLE"

    def __init__(self, missing: Sequence[str], *, total: int, base_url: str, reason: str) -> None:
        self.missing, self.base_url, self.reason = tuple(missing), base_url, reason
        shown = ", ".join(self.missing[:3]) + (", …" if len(self.missing) > 3 else "")
        super().__init__(
            f"{len(self.missing)} of {total} files are not in the cache ({shown}) and {base_url} did not supply "
            f"them: {reason}. Connect to the network and start again (what is already here is kept), or name "
            "a mirror of Maven Central: ZHONGCAO_MAVEN_MIRROR=https://mirror.example/maven2"
        )


class JavaNotFound(EmbeddedError):
    """No Java 21 or newer in JAVA_HOME, and no runtime package either."""

    code = "JAVA_NOT_FOUND"


class BadConfig(EmbeddedError):
    """The embedded server's configuration contradicts itself or the machine; the text names the field."""

    code = "BAD_CONFIG"


class DataDirHeld(EmbeddedError):
    """Another living process uses the data directory."""

    code = "DATA_DIR_HELD"

    def __init__(self, data_dir: Path, *, pid: int | None, command: str, since: str) -> None:
        self.data_dir, self.pid, self.command, self.since = data_dir, pid, command, since
        who = "another process" if pid is None else f"process {pid} ({command}), since {since}"
        super().__init__(f"{data_dir} is in use by {who}. Stop it first, or choose another data directory.")


class PortTaken(EmbeddedError):
    """The Bolt port that was asked for is in use."""

    code = "PORT_TAKEN"

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Port {port} on 127.0.0.1 is already in use. Free it, choose another, or leave the port unset."
        )


class PasswordLost(EmbeddedError):
    """The database was set up before, and its password file is gone."""

    code = "PASSWORD_LOST"

    def __init__(self, password_file: Path) -> None:
        super().__init__(
            f"The database has a password, but {password_file} is missing or empty. Put the file back, or move "
            "the data directory away and start afresh (a dump taken before can be loaded)."
        )


class StartFailed(EmbeddedError):
    """The server ended before it answered; `cause` is what its log says."""

    code = "START_FAILED"

    def __init__(self, cause: str, *, advice: str, log: Path) -> None:
        self.cause, self.advice, self.log = cause, advice, log
        super().__init__(f"Neo4j did not start: {cause}. {advice} Full log: {log}")


class StartTimeout(StartFailed):
    """The server was alive but did not answer in time; it was stopped."""

    code = "START_TIMEOUT"


class NotRunning(EmbeddedError):
    """The operation needs a running server, and there is none on this data directory."""

    code = "NOT_RUNNING"


class AdminFailed(EmbeddedError):
    """An administration command ended with an error; `output` is all that it printed."""

    code = "ADMIN_FAILED"

    def __init__(self, command: str, *, exit_code: int, output: str) -> None:
        self.command, self.exit_code, self.output = command, exit_code, output
        last = "\n".join(output.strip().splitlines()[-8:])
        super().__init__(f"`{command}` ended with {exit_code}:\n{last}")

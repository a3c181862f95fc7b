"""A real Neo4j Community server as a child process: fetched, started, watched over and stopped by this package."""

from graph.embedded.admin import bulk_import, dump, load, run_admin
from graph.embedded.config import EmbeddedConfig
from graph.embedded.detached import ServerStatus, ShellInfo, shell_info, start_detached, status, stop
from graph.embedded.errors import (
    AdminFailed,
    ArtifactCorrupt,
    ArtifactError,
    ArtifactsUnavailable,
    BadConfig,
    DataDirHeld,
    EmbeddedError,
    JavaNotFound,
    NotRunning,
    PasswordLost,
    PortTaken,
    StartFailed,
    StartTimeout,
)
from graph.embedded.lock import NEO4J_VERSION
from graph.embedded.progress import Progress, Silent
from graph.embedded.replacement import replacing
from graph.embedded.server import EmbeddedServer, OnState, State, embedded

__all__ = [
    "NEO4J_VERSION",
    "AdminFailed",
    "ArtifactCorrupt",
    "ArtifactError",
    "ArtifactsUnavailable",
    "BadConfig",
    "DataDirHeld",
    "EmbeddedConfig",
    "EmbeddedError",
    "EmbeddedServer",
    "JavaNotFound",
    "NotRunning",
    "OnState",
    "PasswordLost",
    "PortTaken",
    "Progress",
    "ServerStatus",
    "ShellInfo",
    "Silent",
    "StartFailed",
    "StartTimeout",
    "State",
    "bulk_import",
    "dump",
    "embedded",
    "load",
    "replacing",
    "run_admin",
    "shell_info",
    "start_detached",
    "status",
    "stop",
]

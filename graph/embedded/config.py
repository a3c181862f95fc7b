"""What the embedded server may be told, and the two files it reads: neo4j.conf and the JVM's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.embedded.errors import BadConfig
from graph.embedded.java import Java
from graph.embedded.layout import DataDir, write_private

HOST = "127.0.0.1"
USERNAME = "neo4j"

# Governs procedures and functions of plugins only: built-in ones answer whatever stands here (measured).
_PROCEDURES = (
    "db.*", "dbms.components", "dbms.info", "dbms.list*", "dbms.killConnection*", "dbms.queryJmx", "tx.*",
    "vector.*",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EmbeddedConfig:
    """The embedded server's settings; the defaults suit a small machine (2 cores, 4 GiB)."""

    data_dir: Path
    """Folder of the database, its log and its password; made private to the user."""
    cache_dir: Path | None = None
    """Folder of fetched jars; None: the user's cache folder."""
    port: int | None = None
    """Bolt port on 127.0.0.1; None: the one used last if free, else a free one."""
    heap_initial_mib: int = 512
    """Java heap at start, in MiB."""
    heap_max_mib: int = 1024
    """Java heap at most, in MiB."""
    page_cache_mib: int = 512
    """Memory for the store's pages, in MiB; best a little larger than the store."""
    transaction_timeout_s: float = 60
    """Time after which a transaction that named no timeout of its own is ended, in seconds."""
    transaction_memory_mib: int = 256
    """Memory that one transaction may take, in MiB."""
    transactions_memory_mib: int = 512
    """Memory that all transactions together may take, in MiB."""
    query_cache_entries: int = 2000
    """Plans kept, some 70 kB of heap each (measured); every canonical statement should find its place."""
    procedures: tuple[str, ...] = _PROCEDURES
    """Plugin procedures and functions that may be called (names or globs)."""
    plugins_dir: Path | None = None
    """Folder of plugin jars; None: `plugins/` in the data directory."""
    extra_classpath: tuple[Path, ...] = ()
    """Jars put behind the server's own."""
    extra_jvm_options: tuple[str, ...] = ()
    """Further options of the Java virtual machine."""
    extra_settings: tuple[tuple[str, str], ...] = ()
    """Further neo4j.conf settings; they may not repeat one that is set here."""
    start_timeout_s: float = 120
    """Time within which the server must answer, in seconds."""
    stop_timeout_s: float = 20
    """Time between asking the server to stop and ending it, in seconds."""
    restart_limit: int = 5
    """Restarts of a server that died, within `restart_window_s`, before giving up."""
    restart_window_s: float = 600
    """Time after which a restart no longer counts against the limit, in seconds."""
    restart_backoff_s: float = 0.5
    """Pause before the first restart, in seconds; doubles with each further one."""
    train_startup_cache: bool = True
    """Prepare faster starts in the background, once per version, while the server runs (about 30 s of one core)."""
    mirror: str | None = None
    """Base URL of a mirror of Maven Central; None: the environment variable, else Maven Central."""

    def __post_init__(self) -> None:
        """Refuses what the server would refuse later, with the field's name."""
        if self.port is not None and not 1 <= self.port <= 65535:
            raise BadConfig(f"port must be 1 to 65535, not {self.port}")
        if not 128 <= self.heap_initial_mib <= self.heap_max_mib:
            raise BadConfig("heap_initial_mib must be at least 128 and at most heap_max_mib")
        if self.page_cache_mib < 8:
            raise BadConfig("page_cache_mib must be at least 8")
        if not 1 <= self.transaction_memory_mib <= self.transactions_memory_mib:
            raise BadConfig("transaction_memory_mib must be at least 1 and at most transactions_memory_mib")

    def layout(self) -> DataDir:
        """The data directory's parts."""
        return DataDir(self.data_dir.absolute())


def write_settings(config: EmbeddedConfig, port: int) -> None:
    """Writes neo4j.conf for this start; it is wholly ours, so edits by hand do not last."""
    layout = config.layout()
    fixed = _settings(config, port)
    repeated = [name for name, _ in config.extra_settings if name in fixed]
    if repeated:
        raise BadConfig(f"extra_settings repeats {', '.join(repeated)}, which the service sets itself")
    lines = ["# Written anew at every start."]
    lines += [f"{name}={value}" for name, value in (*fixed.items(), *config.extra_settings)]
    write_private(layout.conf / "neo4j.conf", "\n".join(lines) + "\n")


def _settings(config: EmbeddedConfig, port: int) -> dict[str, str]:
    plugins = config.plugins_dir or config.layout().plugins
    return {
        # A misspelt or dropped setting must fail the start, not be passed over: some of these guard the machine.
        "server.config.strict_validation.enabled": "true",
        "server.default_listen_address": HOST,
        "server.default_advertised_address": HOST,
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.bolt.advertised_address": f"{HOST}:{port}",
        # Without it the driver arms a timer for every read; a local server that died closes its connections itself.
        "server.bolt.connection_keep_alive_for_requests": "OFF",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.directories.plugins": str(plugins.absolute()),
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        # By default LOAD CSV reads any file and any URL, even in a read transaction.
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        "dbms.security.procedures.allowlist": ",".join(config.procedures),
        "dbms.security.procedures.unrestricted": "",
        "server.memory.pagecache.size": f"{config.page_cache_mib}m",
        "db.memory.transaction.max": f"{config.transaction_memory_mib}m",
        "dbms.memory.transaction.total.max": f"{config.transactions_memory_mib}m",
        "db.transaction.timeout": f"{round(config.transaction_timeout_s * 1000)}ms",
        "server.memory.query_cache.per_db_cache_num_entries": str(config.query_cache_entries),
        # The defaults (5 s each) make a stop take 11 s.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "500ms",
        "internal.server.bolt.connection_shutdown_wait_time": "500ms",
        "db.tx_log.rotation.retention_policy": "2 days 1G",
        # Else an empty database takes 512 MiB of disk.
        "db.tx_log.preallocate": "false",
        "db.logs.query.enabled": "OFF",
        "dbms.logs.http.enabled": "false",
    }


def jvm_options(java: Java, *, heap_initial_mib: int, heap_max_mib: int) -> list[str]:
    """The options that every Neo4j process gets, as the server's own start script would give them."""
    options = [f"-Xms{heap_initial_mib}m", f"-Xmx{heap_max_mib}m", "-XX:+UseG1GC", "-XX:-OmitStackTraceInFastThrow"]
    # A server out of memory limps on with threads missing; ended, the supervisor brings it back whole.
    options += ["-XX:+ExitOnOutOfMemoryError", "-XX:+DisableExplicitGC", "-XX:+IgnoreUnrecognizedVMOptions"]
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent"):
        options.append(f"--add-opens=java.base/{package}=ALL-UNNAMED")
    options += ["--enable-native-access=ALL-UNNAMED", "-Djdk.nio.maxCachedBufferSize=1024"]
    options += ["-Dio.netty.tryReflectionSetAccessible=true", "-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8"]
    if java.major >= 23:
        options.append("--sun-misc-unsafe-memory-access=allow")
    if java.has_vector:
        options.append("--add-modules=jdk.incubator.vector")
    return options


def write_arguments(file: Path, arguments: Sequence[str]) -> None:
    """Writes a Java argument file: it keeps 25 kB of class path out of every process list."""
    quoted = ('"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"' for argument in arguments)
    write_private(file, "\n".join(quoted) + "\n")


def classpath(jars: Sequence[Path]) -> list[str]:
    """The two arguments that name the class path."""
    return ["-cp", ":".join(str(jar) for jar in jars)]

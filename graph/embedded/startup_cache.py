"""Faster starts: an ahead-of-time cache of the server's classes, made once per version in the background.

Java 25 keeps loaded and linked classes, with profiles of what ran, in a file (JEP 483, 514, 515); with it the
server answers in half the time, and its first statements are planned sooner. The cache comes of a training run: a
second server on an empty scratch database, at the lowest priority, which writes the file as it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import neo4j
import psutil
from neo4j.exceptions import DriverError, Neo4jError

from graph.embedded.artifacts import default_cache_dir
from graph.embedded.config import USERNAME, EmbeddedConfig
from graph.embedded.errors import EmbeddedError
from graph.embedded.java import Java
from graph.embedded.lock import digest
from graph.embedded.process import Child, end_process

_LOG = logging.getLogger(__name__)
_OLDEST_MAJOR = 25
_KEPT = 2  # caches of other Java runtimes or versions that stay, 100 MB each
_ASSEMBLY_TIMEOUT_S = 240

Begin = Callable[[EmbeddedConfig, list[str], threading.Event], tuple[Child, str]]
"""Starts a scratch server with extra JVM options: the server, answering, and its address. The event kills it."""

# What a first minute of service does: schema, writes, aggregates, nested projections, full-text and vector search.
_TRAINING = (
    "CREATE CONSTRAINT t_id IF NOT EXISTS FOR (n:T) REQUIRE n.id IS UNIQUE",
    "CREATE FULLTEXT INDEX t_text IF NOT EXISTS FOR (n:T) ON EACH [n.name] OPTIONS "
    "{indexConfig: {`fulltext.analyzer`: 'cjk'}}",
    "CREATE VECTOR INDEX t_vector IF NOT EXISTS FOR (n:T) ON n.vector OPTIONS "
    "{indexConfig: {`vector.dimensions`: 4, `vector.similarity_function`: 'cosine'}}",
    "CALL db.awaitIndexes(60)",
    "UNWIND range(1, 200) AS i MERGE (n:T {id: 't' + i}) ON CREATE SET n.name = '种草 note ' + i, "
    "n.at = datetime() WITH n, i CALL db.create.setNodeVectorProperty(n, 'vector', [1.0, i, 2.0, 3.0])",
    "UNWIND range(1, 199) AS i MATCH (a:T {id: 't' + i}) MATCH (b:T {id: 't' + (i + 1)}) "
    "MERGE (a)-[r:R]->(b) ON CREATE SET r.at = datetime()",
    "MATCH (a:T {id: 't5'}) RETURN a {.id, .name, at: toString(a.at), to: COLLECT { MATCH (a)-[r:R]->(b:T) "
    "WHERE b.id > '' WITH b, r ORDER BY r.at DESC, b.id LIMIT 10 RETURN b {.id, degree: COUNT { (b)-[:R]->() }, "
    "next: COLLECT { MATCH (b)-[:R]->(c) RETURN c.id LIMIT 5 }} }, from: head(COLLECT { MATCH (a)<-[:R]-(d) "
    "RETURN d {.id} LIMIT 1 })} AS node",
    "CALL db.index.fulltext.queryNodes('t_text', 'note') YIELD node, score RETURN node.id, score LIMIT 5",
    "CALL db.index.vector.queryNodes('t_vector', 5, [1.0, 2.0, 3.0, 4.0]) YIELD node, score RETURN node.id, score",
    "MATCH (n:T) WHERE n.name STARTS WITH '种' RETURN count(n), avg(size(n.name)), collect(n.id)[..3]",
    "MATCH (n:T {id: 't1'}) SET n.lockedAt = datetime() WITH n WHERE n.name IS NOT NULL SET n.seen = 1 RETURN n.seen",
    "SHOW INDEXES YIELD name, state RETURN count(*)",
    "MATCH (n:T) DETACH DELETE n",
)


def options(config: EmbeddedConfig, java: Java) -> list[str]:
    """The JVM options that use the cache; none while there is no cache, or on an older Java."""
    file = cache_file(config, java)
    if file is None or not file.exists():
        return []
    os.utime(file)
    # Without a matching cache Java starts as usual; it need not say so on the console.
    return [f"-XX:AOTCache={file}", "-Xlog:aot*=off", "-Xlog:cds*=off"]


def needs_training(config: EmbeddedConfig, java: Java) -> bool:
    """Whether this machine's cache could be made and is not there."""
    file = cache_file(config, java)
    return config.train_startup_cache and file is not None and not file.exists()


def cache_file(config: EmbeddedConfig, java: Java) -> Path | None:
    """Where the cache for these jars and this Java lies; None: this Java cannot make one."""
    if java.major < _OLDEST_MAJOR:
        return None
    try:
        modules = (java.executable.resolve().parents[1] / "lib" / "modules").stat()
    except OSError:
        return None
    # Java refuses a cache of other jars or of another run-time image; so a name of its own for each.
    identity = (digest("server"), java.version, modules.st_size, modules.st_mtime_ns, java.has_vector)
    name = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    return (config.cache_dir or default_cache_dir()) / "startup" / f"{name}.aot"


def train(config: EmbeddedConfig, java: Java, begin: Begin, cancelled: threading.Event) -> None:
    """Makes the cache by a training run; does nothing when another process is at it. Never raises: it is optional.

    When `cancelled` is set, it ends within a few seconds.
    """
    file = cache_file(config, java)
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with (file.parent / "training.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in file.parent.glob("training-*/"):  # by an app that was killed while it trained
                shutil.rmtree(left, ignore_errors=True)
            _train(config, file, begin, cancelled)
            _remove_old(file)
        except BlockingIOError:
            return
        except (EmbeddedError, OSError, Neo4jError, DriverError, psutil.Error) as error:
            if not cancelled.is_set():
                _LOG.warning("Faster starts could not be prepared: %s", error)


def _train(config: EmbeddedConfig, file: Path, begin: Begin, cancelled: threading.Event) -> None:
    with tempfile.TemporaryDirectory(prefix="training-", dir=file.parent, ignore_cleanup_errors=True) as folder:
        scratch = replace(
            config, data_dir=Path(folder, "data"), port=None, heap_initial_mib=128, heap_max_mib=512,
            page_cache_mib=16, plugins_dir=None, extra_classpath=(), extra_settings=(),
            extra_jvm_options=(),
            # Nothing of it is worth an orderly end, except the one that writes the cache.
            train_startup_cache=False, stop_timeout_s=0,
        )  # fmt: skip
        part = Path(folder, "cache.aot")
        child, uri = begin(scratch, [f"-XX:AOTCacheOutput={part}"], cancelled)
        try:
            _exercise(uri, scratch.layout().password(), cancelled)
            end_process(child.server, _ASSEMBLY_TIMEOUT_S)
        finally:
            child.stop()
        if part.exists() and not cancelled.is_set():
            part.replace(file)
            _LOG.info("Prepared faster starts for the next time (%d MB)", file.stat().st_size // 1_000_000)


def _exercise(uri: str, password: str, cancelled: threading.Event) -> None:
    # A cancelled training kills the server: asking it again would only hold up whoever waits for the end.
    opened = neo4j.GraphDatabase.driver(
        uri, auth=(USERNAME, password), notifications_min_severity="OFF", max_transaction_retry_time=0
    )
    with opened as driver:
        for _ in range(3):
            for statement in _TRAINING:
                if cancelled.is_set():
                    return
                driver.execute_query(statement)


def _remove_old(kept: Path) -> None:
    """Removes the caches that were not used for longest."""
    others = [file for file in kept.parent.glob("*.aot") if file != kept]
    with suppress(OSError):
        for file in sorted(others, key=lambda file: file.stat().st_mtime, reverse=True)[_KEPT:]:
            file.unlink()

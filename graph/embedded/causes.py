"""Why a server did not start, read from what it wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.embedded.layout import DataDir

_TAIL_BYTES = 256 * 1024

# The first match wins; the order is from the most to the least telling.
_KNOWN = (
    (r"FileLockException|store_lock|Store and its lock file has been locked",
     "another process holds the store", "Stop the other Neo4j that uses this data directory."),
    (r"Address already in use|PortBindException|Failed to bind",
     "the port is taken", "Free the port, choose another, or leave it unset."),
    (r"Could not reserve enough space|Cannot allocate memory|insufficient memory|Failed to (?:commit|map) .*memory",
     "the machine has too little free memory", "Lower the heap and page cache sizes, or free memory."),
    (r"OutOfMemoryError|Java heap space",
     "the server ran out of memory", "Raise the heap size."),
    (r"No space left on device|DiskQuotaExceeded",
     "the disk is full", "Free some space and start again."),
    (r"Unrecognized setting|Error evaluating value for setting|Cannot set both|strict configuration validation"
     r"|Failed to read config|declared multiple times",
     "a setting was refused", "Correct it (see extra_settings)."),
    (r"StoreUpgradeException|unsupported store|UnknownFormat|incompatible store|newer version"
     r"|store.*not.*supported",
     "the store was written by another version of Neo4j", "Use that version, or load a dump of it."),
    (r"Failed to read current store version|legacy metadata store|corrupt"
     r"|inconsistent store|UnderlyingStorageException|Unable to read store|NotCurrentStoreVersion"
     r"|MetadataMismatch|TransactionFailure.*recover|IOException|StoreFailure|not a valid",
     "the store is damaged", "Restore a dump, or move the data directory away and import again."),
    (r"AccessDeniedException|Permission denied",
     "a file in the data directory may not be read or written", "Correct its owner and rights."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """What went wrong, the log's own words included, and what to do about it."""

    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class LogMark:
    """Where the logs ended before a start, so that old trouble is not blamed."""

    sizes: dict[Path, int]

    @classmethod
    def now(cls, layout: DataDir) -> LogMark:
        """The present ends of the logs."""
        debug_log = layout.logs / "debug.log"
        # The console's log begins anew with every process.
        return cls({layout.console_log: 0, layout.server_log: _size(layout.server_log), debug_log: _size(debug_log)})

    def has_failed_database(self) -> bool:
        """Whether a database did not start; the server tries again for two minutes, or serves without it."""
        return any("Failed to start DatabaseId{" in _since(file, size) for file, size in self.sizes.items())

    def cause(self) -> Cause:
        """The reason found in what was written since; the most specific words of it are quoted."""
        return cause_in([_since(file, size) for file, size in self.sizes.items()])


def cause_in(texts: Sequence[str]) -> Cause:
    """The reason found in what a process wrote."""
    for pattern, meaning, advice in _KNOWN:
        for text in texts:
            line = _matching_line(pattern, text)
            if line:
                return Cause(f"{meaning} ({line})", advice)
    for text in texts:
        if line := _last_complaint(text):
            return Cause(line, "")
    return Cause("it ended without a word in its logs", "It may have been killed, for instance for memory.")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _since(file: Path, mark: int) -> str:
    """The trouble added after `mark`; a file that is shorter now was rotated, and is all new."""
    size = _size(file)
    begin = max(mark if mark <= size else 0, size - _TAIL_BYTES)
    try:
        with file.open("rb") as log:
            log.seek(begin)
            text = log.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(map(_plain, text.splitlines()))


def _plain(line: str) -> str:
    """A line of a log as text: the debug log is JSON, of which only warnings and errors tell of trouble."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if entry.get("level") not in ("WARN", "ERROR"):
        return ""
    return f"{entry['level']} {entry.get('message', '')}\n{entry.get('stacktrace', '')}"


def _matching_line(pattern: str, text: str) -> str:
    """The last line of trouble that matches, cut to a readable length; empty when there is none."""
    lines = [line for line in text.splitlines() if re.search(pattern, line, re.IGNORECASE)]
    lines = [line for line in lines if " INFO " not in line]
    return _clean(lines[-1]) if lines else ""


def _last_complaint(text: str) -> str:
    lines = [line for line in text.splitlines() if re.search(r"ERROR|Exception|^Error|Caused by", line)]
    return _clean(lines[-1]) if lines else ""


def _clean(line: str) -> str:
    line = re.sub(r"^\s*\d{4}-\d\d-\d\d \S+\s+", "", line.strip())
    return line if len(line) <= 300 else line[:299] + "…"

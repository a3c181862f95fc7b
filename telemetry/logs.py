"""Logs on standard error: one JSON object a line, or text for people at a terminal.

Nothing that a caller keeps secret is logged: no token, password, variable or body. Libraries are heard from
`warning` on only, because some print what they send when asked for more.
"""

from __future__ import annotations

import logging
import logging.config
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.orjson import OrjsonFormatter

from telemetry.context import asked

LogFormat = Literal["auto", "json", "text"]
LogLevel = Literal["debug", "info", "warning", "error"]
# Every package of the service, and the module that begins it.
ROOMS = ("app", *sorted(path.parent.name for path in Path(__file__).parents[1].glob("*/__init__.py")))


class JsonFormatter(OrjsonFormatter):
    """One JSON object: time, level, logger, message, the request it belongs to, and what the record adds."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fills the object, in the order that people read it."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC)
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = record.message
        log_data |= _request()
        log_data |= _added(record)
        log_data |= message_dict


class TextFormatter(logging.Formatter):
    """One line: time, level, logger, message, then `name=value` of what the JSON form has beside them."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """The line, in which nothing that a caller chose can begin another one."""
        told = {**_request(), **_added(record)}
        line = super().formatMessage(record) + "".join(f" {name}={value}" for name, value in told.items())
        return line if line.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def _request() -> dict[str, Any]:
    current = asked.get()
    if current is None:
        return {}
    found: dict[str, Any] = {"request_id": current.request_id}
    if current.operation is not None:
        found["operation"] = current.operation
    if current.viewer is not None:
        found["viewer"] = current.viewer
    if current.trace_id is not None:
        found["trace_id"] = current.trace_id
    return found


_RESERVED = frozenset(RESERVED_ATTRS)


def _added(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _RESERVED}


def config(log_format: LogFormat = "auto", log_level: LogLevel = "info") -> dict[str, Any]:
    """The settings of Python's logging, as `logging.config.dictConfig` and uvicorn take them.

    `auto` is text where standard error is a terminal, else JSON.
    """
    chosen = ("text" if sys.stderr.isatty() else "json") if log_format == "auto" else log_format
    formatter = {"text": TextFormatter, "json": JsonFormatter}[chosen]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"default": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "default"}},
        "root": {"level": "ERROR" if log_level == "error" else "WARNING", "handlers": ["stderr"]},
        "loggers": {room: {"level": log_level.upper()} for room in ROOMS},
    }


def configure(log_format: LogFormat = "auto", log_level: LogLevel = "info") -> None:
    """Sets up the logs of this process; a second call replaces the first."""
    logging.config.dictConfig(config(log_format, log_level))

"""The request under way, as logs, metrics and traces name it."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass

import uuid_utils

_REQUEST_ID = re.compile(rb"[\w.-]{8,64}", re.ASCII)


@dataclass(slots=True)
class Asked:
    """What is known of a request so far; who learns more while answering it writes it here.

    `operation` is the caller's own word, so it may stand in logs and spans, but never in a metric's label.
    `viewer` is the id of a signed-in person, `trace_id` is set while the request is traced.
    """

    request_id: str
    operation: str | None = None
    viewer: str | None = None
    trace_id: str | None = None


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def request_id_of(given: bytes | None) -> str:
    """The caller's own id when it is harmless in a log, else a new one."""
    return given.decode() if given and _REQUEST_ID.fullmatch(given) else uuid_utils.uuid7().hex


def request_id() -> str:
    """The id of the request under way; a new one outside of any."""
    current = asked.get()
    return current.request_id if current else request_id_of(None)


def learned(*, operation: str | None = None, viewer: str | None = None) -> None:
    """Adds to what is known of the request under way, if there is one."""
    current = asked.get()
    if current is None:
        return
    if operation is not None:
        current.operation = operation
    if viewer is not None:
        current.viewer = viewer

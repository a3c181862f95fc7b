"""The page of settings."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docs.pages import table
from settings import Settings, variable_of

# Each group by its first setting; settings stand in the order of their declaration.
_GROUPS = {
    "host": "Service",
    "neo4j_uri": "Database",
    "demo": "Demo community",
    "secret_key": "Accounts",
    "worker": "Events and subscriptions",
    "log_format": "Logs, metrics, traces, readiness",
    "mail_url": "Mail",
    "media_store": "Media",
    "payment_gateway": "Orders",
    "heat_interval_minutes": "Popularity",
    "console": "Console",
    "rate_limit_storage": "Rate limits",
    "cors_origins": "API and its limits",
}
_DATA_DIR = "the user's data folder, on Linux `~/.local/share/zhongcao`"
_PROSE = (Path(__file__).parent / "settings.md").read_text(encoding="utf-8")


def settings() -> str:
    """The page's text."""
    lines: list[str] = []
    rows: list[tuple[str, str, str, str]] = []
    for name, field in reversed(Settings.model_fields.items()):
        rows.insert(0, (f"`{variable_of(name)}`", _default(name, field), _accepted(field), field.description or ""))
        if name in _GROUPS:
            lines[:0] = [
                f"## {_GROUPS[name]}",
                "",
                *table(("variable", "default", "accepted", "meaning"), rows),
            ]
            rows = []
    assert not rows, "the first setting begins a group"
    return _PROSE.replace("<<settings>>\n", "\n".join(lines) + "\n")


def _default(name: str, field: FieldInfo) -> str:
    if name == "data_dir":
        return _DATA_DIR
    value = field.get_default()
    if isinstance(value, SecretStr) and value.get_secret_value():
        return f"`{value.get_secret_value()}`"
    if value is None or value == () or isinstance(value, SecretStr):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _accepted(field: FieldInfo) -> str:
    limits = [f"at least {one.ge:,}" for one in field.metadata if isinstance(one, Ge)]
    limits += [f"above {one.gt:,}" for one in field.metadata if isinstance(one, Gt)]
    limits += [f"at most {one.le:,}" for one in field.metadata if isinstance(one, Le)]
    return ", ".join([_word(field), *limits])


def _word(field: FieldInfo) -> str:
    kinds = [field.annotation, *get_args(field.annotation)]
    words = {bool: "boolean", int: "integer", float: "number", Path: "path", tuple: "JSON list of text"}
    if field.annotation is not None and str(field.annotation).startswith("tuple"):
        return words[tuple]
    return next((word for kind, word in words.items() if kind in kinds), "text")

"""Commands that are imported when they are called: each needs little of what all of them need together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

Command = Any  # typer's own copy of click has no public name


class _Found(Mapping[str, Command]):
    """Commands by name, each made of what its place (`module:attribute`) names when it is asked for."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Command:
        module, _, attribute = self._places[name].partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            return get_group(found)
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command(name)(found)
        return get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def on_demand(places: Mapping[str, str]) -> type[TyperGroup]:
    """The class of a group with these commands: functions, or groups of their own, by `module:attribute`."""

    class OnDemand(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = _Found(places)  # type: ignore[assignment]  # it is only read

        def list_commands(self, ctx: Any) -> list[str]:
            return list(self.commands)

    return OnDemand

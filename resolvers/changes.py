"""What an input changes of a thing: what was left out stays, null empties what may be empty."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from graph.errors import Invalid


def changes(given: Any, *but: str, may_be_empty: Collection[str] = ()) -> tuple[dict[str, Any], frozenset[str]]:
    """The new values by field, without the fields `but`, and the names of those to empty. Raises Invalid."""
    values = {name: value for name, value in vars(given).items() if value is not strawberry.UNSET and name not in but}
    clear = frozenset(name for name, value in values.items() if value is None)
    for name in sorted(clear - frozenset(may_be_empty)):
        raise Invalid(f"{name} cannot be empty; leave it out to keep it", field=(name,))
    return {name: value for name, value in values.items() if value is not None}, clear

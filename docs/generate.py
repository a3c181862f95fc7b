"""Writes the pages that follow from the code: `python -m docs.generate`.

`graph-model.md` comes of `graph.model` and the migrations, `settings.md` of `Settings`, `access.md` of the rules that
types and mutations state. Tests fail when a page is not
what this would write.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs.pages.access import access
from docs.pages.graph_model import graph_model
from docs.pages.settings import settings

HERE = Path(__file__).parent
PAGES: dict[str, Callable[[], str]] = {"graph-model.md": graph_model, "settings.md": settings, "access.md": access}


def main() -> None:
    """Writes every page and says which changed."""
    for name, write in PAGES.items():
        path, text = HERE / name, write()
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8")
        print(f"{'wrote' if changed else 'current'} docs/{name}")


if __name__ == "__main__":
    main()

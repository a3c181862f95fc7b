"""The notebook of the docs, executed from top to bottom against a service: it answers, and draws."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from graph.database import Database
from graph.rules.access import Role, Viewer
from resolvers.services import make_tokens
from settings import Settings
from tests.docs.pages import DOCS
from tests.schema.serving import serving
from tests.schema.support import cypher

pytestmark = pytest.mark.anyio
NOTEBOOK = DOCS / "notebooks" / "three-questions.ipynb"


def _outputs(cell: Any) -> tuple[str, int]:
    """What the cell printed, and how many pictures it drew."""
    printed = "".join(one["text"] for one in cell["outputs"] if one["output_type"] == "stream")
    return printed, sum("image/png" in one.get("data", {}) for one in cell["outputs"])


async def test_three_questions(settings: Settings, database: Database, tmp_path: Path) -> None:
    viewer = Viewer("user_scientist", frozenset({Role.MEMBER, Role.DATA_SCIENTIST}), "session_test")
    token = make_tokens(settings).access(viewer, now=datetime.now(UTC))
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code), "kept without outputs"
    async with serving(settings.model_copy(update={"worker": False})) as place:
        variables = {
            "ZHONGCAO_URL": f"http://{place}",
            "ZHONGCAO_TOKEN": token,
            "PYTHONPATH": str(DOCS.parent / "client"),
            "IPYTHONDIR": str(tmp_path),
            "MPLCONFIGDIR": str(tmp_path),
        }
        kernel = NotebookClient(notebook, timeout=60, kernel_name="python3")
        await asyncio.to_thread(kernel.execute, env={**os.environ, **variables})
    _, sales, rank, funnel = (_outputs(cell) for cell in code)
    assert [pictures for _, pictures in (sales, rank, funnel)] == [1, 1, 1]
    (sold,) = await cypher(
        database,
        "MATCH (author:User)-[:POSTED]->(:Note)<-[credit:CREDITED_TO]-(line:OrderLine {currency: 'CNY'}) "
        "RETURN sum(credit.share * line.quantity * line.unitPriceMinor) / 100 AS cny, "
        "count(DISTINCT author) AS sellers, COUNT { MATCH (a:User) WHERE (a)-[:POSTED]->() } AS creators",
    )
    assert sales[0] == f"sold by notes: {sold['cny']:.2f} CNY by {sold['sellers']} of {sold['creators']} creators\n"
    (counts,) = await cypher(
        database, "RETURN COUNT { (:User) } AS people, COUNT { (:User)-[:FOLLOWS]->(:User) } AS ties"
    )
    assert rank[0] == f"people: {counts['people']}, ties: {counts['ties']}, sum of PageRank: 1.000000\n"
    (steps,) = await cypher(
        database,
        "RETURN COUNT { (:User)-[:VIEWED]->(:Product) } AS opened, "
        "COUNT { MATCH (u:User)-[:VIEWED]->(p:Product)<-[:CARTED]-(u) } AS carted, "
        "COUNT { MATCH (u:User)-[:VIEWED]->(p:Product)<-[:PURCHASED]-(u) } AS bought",
    )
    assert funnel[0] == f"all products: {', '.join(f'{name} {value}' for name, value in steps.items())}\n"

"""Topics are found however their tag is written."""

from __future__ import annotations

import httpx
import pytest

from graph.database import Database
from settings import Settings
from tests.schema.noting import post
from tests.schema.shop import fresh, people

pytestmark = pytest.mark.anyio


async def test_a_tag_in_any_spelling_is_one_topic(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    (author,) = await people(client, database, settings, 1)
    tail = fresh("t")
    await post(author, topics=[f"#Straße {tail}"])
    query = "query T($name: String!) { topic(name: $name) { name noteCount } }"
    for name in (f"strasse {tail}", f"STRASSE {tail.upper()}", f"#Ｓｔｒａßｅ  {tail}"):
        assert await author.ask(query, name=name) == {"topic": {"name": f"strasse {tail}", "noteCount": 1}}
    assert await author.ask(query, name="#") == {"topic": None}

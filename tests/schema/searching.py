"""Words that nothing else in the graph holds, and searches for them, for tests."""

from __future__ import annotations

import random
from typing import Any

import uuid_utils

from graph.database import Database
from graph.rules.spelling import simplified, traditional
from tests.schema.support import cypher

_PLAIN = [chr(code) for code in range(0x6E00, 0x7E00) if simplified(chr(code)) == chr(code) == traditional(chr(code))]


def chinese(length: int = 6) -> str:
    """Chinese characters that stand together nowhere."""
    return "".join(random.sample(_PLAIN, length))  # no secret


def latin() -> str:
    """A Latin word that stands nowhere."""
    return "q" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid_utils.uuid7().hex[-14:])


async def indexed(database: Database) -> None:
    """Returns when full text holds what was written."""
    await cypher(database, "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")


NOTES = """query S($query: String!, $first: Int, $after: String, $filter: NoteSearchFilter, $orderBy: SearchOrder) {
  found: searchNotes(query: $query, first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    mode correctedQuery pageInfo { hasNextPage endCursor } edges { score node { id } }
    facets {
      categories { id name nameEn count } brands { id count } kinds { value count } languages { value count }
      prices { count } ratings { count }
    }
  }
}"""
PRODUCTS = """query S($query: String!, $filter: ProductSearchFilter, $orderBy: ProductSearchOrder) {
  found: searchProducts(query: $query, first: 50, filter: $filter, orderBy: $orderBy) {
    mode correctedQuery nodes { id }
    facets { categories { id count } brands { id name count } prices { low high count } ratings { stars count } }
  }
}"""


def note_ids(found: Any) -> list[str]:
    """The ids of the notes of an answer to NOTES."""
    return [edge["node"]["id"] for edge in found["found"]["edges"]]

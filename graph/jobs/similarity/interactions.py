"""Reads who took up what from the graph."""

from __future__ import annotations

from graph.database import Database
from graph.jobs.similarity.matrix import Acts, Reading
from graph.statements import Statement, beside

STATEMENTS = beside(__file__)
_PRODUCTS = STATEMENTS["acts_on_products"]
_NOTES = STATEMENTS["acts_on_notes"]
_PEOPLE = STATEMENTS["acts_of_people"]
_PURCHASES = STATEMENTS["purchases"]

# What an act says of somebody's liking: served recommendations count their history alike.
BOUGHT, LOOKED, NOTED = 1.0, 0.2, 0.3


async def acts_on_products(database: Database) -> Acts:
    """Who bought, put into the cart or looked at which product, or likes a note that shows it."""
    return await _read(database, _PRODUCTS, purchased=BOUGHT, looked=LOOKED, noted=NOTED)


async def acts_on_notes(database: Database) -> Acts:
    """Who likes, keeps or looked at which note."""
    return await _read(database, _NOTES, looked=LOOKED)


async def acts_of_people(database: Database) -> Acts:
    """What people took up and whom and what they follow, for likeness of people."""
    return await _read(database, _PEOPLE)


async def purchases(database: Database) -> Acts:
    """Who bought which product."""
    return await _read(database, _PURCHASES)


async def _read(database: Database, statement: Statement, **weights: float) -> Acts:
    reading = Reading()
    async for row in database.stream(statement, batch=10_000, **weights):
        reading.add(row[0], row[1], row[2])
    return reading.acts()

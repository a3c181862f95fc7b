"""One real Neo4j for the whole run, with the schema and a small demo community in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app import create_app
from datasets.demo import demo
from datasets.importer import import_offline
from graph.database import Address, Database
from graph.embedded import EmbeddedConfig, embedded
from graph.migrations import migrate
from settings import Settings

DEMO_SCALE = 0.2
# The longest, begun first: else one process ends with them while the other has nothing left to do.
_LONGEST = (
    "projection/test_differential.py",
    "commands/test_backup.py",
    "commands/test_serve.py",
    "graph/test_invariants.py",
    "commands/test_replica.py",
    "commands/test_create_user.py",
    "commands/test_check.py",
    "embeddings/test_encoder.py",
    "explore/test_explore.py",
    "telemetry/test_serving.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files before all others."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    name = item.path.relative_to(Path(__file__).parent).as_posix()
    return _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A running embedded server with the demo community."""
    data_dir: Path = tmp_path_factory.mktemp("graph")
    config = EmbeddedConfig(data_dir=data_dir)  # where no start was prepared, this one prepares those of other tests
    import_offline(demo(DEMO_SCALE), config)
    with embedded(config) as server:
        found = Address(server.uri, server.username, server.password)

        async def prepare() -> None:
            database = Database(found, timeout_s=60)
            await migrate(database, now=datetime.now(UTC))
            await database.close()

        asyncio.run(prepare())
        yield found


@pytest.fixture
async def database(address: Address) -> AsyncIterator[Database]:
    """The door to that server."""
    door = Database(address)
    yield door
    await door.close()


@pytest.fixture(scope="session")
def settings(address: Address) -> Settings:
    """Settings that name that server; `model_copy(update=…)` for others."""
    return Settings(
        neo4j_uri=address.uri,
        neo4j_username=address.username,
        neo4j_password=SecretStr(address.password),
        secret_key=SecretStr("of-the-tests-alone-" + "0" * 32),
        new_shapes_per_minute=1_000_000,
        rate_address_per_minute=1_000_000,
        rate_viewer_per_minute=1_000_000,
        rate_writes_per_minute=1_000_000,
        rate_sign_ins_per_10_minutes=1_000_000,
        rate_sign_ups_per_hour=1_000_000,
        rate_uploads_per_10_minutes=1_000_000,
        rate_questions_per_minute=1_000_000,
        worker=False,  # what follows a write is for the tests that are about it
        embeddings=False,  # and so is what takes seconds to load
    )


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the whole application."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as one:
            yield one

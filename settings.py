"""Every setting of the service, with its unit, its default and what it does.

Read from environment variables (`ZHONGCAO_PORT=9000`) and from a `.env` file in the working directory. The four
`NEO4J_*` names are those of the driver's own tools, so that an existing set-up is recognised as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

_PREFIX = "ZHONGCAO_"


def _unless_empty(value: object) -> object:
    """None for an empty variable, as `.env` files and compose write what is not set."""
    return value or None


class SettingsError(Exception):
    """A setting has a value that is not accepted; the text names the variable and what is accepted."""


def _neo4j(name: str) -> AliasChoices:
    return AliasChoices(f"NEO4J_{name}", f"neo4j_{name.lower()}")


class Settings(BaseSettings):
    """The settings of one process; frozen."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", frozen=True, extra="ignore", populate_by_name=True
    )

    host: str = Field("127.0.0.1", description="Address that the HTTP server binds to.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the HTTP server; 0 takes a free one.")
    proxy_headers: bool = Field(
        False, description="Take callers' addresses from X-Forwarded-For: only behind a proxy of your own."
    )
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("zhongcao", appauthor=False)),
        description="Folder of the embedded database and of uploaded media.",
    )

    neo4j_uri: Annotated[str | None, BeforeValidator(_unless_empty)] = Field(
        None,
        pattern=r"^(bolt|neo4j)(\+s|\+ssc)?://.+",
        validation_alias=_neo4j("URI"),
        description="An external Neo4j (bolt://, neo4j:// for a cluster, +s for TLS); unset: the embedded server.",
    )
    neo4j_username: str = Field("neo4j", validation_alias=_neo4j("USERNAME"), description="Its user name.")
    neo4j_password: SecretStr = Field(SecretStr(""), validation_alias=_neo4j("PASSWORD"), description="Its password.")
    neo4j_database: str = Field("neo4j", validation_alias=_neo4j("DATABASE"), description="Its database.")
    bolt_port: int = Field(0, ge=0, le=65535, description="Bolt port of the embedded server; 0 keeps a free one.")
    heap_mb: int = Field(1024, ge=256, le=262_144, description="Heap of the embedded server in MiB.")
    page_cache_mb: int = Field(512, ge=32, le=1_048_576, description="Page cache of the embedded server in MiB.")
    database_pool: int = Field(64, ge=1, le=1000, description="Bolt connections of one server process.")
    query_timeout_s: float = Field(10.0, gt=0, le=600, description="Longest a statement may run, in seconds.")

    demo: bool = Field(True, description="Load the demo community when the graph is empty.")
    demo_scale: float = Field(1.0, gt=0, le=100, description="Size of the demo community; 1 is 1,000 users.")

    cors_origins: tuple[str, ...] = Field(
        (), description="Origins of frontends elsewhere that may call the API, as a JSON list; none by default."
    )
    graphiql: bool = Field(True, description="Serve GraphiQL at /graphql to browsers.")
    introspection: bool = Field(True, description="Answer introspection queries.")
    request_timeout_s: float = Field(15.0, gt=0, le=600, description="Longest a request may take, in seconds.")
    max_body_bytes: int = Field(100_000, ge=1_000, description="Largest request body, in bytes.")
    max_depth: int = Field(12, ge=2, le=50, description="Deepest nesting of fields in an operation.")
    max_tokens: int = Field(2_000, ge=100, description="Most lexical tokens in a document.")
    max_aliases: int = Field(30, ge=0, description="Most aliased fields in an operation.")
    max_directives: int = Field(50, ge=0, description="Most directives in a document.")
    max_root_fields: int = Field(10, ge=1, description="Most root fields in an operation.")
    max_page_size: int = Field(100, ge=1, le=100, description="Largest `first` or `last`.")
    max_cost: int = Field(20_000, ge=100, description="Largest estimated cost, in nodes and counts read.")
    plan_cache_size: int = Field(1_000, ge=16, description="Compiled operations kept per process.")
    new_shapes_per_minute: int = Field(
        600, ge=1, description="Operations not seen before that one address may send in a minute."
    )


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` (not None) win over the environment.

    Raises SettingsError with one line for each value that is not accepted.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # values are validated right here
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(one["loc"], one["msg"]) for one in error.errors())) from None


def variable_of(name: str) -> str:
    """The environment variable that sets the field `name`."""
    return name.upper() if name.startswith("neo4j_") else _PREFIX + name.upper()


def _explain(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]).lower()
    field = Settings.model_fields.get(name)
    meaning = f" ({field.description})" if field else ""
    return f"{variable_of(name)}: {message}{meaning}"

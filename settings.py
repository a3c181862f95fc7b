"""Every setting of the service, with its unit, its default and what it does.

Read from environment variables (`ZHONGCAO_PORT=9000`) and from a `.env` file in the working directory. The four
`NEO4J_*` names are those of the driver's own tools, so that an existing set-up is recognised as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

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

    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Secret of at least 32 characters that tokens and sealed values rest on, the same for all "
        "processes and machines; unset: `secret.key` in the data directory, made at the first start.",
    )
    access_token_minutes: int = Field(10, ge=1, le=1_440, description="Life of an access token, in minutes.")
    refresh_token_days: int = Field(30, ge=1, le=365, description="Life of a session that is not refreshed, in days.")
    refresh_grace_s: int = Field(
        10, ge=0, le=300, description="How long a refresh token that was just used may come again, in seconds."
    )
    reset_token_minutes: int = Field(30, ge=5, le=1_440, description="Life of a link for a new password, in minutes.")
    public_url: str = Field(
        "http://127.0.0.1:8000", pattern=r"^https?://.+", description="Frontend that links in mails lead to."
    )

    cors_origins: tuple[str, ...] = Field(
        (), description="Origins of frontends elsewhere that may call the API, as a JSON list; none by default."
    )
    graphiql: bool = Field(True, description="Serve GraphiQL at /graphql to browsers.")
    explorer: bool = Field(True, description="Serve the explorer at /explore to browsers.")
    introspection: bool = Field(True, description="Answer introspection queries.")
    request_timeout_s: float = Field(15.0, gt=0, le=600, description="Longest a request may take, in seconds.")
    worker: bool = Field(True, description="Handle what follows writes (notifications, mail) in each server process.")
    worker_poll_s: float = Field(
        0.5,
        ge=0.05,
        le=60,
        description="Pause between looks for events and notifications of other processes, in seconds.",
    )
    worker_concurrency: int = Field(4, ge=1, le=64, description="Events that one server process handles at a time.")
    max_connections_per_address: int = Field(
        50, ge=1, description="WebSockets and event streams that one address may hold open to a process (IPv6: /64)."
    )
    max_subscriptions_per_connection: int = Field(
        20, ge=1, description="Operations that may run on one WebSocket at a time."
    )
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

    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Form of the log on standard error; auto is text at a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is logged; info has one record for each request."
    )
    metrics_token: Annotated[SecretStr | None, BeforeValidator(_unless_empty)] = Field(
        None,
        min_length=16,
        description="Token that /metrics asks for (Authorization: Bearer); unset: only callers on this machine get it.",
    )
    otlp_endpoint: Annotated[str | None, BeforeValidator(_unless_empty)] = Field(
        None,
        pattern=r"^https?://.+",
        description="Base address of an OpenTelemetry collector (OTLP over HTTP) that takes traces; unset: no traces.",
    )
    trace_ratio: float = Field(1.0, ge=0, le=1, description="Share of requests that are traced.")
    ready_lag_s: float = Field(
        300.0, gt=0, le=86_400, description="Age of the oldest waiting event from which /readyz says no, in seconds."
    )

    mail_url: Annotated[SecretStr | None, BeforeValidator(_unless_empty)] = Field(
        None,
        description="Server that takes mail: smtps://user:password@host:port, or smtp:// (STARTTLS where offered; with "
        "a user name it must be); unset: mail is only written to the log.",
    )
    mail_from: str = Field("Zhongcao <no-reply@localhost>", description="Sender of the service's mail.")
    mail_timeout_s: float = Field(20.0, gt=0, le=300, description="Longest that sending one mail may take, in seconds.")

    media_store: str = Field(
        "",
        pattern=r"^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./-]*)?)?$",
        description="Where uploaded files are kept: s3://bucket or s3://bucket/prefix; empty: a folder in the data "
        "folder.",
    )
    media_s3_endpoint: str = Field(
        "",
        pattern=r"^(https?://.+)?$",
        description="Address of an S3-compatible store; empty: Amazon's, by region.",
    )
    media_s3_region: str = Field("", description="Region of the bucket; empty: AWS_REGION, or us-east-1.")
    media_s3_key_id: str = Field("", description="Access key; empty: the AWS_* variables or the machine's role decide.")
    media_s3_secret: SecretStr = Field(SecretStr(""), description="Secret of the access key.")
    media_s3_virtual_host: bool = Field(
        False, description="The endpoint's host name begins with the bucket, instead of the path."
    )
    max_image_bytes: int = Field(10 * 1024**2, ge=1_000, le=2**30, description="Largest picture, in bytes.")
    max_image_pixels: int = Field(
        50_000_000, ge=1_000, le=2**29, description="Most pixels of a picture, all frames of an animation together."
    )
    max_video_bytes: int = Field(100 * 1024**2, ge=1_000, le=2**31 - 1, description="Largest video, in bytes.")
    upload_timeout_s: float = Field(300.0, gt=0, le=3_600, description="Longest an upload may take, in seconds.")

    embeddings: bool = Field(
        True,
        description="Keep vectors of texts in the graph, so that search finds by meaning; no: full text alone.",
    )
    embedding_model: str = Field(
        "embedded",
        min_length=1,
        description="What encodes texts: `embedded` (multilingual-e5-small in 4 bits, needs no network), the name of a "
        "sentence-transformers model on the Hugging Face hub, or a folder that holds one.",
    )
    embedding_threads: int = Field(
        1, ge=1, le=256, description="Threads of the process that encodes; more than one slow a busy machine down."
    )

    payment_gateway: Literal["sandbox"] = Field(
        "sandbox", description="Who takes the money for orders; the sandbox takes none: it only says yes or no."
    )
    order_expiry_minutes: int = Field(
        30, ge=1, le=10_080, description="How long an order keeps its units without being paid, in minutes."
    )

    behaviour_kept_days: int = Field(
        365,
        ge=31,
        le=3_650,
        description="How long raw behaviour events are kept, in days, until `job tidy` forgets them; counts stay.",
    )

    recommendation_weights: dict[str, float] = Field(
        default_factory=dict,
        description="Weights of recommendations that differ from the service's own, by name, as JSON.",
    )
    recommendation_experiment: dict[str, Any] = Field(
        default_factory=dict,
        description='Experiment on recommendations, as JSON: {"name": "…", "arms": {"a": {"share": 1, "weights": {…}}, '
        "…}}; each arm's weights go over the others; empty: none.",
    )
    learned_order: bool = Field(
        False, description="Order recommendations by the model that `learning enable` let serve, where there is one."
    )
    recommendation_days: int = Field(
        30, ge=1, le=365, description="How long lists of recommendations are kept for feedback to cite, in days."
    )

    similarity_interval_hours: float = Field(
        6.0,
        ge=0,
        le=720,
        description="How often the service runs `job similarity`, in a process of its own at low priority, in hours; "
        "0: never.",
    )

    export_folder: Annotated[Path | None, BeforeValidator(_unless_empty)] = Field(
        None,
        description="Folder to which the service adds a run of the export for analysis again and again, in a process "
        "of its own at low priority; unset: none.",
    )
    export_interval_hours: float = Field(
        24.0, gt=0, le=720, description="How often it does, with what changed since the last time, in hours."
    )
    export_merge_from: int = Field(
        30, ge=0, le=10_000, description="From how many runs in the folder on they are merged into one; 0: never."
    )

    influence_interval_hours: float = Field(
        24.0,
        ge=0,
        le=720,
        description="How often the service runs `job influence`, in a process of its own at low priority, in hours; "
        "0: never.",
    )
    influence_window_days: int = Field(90, ge=7, le=730, description="How far back acts count for influence, in days.")
    influence_micro_from: int = Field(10_000, ge=1, description="Followers from which on the band is MICRO, not NANO.")
    influence_mid_from: int = Field(100_000, ge=1, description="Followers from which on the band is MID.")
    influence_macro_from: int = Field(500_000, ge=1, description="Followers from which on the band is MACRO.")
    audience_exact: int = Field(
        5_000, ge=10, le=50_000, description="Up to how many followers of somebody are counted rather than sampled."
    )
    audience_sample: int = Field(
        2_000, ge=10, le=10_000, description="How many followers stand for those of somebody who has more."
    )

    feed_weights: dict[str, float] = Field(
        default_factory=dict,
        description="Weights of the ranked feed that differ from the service's own, by name, as JSON.",
    )

    heat_interval_minutes: int = Field(
        10, ge=1, le=1_440, description="Pause between two runs of the job that keeps what is popular, in minutes."
    )
    heat_note_half_life_h: float = Field(
        72.0, gt=0, le=8_760, description="Age at which an act on a note counts half for its popularity, in hours."
    )
    heat_product_half_life_h: float = Field(
        336.0, gt=0, le=8_760, description="Age at which an act on a product counts half, in hours."
    )
    heat_topic_half_life_h: float = Field(
        72.0, gt=0, le=8_760, description="Age at which a note counts half for its topics, in hours."
    )

    search_lexicon: Annotated[Path | None, BeforeValidator(_unless_empty)] = Field(
        None, description="A file of words that mean the same, added to the built-in one (graph/rules/lexicon.txt)."
    )
    search_fusion_k: float = Field(
        20.0, gt=0, le=1_000, description="k of reciprocal rank fusion: the larger, the less the first places count."
    )
    search_text_weight: float = Field(1.0, ge=0, le=100, description="Weight of the places that full text gives.")
    search_vector_weight: float = Field(0.5, ge=0, le=100, description="Weight of the places that vectors give.")
    search_popularity_boost: float = Field(
        0.1, ge=0, le=10, description="What the most popular result gains, as a share of its score."
    )
    search_freshness_boost: float = Field(
        0.05, ge=0, le=10, description="What a result of this moment gains; half of that after 90 days."
    )
    search_followed_boost: float = Field(
        0.3, ge=0, le=10, description="What results by people gain whom the viewer follows, as a share of their score."
    )
    search_near_boost: float = Field(
        0.1, ge=0, le=10, description="What results by people gain whom those people follow."
    )
    search_suggested_people: int = Field(
        5, ge=2, le=100, description="How many different people must search for something on one day to suggest it."
    )
    search_log_s: float = Field(
        10.0, gt=0, le=3_600, description="How often what people searched for is written down, in seconds."
    )

    console: bool = Field(True, description="Answer data scientists' Cypher at /cypher.")
    console_uri: Annotated[str | None, BeforeValidator(_unless_empty)] = Field(
        None,
        pattern=r"^(replica|(bolt|neo4j)(\+s|\+ssc)?://.+)$",
        description="A copy of the graph that the console asks in place of the living one: an address, or `replica` "
        "for what `db replica` keeps in the data folder; unset: the living one.",
    )
    console_username: str = Field("neo4j", description="The copy's user name.")
    console_password: SecretStr = Field(SecretStr(""), description="The copy's password.")
    console_database: str = Field("neo4j", description="The copy's database.")
    console_fallback: bool = Field(
        False, description="While the copy is away, ask the living graph, instead of nobody."
    )
    console_timeout_s: float = Field(
        60.0, gt=0, le=3_600, description="Longest that one question may take, its reader's time included, in seconds."
    )
    console_max_rows: int = Field(1_000_000, ge=1, description="Most rows of one answer.")
    console_max_mb: int = Field(1_024, ge=1, description="About the most megabytes of one answer.")
    console_per_person: int = Field(2, ge=1, le=64, description="Questions of one person that run at a time.")
    console_at_once: int = Field(6, ge=1, le=64, description="Questions that one server process runs at a time.")

    rate_limit_storage: SecretStr = Field(
        SecretStr("memory://"),
        description="Where requests are counted: memory:// for each server process by itself, or what all share, "
        "such as redis://host:6379.",
    )
    rate_address_per_minute: int = Field(
        600, ge=1, description="Requests without signing in that one address may send in a minute."
    )
    rate_viewer_per_minute: int = Field(1_200, ge=1, description="Requests that one person may send in a minute.")
    rate_writes_per_minute: int = Field(120, ge=1, description="Mutations that one person may send in a minute.")
    rate_sign_ins_per_10_minutes: int = Field(
        20, ge=1, description="Attempts to sign in that one address may make in 10 minutes."
    )
    rate_sign_ups_per_hour: int = Field(10, ge=1, description="Accounts that one address may open in an hour.")
    rate_uploads_per_10_minutes: int = Field(60, ge=1, description="Uploads that one person may begin in 10 minutes.")
    rate_questions_per_minute: int = Field(60, ge=1, description="Questions that one person may ask in a minute.")


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

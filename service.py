"""The service: `create_app` makes the whole of it for a server."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from embeddings.keeping import Keeper
from graph.database import Address, Database
from resolvers.console import Console, make_console
from resolvers.rates import Rates
from resolvers.services import make_services, make_tokens
from schema import explore, graphiql
from schema.connections import Connections, told_to_stop
from schema.console_http import TOLD, ConsoleEndpoint
from schema.console_http import Services as Asking
from schema.event_stream import EventStreams
from schema.execution import Executor
from schema.health import Health
from schema.http import Authenticate, Bearer, GraphQLEndpoint
from schema.media_http import media_routes
from schema.rates import Announcing
from schema.sockets import SocketEndpoint
from schema.subscribing import Subscriptions
from schema.tailing import Tail
from settings import Settings, SettingsError, load_settings
from telemetry import tracing
from telemetry.endpoint import metrics_route
from telemetry.requests import observe
from worker.batch import BatchJob
from worker.handlers import handlers
from worker.worker import Worker

# Where answers tell what is left of their caller's allowances.
_COUNTED = ("/graphql", "/media", "/cypher")


class Application:
    """The API before everything else: the frameworks' routing costs a fifth of a small answer."""

    def __init__(self, endpoint: GraphQLEndpoint, sockets: SocketEndpoint, rest: Starlette) -> None:
        self._endpoint = endpoint
        self._sockets = sockets
        self._rest = rest
        self.router = rest.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers each request, and has it told in logs, metrics and traces."""
        if scope["type"] == "lifespan":
            await self._rest(scope, receive, send)
        else:
            await observe(self._answer, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands each request to the API or to the rest."""
        if scope["type"] == "websocket" and scope["path"] == "/graphql":
            await self._sockets(scope, receive, send)
            return
        direct = scope["type"] == "http" and scope["path"] == "/graphql" and not self._rest.user_middleware
        if scope["path"].startswith(_COUNTED):
            send = Announcing(send)
        await (self._endpoint if direct else self._rest)(scope, receive, send)


def create_app(settings: Settings | None = None, *, authenticate: Authenticate | None = None) -> Application:
    """The ASGI application over the database that `settings` name; it opens its own connections.

    Raises SettingsError when no database is named: the commands start the embedded one and name it.
    """
    chosen = settings or load_settings()
    if chosen.neo4j_uri is None:
        raise SettingsError("NEO4J_URI: name a database, or start the service with `uv run app.py`")
    address = Address(
        chosen.neo4j_uri,
        chosen.neo4j_username,
        chosen.neo4j_password.get_secret_value(),
        chosen.neo4j_database,
    )
    executors: list[Executor] = []
    databases: list[Database] = []
    subscriptions: list[Subscriptions] = []
    consoles: list[Console] = []
    connections = Connections(chosen.max_connections_per_address)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        database = Database(address, pool_size=chosen.database_pool, timeout_s=chosen.query_timeout_s)
        databases.append(database)
        tail = Tail(database, poll_s=chosen.worker_poll_s)
        services = make_services(database, chosen, rates)
        jobs = {
            "comparing": BatchJob("similarity", chosen),
            "planning": BatchJob("seeding-plans", chosen),
            "ranking": BatchJob("influence", chosen),
            "exporting": BatchJob("export-parquet", chosen),
        }
        kinds = handlers(services, chosen, notified=tail.wake, **jobs)
        worker = Worker(database, kinds, chosen)
        keeper = Keeper(database, services.encoder)
        if chosen.worker:
            services = replace(services, wake=worker.wake)
            worker.start()
            if chosen.embeddings:
                keeper.start()
        remembering = asyncio.create_task(services.searching.keep_flushing(database, chosen.search_log_s))
        consoles.append(make_console(chosen, database, rates))
        if chosen.console:
            services = replace(services, console=consoles[0])
        executors.append(Executor(services, chosen))
        subscriptions.append(Subscriptions(executors[0], tail, chosen))
        _end_with_parent()
        # What stands now stands until the end: collections need not walk the schema again and again.
        gc.collect()
        gc.freeze()
        with tracing.started(chosen.otlp_endpoint, ratio=chosen.trace_ratio), told_to_stop(connections.end):
            yield
        connections.end()
        await tail.close()
        await keeper.stop()
        await services.encoder.close()
        await worker.stop()
        await asyncio.gather(*(job.stop() for job in jobs.values()))
        remembering.cancel()
        await services.searching.flush(database)
        await consoles.pop().close()
        subscriptions.clear()
        executors.clear()
        databases.clear()
        await database.close()

    rates = Rates(chosen)
    who = authenticate or Bearer(make_tokens(chosen))
    streams = EventStreams(lambda: subscriptions[0], connections)
    endpoint = GraphQLEndpoint(chosen, lambda: executors[0], who, streams)
    sockets = SocketEndpoint(chosen, lambda: subscriptions[0], who, connections, rates)
    routes = [Route("/graphql", endpoint), Route("/", _home)]
    routes += media_routes(chosen, lambda: databases[0], who, rates.upload)
    if chosen.console:
        asking = ConsoleEndpoint(chosen, lambda: Asking(databases[0], consoles[0], rates), who)
        routes += [Route("/cypher", asking), *(Route(path, asking, methods=["GET"]) for path in TOLD)]
    routes += Health(lambda: databases[0], ready_lag_s=chosen.ready_lag_s).routes()
    routes.append(metrics_route(chosen.metrics_token.get_secret_value() if chosen.metrics_token else None))
    if chosen.graphiql:
        routes.append(graphiql.route())
    if chosen.explorer:
        routes += explore.routes()
    middleware = [
        Middleware(
            CORSMiddleware,
            allow_origins=list(chosen.cors_origins),
            allow_methods=["POST"],
            allow_headers=["content-type", "authorization", "x-request-id", "traceparent", "tracestate"],
            expose_headers=["x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "zhongcao-source"],
        )
    ]
    rest = Starlette(routes=routes, middleware=middleware if chosen.cors_origins else [], lifespan=lifespan)
    return Application(endpoint, sockets, rest)


def _end_with_parent() -> None:
    """A worker process ends when the process that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop = asyncio.get_running_loop()
        loop.add_reader(parent.sentinel, os.kill, os.getpid(), signal.SIGTERM)


async def _home(_request: Request) -> Response:
    return RedirectResponse("/graphql")

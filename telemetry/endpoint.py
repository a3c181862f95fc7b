"""`/metrics`, which is not for the public."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from telemetry import metrics

# Where one of these stands, the connection came through a proxy and its own address says nothing.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


def metrics_route(token: str | None) -> Route:
    """The metrics at `/metrics`: for those who bring the token or, where there is none, for this machine alone."""

    async def answer(request: Request) -> Response:
        if token is not None:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
                return PlainTextResponse(
                    "the token that ZHONGCAO_METRICS_TOKEN names is needed\n", 401, {"www-authenticate": "Bearer"}
                )
        elif not _from_here(request):
            return PlainTextResponse("only for this machine, unless ZHONGCAO_METRICS_TOKEN is set\n", 403)
        # Workers' files are read: no work for the thread that answers everybody.
        body = await run_in_threadpool(metrics.rendered)
        return Response(body, headers={"content-type": metrics.CONTENT_TYPE, "cache-control": "no-store"})

    return Route("/metrics", answer)


def _from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        found = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback

"""GraphiQL without any network: its scripts come from the locked, verified WebJars."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Route

from schema.assets import WebPage, assets_route

_PAGE = WebPage(
    path="/graphiql",
    folder=Path(__file__).parent,
    jars="graphiql",
    in_jar=re.compile(
        r"META-INF/resources/webjars/[^/]+/[^/]+/(?:umd/)?"
        r"(react\.production\.min\.js|react-dom\.production\.min\.js|graphiql\.min\.(?:js|css))"
    ),
    policy=(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
    ),
)


def page() -> Response:
    """The page itself."""
    return _PAGE.answer()


def route() -> Route:
    """Where the page's files are served."""
    return assets_route(_PAGE)

"""The explorer's page, without any network: its libraries come from the locked, verified WebJars."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.assets import WebPage, assets_route

_PAGE = WebPage(
    path="/explore",
    folder=Path(__file__).parent,
    jars="explore",
    in_jar=re.compile(
        r"META-INF/resources/webjars/[^/]+/[^/]+/(?:(?:dist|lib|mode/cypher|addon/hint)/)?"
        r"(cytoscape\.min\.js|codemirror\.(?:js|css)|cypher\.js|show-hint\.(?:js|css)|echarts\.common\.min\.js)"
    ),
    policy=(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
)


def routes() -> list[Route]:
    """Where the page and its files are served."""

    async def page(_request: Request) -> Response:
        return _PAGE.answer()

    return [Route("/explore", page), assets_route(_PAGE)]

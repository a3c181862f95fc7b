"""The functions that the peer calls in Neo4j for every DateTime: APOC's own classes, run by the server unchanged.

Maven Central carries apoc-core up to 5.26 only; the two function classes the peer needs (`apoc.date.*`,
`apoc.util.*`) run on later servers, the rest of the jar does not, so a jar of these alone is made.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL

from graph.embedded import Progress, Silent
from graph.embedded.artifacts import MIRROR_VARIABLE, default_cache_dir, ensure_artifacts
from graph.embedded.lock import Artifact

_GROUP, _VERSION = "org.neo4j.procedure", "5.26.19"
_CORE = Artifact(
    _GROUP, "apoc-core", _VERSION, "", "63b942deda37996932bbada7a4ed1c163c9f82bca35696c569ef33d3eaa3bde4", 632_958
)
_COMMON = Artifact(
    _GROUP, "apoc-common", _VERSION, "", "b1ea58a4cf9509181fdb0130151f9b84be4169250b6fd91b998f9d0534e64096", 388_557
)
_NEEDED = ("apoc/date/*.class", "apoc/util/Utils*.class")


@dataclass(frozen=True, slots=True)
class Functions:
    """A folder of plugins for the server, and jars that must stand on its class path."""

    plugins_dir: Path
    classpath: tuple[Path, ...]


def apoc_functions(progress: Progress | None = None) -> Functions:
    """The plugin in the user's cache, fetched and made when it is not there; ArtifactError when it cannot be."""
    cache_dir = default_cache_dir()
    core, common = ensure_artifacts(
        (_CORE, _COMMON),
        stamp_name=f"apoc-{_VERSION}",
        cache_dir=cache_dir,
        progress=progress or Silent(),
        base_url=os.environ.get(MIRROR_VARIABLE) or MAVEN_CENTRAL_URL,
    )
    plugins_dir = cache_dir / "bench" / f"apoc-{_VERSION}"
    plugin = plugins_dir / "apoc-date-util.jar"
    if not plugin.exists():
        plugins_dir.mkdir(parents=True, exist_ok=True)
        _make(core, plugin)
    return Functions(plugins_dir, (common,))


def _make(core: Path, plugin: Path) -> None:
    part = plugin.with_suffix(f".{os.getpid()}.part")
    with zipfile.ZipFile(core) as source, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(source.namelist()):
            if any(fnmatch(name, pattern) for pattern in _NEEDED):
                made.writestr(name, source.read(name))
    part.replace(plugin)

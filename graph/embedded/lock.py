"""The checked-in list of exact artifacts, and the maintainers' command that writes it anew.

`python -m graph.embedded.lock` needs Maven (`mvn`) and rewrites `artifacts.lock`; to upgrade, change the versions
below, run it, run the tests. Nothing else needs Maven.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NEO4J_VERSION = "2026.02.2"
"""The server's version."""

# The newest of each that still ships a browser build with no module loader (React 19 dropped its UMD build).
_NPM = "org.webjars.npm"
GRAPHIQL_WEBJARS = (
    (_NPM, "graphiql", "2.4.7"),
    (_NPM, "react", "18.3.1"),
    (_NPM, "react-dom", "18.3.1"),
    (_NPM, "graphql-ws", "5.16.0"),
)
# ECharts is newer in the group of WebJars that are packed by hand.
EXPLORE_WEBJARS = (
    (_NPM, "codemirror", "5.65.18"),
    (_NPM, "cytoscape", "3.33.1"),
    ("org.webjars", "echarts", "5.5.0"),
)

LOCK_FILE = Path(__file__).with_name("artifacts.lock")
_COLUMNS = "set\tgroup\tartifact\tversion\tclassifier\tsha256\tsize_bytes"


@dataclass(frozen=True, slots=True)
class Artifact:
    """One jar by exact coordinates, with what proves that it is the right one."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size_bytes: int

    @property
    def coordinates(self) -> str:
        """`group:artifact:version[:classifier]`, for messages."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))


@cache
def locked(set_name: str) -> tuple[Artifact, ...]:
    """The artifacts of one set (`server`, `graphiql` or `explore`), in class-path order."""
    rows = (line.split("\t") for line in LOCK_FILE.read_text("utf-8").splitlines()[1:])
    found = tuple(
        Artifact(group, artifact, version, classifier, sha256, int(size_bytes))
        for in_set, group, artifact, version, classifier, sha256, size_bytes in rows
        if in_set == set_name
    )
    if not found:
        raise KeyError(f"no set {set_name!r} in {LOCK_FILE.name}")
    return found


@cache
def digest(set_name: str) -> str:
    """A short name for the exact content of one set; changes whenever any of its artifacts does."""
    text = "\n".join(artifact.sha256 for artifact in locked(set_name))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _dependency(group: str, artifact: str, version: str, inside: str = "") -> str:
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version>{inside}</dependency>"
    )


def _pom(dependencies: str, managed: str = "") -> str:
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>zhongcao</groupId><artifactId>lock</artifactId><version>1</version><packaging>pom</packaging>"
        f"<dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def _server_pom() -> str:
    # Without this BOM, Maven mixes netty versions.
    bom = _dependency("org.neo4j", "parent", NEO4J_VERSION, "<type>pom</type><scope>import</scope>")
    return _pom(_dependency("org.neo4j", "neo4j", NEO4J_VERSION), bom)


def _webjars_pom(webjars: Iterable[tuple[str, str, str]]) -> str:
    # The browser builds are self-contained; their npm dependency trees (hundreds of WebJars) are not needed.
    alone = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    return _pom("".join(_dependency(*coordinates, alone) for coordinates in webjars))


def _resolve(pom: str) -> list[Artifact]:
    """What Maven puts on the run-time class path of `pom`."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pom.xml").write_text(pom, "utf-8")
        jars = Path(folder, "jars")
        command = ["mvn", "-B", "-q", "dependency:copy-dependencies", "-DincludeScope=runtime"]
        command += ["-Dmdep.useRepositoryLayout=true", f"-DoutputDirectory={jars}"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603  # fixed words
        return [_describe(jar, jars) for jar in sorted(jars.rglob("*.jar"), key=lambda path: path.name)]


def _describe(jar: Path, root: Path) -> Artifact:
    """The coordinates of a jar that lies in repository layout (group/…/artifact/version/file)."""
    *group, artifact, version, name = jar.relative_to(root).parts
    classifier = name.removeprefix(f"{artifact}-{version}").removesuffix(".jar").lstrip("-")
    content = jar.read_bytes()
    return Artifact(".".join(group), artifact, version, classifier, hashlib.sha256(content).hexdigest(), len(content))


def main() -> None:
    """Writes the lock anew and says what it holds."""
    lines = [_COLUMNS]
    poms = {
        "server": _server_pom(),
        "graphiql": _webjars_pom(GRAPHIQL_WEBJARS),
        "explore": _webjars_pom(EXPLORE_WEBJARS),
    }
    for set_name, pom in poms.items():
        artifacts = _resolve(pom)
        for one in artifacts:
            fields = (
                set_name,
                one.group,
                one.artifact,
                one.version,
                one.classifier,
                one.sha256,
                str(one.size_bytes),
            )
            lines.append("\t".join(fields))
        print(f"{set_name}: {len(artifacts)} artifacts, {sum(a.size_bytes for a in artifacts):,} bytes")
    LOCK_FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()

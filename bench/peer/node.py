"""The peer's server: its packages by npm into the user's cache, its process on a port of its own."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.home import await_answer, free_port, process
from bench.measure import Unmeasurable
from graph.database import Address
from graph.embedded.artifacts import default_cache_dir

_FOLDER = Path(__file__).parent
_FILES = ("package.json", "package-lock.json", "server.mjs", "schema.graphql")
_PACKAGES = _FILES[:2]
_NODE_MAJOR = 20


def installed() -> Path:
    """The folder that the peer runs in, with exactly the packages of the lock file. Raises Unmeasurable."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(node) < _NODE_MAJOR:
        raise Unmeasurable(f"the peer needs Node {_NODE_MAJOR} or newer, and npm")
    home = default_cache_dir() / "bench" / f"peer-{_digest()}"
    home.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(_FOLDER / name, home / name)
    whole = home / "installed"
    if not whole.exists():
        done = subprocess.run(  # noqa: S603  # fixed words
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Unmeasurable(f"npm could not install the peer: {done.stderr[-1500:]}")
        whole.touch()
    return home


@contextmanager
def peer_service(address: Address) -> Iterator[tuple[int, int, str]]:
    """(port, pid, path) of the peer on that database, one process."""
    home, port = installed(), free_port()
    variables = {
        "NODE_ENV": "production",
        "PORT": str(port),
        "NEO4J_URI": address.uri,
        "NEO4J_USERNAME": address.username,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
    }
    with process(["node", "server.mjs"], variables, home) as child:
        await_answer(child, port, path="/")
        yield port, child.pid, "/"


def _digest() -> str:
    return hashlib.sha256(b"".join((_FOLDER / name).read_bytes() for name in _PACKAGES)).hexdigest()[:16]


def _major(node: str) -> int:
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(shown.strip().removeprefix("v").split(".", 1)[0])

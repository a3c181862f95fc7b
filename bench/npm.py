"""JavaScript packages by npm, exactly those of a lock file, installed once into the user's cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Unmeasurable
from graph.embedded.artifacts import default_cache_dir

_PACKAGES = ("package.json", "package-lock.json")
_NODE_MAJOR = 20


def installed(source: Path, *, name: str, files: Sequence[str] = ()) -> Path:
    """A folder with the packages that `source` locks, and fresh copies of its `files`.

    Raises Unmeasurable where Node 20 and npm are missing, or npm cannot install.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(node) < _NODE_MAJOR:
        raise Unmeasurable(f"{name} needs Node {_NODE_MAJOR} or newer, and npm")
    home = default_cache_dir() / "bench" / f"{name}-{_digest(source)}"
    home.mkdir(parents=True, exist_ok=True)
    for file in (*_PACKAGES, *files):
        shutil.copyfile(source / file, home / file)
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
            raise Unmeasurable(f"npm could not install {name}: {done.stderr[-1500:]}")
        whole.touch()
    return home


def _digest(source: Path) -> str:
    return hashlib.sha256(b"".join((source / name).read_bytes() for name in _PACKAGES)).hexdigest()[:16]


def _major(node: str) -> int:
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(shown.strip().removeprefix("v").split(".", 1)[0])

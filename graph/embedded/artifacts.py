"""The locked jars on this machine: fetched once per user, in parallel, and never used unverified."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import platformdirs
import requests
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from graph.embedded.errors import ArtifactCorrupt, ArtifactError, ArtifactsUnavailable
from graph.embedded.lock import Artifact, digest, locked
from graph.embedded.progress import Progress, Silent

MIRROR_VARIABLE = "ZHONGCAO_MAVEN_MIRROR"
"""Environment variable with the base URL of a mirror of Maven Central."""

_LOG = logging.getLogger(__name__)
_WORKERS = 8
_TIMEOUT_S = (10.0, 60.0)  # connect, read
_CHUNK_BYTES = 1 << 18
_Stamp = dict[str, tuple[int, int]]


def default_cache_dir() -> Path:
    """The per-user cache folder of Zhongcao."""
    return Path(platformdirs.user_cache_dir("zhongcao"))


def ensure(
    set_name: str, *, cache_dir: Path | None = None, progress: Progress | None = None, mirror: str | None = None
) -> list[Path]:
    """The verified files of one locked set (`server`, `graphiql` or `explore`), in class-path order.

    Files that are already there are kept; `mirror` (a base URL) beats the environment variable and Maven Central.
    Raises ArtifactCorrupt or ArtifactsUnavailable; what was fetched until then stays for the next try.
    """
    return ensure_artifacts(
        locked(set_name),
        stamp_name=f"{set_name}-{digest(set_name)}",
        cache_dir=cache_dir or default_cache_dir(),
        progress=progress or Silent(),
        base_url=mirror or os.environ.get(MIRROR_VARIABLE) or MAVEN_CENTRAL_URL,
    )


def ensure_artifacts(
    artifacts: tuple[Artifact, ...], *, stamp_name: str, cache_dir: Path, progress: Progress, base_url: str
) -> list[Path]:
    """Like `ensure`, for any artifacts; `stamp_name` names the record of what was verified."""
    repository = _Repository(cache_dir / "maven", base_url)
    stamp_file = cache_dir / "stamps" / f"{stamp_name}.json"
    stamp = _read_stamp(stamp_file)
    verified = {one.sha256: found for one in artifacts if (found := repository.verified(one, stamp))}
    try:
        missing = [one for one in artifacts if one.sha256 not in verified]
        if missing:
            _fetch_all(repository, missing, verified, total=len(artifacts), progress=progress)
    finally:
        if verified != stamp:
            _write_stamp(stamp_file, verified)
    return [repository.path(one) for one in artifacts]


class _Repository:
    """A local folder in Maven layout, and the remote one it is filled from.

    jgo supplies the coordinates' layout and the remote's address, but not the transfer: its download keeps a
    truncated file, asks for a SHA-1 beside every jar, and opens a connection for every request (30 s of processor
    time for the server's set, against 2 s with connections kept).
    """

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.base_url = base_url.rstrip("/")
        self._context = MavenContext(repo_cache=folder, local_repos=[], remote_repos={"central": self.base_url})
        self._per_thread = threading.local()

    def relative(self, artifact: Artifact) -> str:
        """Where the artifact lies below either root."""
        component = self._context.project(artifact.group, artifact.artifact).at_version(artifact.version)
        name = component.artifact(classifier=artifact.classifier).filename
        return f"{component.path_prefix.as_posix()}/{name}"

    def path(self, artifact: Artifact) -> Path:
        """The artifact's place in the cache, whether it is there or not."""
        return self.folder / self.relative(artifact)

    def verified(self, artifact: Artifact, stamp: _Stamp) -> tuple[int, int] | None:
        """Size and time of the cached file if it is right: unchanged since it was verified, or verified now."""
        path = self.path(artifact)
        found = _size_and_mtime(path)
        if found is None or found[0] != artifact.size_bytes:
            if found is not None:
                _LOG.warning(
                    "%s in the cache has %d bytes, not %d: fetching it again",
                    artifact.coordinates,
                    found[0],
                    artifact.size_bytes,
                )
            return None
        if stamp.get(artifact.sha256) == found or _sha256(path) == artifact.sha256:
            return found
        _LOG.warning("%s in the cache is damaged: fetching it again", artifact.coordinates)
        return None

    def fetch(self, artifact: Artifact) -> Artifact:
        """Fetches one artifact, a damaged one once more."""
        url = f"{self.base_url}/{self.relative(artifact)}"
        found = self._fetch_once(artifact, url)
        if found is not None:
            _LOG.warning("%s came damaged (%s): fetching it once more", artifact.coordinates, found)
            found = self._fetch_once(artifact, url)
        if found is not None:
            expected = f"{artifact.size_bytes} bytes, SHA-256 {artifact.sha256}"
            raise ArtifactCorrupt(artifact.coordinates, expected=expected, found=found, url=url)
        return artifact

    def _fetch_once(self, artifact: Artifact, url: str) -> str | None:
        """What was wrong with the file that came; None: it was right and is in place now."""
        target = self.path(artifact)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        part = Path(name)
        try:
            hashed, size_bytes, broken = hashlib.sha256(), 0, ""
            with (
                os.fdopen(handle, "wb") as file,
                self._session().get(url, stream=True, timeout=_TIMEOUT_S) as answer,
            ):
                answer.raise_for_status()
                try:
                    for chunk in answer.iter_content(_CHUNK_BYTES):
                        file.write(chunk)
                        hashed.update(chunk)
                        size_bytes += len(chunk)
                except requests.exceptions.ChunkedEncodingError:
                    broken = " (the transfer broke off)"
            if size_bytes != artifact.size_bytes or hashed.hexdigest() != artifact.sha256:
                return f"{size_bytes} bytes, SHA-256 {hashed.hexdigest()}{broken}"
            part.replace(target)
            return None
        finally:
            part.unlink(missing_ok=True)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._per_thread, "session", None)
        if session is None:
            session = self._per_thread.session = requests.Session()
            retry = Retry(total=3, backoff_factor=0.3, status_forcelist=(429, 502, 503, 504), raise_on_status=False)
            session.mount("https://", HTTPAdapter(max_retries=retry))
            session.mount("http://", HTTPAdapter(max_retries=retry))
        return session


def _fetch_all(
    repository: _Repository, missing: list[Artifact], verified: _Stamp, *, total: int, progress: Progress
) -> None:
    """Fetches what is missing and adds it to `verified` as it comes."""
    progress.step("Fetching the database from Maven Central", sum(one.size_bytes for one in missing), "bytes")
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="fetch")
    try:
        for future in as_completed([pool.submit(repository.fetch, one) for one in missing]):
            fetched = future.result()
            found = _size_and_mtime(repository.path(fetched))
            if found is not None:
                verified[fetched.sha256] = found
            progress.advance(fetched.size_bytes)
    except requests.RequestException as error:
        still = [one.coordinates for one in missing if one.sha256 not in verified]
        raise ArtifactsUnavailable(still, total=total, base_url=repository.base_url, reason=_reason(error)) from error
    except OSError as error:
        raise ArtifactError(f"The cache {repository.folder} cannot be written: {error}") from error
    finally:
        # Whatever ended the loop, no thread may go on writing behind the caller's back.
        pool.shutdown(cancel_futures=True)
    progress.done()


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"it answered {error.response.status_code} for {error.response.url.rpartition('/')[2]}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return str(error)


def _size_and_mtime(path: Path) -> tuple[int, int] | None:
    """Size in bytes and modification time in ns; None: no such file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_stamp(file: Path) -> _Stamp:
    """What was verified, by SHA-256; a stamp that cannot be read only costs hashing."""
    try:
        return {sha256: (entry[0], entry[1]) for sha256, entry in json.loads(file.read_text("utf-8")).items()}
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _write_stamp(file: Path, verified: _Stamp) -> None:
    """Remembers size and time of the verified files, so that a warm start need not hash 150 MB."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(verified), "utf-8")
    part.replace(file)

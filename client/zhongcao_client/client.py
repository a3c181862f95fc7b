"""The connection to a service, and the questions it is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Self

import pyarrow as pa
import urllib3

from zhongcao_client.answers import Answer, warn_of
from zhongcao_client.errors import Unavailable, error_of

Language = Literal["5", "25"]
_ARROW = "application/vnd.apache.arrow.stream"


class Client:
    """Asks one service in the name of whoever the token belongs to; may be shared by threads.

    `timeout_s` and `max_rows` are what each question may take where it does not say otherwise; None: what the service
    lets it.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float | None = None,
        max_rows: int | None = None,
        language: Language = "5",
    ) -> None:
        self._url = url.rstrip("/") + "/cypher"
        self._token = token
        self._usual: dict[str, Any] = {"timeoutS": timeout_s, "maxRows": max_rows, "language": language}
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=10, read=None))

    @classmethod
    def from_environment(cls) -> Self:
        """The service and token that ZHONGCAO_URL and ZHONGCAO_TOKEN name. Raises KeyError."""
        return cls(os.environ["ZHONGCAO_URL"], os.environ["ZHONGCAO_TOKEN"])

    def ask(self, query: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> Answer:
        """The whole answer; warns (TruncatedWarning) where rows are missing.

        `options` are `timeout_s`, `max_rows` and `language`. Raises a ConsoleError.
        """
        return self._whole(query, {"parameters": dict(parameters or {})}, options)

    def canned(self, name: str, **parameters: Any) -> Answer:
        """The answer to a question that the service keeps ready, as `ask` gives it."""
        return self._whole(None, {"canned": name, "parameters": parameters}, {})

    def saved(self, key: str, **parameters: Any) -> Answer:
        """The answer to a query that somebody saved, by its id or by its link, as `ask` gives it."""
        return self._whole(None, {"saved": key, "parameters": parameters}, {"language": None})  # it has its own

    def saved_queries(self) -> list[dict[str, Any]]:
        """What the token's holder saved (`mine`), and then what they opened of others'.

        Each with `id`, `link` (None: not shared), `name`, `about`, `query`, `language` and `parameters`.
        """
        found: list[dict[str, Any]] = self._told("/saved")["saved"]
        return found

    def canned_questions(self) -> list[dict[str, Any]]:
        """The questions that the service keeps ready: `name`, `about`, `query`, and `parameters` with their types."""
        found: list[dict[str, Any]] = self._told("/canned")["canned"]
        return found

    def graph(self) -> dict[str, Any]:
        """The open part of the graph, explained: `labels` and `types` with meanings, numbers, properties, indexes."""
        return self._told("/graph")

    def _told(self, path: str) -> dict[str, Any]:
        response = self._requested("GET", path, None, {"accept": "application/json"})
        found: dict[str, Any] = json.loads(response.data)
        return found

    def stream(
        self, query: str, parameters: Mapping[str, Any] | None = None, **options: Any
    ) -> Iterator[pa.RecordBatch]:
        """The rows as they come, in batches of up to 5,000, in constant memory. Leaving ends the question."""
        truncated = None
        with self._opened(query, {"parameters": dict(parameters or {})}, options) as (reader, _):
            for batch, said in _batches(reader):
                truncated = said or truncated
                if batch.num_rows:
                    yield batch
        warn_of(truncated)

    def explain(self, query: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """The plan: operators with `operatorType`, `args` and `children`. Raises a ConsoleError."""
        return self._plan("explain", query, parameters, options)

    def profile(self, query: str, parameters: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """The plan with what each operator did, after running the question. Raises a ConsoleError."""
        return self._plan("profile", query, parameters, options)

    def _plan(
        self, mode: str, query: str, parameters: Mapping[str, Any] | None, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        given = {"parameters": dict(parameters or {}), "mode": mode}
        response = self._sent(query, given, options, "application/json")
        try:
            found: dict[str, Any] = json.loads(response.data)["plan"]
            return found
        finally:
            response.release_conn()

    def _whole(self, query: str | None, given: Mapping[str, Any], options: Mapping[str, Any]) -> Answer:
        """The answer, read to its end."""
        with self._opened(query, given, options) as (reader, source):
            table, truncated = _read(reader)
        warn_of(truncated)
        return Answer(table, source, truncated)

    @contextmanager
    def _opened(
        self, query: str | None, given: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Iterator[tuple[pa.RecordBatchStreamReader, str]]:
        response = self._sent(query, given, options, _ARROW)
        try:
            with pa.ipc.open_stream(response) as reader:
                yield reader, response.headers.get("zhongcao-source", "")
            response.drain_conn()
            response.release_conn()
        except (urllib3.exceptions.HTTPError, pa.ArrowInvalid, OSError) as error:
            raise Unavailable(f"the answer broke off: {error}") from error
        finally:
            # What was not read to its end is not read on: closing tells the service to stop.
            response.close()

    def _sent(
        self, query: str | None, given: Mapping[str, Any], options: Mapping[str, Any], accept: str
    ) -> urllib3.BaseHTTPResponse:
        names = {"timeout_s": "timeoutS", "max_rows": "maxRows", "language": "language"}
        if unknown := set(options) - set(names):
            raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")
        chosen = {names[name]: value for name, value in options.items()}
        body = {"query": query, **given, **self._usual, **chosen}
        content = json.dumps({name: value for name, value in body.items() if value is not None})
        return self._requested("POST", "", content, {"content-type": "application/json", "accept": accept})

    def _requested(
        self, method: str, path: str, content: str | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        """The head of the service's answer. Raises a ConsoleError for a refusal."""
        sent = {**headers, "authorization": f"Bearer {self._token}"}
        try:
            response = self._pool.request(method, self._url + path, body=content, headers=sent, preload_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{self._url} does not answer: {error}") from error
        if response.status == 200:
            return response
        try:
            found = json.loads(response.data)
        except ValueError:
            found = {"errors": [{"message": f"status {response.status}"}]}
        raise error_of(found, response.headers.get("retry-after"))


def _read(reader: pa.RecordBatchStreamReader) -> tuple[pa.Table, str | None]:
    """All batches as a table, and what is said of missing rows."""
    batches, truncated = [], None
    for batch, said in _batches(reader):
        batches.append(batch)
        truncated = said or truncated
    return pa.Table.from_batches(batches, reader.schema), truncated


def _batches(reader: pa.RecordBatchStreamReader) -> Iterator[tuple[pa.RecordBatch, str | None]]:
    """The batches, with what the last one says of missing rows."""
    while True:
        try:
            batch, said = reader.read_next_batch_with_custom_metadata()
        except StopIteration:
            return
        truncated = said.get(b"truncated") if said is not None else None
        yield batch, truncated.decode() if truncated else None

"""Counters, gauges and histograms for Prometheus; one process's, or those of all workers together.

Several workers share a folder that `PROMETHEUS_MULTIPROC_DIR` names before this module is imported; `serve` sees to
that. Labels have few values: no word that a caller chose is ever one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
OperationKind = Literal["query", "mutation", "subscription", "unknown"]
# ok; errors: answered with errors inside; refused: nothing ran, the caller's doing; failed: nothing ran, ours.
OperationOutcome = Literal["ok", "errors", "refused", "failed"]
Mode = Literal["read", "write"]
EventOutcome = Literal["done", "repeated", "failed"]

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double the series
_REGISTRY = CollectorRegistry()
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def _counter(name: str, about: str, *labels: str) -> Counter:
    return Counter(f"zhongcao_{name}", about, labels, registry=_REGISTRY)


def _gauge(name: str, about: str, mode: Literal["livesum", "livemostrecent"]) -> Gauge:
    return Gauge(f"zhongcao_{name}", about, registry=_REGISTRY, multiprocess_mode=mode)


def _histogram(name: str, about: str, *labels: str) -> Histogram:
    return Histogram(f"zhongcao_{name}", about, labels, registry=_REGISTRY, buckets=_SECONDS)


_REQUESTS = _counter("http_requests", "HTTP requests answered.", "route", "status")
_REQUEST_SECONDS = _histogram("http_request_duration_seconds", "From a request to the head of its answer.", "route")
_OPERATIONS = _counter("graphql_operations", "GraphQL operations answered.", "kind", "outcome")
_STATEMENT_SECONDS = _histogram(
    "statement_duration_seconds", "One statement as the service waits for it, repetitions included.", "mode", "outcome"
)
_REPEATED = _counter("database_repetitions", "Reads and units of work begun again.", "mode")
_SHAPES = _counter("graphql_new_shapes", "Documents, or forms of one, not seen before by their process.")
_LOOKUPS = _counter("plan_cache_lookups", "Look-ups of prepared documents.", "result")
_REFUSALS = _counter("rate_limit_refusals", "Requests refused by a rate limit.", "policy")
_SUBSCRIPTIONS = _gauge("graphql_open_subscriptions", "Subscriptions open now.", "livesum")
_QUESTIONS = _counter("console_questions", "Questions to the console.", "source", "outcome")
_OUTBOX_DUE = _gauge("outbox_due_events", "Events that should have been handled by now.", "livemostrecent")
_OUTBOX_OLDEST = _gauge("outbox_oldest_due_seconds", "How long the oldest of them has been due.", "livemostrecent")
_OUTBOX_FAILED = _gauge("outbox_failed_events", "Events given up after their last try.", "livemostrecent")
_OUTBOX_EVENTS = _counter("outbox_events", "Events taken up by workers of this service.", "outcome")


# Looking a child up by its labels costs more than counting: the few that there are are kept.
@lru_cache(maxsize=1024)
def _requests(route: str, status: int) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(route, str(status)), _REQUEST_SECONDS.labels(route)


_operations = lru_cache(maxsize=64)(_OPERATIONS.labels)
_statement_seconds = lru_cache(maxsize=64)(_STATEMENT_SECONDS.labels)
_HITS, _MISSES = _LOOKUPS.labels("hit"), _LOOKUPS.labels("miss")


def request(route: str, status: int, duration_s: float) -> None:
    """One HTTP request was answered. `route` is a pattern of ours, not the caller's path."""
    requests, seconds = _requests(route, status)
    requests.inc()
    seconds.observe(duration_s)


def operation(kind: OperationKind, outcome: OperationOutcome) -> None:
    """One GraphQL operation was answered; `unknown` is the kind of what could not be read."""
    _operations(kind, outcome).inc()


def statement(mode: Mode, outcome: str, duration_s: float) -> None:
    """One statement ended."""
    _statement_seconds(mode, outcome).observe(duration_s)


def repeated(mode: Mode) -> None:
    """A read was sent again, or a unit of work began again."""
    _REPEATED.labels(mode).inc()


def new_shape() -> None:
    """An operation, or a form of one, was compiled that this process had not seen before."""
    _SHAPES.inc()


def plan_lookup(*, hit: bool) -> None:
    """A document was looked up among those prepared."""
    (_HITS if hit else _MISSES).inc()


def refused(policy: str) -> None:
    """A request was refused by the rate limit of that name."""
    _REFUSALS.labels(policy).inc()


def question(source: str, outcome: str) -> None:
    """A question to the console came to its end: answered, truncated, refused, failed or left."""
    _QUESTIONS.labels(source, outcome).inc()


def subscription_opened() -> None:
    """A subscription began."""
    _SUBSCRIPTIONS.inc()


def subscription_closed() -> None:
    """A subscription ended."""
    _SUBSCRIPTIONS.dec()


def outbox_lag(*, due: int, oldest_s: float, failed: int) -> None:
    """What waits in the outbox, as last looked at."""
    _OUTBOX_DUE.set(due)
    _OUTBOX_OLDEST.set(oldest_s)
    _OUTBOX_FAILED.set(failed)


def outbox_event(outcome: EventOutcome) -> None:
    """A worker took up an event: done, to be tried again, or given up."""
    _OUTBOX_EVENTS.labels(outcome).inc()


def rendered() -> bytes:
    """All metrics in Prometheus' text format: of all workers where there are several, else of this process."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    found = CollectorRegistry()
    if folder:
        workers = _living(Path(folder))
        MultiProcessCollector(found, folder)  # type: ignore[no-untyped-call]  # the library is untyped here
    else:
        workers = [os.getpid()]
    found.register(_Processes(workers))
    return generate_latest(found) if folder else generate_latest(_REGISTRY) + generate_latest(found)


def _living(folder: Path) -> list[int]:
    """The workers that run. Gauges of those that ended are dropped; what they counted stays."""
    workers = set()
    for path in folder.glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if _runs(pid):
            workers.add(pid)
        else:
            path.unlink(missing_ok=True)
    return sorted(workers)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class _Processes(Collector):
    """Memory, processor time and open files of these processes together."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        """Asks the operating system."""
        import psutil  # only here: a process that nobody scrapes needs none of it

        memory, processor, files, alive = 0, 0.0, 0, 0
        for pid in self._pids:
            try:
                process = psutil.Process(pid)
                with process.oneshot():
                    used = process.memory_info().rss
                    times = process.cpu_times()
                    opened = process.num_fds()
            except psutil.Error:
                continue
            alive += 1
            memory += used
            processor += times.user + times.system
            files += opened
        yield GaugeMetricFamily("zhongcao_processes", "Server processes.", value=alive)
        yield GaugeMetricFamily("process_resident_memory_bytes", "Resident memory of all together.", value=memory)
        yield CounterMetricFamily("process_cpu_seconds", "Processor time of all together.", value=processor)
        yield GaugeMetricFamily("process_open_fds", "Open file descriptors of all together.", value=files)

"""Imports a split, runs the service's own job, and asks the running service for every person of the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import httpx

from bench.home import Graph, access_tokens, config_in, folder, graph_of, service, within
from bench.measure import Unmeasurable
from bench.recommend.protocol import AT, Quality, held_out, published, quality
from bench.recommend.tuning import tuned
from bench.report import OUT, Figures, begun, rounded, table, write
from commands.terminal import TerminalProgress
from datasets.public.folder import PublicData, public_folder
from graph.jobs.similarity import Run, run
from graph.jobs.similarity.law import Law, usual

_QUERY = f"{{ viewer {{ recommendedProducts(first: {AT}) {{ nodes {{ id }} }} }} }}"
_AT_ONCE = 4
_TIMED, _CONNECTIONS = 500, (1, 16)


def run_recommend(
    *,
    split: Path,
    data_dir: Path | None,
    tune: bool,
    json_file: Path | None,
    rankings_file: Path | None,
) -> Figures:
    """The figures of one split; the last are `recall@20`, `ndcg@20`, `users`, `p50_ms`, `p95_ms`.

    Times are those at one connection; at 16 they are `c16_p50_ms` and `c16_p95_ms`.
    """
    data, wanted = public_folder(split), held_out(split)
    law = tuned(data) if tune else usual(data.users, data.items, len(data.interactions))
    figures = begun("recommend", split=split.resolve().name, tuned=str(tune).lower(), **asdict(law))
    with folder(data_dir) as place, graph_of(config_in(place), data, f"the split {data.name}") as graph:
        _compare(graph, law)
        rankings, times_ms = _asked(graph, data, sorted(wanted))
    found = quality(rankings, wanted)
    figures |= {
        "recall@20": round(found.recall, 4),
        "ndcg@20": round(found.ndcg, 4),
        "users": found.users,
        **_quantiles("", times_ms[1]),
        **_quantiles("c16_", times_ms[16]),
    }
    write(figures, json_file)
    if rankings_file:
        _write_rankings(rankings_file, rankings)
    _show(split, found, figures)
    return figures


def _compare(graph: Graph, law: Law) -> None:
    """Runs the similarity job, as far as recommendations of products need it."""
    with TerminalProgress() as progress:
        told = within(
            graph.address, lambda db: run(Run(db, laws={"products": law}, progress=progress), parts=("products",))
        )
    OUT.print(told, highlight=False)


def _asked(graph: Graph, data: PublicData, users: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, list[float]]]:
    """Each person's items, best first, and by connections how long answers took."""
    tokens = dict(zip(users, access_tokens([f"user_{data.name}.u{user}" for user in users]), strict=True))
    with service(graph.address) as (port, _pid), TerminalProgress() as progress:
        progress.step("Asking for everybody", len(users))
        return asyncio.run(_ask_all(port, tokens, progress))


async def _ask_all(
    port: int, tokens: Mapping[int, str], progress: TerminalProgress
) -> tuple[dict[int, list[int]], dict[int, list[float]]]:
    rankings: dict[int, list[int]] = {}
    waiting = iter(tokens.items())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:

        async def some() -> None:
            for user, token in waiting:
                rankings[user] = _items(await _ask(client, token))
                progress.advance()

        await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
        progress.done()
        times_ms = {many: await _timed(client, list(tokens.values()), many) for many in _CONNECTIONS}
        return {user: rankings[user] for user in tokens}, times_ms


async def _timed(client: httpx.AsyncClient, tokens: Sequence[str], connections: int) -> list[float]:
    """How long answers take when so many are asked at a time, of people spread over all, in ms."""
    times_ms: list[float] = []
    waiting = iter(tokens[:: max(1, len(tokens) // _TIMED)])

    async def some() -> None:
        for token in waiting:
            begun_at = time.perf_counter()
            await _ask(client, token)
            times_ms.append((time.perf_counter() - begun_at) * 1000)

    await asyncio.gather(*(some() for _ in range(connections)))
    return times_ms


async def _ask(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/graphql", json={"query": _QUERY}, headers={"authorization": f"Bearer {token}"})


def _items(answer: httpx.Response) -> list[int]:
    body = answer.json()
    if answer.status_code != 200 or "errors" in body:
        raise Unmeasurable(f"status {answer.status_code}: {answer.text[:600]}")
    viewer = body["data"]["viewer"]
    # Somebody without training items is not in the graph, so nobody signed in.
    return [int(node["id"].rpartition(".i")[2]) for node in viewer["recommendedProducts"]["nodes"]] if viewer else []


def _quantiles(prefix: str, times_ms: Sequence[float]) -> Figures:
    return {f"{prefix}p50_ms": rounded(_quantile(times_ms, 0.5)), f"{prefix}p95_ms": rounded(_quantile(times_ms, 0.95))}


def _quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _write_rankings(file: Path, rankings: Mapping[int, Sequence[int]]) -> None:
    """One line a person: their number, then the items, best first."""
    lines = (" ".join(map(str, (user, *items))) for user, items in rankings.items())
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _show(split: Path, found: Quality, figures: Figures) -> None:
    rows: list[tuple[object, ...]] = [(name, recall, ndcg) for name, recall, ndcg in published(split)]
    rows.append(("this service", found.recall, found.ndcg))
    table(
        f"{split.resolve().name}: {found.users:,} people, {figures['p50_ms']} ms p50, {figures['p95_ms']} ms p95",
        ("model", "recall@20", "ndcg@20"),
        [(name, f"{recall:.4f}", f"{ndcg:.4f}") for name, recall, ndcg in rows],
    )

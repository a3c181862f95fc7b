"""`encoders`: the encoders that need no network, side by side: how fast each is, on one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from bench.bge import bge
from bench.home import config_in, demo_graph, folder, within
from bench.report import OUT, Figures, begun, rounded, table, write
from embeddings.loading import EMBEDDED, SentenceEncoder, load_source
from graph import embeddings
from graph.database import Database
from graph.embeddings import Text
from graph.rules.spaces import LABELS, Space

CANDIDATES: dict[str, Callable[[], SentenceEncoder]] = {"e5": lambda: load_source(EMBEDDED, threads=1), "bge": bge}
QUERIES = ("敏感肌防晒", "平价口红推荐", "适合新手的帐篷", "sunscreen for sensitive skin", "gift for dad", "SPF50")
_ROUNDS = 10
# Any will do: what is asked of it is the texts.
_NO_SPACE = Space("", "", 0)


def run_encoders(*, data_dir: Path | None, scale: float, sample: int, json_file: Path | None) -> Figures:
    """Passages a second and milliseconds of a query, by the clock and by the processor; keys such as `e5_query_ms`."""
    figures = begun("encoders", scale=scale, sample=sample)
    with folder(data_dir) as place, demo_graph(config_in(place), scale) as graph:
        found = within(graph.address, texts)
    chosen = found[:: max(1, len(found) // sample)]
    figures |= {"texts": len(found), "mean_characters": rounded(statistics.mean(len(one.text) for one in chosen))}
    torch.set_num_threads(1)
    for name, load in CANDIDATES.items():
        OUT.print(f"encoding with {name}", highlight=False)
        encoder = load()
        encoder.queries(QUERIES)
        figures |= {f"{name}_{key}": rounded(value) for key, value in _speed(encoder, chosen).items()}
        write(figures, json_file)
    keys = ("passages_s", "passages_cpu_s", "query_ms", "query_cpu_ms")
    rows = [(name, *(figures[f"{name}_{key}"] for key in keys)) for name in CANDIDATES]
    columns = ("encoder", "passages/s", "passages/cpu s", "query ms", "query cpu ms")
    table(f"encoders, one thread, {len(chosen)} texts of demo scale {scale:g}", columns, rows)
    return figures


async def texts(database: Database) -> list[Text]:
    """Every text of the graph that others may find."""
    found: list[Text] = []
    for label in LABELS:
        after = ""
        while page := await embeddings.texts(database, space=_NO_SPACE, label=label, after=after, batch=500):
            found += [one for one in page if one.findable]
            after = page[-1].id
    return found


def _speed(encoder: SentenceEncoder, chosen: Sequence[Text]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for at in range(0, len(chosen), encoder.piece):
        encoder.passages([one.text for one in chosen[at : at + encoder.piece]])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    times = []
    asked = time.process_time()
    for query in QUERIES * _ROUNDS:
        began = time.perf_counter()
        encoder.queries([query])
        times.append(time.perf_counter() - began)
    asked = time.process_time() - asked
    return {
        "passages_s": len(chosen) / wall,
        "passages_cpu_s": len(chosen) / cpu,
        "query_ms": 1000 * statistics.median(times),
        "query_cpu_ms": 1000 * asked / len(times),
    }

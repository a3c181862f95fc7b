"""`search`: how well the judged queries are answered by words alone, by vectors alone, and by both as served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from bench.home import Graph, config_in, demo_graph, folder, within
from bench.report import Figures, begun, rounded, table, write
from bench.search.facts import facts
from bench.search.judging import KINDS, LANGUAGES, Judged, grades, judged, ndcg
from bench.search.latency import METRICS, hits, latencies
from commands.terminal import TerminalProgress
from datasets.demo import UNTIL
from embeddings.building import Builder
from embeddings.encoder import Space, Vectors
from embeddings.loading import EMBEDDED, SentenceEncoder, load_source
from graph import search
from graph.database import Database
from graph.embeddings import spaces
from graph.rules import lexicon
from graph.rules.fusion import Weights
from graph.rules.queries import read
from graph.rules.spaces import vector_index, vector_property
from graph.search import SUBJECTS, Asked, Candidates, Filters, Meaning

WAYS = ("text", "vector", "hybrid")
_CONNECTIONS = (1, 16)
_TEXT_ALONE, _VECTOR_ALONE = {"vector": 0.0}, {"text": 0.0}


def _bge() -> SentenceEncoder:
    from bench.bge import bge

    return bge()


ENCODERS: Mapping[str, Callable[[], SentenceEncoder]] = {"e5": lambda: load_source(EMBEDDED, threads=1), "bge": _bge}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for a query: by words, by vectors, by both, and how everything is graded."""

    judged: Judged
    graded: Mapping[str, int]
    asked: Mapping[str, Asked]
    found: Mapping[str, Candidates]

    def ndcg(self, way: str, weights: Weights) -> float:
        """nDCG@10 of the first ten that the way gives."""
        changed = {"text": _TEXT_ALONE, "vector": _VECTOR_ALONE, "hybrid": {}}[way]
        items = search.ordered(self.found[way], self.asked[way], replace(weights, **changed))
        return ndcg([one for one, _ in items], self.graded)


def run_search(
    *, data_dir: Path | None, encoders: Sequence[str], tune: bool, seconds: float, rounds: int, json_file: Path | None
) -> Figures:
    """nDCG@10 of each way; keys such as `e5_hybrid`, `e5_hybrid_zh`, `e5_hybrid_intent`, `e5_hybrid_validation`.

    All but the last are of the test half. `tune` prints what other weights give on the validation half. What searches
    take is measured with the embedded encoder, e5, if it is among them: `hybrid_c1_p50_ms` and its like.
    """
    figures = begun("search", queries=len(judged()), seconds=seconds, rounds=rounds)
    with folder(data_dir) as place, demo_graph(config_in(place), 1) as graph:
        for name in encoders:
            answered = answers(graph, name)
            figures |= {f"{name}_{key}": value for key, value in _figures(answered, Weights()).items()}
            write(figures, json_file)
            _show(name, answered)
            if tune:
                _tune(answered)
            if name == "e5":
                figures |= hits(graph, [(one.judged.label, one.asked["hybrid"]) for one in answered])
                figures |= _times(graph, answered, seconds, rounds)
                write(figures, json_file)
    return figures


def _times(graph: Graph, answered: Sequence[Answered], seconds: float, rounds: int) -> Figures:
    asked = [one.judged for one in answered if one.judged.among is None]
    found = list(latencies(graph, asked, connections=_CONNECTIONS, seconds=seconds, rounds=rounds))
    columns = ("search", "connections", "p50 ms", "p95 ms", "req/s", "server cpu ms", "neo4j cpu ms")
    rows = [(way, many, *(values[metric] for metric in METRICS)) for way, many, values in found]
    table(f"searches over the demo at scale 1, medians of {rounds} × {seconds:g} s", columns, rows)
    return {f"{way}_c{many}_{key}": value for way, many, values in found for key, value in values.items()}


def answers(graph: Graph, name: str) -> list[Answered]:
    """What is found for every judged query with that encoder, whose vectors are built first where they lack."""
    encoder = ENCODERS[name]()
    known = facts()

    async def ask(database: Database) -> list[Answered]:
        await _built(database, encoder, name)
        return [await _answered(database, encoder, one, grades(one, known)) for one in judged()]

    return within(graph.address, ask)


class _Threaded:
    """An encoder of this process, asked from its event loop."""

    ready = True

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    async def space(self) -> Space:
        return self._encoder.space

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._encoder.passages, texts)

    async def queries(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._encoder.queries, texts)

    async def close(self) -> None:
        """Ends with the process."""


async def _built(database: Database, encoder: SentenceEncoder, name: str) -> None:
    if any(one.space == encoder.space and one.state == "active" for one in await spaces(database)):
        return
    with TerminalProgress() as progress:
        await Builder(database, progress).build(_Threaded(encoder), EMBEDDED if name == "e5" else name)


async def _answered(database: Database, encoder: SentenceEncoder, one: Judged, graded: Mapping[str, int]) -> Answered:
    query = read(one.query, lexicon.load())
    (vector,) = encoder.queries([query.key]).tolist()
    key = encoder.space.key
    meaning = Meaning(vector, {label: vector_index(key, label) for label in SUBJECTS}, vector_property(key))
    served = meaning if search.has_meaning(one.label, query) else None
    # The demo ends then, so that what is new is the same whenever this is run.
    base = Asked(query, UNTIL, Filters(language=one.among))
    asked = {"text": base, "vector": replace(base, meaning=meaning), "hybrid": replace(base, meaning=served)}
    weights = {"text": Weights(vector=0), "vector": Weights(text=0), "hybrid": Weights()}
    found = {way: await search.candidates(database, one.label, asked[way], weights[way]) for way in WAYS}
    return Answered(one, graded, asked, found)


def _groups(answered: Sequence[Answered]) -> Iterator[tuple[str, list[Answered]]]:
    tested = [one for one in answered if not one.judged.validation]
    yield "", tested
    for language in LANGUAGES:
        yield f"_{language}", [one for one in tested if one.judged.language == language]
    for kind in KINDS:
        # Mixed queries are a kind of their own, and the only ones in their language.
        if kind not in LANGUAGES:
            yield f"_{kind}", [one for one in tested if one.judged.kind == kind]
    for label in ("Note", "Product"):
        yield f"_{label.lower()}s", [one for one in tested if one.judged.label == label]
    yield "_validation", [one for one in answered if one.judged.validation]


def _figures(answered: Sequence[Answered], weights: Weights) -> Figures:
    return {
        f"{way}{group}": rounded(mean(one.ndcg(way, weights) for one in members))
        for group, members in _groups(answered)
        for way in WAYS
    }


def _show(name: str, answered: Sequence[Answered]) -> None:
    figures = _figures(answered, Weights())
    rows = [
        (group[1:] or "test half", len(members), *(figures[f"{way}{group}"] for way in WAYS))
        for group, members in _groups(answered)
    ]
    table(f"nDCG@10 with {name}, by what was asked", ("queries", "count", *WAYS), rows)


def _tune(answered: Sequence[Answered]) -> None:
    """Prints the best of some weights on the validation half."""
    chosen = [one for one in answered if one.judged.validation]
    tried = [
        (mean(one.ndcg("hybrid", weights) for one in chosen), weights.k, weights.vector)
        for k in (5.0, 10.0, 20.0, 40.0, 60.0)
        for vector in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
        for weights in [Weights(k=k, vector=vector)]
    ]
    table("hybrid on the validation half", ("nDCG@10", "k", "vector weight"), sorted(tried, reverse=True)[:12])

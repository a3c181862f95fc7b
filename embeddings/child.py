"""The process that an encoder runs in: `python -m embeddings.child`, started by `embeddings.process`.

Over its standard input come messages, each with its length before it as four bytes: first where the encoder comes from,
then texts to encode. Each is answered over standard output, in order: a byte that says whether it went well, and the
space, the vectors or the reason. It ends when its input does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import asdict
from queue import SimpleQueue
from typing import Any, BinaryIO

import orjson

from embeddings.encoder import EncoderUnavailable
from embeddings.loading import load_source

DONE = b"\x00"
FAILED = b"\x01"
LENGTH_BYTES = 4


def main() -> None:
    """Loads the encoder, then encodes until the input ends."""
    # Ctrl-C reaches every process of a terminal; the parent says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    messages: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, messages), daemon=True).start()
    asked = messages.get()
    try:
        encoder = load_source(asked["source"], threads=asked["threads"])
    except EncoderUnavailable as error:
        _answer(output, FAILED, str(error).encode())
        return
    _answer(output, DONE, orjson.dumps({**asdict(encoder.space), "piece": encoder.piece}))
    while True:
        message = messages.get()
        encode = encoder.queries if message["queries"] else encoder.passages
        try:
            _answer(output, DONE, encode(message["texts"]).tobytes())
        except Exception as error:  # one text that no model takes must not end the process
            _answer(output, FAILED, f"{type(error).__name__}: {error}".encode())


def _read(source: BinaryIO, messages: SimpleQueue[Any]) -> None:
    """Puts each message into the queue; the end of the input, also while a model is being loaded, ends the process."""
    while len(length := source.read(LENGTH_BYTES)) == LENGTH_BYTES:
        messages.put(orjson.loads(source.read(int.from_bytes(length))))
    os._exit(0)


def _answer(output: BinaryIO, outcome: bytes, payload: bytes) -> None:
    output.write((len(payload) + 1).to_bytes(LENGTH_BYTES) + outcome + payload)
    output.flush()


if __name__ == "__main__":
    main()

"""Whether two servers gave the same answer: the multiset of leaf values, whatever the shape around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bench.home import ask
from bench.measure import Unmeasurable

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d))?(?:\.(\d+))?(?:Z|\+00:00)")

Leaves = Counter[object]


def answers(name: str, port: int, path: str, texts: Sequence[str], tokens: Sequence[str] = ()) -> list[Leaves]:
    """The leaves of each answer. Raises Unmeasurable for errors, and where the thing asked for is not there."""
    found = []
    for text, token in zip(texts, tokens or [""] * len(texts), strict=True):
        data = ask(port, text, path, token)
        if not next(iter(data.values())):
            raise Unmeasurable(f"{name}: empty answer to {text[-200:]}")
        found.append(Counter(leaves(data)))
    return found


def same_share(left: Sequence[Leaves], right: Sequence[Leaves]) -> float:
    """The share of equal answers, 0 to 1."""
    return sum(one == other for one, other in zip(left, right, strict=True)) / len(left)


def leaves(value: object) -> Iterator[object]:
    """The values at the ends, numbers as floats and times to the millisecond, so that spelling makes no difference."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield round(float(value), 6)
    elif isinstance(value, str) and (time := _TIME.fullmatch(value)):
        yield f"{time[1]}:{time[2] or '00'}.{(time[3] or '').ljust(3, '0')[:3]}"
    else:
        yield value

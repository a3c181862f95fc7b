"""Cascades: whoever takes something up has it from who took it up last before them of those they followed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.rules.cascade import Step, cascade


def test_the_last_followed_before_is_the_source() -> None:
    followed = {"b": ["a"], "c": ["a", "b"], "d": ["e"], "e": ["a", "d"], "f": ["c"]}
    assert cascade(list("abcdef"), followed) == [
        Step("a", None, 0, 3),
        Step("b", "a", 1, 2),
        Step("c", "b", 2, 1),
        Step("d", None, 0, 1),
        Step("e", "d", 1, 0),
        Step("f", "c", 3, 0),
    ]
    assert cascade([], {}) == []


@given(st.permutations(range(12)), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_steps_are_trees(order: list[int], follows: set[tuple[int, int]]) -> None:
    names = [str(one) for one in order]
    followed = {str(one): [str(other) for of, other in follows if of == one and other != one] for one in range(12)}
    steps = cascade(names, followed)
    of = {one.id: one for one in steps}
    assert [one.id for one in steps] == names
    for place, one in enumerate(steps):
        earlier = [name for name in names[:place] if name in followed[one.id]]
        assert one.parent == (earlier[-1] if earlier else None)
        assert one.depth == (0 if one.parent is None else of[one.parent].depth + 1)
        assert one.descendants == sum(1 + child.descendants for child in steps if child.parent == one.id)
    assert sum(1 + one.descendants for one in steps if one.parent is None) == len(steps)

"""Ids: prefixed, sortable by time, and told apart from other text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ids import label_of, new_id
from graph.model import NODES, OWN_NODES


@pytest.mark.parametrize("kind", [*NODES, *OWN_NODES], ids=lambda kind: kind.label)
def test_an_id_names_its_label(kind: object) -> None:
    label: str = kind.label  # type: ignore[attr-defined]
    made = [new_id(label) for _ in range(100)]
    assert made == sorted(made)
    assert len(set(made)) == 100
    assert {label_of(one) for one in made} == {label}


def test_an_unknown_label_has_no_ids() -> None:
    with pytest.raises(KeyError):
        new_id("Nothing")


@given(st.text(max_size=40))
def test_other_text_names_nothing(text: str) -> None:
    assert label_of(f"{text}_{text}") is None or text in {kind.prefix for kind in (*NODES, *OWN_NODES)}


@pytest.mark.parametrize("text", ["", "user", "user_", "user_a\n", "user_" + "a" * 65, "User_1", "user_ä", "user_1 "])
def test_near_misses(text: str) -> None:
    assert label_of(text) is None

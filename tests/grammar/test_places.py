from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from grammar.building import build
from grammar.places import Places
from tests.grammar.small_council import small_council

PLACES = Places(build(small_council()), {})
TEXTS = PLACES.texts
WORDS = sorted({word for text in TEXTS for word in text.split()})


@given(
    st.lists(
        st.lists(st.sampled_from([*WORDS, "the", "policy"]), min_size=1, max_size=4).map(" ".join),
        min_size=1,
        max_size=3,
    )
)
def test_names_of_places_compare_as_sets_of_words(qualifiers: list[str]) -> None:
    named = PLACES.named(qualifiers, np.arange(len(TEXTS)))
    for row, qualifier in enumerate(qualifiers):
        expected = [fuzz.token_set_ratio(qualifier, text) for text in TEXTS]
        assert named[row].tolist() == pytest.approx(expected)

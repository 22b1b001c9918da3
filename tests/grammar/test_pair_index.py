from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammar import pair_index
from grammar.pair_index import PairIndex
from grammar.phones import ALPHABET

PHONES = st.text(ALPHABET[:5], max_size=8)


def _pairs(phones: str) -> set[tuple[str, str]]:
    return set(pairwise(f"|{phones}|"))


def _dice(query: str, text: str) -> float:
    wanted, found = _pairs(query), _pairs(text)
    shared = len(wanted & found)
    return 2 * shared / (len(wanted) + len(found)) if shared >= len(wanted) / 4 else 0.0


def _likest(texts: list[str], queries: list[str], most: int) -> list[int]:
    likeness = [max((_dice(query, text) for query in queries), default=0.0) for text in texts]
    order = sorted(range(len(texts)), key=lambda number: (-likeness[number], number))
    return sorted(number for number in order[:most] if likeness[number])


@given(st.lists(PHONES, max_size=30), st.lists(PHONES, max_size=6), st.integers(1, 30))
def test_the_texts_found_are_those_that_share_most_pairs_of_equally_like_ones_the_first(
    texts: list[str], queries: list[str], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_index, "RETRIEVED", most)
        found = PairIndex(texts).nearest(queries)
    assert found.tolist() == _likest(texts, queries, most)


@given(
    st.lists(PHONES, min_size=10, max_size=40, unique=True),
    st.lists(PHONES, min_size=1, max_size=4),
    st.integers(1, 4),
    st.integers(1, 20),
)
def test_the_same_texts_are_found_where_few_are_compared_first(
    texts: list[str], queries: list[str], most: int, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_index, "RETRIEVED", most)
        patch.setattr(pair_index, "_MORE", 0)
        patch.setattr(pair_index, "_AT_ONCE", at_once)
        found = PairIndex(texts).nearest(queries)
    assert found.tolist() == _likest(texts, queries, most)


@given(
    st.lists(PHONES, max_size=30), st.lists(PHONES, max_size=6), st.integers(1, 30),
    st.integers(1, 20),
)  # fmt: skip
def test_where_all_that_the_rarest_pairs_name_is_counted_the_likest_of_it_are_found(
    texts: list[str], queries: list[str], most: int, looked_up: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_index, "RETRIEVED", most)
        patch.setattr(pair_index, "_LOOKED_UP", looked_up)
        found = PairIndex(texts).nearest(queries).tolist()
    likest = _likest(texts, queries, len(texts))
    assert set(found) <= set(likest)
    assert found == sorted(found)
    assert len(found) <= most


@pytest.mark.parametrize("bits", [1, 2, 5])
def test_pairs_beyond_a_word_of_bits_count_as_well(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_index, "_BITS", bits)
    texts = ["ʤEnsmɪθ", "ʧidiOkafɔ", "alənwʊzənkɹɑft", "maɹɪɡOld"]
    for queries in ([texts[0]], texts[1:3], texts):
        assert PairIndex(texts).nearest(queries).tolist() == _likest(texts, queries, len(texts))


def test_a_short_text_with_few_pairs_is_found_before_long_ones_that_share_more() -> None:
    long = ["ʤEnsmɪθbɹaʊnɡɹinwItblak" + phone * 2 for phone in "pbtdkɡ"]
    texts = [*long, "lɒ"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_index, "RETRIEVED", 2)
        patch.setattr(pair_index, "_MORE", 0)
        found = PairIndex(texts).nearest(["ʤEnsmɪθbaʊn", "lɒ"])
    assert found.tolist() == _likest(texts, ["ʤEnsmɪθbaʊn", "lɒ"], 2)
    assert texts.index("lɒ") in found

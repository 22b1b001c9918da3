"""The word graph: what it accepts, its probabilities, and its file."""

from __future__ import annotations

import io
import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import EngineError
from switchboard.recognition.vosk.graph import Words, allows, build
from switchboard.recognition.vosk.openfst import (
    Acceptor,
    read_output_symbols,
    write_acceptor,
)
from switchboard.recognition.vosk.selftest import babble
from tests.recognition.vosk.small_model import table

words = st.integers(1, 4)
phrases = st.lists(words, min_size=1, max_size=3).map(tuple)
phrase_sets = st.dictionaries(phrases, st.floats(0.1, 10), min_size=1, max_size=6)
carriers = st.sets(phrases, max_size=3)


def outgoing(acceptor: Acceptor, state: int) -> float:
    """The total probability of leaving a state or ending in it."""
    final = math.exp(-acceptor.final[state]) if state in acceptor.final else 0.0
    return final + sum(math.exp(-arc.cost) for arc in acceptor.arcs[state])


def accepts(acceptor: Acceptor, said: Words) -> bool:
    reached = {0}
    for word in (*said, None):
        reached |= {
            arc.target for state in reached for arc in acceptor.arcs[state] if not arc.label
        }
        if word is None:
            return bool(reached & set(acceptor.final))
        reached = {
            arc.target for state in reached for arc in acceptor.arcs[state] if arc.label == word
        }
    return False


def is_said(said: Words, phrases: set[Words], before: set[Words], after: set[Words]) -> bool:
    """The definition, by brute force: before* phrase after*."""
    if said in phrases:
        return True
    return any(
        said[: len(head)] == head and is_said(said[len(head) :], phrases, before, after)
        for head in before
    ) or any(
        said[-len(tail) :] == tail and is_said(said[: -len(tail)], phrases, set(), after)
        for tail in after
    )


@given(phrase_sets, carriers, carriers, st.lists(words, min_size=1, max_size=6).map(tuple))
def test_the_graph_accepts_exactly_carriers_around_a_phrase(
    phrases: dict[Words, float], before: set[Words], after: set[Words], said: Words
) -> None:
    acceptor = build(phrases, before, after)
    expected = is_said(said, set(phrases), before, after)
    assert accepts(acceptor, said) == expected
    if expected:
        assert all(allows(acceptor, said[:end]) for end in range(len(said) + 1))


@given(phrase_sets, carriers, carriers)
def test_from_every_state_the_probabilities_add_up_to_one(
    phrases: dict[Words, float], before: set[Words], after: set[Words]
) -> None:
    acceptor = build(phrases, before, after)
    for state in range(len(acceptor.arcs)):
        assert outgoing(acceptor, state) == pytest.approx(1.0)


def test_a_phrase_called_more_often_costs_less() -> None:
    acceptor = build({(1,): 9.0, (2,): 1.0}, (), ())
    costs = {arc.label: arc.cost for arc in acceptor.arcs[1]}
    assert math.exp(-costs[1]) == pytest.approx(0.9)
    assert math.exp(-costs[2]) == pytest.approx(0.1)


def test_carriers_add_to_the_size_and_do_not_multiply_it() -> None:
    names: dict[Words, float] = {(n, n + 1): 1.0 for n in range(1, 1001)}
    carriers = [(n, n, n) for n in range(1, 101)]
    plain, carried = build(names, (), ()), build(names, carriers, ())
    assert len(carried.arcs) <= len(plain.arcs) + 3 * len(carriers)


def test_a_written_graph_has_its_symbols_read_back(tmp_path: Path) -> None:
    symbols = table("<eps>", "jane", "smith", "o'neill", "한나리")
    content = io.BytesIO()
    write_acceptor(content, build({(1, 2): 1.0, (3,): 2.0}, [(4,)], []), symbols)
    path = tmp_path / "Gr.fst"
    path.write_bytes(content.getvalue())
    assert read_output_symbols(path) == symbols


def test_words_that_come_out_are_told_from_those_that_go_in(tmp_path: Path) -> None:
    into, out = table("<eps>", "jane"), table("<eps>", "siobhan")
    content = io.BytesIO()
    write_acceptor(content, build({(1,): 1.0}, [], []), into)
    twice, other = into.blob * 2, into.blob + out.blob
    assert twice in content.getvalue()
    path = tmp_path / "Gr.fst"
    path.write_bytes(content.getvalue().replace(twice, other))
    assert read_output_symbols(path) == out


@given(st.binary(max_size=200), st.booleans())
def test_any_other_file_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, begins: bool
) -> None:
    path = tmp_path_factory.mktemp("fst") / "Gr.fst"
    path.write_bytes((struct.pack("<i", 2125659606) if begins else b"") + content)
    with pytest.raises(EngineError, match="switchboard models fetch"):
        read_output_symbols(path)


def test_a_cut_off_graph_is_one_sentence(tmp_path: Path) -> None:
    content = io.BytesIO()
    write_acceptor(content, build({(1,): 1.0}, (), ()), table("<eps>", "jane"))
    for size in range(0, 140, 7):
        path = tmp_path / "Gr.fst"
        path.write_bytes(content.getvalue()[:size])
        with pytest.raises(EngineError, match="can't be read as a Vosk word graph"):
            read_output_symbols(path)


def test_the_babble_of_the_self_test_is_loud_enough_and_the_same_each_time() -> None:
    assert abs(babble(16000, 1)).max() > 4000
    assert (babble(8000, 2) == babble(8000, 2)).all()

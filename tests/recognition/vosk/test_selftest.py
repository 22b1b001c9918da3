"""The self-test of a derived model must find a graph that isn't closed, or isn't a graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.recognition.vosk import graph
from switchboard.recognition.vosk.derived import Notes, derive, read_notes, with_options
from switchboard.recognition.vosk.openfst import Acceptor, Arc
from switchboard.recognition.vosk.selftest import self_test
from switchboard.recognition.vosk.vocabulary import load_vocabulary
from tests.recognition.korean import MODEL

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PHRASES = ("문화원", "도서관", "체육관")


def built(folder: Path, acceptor: Acceptor, allowed: Acceptor) -> str:
    """The verdict on a derived model with one graph, judged by another."""
    symbols = load_vocabulary(MODEL).symbols
    notes = derive(
        folder / "derived",
        model=MODEL,
        acceptor=acceptor,
        symbols=symbols,
        notes=Notes({}, ()),
        self_test=lambda made: self_test(
            made, 16000, lambda said: graph.allows(allowed, (symbols.ids[word] for word in said))
        ),
    )
    assert read_notes(folder / "derived") == notes
    assert [path.name for path in folder.iterdir()] == ["derived"]
    return notes.fault


def test_a_closed_graph_passes_another_one_fails_and_a_broken_one_ends_only_its_process(
    tmp_path: Path,
) -> None:
    ids = load_vocabulary(MODEL).symbols.ids
    right = graph.build({(ids[word],): 1.0 for word in PHRASES}, (), ())
    wrong = graph.build({(ids["환경"], ids["세무"]): 1.0}, (), ())
    broken = Acceptor([[Arc(ids["환경"], 0.0, 10**6)]], {})
    for name, acceptor, fault in (
        ("right", right, ""),
        ("wrong", wrong, "are not in the phrase set"),
        ("broken", broken, "the decoder"),
    ):
        (tmp_path / name).mkdir()
        found = built(tmp_path / name, acceptor, right)
        assert (fault in found) if fault else not found


def test_our_settings_take_the_place_of_the_shipped_ones() -> None:
    text = with_options("--beam=10\n--lattice-beam=2.0\n--x=1\n", {"--lattice-beam": "8.0"})
    assert text.splitlines() == ["--beam=10", "--x=1", "--lattice-beam=8.0"]

"""The packaged engines together, on the sample organisation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.truth import sample_directory
from grammar.building import build
from grammar.decision import Action
from switchboard.audio.files import read_audio
from switchboard.routing import Routed, Router
from switchboard.settings import default_settings
from switchboard.wiring import UNHURRIED, Wired, calibrations_of, wired

pytestmark = pytest.mark.engine

IN_GRAMMAR = Path(__file__).parents[1] / "audio_fixtures" / "in_grammar"


@pytest.fixture(scope="module")
def board() -> Iterator[Wired]:
    grammar = build(sample_directory())
    settings = default_settings()
    with wired(settings, grammar, engine="whisper", workers=1, limits=UNHURRIED) as made:
        yield made


def routed(router: Router, name: str) -> Routed:
    audio = read_audio(IN_GRAMMAR / name)
    return router.route(audio.samples, audio.rate)


def test_who_is_heard_at_once_costs_no_second_opinion(board: Wired) -> None:
    found = routed(board.router, "full_name_01.wav")
    assert found.decision.action is Action.TRANSFER
    assert found.recognition is not None
    assert found.recognition.opinions == 1
    assert len(board.recognisers.pids) == 1


def test_a_name_in_babble_that_the_small_model_misses_is_heard_by_both(board: Wired) -> None:
    alone = Router(
        board.router.grammar,
        board.recognisers.recognise,
        calibrations_of(default_settings()),
        default_settings().decision.costs(),
    )
    missed = routed(alone, "full_name_13.wav").decision
    assert missed.action is not Action.TRANSFER
    assert "Sian Hughes" not in [each.entry.name for each in missed.options]
    found = routed(board.router, "full_name_13.wav")
    assert found.recognition is not None
    assert found.recognition.opinions == 2
    assert [each.entry.name for each in found.decision.options] == ["Sian Hughes"]

"""An engine understands what the voices say, at the rate and in the band of a telephone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from grammar.model import Grammar
from grammar.text import normalise
from switchboard.recognition.port import Utterance
from switchboard.recognition.whisper.engine import WhisperRecogniser
from switchboard.speech.generic import generic_sound
from switchboard.speech.levels import finished, to_wave
from switchboard.speech.port import Text
from switchboard.speech.prompt_texts import generic_texts
from switchboard.speech.synthesis import SynthesisProcess
from tests.speech.conftest import PATIENT

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def hears(grammar: Grammar) -> Callable[[np.ndarray[tuple[int], np.dtype[np.int16]]], set[str]]:
    engine = WhisperRecogniser()
    engine.prepare(grammar)

    def hears(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> set[str]:
        recognised = engine.recognise(Utterance(samples, 8000), grammar)
        return set(normalise(" ".join(h.text for h in recognised.hypotheses)).split())

    return hears


@pytest.mark.parametrize(("voice", "share"), [("piper_process", 0.7), ("espeak_process", 0.5)])
def test_a_prompt_with_a_name_is_understood(
    voice: str, share: float, hears: Callable[..., set[str]], request: pytest.FixtureRequest
) -> None:
    """espeak-ng is understood worse: it only stands in."""
    process: SynthesisProcess = request.getfixturevalue(voice)
    words = "I'm sorry, Jane Smith in Housing is engaged."
    sound = process.speak(Text(words), PATIENT)
    prompt = finished(to_wave(sound.samples), sound.rate, 8000, -22.0)
    said = set(normalise(words).split())
    assert len(said & hears(prompt)) >= share * len(said)


@pytest.mark.parametrize("name", ["hold", "operator", "stuck"])
def test_a_shipped_sound_says_its_text(name: str, hears: Callable[..., set[str]]) -> None:
    said = set(normalise(generic_texts()[name]).split())
    heard = hears(generic_sound(name, 8000))
    assert len(said & heard) >= 0.7 * len(said)

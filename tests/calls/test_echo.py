"""An echo of our prompt is told from a caller, over lines as gateways have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from switchboard.audio.files import read_audio
from switchboard.calls.echo import ECHO_SHARE, LONGEST_DELAY_MS, WINDOW_MS, echo_share
from tests.calls.scripted_parts import VOICE

RATE = 8000
FIXTURES = Path(__file__).parents[2] / "audio_fixtures" / "in_grammar"
PROMPT = np.concatenate(
    [read_audio(file).samples for file in sorted(FIXTURES.glob("alias_*.wav"))[:3]]
)
WINDOW = WINDOW_MS * RATE // 1000
REACH = WINDOW + LONGEST_DELAY_MS * RATE // 1000


def line(gain: float, delay_ms: int) -> NDArray[np.float64]:
    """The prompt as a line returns it: late, weaker, filtered by some milliseconds of wire."""
    random = np.random.default_rng(1)
    wire = random.standard_normal(40) * np.exp(-np.arange(40) / 8)
    back = np.convolve(PROMPT, gain * wire / np.abs(wire).sum())[: len(PROMPT)]
    delay = delay_ms * RATE // 1000
    noise = 8 * random.standard_normal(len(PROMPT))
    return np.concatenate([np.zeros(delay), back])[: len(PROMPT)] + noise


def shares(received: NDArray[np.float64]) -> list[float]:
    """At each moment in which something is to be heard."""
    found = []
    for at in range(2 * RATE, len(PROMPT), RATE // 5):
        window = received[at - WINDOW : at]
        if np.abs(window).mean() > 60:
            sent = PROMPT[max(0, at - REACH) : at]
            found.append(echo_share(window.astype(np.int16), sent, RATE))
    return found


@pytest.mark.parametrize("delay_ms", [20, 150, 600])
@pytest.mark.parametrize("gain", [0.6, 0.3])
def test_an_echo_is_explained_by_what_was_played(gain: float, delay_ms: int) -> None:
    found = shares(line(gain, delay_ms))
    assert len(found) > 5
    assert min(found) > ECHO_SHARE


def test_a_caller_without_an_echo_is_not() -> None:
    caller = np.resize(VOICE, len(PROMPT)).astype(np.float64)
    found = shares(caller)
    assert np.median(found) < 0.4
    assert np.mean(np.array(found) < ECHO_SHARE) > 0.95


def test_a_caller_who_speaks_over_an_echo_is_not() -> None:
    caller = np.resize(VOICE, len(PROMPT)).astype(np.float64)
    found = shares(line(0.1, 100) + caller)
    assert np.mean(np.array(found) < ECHO_SHARE) > 0.9


@pytest.mark.parametrize(("received", "sent"), [(0, 1000), (1000, 0)])
def test_silence_is_no_echo_and_has_none(received: int, sent: int) -> None:
    random = np.random.default_rng(2)
    heard = (received * random.standard_normal(WINDOW)).astype(np.int16)
    played = (sent * random.standard_normal(REACH)).astype(np.int16)
    assert echo_share(heard, played, RATE) == 0.0


def test_what_has_hardly_begun_to_play_has_no_echo_yet() -> None:
    assert echo_share(VOICE[:WINDOW], PROMPT[: WINDOW // 2], RATE) == 0.0

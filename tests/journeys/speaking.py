"""What callers say, spoken by the packaged voice as it comes over a telephone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import resample_poly

from switchboard.speech.piper_voice import load
from tests.journeys.talking import RATE, Samples

Says = Callable[[str], Samples]

_PEAK = 8000


WIDEBAND = 16000


def speaking(to: int = RATE) -> Says:
    """`says("Jane Smith")` is that, at `to` Hz, with a moment's silence around it."""
    speak = load("", 1.0)

    @cache
    def says(words: str) -> Samples:
        sound, rate = speak(words, {})
        wave = resample_poly(np.frombuffer(sound, np.int16).astype(np.float64), to, rate)
        wave *= _PEAK / np.abs(wave).max()
        return np.pad(wave, to // 10).astype(np.int16)

    return says

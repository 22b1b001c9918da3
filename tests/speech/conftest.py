"""Real voices, and the speech that tests make recordings of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest

from grammar.model import Grammar
from switchboard.speech.levels import Wave, to_wave
from switchboard.speech.port import Text
from switchboard.speech.synthesis import SynthesisProcess, espeak, piper
from tests.grammar.small_council import small_grammar

PATIENT = 60.0
"""Seconds: the machine may be busy."""


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return small_grammar()


@pytest.fixture(scope="session")
def piper_process() -> Iterator[SynthesisProcess]:
    """The packaged voice, started. No test may break it."""
    process = SynthesisProcess(piper("", 1.0))
    process.start()
    yield process
    process.close()


@pytest.fixture
def espeak_process() -> Iterator[SynthesisProcess]:
    process = SynthesisProcess(espeak(1.0))
    process.start()
    yield process
    process.close()


@pytest.fixture(scope="session")
def said(piper_process: SynthesisProcess) -> Callable[[str], tuple[Wave, int]]:
    """Words as a person might have recorded them: half a second of quiet room on either side."""

    @cache
    def said(words: str) -> tuple[Wave, int]:
        sound = piper_process.speak(Text(words), PATIENT)
        quiet = np.zeros(sound.rate // 2, np.float32)
        wave = np.concatenate([quiet, 0.5 * to_wave(sound.samples), quiet])
        room = np.random.default_rng(1).normal(0, 1e-4, len(wave))
        return (wave + room).astype(np.float32), sound.rate

    return said

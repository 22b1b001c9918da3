"""The detector's own level: quiet callers are raised, the line's noise isn't."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from switchboard.audio.files import read_audio
from switchboard.audio.speech import SpeechDetector, frame_samples
from switchboard.audio.telephone_channel import CLEAN, telephone
from switchboard.audio.utterances import Speech, Turn
from tests.audio.sounds import RATE

HUMAN = Path("/work/shared/human-dev")
SHORT_WORDS = frozenset({"yes", "no", "stop", "help", "repeat"})


class _Levels:
    """In Silero's place: keeps the levels that it is given."""

    def __init__(self) -> None:
        self.levels: list[float] = []

    def process_samples(self, samples: Sequence[float]) -> float:
        self.levels.append(float(np.sqrt(np.mean(np.square(samples)))))
        return 0.0


def noise(seconds: float, dbfs: float) -> NDArray[np.int16]:
    rms = 32768 * 10 ** (dbfs / 20)
    drawn = np.random.default_rng(0).normal(0, rms, int(seconds * RATE))
    return drawn.astype(np.int16)


def levels_heard(*sounds: NDArray[np.int16]) -> list[float]:
    detector, heard = SpeechDetector(RATE), _Levels()
    detector._silero = heard  # type: ignore[assignment]
    size = frame_samples(RATE)
    together = np.concatenate(sounds)
    for frame in together[: len(together) - len(together) % size].reshape(-1, size):
        detector.probability(frame)
    return heard.levels


def test_the_noise_of_a_line_is_not_raised_to_the_level_of_speech() -> None:
    assert 20 * np.log10(max(levels_heard(noise(3, -60)))) < -44


def test_a_quiet_voice_on_a_quiet_line_is_raised() -> None:
    before, voice = noise(1, -80), noise(1, -50)
    heard = levels_heard(before, voice)
    assert 20 * np.log10(heard[-1]) > -25


def test_a_loud_voice_is_left_as_it_is() -> None:
    heard = levels_heard(noise(1, -60), noise(1, -12))
    assert 20 * np.log10(heard[-1]) == pytest.approx(-12, abs=1)


@pytest.mark.skipif(not HUMAN.is_dir(), reason="the recordings of real people are not here")
@pytest.mark.slow
def test_a_short_word_is_heard_over_the_noise_of_a_line() -> None:
    rows = [json.loads(line) for line in (HUMAN / "manifest.jsonl").read_text().splitlines()]
    words = [row for row in rows if row["text"] in SHORT_WORDS and row["original_rate"] > RATE]
    lost = sum(not _heard(HUMAN / row["file"], at) for at, row in enumerate(words))
    assert lost <= len(words) // 20, f"{lost} of {len(words)}"


def _heard(file: Path, seed: int) -> bool:
    samples, rate = read_audio(file)
    rng = np.random.default_rng(seed)
    line = telephone(samples.astype(np.float32) / 32768, rate, CLEAN, rng)
    hiss = noise(3.0, float(rng.uniform(-68, -58)))
    turn = Turn(RATE)
    sound = np.concatenate([hiss, np.int16(32767 * np.clip(line, -1, 1)), hiss])
    size = frame_samples(RATE)
    blocks = (sound[start : start + size] for start in range(0, len(sound), size))
    outcomes = [found for block in blocks if (found := turn.feed(block)) is not None]
    return any(isinstance(each, Speech) for each in outcomes)

"""Babble: many people talking at once behind a caller, none of them the caller."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import resample_poly

from benchmarks.phrases import CROWD
from benchmarks.synthesis import SAMPLE_RATE, speak
from benchmarks.voices import Voice, voices_of
from switchboard.audio.telephone_channel import LINE_RATE, active_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

TALKERS = 8
SENTENCES_EACH = 3


def babble(split: str, without: str, samples: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """`samples` at 8 kHz of eight talkers of one half, equally loud, `without` the caller.

    Each talker starts somewhere in a text of their own and goes round.
    """
    crowd = [voice for voice in _talkers(split) if voice.speaker != without]
    total = np.zeros(samples)
    for index in rng.choice(len(crowd), TALKERS, replace=len(crowd) < TALKERS):
        track = _track(crowd[index])
        total += np.resize(np.roll(track, int(rng.integers(track.size))), samples)
    return (total / TALKERS).astype(np.float32)


def _talkers(split: str) -> list[Voice]:
    # Kokoro takes twice as long as it speaks, and in a crowd nobody can tell.
    return [voice for voice in voices_of(split) if voice.engine != "kokoro"]


@cache
def _track(voice: Voice) -> NDArray[np.float64]:
    start = sum(map(ord, voice.name))
    texts = [CROWD[(start + n) % len(CROWD)] for n in range(SENTENCES_EACH)]
    said = np.concatenate([speak(voice, text) for text in texts]).astype(np.float64)
    track: NDArray[np.float64] = resample_poly(said, LINE_RATE, SAMPLE_RATE)
    return track / active_level(track)

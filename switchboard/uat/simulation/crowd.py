"""People talking behind a simulated caller: the voices themselves, several at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from switchboard.audio.telephone_channel import LINE_RATE, active_level
from switchboard.errors import UserError
from switchboard.speech.port import SynthesisError, Text
from switchboard.uat.simulation.voices import Speaks

TALKERS = 6
_SENTENCES = (
    "They said it would be ready by Thursday, but nobody has rung back about the roof.",
    "Could you leave it on the desk by the window, and tell the others when you go down?",
    "It was quarter past nine, and the whole of the second floor was still waiting for the lift.",
    "There is a form for that somewhere, the green one, if they haven't run out of it again.",
)


def talkers(voices: Mapping[str, Speaks]) -> tuple[NDArray[np.float64], ...]:
    """A track for each voice at 8 kHz, equally loud. Raises UserError for a voice that fails."""
    tracks = []
    for name, voice in voices.items():
        try:
            said = [voice.speak(Text(sentence)) for sentence in _SENTENCES]
        except SynthesisError as error:
            raise UserError(f"The voice {name} can't speak ({error}); choose others.") from error
        parts = [resample_poly(wave.astype(np.float64), LINE_RATE, rate) for wave, rate in said]
        track = np.concatenate(parts)
        tracks.append(track / max(active_level(track), 1e-9))
    return tuple(tracks)


def babble(
    tracks: tuple[NDArray[np.float64], ...], samples: int, chance: np.random.Generator
) -> NDArray[np.float32]:
    """That many samples of it at 8 kHz, each talker beginning somewhere in the own track."""
    total = np.zeros(samples)
    for index in chance.integers(len(tracks), size=TALKERS):
        track = tracks[index]
        total += np.resize(np.roll(track, int(chance.integers(track.size))), samples)
    return (total / TALKERS).astype(np.float32)

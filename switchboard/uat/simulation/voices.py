"""The voices that simulated callers have: those that the product itself can speak with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from switchboard.errors import UserError
from switchboard.speech.levels import Wave, to_wave
from switchboard.speech.port import SynthesisError, Text
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec, piper

_NICENESS = 10
"""Simulated callers come after real ones."""
_SPEAK_S = 30.0
_START_S = 300.0


@dataclass(frozen=True, slots=True)
class SimulatedVoice:
    """`pitch` raises pitch and formants together: 1.12 makes a smaller speaker of the same one."""

    name: str
    spec: VoiceSpec
    pitch: float = 1.0


def _piper(name: str, pace: float, pitch: float = 1.0) -> SimulatedVoice:
    # Played faster, it takes less time; so it is spoken as much slower.
    return SimulatedVoice(name, piper("", pace / pitch, niceness=_NICENESS), pitch)


def _espeak(name: str, voice: str, pace: float) -> SimulatedVoice:
    options = {"pace": pace, "voice": voice}
    spec = VoiceSpec("switchboard.speech.espeak_voice:load", options, _NICENESS)
    return SimulatedVoice(name, spec)


VOICES: tuple[SimulatedVoice, ...] = (
    _piper("piper", 1.0),
    _espeak("espeak-rp", "en-gb-x-rp+f2", 0.95),
    _piper("piper-high", 1.1, 1.14),
    _espeak("espeak-scotland", "en-gb-scotland", 0.95),
    _espeak("espeak-midlands", "en-gb-x-gbcwmd+f4", 0.95),
    _piper("piper-slow-deep", 0.85, 0.92),
    _espeak("espeak-caribbean", "en-029+m3", 0.95),
    _espeak("espeak-lancashire", "en-gb-x-gbclan+m4", 1.0),
)
"""In the order in which they are taken. Piper is close to a person, but of one speaker and one
accent; espeak-ng's accents are plain, and harder to recognise than people are."""


@contextmanager
def speaking(voices: tuple[SimulatedVoice, ...]) -> Iterator[Mapping[str, Speaks]]:
    """The voices by name, each with its process. Raises UserError for one that can't speak."""
    processes = {voice.name: SynthesisProcess(voice.spec) for voice in voices}
    try:
        for name, process in processes.items():
            try:
                process.start(_START_S)
            except SynthesisError as error:
                raise UserError(
                    f"The voice {name} can't be started ({error}); choose others."
                ) from error
        yield {voice.name: Speaks(processes[voice.name], voice.pitch) for voice in voices}
    finally:
        for process in processes.values():
            process.close()


@dataclass(frozen=True, slots=True)
class Speaks:
    """One voice that is ready."""

    process: SynthesisProcess
    pitch: float

    def speak(self, text: Text) -> tuple[Wave, int]:
        """The sound, and its rate in Hz. Raises SynthesisError."""
        sound = self.process.speak(text, _SPEAK_S)
        wave = to_wave(sound.samples)
        return np.ascontiguousarray(wave), round(sound.rate * self.pitch)

"""The shipped sounds that stand in where a prompt can't be played or spoken.

Made by the project with the packaged voice: `python -m switchboard.speech.generic` makes them anew.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import soundfile

from switchboard.audio.files import WIDE_RATE, resample, to_pcm16
from switchboard.speech.cache import write_whole
from switchboard.speech.levels import finished, to_wave
from switchboard.speech.port import Samples, Text
from switchboard.speech.prompt_texts import generic_texts
from switchboard.speech.synthesis import SynthesisProcess, piper

_log = logging.getLogger(__name__)
_LEVEL_DBFS = -22.0


@cache
def generic_sound(name: str, rate: int) -> Samples:
    """The sound of this name at 8000 or 16000 Hz. Never raises: without its file, two beeps."""
    try:
        resource = files("switchboard.speech").joinpath("generic", f"{name}.flac")
        with as_file(resource) as path:
            wave, made_at = soundfile.read(path, dtype="float32")
    except (OSError, soundfile.LibsndfileError):
        _log.exception("a shipped sound is missing: install the program again")
        return _beeps(rate)
    return to_pcm16(resample(wave, made_at, rate))


def _beeps(rate: int) -> Samples:
    time = np.arange(rate // 4) / rate
    beep = np.concatenate([0.1 * np.sin(2 * np.pi * 440 * time), np.zeros(rate // 8)])
    return to_pcm16(np.tile(beep, 2).astype(np.float32))


def make_all(folder: Path) -> None:
    """Make every shipped sound anew. Raises SynthesisError."""
    voice = SynthesisProcess(piper("", 1.0))
    voice.start()
    try:
        for name, words in generic_texts().items():
            sound = voice.speak(Text(words), seconds=60.0)
            wave = to_wave(sound.samples)
            made = finished(wave, sound.rate, WIDE_RATE, _LEVEL_DBFS)
            write_whole(folder / f"{name}.flac", made, WIDE_RATE)
    finally:
        voice.close()


if __name__ == "__main__":
    make_all(Path(__file__).parent / "generic")

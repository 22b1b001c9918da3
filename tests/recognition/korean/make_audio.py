"""Writes this folder's recordings: `python -m tests.recognition.korean.make_audio` (espeak-ng)."""

from __future__ import annotations

import io
import subprocess

import soundfile

from switchboard.audio.files import WIDE_RATE, resample
from tests.recognition.korean import (
    CARRIED,
    FOLDER,
    IN_VOCABULARY,
    OUT_OF_GRAMMAR,
    OUT_OF_VOCABULARY,
)

if __name__ == "__main__":
    for text in (*IN_VOCABULARY, *OUT_OF_VOCABULARY, *CARRIED, *OUT_OF_GRAMMAR):
        said = subprocess.run(
            ["espeak-ng", "-v", "ko", "-s", "150", "--stdout", text],
            capture_output=True,
            check=True,
        ).stdout
        samples, rate = soundfile.read(io.BytesIO(said), dtype="float32")
        soundfile.write(FOLDER / f"{text}.flac", resample(samples, rate, WIDE_RATE), WIDE_RATE)

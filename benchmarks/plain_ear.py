"""What a quick script hears: faster-whisper's own transcript by the packaged model as it comes."""

from __future__ import annotations

import time

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from scipy.signal import resample_poly

from switchboard.recognition.whisper.model import TINY

RATE = 16_000


class PlainEar:
    """One thread, as one of our workers has."""

    def __init__(self) -> None:
        self._model = WhisperModel(
            str(TINY.folder()), device="cpu", compute_type="int8", cpu_threads=1
        )

    def transcribe(self, samples: NDArray[np.int16], rate: int) -> tuple[str, float]:
        """Mono PCM, (n,), to text, "" where nothing was heard, and the CPU-seconds it took."""
        started = time.process_time()
        audio = resample_poly(samples.astype(np.float32) / 32768, RATE, rate).astype(np.float32)
        segments, _ = self._model.transcribe(audio, language="en", beam_size=5)
        text = " ".join(segment.text.strip() for segment in segments)
        return text, time.process_time() - started

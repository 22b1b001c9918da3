"""Telephone sound: its band, its level, and where speech begins and ends.

All prompts are brought to one level, synthesised and recorded alike, so that no caller reaches
for the volume between two. What is brought to it is the *active speech level*, pauses left out, as
ITU-T P.56 measures it: a name has no pauses, a sentence has, and their plain averages would differ
by 3 dB and more. The setting's -22 dBFS is 4 dB above the level at which ITU-T tests speech (-26
dBov): a prompt competes with the noise where the caller is, and a talker's peaks, 12 to 18 dB
above, still fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from switchboard.audio.files import resample, to_pcm16
from switchboard.speech.port import Samples

Wave = NDArray[np.float32]
"""Mono, shape (n,), full scale at 1."""

HIGHEST_PEAK = 0.89
"""-1 dBFS, for what A-law and mu-law codecs add. A peak above it lowers the whole prompt instead of
being cut off."""

_FRAME_MS = 20
_ACTIVE_BELOW_DB = 15.9
"""P.56's margin: frames down to this far below the active level count as speech."""
_ROUNDS = 8
_NOTHING = 1e-10
"""-100 dBFS."""

_LOWEST_HZ = {8000: 200.0, 16000: 80.0}
"""Below, a telephone carries nothing, or rumble. Above, resampling sets the limit."""

_EDGE_BELOW_DB = 35.0
_MARGIN_MS = 40
"""What is left before and after speech: weak sounds at the edges of words (f, th) lie below."""


def finished(wave: Wave, rate: int, wanted_rate: int, level_dbfs: float) -> Samples:
    """Ready to play: trimmed, within the telephone's band, at the level, and never clipped.

    `wanted_rate` is 8000 or 16000 Hz, `level_dbfs` the active speech level. Silence stays silence.
    """
    sound = resample(wave, rate, wanted_rate)
    lowest = butter(2, _LOWEST_HZ[wanted_rate], "highpass", fs=wanted_rate, output="sos")
    padding = min(3 * wanted_rate // 100, len(sound) - 1)
    banded: Wave = sosfiltfilt(lowest, sound, padlen=max(0, padding)).astype(np.float32)
    return to_pcm16(levelled(trimmed(banded, wanted_rate), wanted_rate, level_dbfs))


def levelled(wave: Wave, rate: int, level_dbfs: float) -> Wave:
    """At the level, or as near to it as `HIGHEST_PEAK` allows."""
    peak = float(np.abs(wave).max(initial=0.0))
    if peak <= 0:
        return wave
    gain = 10 ** ((level_dbfs - active_level_dbfs(wave, rate)) / 20)
    return wave * np.float32(min(gain, HIGHEST_PEAK / peak))


def active_level_dbfs(wave: Wave, rate: int) -> float:
    """The level of the speech in it, pauses left out; -100 for silence."""
    powers = frame_powers(wave, rate)
    active = powers[powers > _NOTHING]
    if not len(active):
        return -100.0
    level = _db(float(active.mean()))
    for _ in range(_ROUNDS):
        louder = _db(float(powers[powers >= 10 ** ((level - _ACTIVE_BELOW_DB) / 10)].mean()))
        if louder == level:
            break
        level = louder
    return level


def trimmed(wave: Wave, rate: int) -> Wave:
    """Without the silence before and after the sound."""
    powers = frame_powers(wave, rate)
    if powers.max() <= _NOTHING:
        return wave
    floor = 10 ** ((active_level_dbfs(wave, rate) - _EDGE_BELOW_DB) / 10)
    loud = np.flatnonzero(powers >= floor)
    frame, margin = rate * _FRAME_MS // 1000, rate * _MARGIN_MS // 1000
    start = max(0, int(loud[0]) * frame - margin)
    return wave[start : (int(loud[-1]) + 1) * frame + margin]


def frame_powers(wave: Wave, rate: int, frame_ms: int = _FRAME_MS) -> NDArray[np.float64]:
    """The mean square of each frame; the last one is padded with silence."""
    frame = rate * frame_ms // 1000
    padded = np.pad(wave.astype(np.float64), (0, -len(wave) % frame))
    powers: NDArray[np.float64] = np.square(padded.reshape(-1, frame)).mean(axis=1)
    return powers


def to_wave(samples: Samples) -> Wave:
    """16-bit samples at full scale 1."""
    return samples.astype(np.float32) / np.float32(32768)


def _db(power: float) -> float:
    return 10 * float(np.log10(max(power, _NOTHING)))

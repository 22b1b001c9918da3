"""Other speakers for the adaptation: a recording said again by somebody of another voice.

By the WORLD vocoder (Morise, Yokomori & Ozawa 2016), which takes pitch, vocal tract and breath
apart: the tuning half's synthesisers have few voices, and the callers have many. Needs the package
`pyworld`, which is no dependency of the project.
"""

from __future__ import annotations

from math import log

import numpy as np
import pyworld
from numpy.typing import NDArray

from benchmarks.adaptation.lines import RATE

PITCH = (0.7, 1.4)
TRACT = (0.86, 1.16)
"""How high the resonances lie: below 1 as in a longer vocal tract."""
LIVELINESS = (0.4, 1.5)
"""How far the pitch moves about its middle: below 1 is more monotonous."""
TEMPO = (0.85, 1.2)
LOWEST, HIGHEST = 60, 450
"""Pitch in Hz."""
FLOOR = 1e-16


def another_speaker(speech: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The same words at 16 kHz in another voice, about as loud."""
    signal = speech.astype(np.float64)
    pitch, at = pyworld.dio(signal, RATE)
    pitch = pyworld.stonemask(signal, pitch, at, RATE)
    envelope = pyworld.cheaptrick(signal, pitch, at, RATE)
    breath = pyworld.d4c(signal, pitch, at, RATE)
    tract, frames = _between(TRACT, rng), _frames(len(pitch), _between(TEMPO, rng))
    other = pyworld.synthesize(
        _spoken_otherwise(pitch, rng)[frames],
        np.ascontiguousarray(_stretched(envelope, tract)[frames]),
        np.ascontiguousarray(_stretched(breath, tract)[frames]),
        RATE,
    )
    loudness = np.sqrt(np.mean(signal**2) / (np.mean(other**2) + FLOOR))
    return np.asarray(np.clip(other * loudness, -1, 1), dtype=np.float32)


def _between(bounds: tuple[float, float], rng: np.random.Generator) -> float:
    """A factor, drawn evenly by its logarithm."""
    return float(np.exp(rng.uniform(log(bounds[0]), log(bounds[1]))))


def _spoken_otherwise(pitch: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Pitch in Hz, 0 where there is none, moved and livelier or flatter."""
    voiced = pitch > 0
    if not voiced.any():
        return pitch
    middle = np.median(pitch[voiced])
    spread = (pitch[voiced] / middle) ** _between(LIVELINESS, rng)
    other = np.zeros_like(pitch)
    other[voiced] = np.clip(middle * _between(PITCH, rng) * spread, LOWEST, HIGHEST)
    return other


def _frames(count: int, tempo: float) -> NDArray[np.int64]:
    """Which frames are said, when at another tempo."""
    return np.minimum(np.arange(0, count, tempo).astype(np.int64), count - 1)


def _stretched(spectrum: NDArray[np.float64], tract: float) -> NDArray[np.float64]:
    """(frames, bins) with every resonance `tract` times as high."""
    bins = spectrum.shape[1]
    source = np.minimum(np.arange(bins) / tract, bins - 1)
    below = np.minimum(source.astype(np.int64), bins - 2)
    share = source - below
    return np.asarray(spectrum[:, below] * (1 - share) + spectrum[:, below + 1] * share)

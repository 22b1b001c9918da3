"""Known sounds, and how well what came back is what was sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, correlate, sosfilt

Samples = NDArray[np.int16]


def speechlike(seconds: float, rate: int, seed: int = 1) -> Samples:
    """Noise in the telephone's band, in syllables: nowhere like itself elsewhere."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * rate))
    band = butter(4, (300, 3400), "bandpass", fs=rate, output="sos")
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(len(noise)) / rate)
    return np.clip(4000 * sosfilt(band, noise) * syllables, -32768, 32767).astype(np.int16)


def likeness(sent: Samples, received: Samples, rate: int, piece_s: float = 0.2) -> list[float]:
    """For each piece of what was sent, how well the best place in what was received correlates
    with it, in [0, 1]; places are looked for in order, within half a second of the last."""
    scores = []
    heard = received.astype(np.float64)
    size, reach = int(piece_s * rate), rate // 2
    at: int | None = None
    for start in range(0, len(sent) - size + 1, size):
        piece = sent[start : start + size].astype(np.float64)
        low = 0 if at is None else max(0, at + size - reach)
        high = len(heard) if at is None else min(len(heard), at + size + reach + size)
        window = heard[low:high]
        if len(window) < size:
            scores.append(0.0)
            continue
        products = correlate(window, piece, "valid", method="fft")
        squares = np.convolve(window**2, np.ones(size), "valid")
        similar = products / np.sqrt(np.maximum(squares, 1.0) * max(piece @ piece, 1.0))
        best = int(np.argmax(similar))
        scores.append(float(similar[best]))
        at = low + best if similar[best] > 0.5 else (None if at is None else at + size)
    return scores

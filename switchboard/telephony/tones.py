"""What a caller hears while a call is being put through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CADENCE = ((0.4, True), (0.2, False), (0.4, True), (2.0, False))
"""Seconds, sounding or not: the United Kingdom's ringing tone (BT SIN 350), 400 and 450 Hz."""
_LEVEL = 1000


def ringing(rate: int) -> NDArray[np.int16]:
    """One period of the ringing tone: 3 s, mono, about -27 dBFS."""
    parts = []
    for seconds, sounding in _CADENCE:
        at = np.arange(int(seconds * rate)) / rate
        tone = _LEVEL * (np.sin(2 * np.pi * 400 * at) + np.sin(2 * np.pi * 450 * at))
        parts.append(tone if sounding else 0 * tone)
    return np.concatenate(parts).astype(np.int16)

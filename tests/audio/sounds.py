"""Sounds that are not speech, made from formulas: 4 seconds at 8000 Hz, int16."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

RATE = 8000
TIME = np.arange(4 * RATE) / RATE


def _sines(*frequencies: float) -> NDArray[np.float64]:
    return np.asarray(4000 * sum(np.sin(2 * np.pi * f * TIME) for f in frequencies))


def _chord(root: float) -> NDArray[np.float64]:
    notes = [root * 2 ** (step / 12) for step in (0, 4, 7)]
    partials = [np.sin(2 * np.pi * note * k * TIME) / k for note in notes for k in range(1, 6)]
    return np.asarray(1000 * sum(partials))


def _keys() -> NDArray[np.float64]:
    keys = [(697, 1209), (770, 1336), (852, 1477), (941, 1336)] * 3
    sound = np.zeros_like(TIME)
    for n, pair in enumerate(keys):
        pressed = (n * 0.3 < TIME) & (n * 0.3 + 0.15 > TIME)
        sound += pressed * _sines(*pair)
    return sound


def _music() -> NDArray[np.float64]:
    roots = (220, 196, 175, 165, 220, 247, 262, 220)
    return np.asarray(sum((n == TIME // 0.5) * _chord(root) for n, root in enumerate(roots)))


def tones() -> dict[str, NDArray[np.int16]]:
    sounds = {
        "dial tone": _sines(350, 440),
        "ringing tone": _sines(400, 450) * ((TIME % 3 < 0.4) | ((TIME % 3 > 0.6) & (TIME % 3 < 1))),
        "busy tone": _sines(400) * (TIME % 0.75 < 0.375),
        "keys": _keys(),
        "fax": _sines(1100) * (TIME % 3.5 < 0.5),
        "modem": _sines(2100),
    }
    return {name: sound.astype(np.int16) for name, sound in sounds.items()}


def noises() -> dict[str, NDArray[np.int16]]:
    random = np.random.default_rng(0)
    white = random.normal(0, 1, len(TIME))
    sounds = {
        "white": 2000 * white,
        "brown": 300 * lfilter([1], [1, -0.99], white),
        "bursts": 3000 * white * (TIME % 0.5 < 0.25),
        "clicks": np.where(random.random(len(TIME)) < 0.001, 20000, 0) + 20 * white,
        "music": _music(),
        "hum": 3000 * sum(np.sin(2 * np.pi * 50 * k * TIME) / k for k in range(1, 20)),
    }
    return {name: np.clip(sound, -32768, 32767).astype(np.int16) for name, sound in sounds.items()}

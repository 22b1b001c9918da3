"""What a line carries when nobody speaks: silence, tones, music and crowds. 8 kHz, about 0 dBFS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from switchboard.audio.telephone_channel import LINE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DTMF_HZ = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}


def _seconds(length: float) -> NDArray[np.float64]:
    return np.arange(round(length * LINE_RATE)) / LINE_RATE


def _tones(length: float, *hertz: float) -> NDArray[np.float64]:
    time = _seconds(length)
    tone: NDArray[np.float64] = sum(
        (np.sin(2 * np.pi * f * time) for f in hertz), start=np.zeros_like(time)
    )
    return tone / max(len(hertz), 1)


def _on_off(tone: NDArray[np.float64], on: float, off: float) -> NDArray[np.float64]:
    return tone * ((_seconds(tone.size / LINE_RATE) % (on + off)) < on)


def _silence(_: np.random.Generator) -> NDArray[np.float64]:
    return np.zeros(3 * LINE_RATE)


def _dial_tone(_: np.random.Generator) -> NDArray[np.float64]:
    return _tones(3.0, 350, 440)


def _engaged_tone(_: np.random.Generator) -> NDArray[np.float64]:
    return _on_off(_tones(3.0, 400), 0.375, 0.375)


def _ringing_tone(_: np.random.Generator) -> NDArray[np.float64]:
    return _on_off(_tones(3.0, 400, 450), 0.4, 0.2)


def _fax(_: np.random.Generator) -> NDArray[np.float64]:
    return _on_off(_tones(3.5, 1100), 0.5, 3.0) + _on_off(_tones(3.5, 2100), 0.0, 3.5)


def _modem(rng: np.random.Generator) -> NDArray[np.float64]:
    shifts = np.repeat(rng.choice([1180.0, 980.0], 900), LINE_RATE // 300)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(shifts) / LINE_RATE))


def _keys(rng: np.random.Generator) -> NDArray[np.float64]:
    digits = [_tones(0.15, *DTMF_HZ[d]) for d in rng.choice(sorted(DTMF_HZ), 5)]
    gap = np.zeros(LINE_RATE // 8)
    return np.concatenate([part for digit in digits for part in (digit, gap)])


def _music(rng: np.random.Generator) -> NDArray[np.float64]:
    """An arpeggio of plucked strings: harmonics that die away, as music on hold."""
    scale = 220 * 2 ** (np.array([0, 3, 5, 7, 10, 12, 15, 17]) / 12)
    time = _seconds(0.25)
    notes = []
    for pitch in rng.choice(scale, 16):
        note = sum(
            (np.sin(2 * np.pi * pitch * h * time) / h for h in range(1, 7)),
            start=np.zeros_like(time),
        )
        notes.append(note * np.exp(-6 * time))
    return np.concatenate(notes) / 2


def _hiss(rng: np.random.Generator) -> NDArray[np.float64]:
    return 0.3 * rng.standard_normal(3 * LINE_RATE)


def _hum(rng: np.random.Generator) -> NDArray[np.float64]:
    return _tones(3.0, 50, 150, 350, 450) + 0.02 * rng.standard_normal(3 * LINE_RATE)


def _knocks(rng: np.random.Generator) -> NDArray[np.float64]:
    """A receiver that is fumbled with: short bursts."""
    line = np.zeros(3 * LINE_RATE)
    for start in rng.integers(0, line.size - 800, 7):
        line[start : start + 800] += rng.standard_normal(800) * np.exp(-np.arange(800) / 120)
    return line / 3


def _breath(rng: np.random.Generator) -> NDArray[np.float64]:
    swell = np.sin(np.pi * (_seconds(3.0) % 1.5) / 1.5) ** 4
    return 0.3 * swell * rng.standard_normal(swell.size)


CROWD = "babble only"
"""Made from other voices by `benchmarks.corpus`, as the babble behind a call is."""

SOUNDS: dict[str, Callable[[np.random.Generator], NDArray[np.float64]]] = {
    "silence": _silence,
    "dial tone": _dial_tone,
    "engaged tone": _engaged_tone,
    "ringing tone": _ringing_tone,
    "fax": _fax,
    "modem": _modem,
    "keys": _keys,
    "music": _music,
    "hiss": _hiss,
    "hum": _hum,
    "knocks": _knocks,
    "breath": _breath,
}
NOISES = (*SOUNDS, CROWD)

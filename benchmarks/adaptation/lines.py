"""Telephone lines for the adaptation: the same speech comes over another line every time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import soundfile as sf
from scipy.signal import fftconvolve, resample_poly

from switchboard.audio.telephone_channel import (
    BABBLE,
    CLEAN,
    GSM,
    LINE_RATE,
    telephone,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RATE = 16_000
MARGIN_SECONDS = 0.26
"""What `audio.utterances` keeps before and after speech."""
BABBLE_SHARE, GSM_SHARE, NOISE_SHARE, ROOM_SHARE = 0.4, 0.25, 0.35, 0.25
SNR_DB = (6.0, 20.0)
BABBLE_SNR_DB = (5.0, 18.0)
TALKERS = (3, 9)


def over_a_line(
    speech: NDArray[np.float32], crowd: Sequence[NDArray[np.float32]], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Speech at 16 kHz as the recogniser gets it: over a line of 8 kHz, trimmed."""
    voice = _resampled(speech, rng)
    if rng.random() < ROOM_SHARE:
        voice = _in_a_room(voice, rng)
    channel = rng.choice(
        [BABBLE, GSM, CLEAN], p=[BABBLE_SHARE, GSM_SHARE, 1 - BABBLE_SHARE - GSM_SHARE]
    )
    behind = None
    if channel == BABBLE:
        behind = _behind(crowd, voice.size * LINE_RATE // RATE + 2 * LINE_RATE, rng)
    if rng.random() < NOISE_SHARE:
        voice = _noisy(voice, rng)
    line = telephone(
        voice, RATE, str(channel), rng, behind, babble_snr_db=rng.uniform(*BABBLE_SNR_DB)
    )
    heard = _coded(_trimmed(line, voice.size * LINE_RATE // RATE, rng), rng)
    at_16_khz: NDArray[np.float32] = resample_poly(heard, RATE, LINE_RATE).astype(np.float32)
    return at_16_khz


def _resampled(speech: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Another speaker's size and tempo: up to 10% either way."""
    rate = round(RATE * rng.uniform(0.9, 1.1) / 100) * 100
    other: NDArray[np.float32] = resample_poly(speech, RATE, rate).astype(np.float32)
    return other


def _in_a_room(voice: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Through the decaying echo of a room, or a speakerphone."""
    seconds = rng.uniform(0.05, 0.35)
    size = int(RATE * seconds)
    echo = rng.standard_normal(size) * np.exp(-6.9 * np.arange(size) / size)
    echo *= rng.uniform(0.1, 0.5) / np.sqrt(np.sum(echo**2))
    echo[0] = 1.0
    echoing: NDArray[np.float32] = fftconvolve(voice, echo)[: voice.size].astype(np.float32)
    return echoing


def _behind(
    crowd: Sequence[NDArray[np.float32]], samples: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """People talking behind, at 8 kHz."""
    total = np.zeros(samples)
    for _ in range(int(rng.integers(*TALKERS))):
        track = resample_poly(crowd[int(rng.integers(len(crowd)))], LINE_RATE, RATE)
        track /= np.sqrt(np.mean(track**2)) + 1e-9
        total += np.resize(np.roll(track, int(rng.integers(track.size))), samples)
    return total.astype(np.float32)


def _noisy(voice: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Hiss, hum or rumble below the voice."""
    spectrum = np.fft.rfft(rng.standard_normal(voice.size))
    slope = rng.uniform(0.0, 1.5)
    spectrum *= (1 + np.arange(spectrum.size)) ** -slope
    noise = np.fft.irfft(spectrum, voice.size)
    level = np.sqrt(np.mean(voice**2)) * 10 ** (-rng.uniform(*SNR_DB) / 20)
    noise *= level / (np.sqrt(np.mean(noise**2)) + 1e-9)
    noisy: NDArray[np.float32] = (voice + noise).astype(np.float32)
    return noisy


def _trimmed(
    line: NDArray[np.float32], speech: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Cut as the endpointer does, roughly: it may be off by 150 ms."""
    lead = max(0, line.size - speech - int(0.65 * LINE_RATE))
    off = rng.uniform(-0.15, 0.15, 2) * LINE_RATE
    margin = MARGIN_SECONDS * LINE_RATE
    start = max(0, int(lead - margin + off[0]))
    return line[start : int(lead + speech + margin + off[1])]


def _coded(line: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """G.711, either law."""
    coded = io.BytesIO()
    law = "ALAW" if rng.random() < 0.5 else "ULAW"
    sf.write(coded, line, LINE_RATE, format="WAV", subtype=law)
    coded.seek(0)
    heard: NDArray[np.float32] = sf.read(coded, dtype="float32")[0]
    return heard

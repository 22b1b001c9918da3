"""Whether a file is a recording that callers can be played, and the speech in it."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from grammar.text import normalise
from switchboard.audio.files import WIDE_RATE, is_cut_off, resample, to_pcm16
from switchboard.audio.speech import FRAME_MS, SpeechDetector, frame_samples
from switchboard.speech.levels import Wave, active_level_dbfs, frame_powers
from switchboard.speech.port import Samples

MOST_BYTES = 20 << 20
"""Of one file: a minute at studio quality."""
_LONGEST_S = 60.0
_MOST_CHANNELS = 8
_RATES = range(8000, 192_001)
_CONTAINERS = frozenset({"WAV", "WAVEX", "RF64", "FLAC", "MP3"})

_FEWEST_S_A_LETTER = 0.02
_MOST_S_A_LETTER = 0.2
_SLACK_S = 2.0
"""Speech takes 0.065 s a letter on average. A recording outside three times that either way is of
another text, or of half of it."""

_SPEECH = 0.5
_NO_SPEECH = 0.2
_KEPT_AROUND_MS = 160
"""Left around what the detector calls speech; playing trims further, by level."""

_FLAT_RUN = 4
_FLAT_SHARE = 0.9995
_MOST_FLAT = 2e-4
"""Of the samples, in runs of 4 and more at the very peak. Clean speech has none; a voice recorded
6 dB too loud has 20 times as many."""

_LEAST_SNR_DB = 20.0
"""A quiet office gives 35 and more. Raising it refuses more recordings that can be understood but
sound poor next to the others."""
_LEAST_LEVEL_DBFS = -50.0
_NOISE_FRAMES = 5
_NO_POWER = 1e-10
"""-100 dBFS."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`speech` at 16 kHz, or None with what is wrong and the remedy."""

    speech: Samples | None
    problem: str = ""


def check(content: bytes, words: str) -> Checked:
    """Check what is to be a recording of `words`."""
    try:
        wave, rate = _read(content)
    except _FaultyError as error:
        return Checked(None, str(error))
    except (soundfile.LibsndfileError, RuntimeError, ValueError, OSError):
        return Checked(None, "is not audio that can be read; save it as WAV, FLAC or MP3")
    problem = _too_plain_faults(wave)
    if problem:
        return Checked(None, problem)
    wide = resample(wave, rate, WIDE_RATE)
    probabilities = _speech_probabilities(wide)
    speaking = np.flatnonzero(probabilities >= _SPEECH)
    if not len(speaking):
        return Checked(None, "holds no speech; record it again, closer to the microphone")
    seconds = (speaking[-1] - speaking[0] + 1) * FRAME_MS / 1000
    problem = _wrong_length(seconds, words) or _noise(wide, probabilities)
    if problem:
        return Checked(None, problem)
    frame, margin = frame_samples(WIDE_RATE), WIDE_RATE * _KEPT_AROUND_MS // 1000
    start = max(0, int(speaking[0]) * frame - margin)
    return Checked(to_pcm16(wide[start : (int(speaking[-1]) + 1) * frame + margin]))


class _FaultyError(Exception):
    """The sentence says what is wrong with the file."""


def _read(content: bytes) -> tuple[Wave, int]:
    if not content:
        raise _FaultyError("is empty; copy it again")
    if len(content) > MOST_BYTES:
        raise _FaultyError(f"is larger than {MOST_BYTES >> 20} MB; cut it to the words themselves")
    if is_cut_off(io.BytesIO(content)):
        raise _FaultyError("is cut off: it is shorter than its header says; copy it again")
    with soundfile.SoundFile(io.BytesIO(content)) as sound:
        if sound.format not in _CONTAINERS:
            raise _FaultyError(f"is {sound.format_info}; save it as WAV, FLAC or MP3")
        if sound.samplerate not in _RATES or not 1 <= sound.channels <= _MOST_CHANNELS:
            raise _FaultyError(
                f"has {sound.channels} channel(s) at {sound.samplerate} Hz; save it with one "
                "channel at 16000 to 48000 Hz"
            )
        wave = _mixed(sound)
    if not len(wave):
        raise _FaultyError("holds no sound; record it again")
    if not np.isfinite(wave).all():
        raise _FaultyError("holds values that are no numbers; export it again")
    return wave, int(sound.samplerate)


def _mixed(sound: soundfile.SoundFile) -> Wave:
    """Channels averaged; a second at a time, so that no header decides on memory."""
    blocks: list[Wave] = []
    while True:
        block = sound.read(sound.samplerate, dtype="float32", always_2d=True)
        blocks.append(block.mean(axis=1, dtype=np.float32))
        if len(blocks) > _LONGEST_S:
            raise _FaultyError(f"is longer than {_LONGEST_S:.0f} s; cut it to the words themselves")
        if len(block) < sound.samplerate:
            return np.concatenate(blocks)


def _too_plain_faults(wave: Wave) -> str:
    """What a look at the samples shows."""
    size = np.abs(wave)
    peak = float(size.max())
    if peak <= 10 ** (_LEAST_LEVEL_DBFS / 20):
        return "is silent, or nearly; record it again, closer to the microphone"
    if _flat_samples(wave) > _MOST_FLAT * len(wave):
        return "is clipped: its loudest sounds are cut off; record it again, 6 to 10 dB lower"
    return ""


def _flat_samples(wave: Wave) -> int:
    """How many stand at the very peak for some time: the tops that were cut off."""
    size = np.abs(wave)
    flat = size >= _FLAT_SHARE * min(float(size.max()), 1.0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat.view(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    return int(runs[runs >= _FLAT_RUN].sum())


def _wrong_length(seconds: float, words: str) -> str:
    letters = len(normalise(words).replace(" ", ""))
    if seconds < _FEWEST_S_A_LETTER * letters:
        return f"is too short for its text ({seconds:.1f} s of speech); record the whole of it"
    if seconds > _MOST_S_A_LETTER * letters + _SLACK_S:
        return f"is too long for its text ({seconds:.1f} s of speech); record only that"
    return ""


def _noise(wide: Wave, probabilities: NDArray[np.float64]) -> str:
    level = active_level_dbfs(wide, WIDE_RATE)
    snr = level - 10 * np.log10(max(_noise_power(wide, probabilities), _NO_POWER))
    if snr < _LEAST_SNR_DB:
        return (
            f"is noisy: the speech is only {snr:.0f} dB above the noise; record it again where it "
            "is quiet"
        )
    return ""


def _noise_power(wide: Wave, probabilities: NDArray[np.float64]) -> float:
    powers = frame_powers(wide, WIDE_RATE, FRAME_MS)
    # Frames next to speech hold its faint ends.
    near = np.convolve(probabilities >= _NO_SPEECH, np.ones(5), "same") > 0
    background = powers[~near]
    if len(background) >= _NOISE_FRAMES:
        return float(np.median(background))
    return float(np.percentile(powers, 5))


def _speech_probabilities(wide: Wave) -> NDArray[np.float64]:
    frame = frame_samples(WIDE_RATE)
    samples = to_pcm16(np.pad(wide, (0, -len(wide) % frame)))
    detector = SpeechDetector(WIDE_RATE, float(np.abs(wide).max()))
    return np.array([detector.probability(part) for part in samples.reshape(-1, frame)])


@dataclass(frozen=True, slots=True)
class Measured:
    """What a meter would show. Levels in dBFS: `level` of the speech, pauses left out; `noise` of
    the rest; `peak` of the loudest sample. `clipped` is the share of samples that are cut off.
    Seconds: `before` and `after` of silence around the speech, `seconds` in all."""

    level: float
    noise: float
    peak: float
    clipped: float
    before: float
    after: float
    seconds: float


def measure(content: bytes) -> Measured | None:
    """The levels of a recording, whether it can be used or not; None for what can't be read."""
    try:
        wave, rate = _read(content)
    except (_FaultyError, soundfile.LibsndfileError, RuntimeError, ValueError, OSError):
        return None
    wide = resample(wave, rate, WIDE_RATE)
    probabilities = _speech_probabilities(wide)
    speaking = np.flatnonzero(probabilities >= _SPEECH)
    seconds = len(wave) / rate
    first, last = (speaking[0], speaking[-1] + 1) if len(speaking) else (0, len(probabilities))
    return Measured(
        level=active_level_dbfs(wide, WIDE_RATE),
        noise=10 * float(np.log10(max(_noise_power(wide, probabilities), _NO_POWER))),
        peak=20 * float(np.log10(max(float(np.abs(wave).max()), _NO_POWER))),
        clipped=_flat_samples(wave) / len(wave),
        before=float(first) * FRAME_MS / 1000,
        after=max(0.0, seconds - float(last) * FRAME_MS / 1000),
        seconds=seconds,
    )

"""From sound to one utterance: what a caller said in a turn, or why there is nothing to recognise.

file or stream  ->  speech probabilities (speech)  ->  turn (endpointing)  ->  Speech
                                                                           or  NoInput
                                                                           or  NotSpeech
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from switchboard.audio.endpointing import End, Endpointer, EndpointSettings, State, TurnEnd
from switchboard.audio.speech import FRAME_MS, SpeechDetector, frame_samples, level_dbfs
from switchboard.recognition.port import Utterance

MARGIN_MS = 256
"""Kept before and after the speech: a first /f/ or a last /s/ is too faint for the detector."""

_LEAD_FRAMES = 9
"""Silence put before and after a file: cut close, the detector has no ear for the first sound."""

_LOUD_DBFS = -45.0
"""A frame from which on there was something to hear, if not speech."""
_LOUD_FRAMES = 4

_TONE_LINES = 10
"""Two sines, five spectral lines each under a Blackman window."""
_TONE_SHARE = 0.95
"""A frame is tonal when its strongest lines hold at least this much of its power."""
_TONAL_FRAMES = 0.6
"""Sound with at least this share of tonal frames is called a tone."""
_TONE_FROM_HZ = 250
"""Hum and rumble below are no signalling tones."""


class NotSpeechReason(StrEnum):
    TONE = "tone"
    """A dial, ringing, busy or fax tone, or keys pressed."""
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Speech:
    """`utterance` is trimmed to the speech with margins; `start` and `end` are the speech itself,
    in seconds from the beginning; `capped` when it went on for longer than a turn may."""

    utterance: Utterance
    start: float
    end: float
    capped: bool = False


@dataclass(frozen=True, slots=True)
class NoInput:
    """Silence, or next to it."""


@dataclass(frozen=True, slots=True)
class NotSpeech:
    """Something was to be heard, but nobody spoke."""

    reason: NotSpeechReason


Outcome = Speech | NoInput | NotSpeech


def find_utterance(
    samples: NDArray[np.int16], rate: int, settings: EndpointSettings | None = None
) -> Outcome:
    """The caller's turn in a whole recording, pauses of any length inside it.

    `samples`: mono PCM, int16, shape (n,), at 8000 or 16000 Hz (AudioError otherwise). A recording
    is one turn: from its first speech to its last, but no longer than the cap.
    """
    settings = settings or EndpointSettings()
    size = frame_samples(rate)
    lead = np.zeros(_LEAD_FRAMES * size, dtype=np.int16)
    padded = np.concatenate([lead, samples, lead, np.zeros(-len(samples) % size, dtype=np.int16)])
    peak = float(np.abs(samples.astype(np.float32)).max(initial=0.0)) / 32768
    detector = SpeechDetector(rate, peak)
    endpointer = Endpointer(settings)
    turns: list[TurnEnd] = []
    for frame in padded.reshape(-1, size):
        turn = endpointer.feed(detector.probability(frame))
        if turn is not None and turn.end is not End.NO_INPUT:
            turns.append(turn)
    last = endpointer.close()
    turns += [last] if last is not None else []
    turns = [turn for turn in turns if not _is_but_a_tone(turn, padded, rate)]
    if not turns:
        return without_speech(samples, rate)
    first = turns[0].first - _LEAD_FRAMES
    end = turns[-1].last - _LEAD_FRAMES
    most = int(settings.longest_s * 1000 / FRAME_MS)
    capped = end - first > most or turns[-1].end is End.CAP
    return cut_out(samples, rate, first, min(end, first + most), capped=capped)


def cut_out(
    samples: NDArray[np.int16], rate: int, first: int, last: int, *, capped: bool
) -> Speech:
    """The speech in frames [first, last) with its margins."""
    size = frame_samples(rate)
    margin = rate * MARGIN_MS // 1000
    start = max(0, first * size - margin)
    utterance = Utterance(samples[start : last * size + margin], rate)
    return Speech(utterance, max(0, first) * FRAME_MS / 1000, last * FRAME_MS / 1000, capped)


def without_speech(samples: NDArray[np.int16], rate: int) -> NoInput | NotSpeech:
    """What there is in sound that holds no speech."""
    size = frame_samples(rate)
    frames = samples[: len(samples) - len(samples) % size].reshape(-1, size)
    loud = [frame for frame in frames if level_dbfs(frame) > _LOUD_DBFS]
    if len(loud) < _LOUD_FRAMES:
        return NoInput()
    tone = is_tone(np.concatenate(loud), rate)
    return NotSpeech(NotSpeechReason.TONE if tone else NotSpeechReason.NOISE)


def is_tone(samples: NDArray[np.int16], rate: int) -> bool:
    """Whether sound is mostly one or two sines at a time, as signalling tones are.

    Asked of what the detector has rejected or is in doubt about: of all speech it would lose 1%.
    """
    size = frame_samples(rate)
    frames = samples[: len(samples) - len(samples) % size].reshape(-1, size)
    power = np.abs(np.fft.rfft(frames * np.blackman(size), axis=1)) ** 2
    power = np.sort(power[:, _TONE_FROM_HZ * size // rate :], axis=1)
    tonal = power[:, -_TONE_LINES:].sum(axis=1) > _TONE_SHARE * power.sum(axis=1)
    return bool(tonal.mean() > _TONAL_FRAMES) if len(frames) else False


def _is_but_a_tone(turn: TurnEnd, heard: NDArray[np.int16], rate: int) -> bool:
    """Whether a turn that the detector is in doubt about is no speech."""
    size = frame_samples(rate)
    return turn.doubtful and is_tone(heard[turn.first * size : turn.last * size], rate)


class Turn:
    """One caller turn as it happens: feed blocks of samples, of any size."""

    def __init__(self, rate: int, settings: EndpointSettings | None = None) -> None:
        self._rate = rate
        self._size = frame_samples(rate)
        self._detector = SpeechDetector(rate)
        self._endpointer = Endpointer(settings or EndpointSettings())
        self._frames: list[NDArray[np.int16]] = []
        self._rest = np.zeros(0, dtype=np.int16)

    @property
    def state(self) -> State:
        return self._endpointer.state

    def so_far(self) -> Speech | None:
        """What the turn brings if nothing more is said, sample for sample; None while it may still
        be cut otherwise, and where it would be no speech."""
        turn = self._endpointer.so_far()
        if turn is None or (len(self._frames) - turn.last) * FRAME_MS < MARGIN_MS:
            return None
        return self._cut(turn, np.concatenate(self._frames))

    def feed(self, block: NDArray[np.int16]) -> Outcome | None:
        """Take the next samples; the outcome once the turn is over (feed no more then)."""
        waiting = np.concatenate([self._rest, block])
        whole = len(waiting) - len(waiting) % self._size
        self._rest = waiting[whole:]
        for frame in waiting[:whole].reshape(-1, self._size):
            self._frames.append(frame)
            turn = self._endpointer.feed(self._detector.probability(frame))
            if turn is not None:
                heard = np.concatenate(self._frames)
                if not _is_but_a_tone(turn, heard, self._rate):
                    return self._outcome(turn, heard)
        return None

    def _outcome(self, turn: TurnEnd, heard: NDArray[np.int16]) -> Outcome:
        if turn.end is End.NO_INPUT:
            return without_speech(heard, self._rate)
        return self._cut(turn, heard)

    def _cut(self, turn: TurnEnd, heard: NDArray[np.int16]) -> Speech:
        return cut_out(heard, self._rate, turn.first, turn.last, capped=turn.end is End.CAP)

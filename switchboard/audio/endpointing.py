"""Where a caller's turn begins and ends: a state machine over frames' speech probabilities.

     probability
  1  |        ____      ___                 ____
     |       |    |    |   |               |    |
0.5 -|- - - -|- - |- - |- -|- - - - - - - -|- - |- - -
  0  |_______|    |____|   |_______________|    |____
     |  wait |     speaking|    trailing   |
     |       ^start        |<-- silence -->^end: a second turn begins here

A pause shorter than `silence_ms` stays inside the turn ("erm ... Jane Smith"). Sound that
never adds up to `shortest_speech_ms` (a cough, a click) is no turn, and waiting goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switchboard.audio.speech import FRAME_MS


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Times in milliseconds unless they say otherwise.

    `silence_ms` (300 to 700): raising it cuts off fewer slow speakers and answers everybody later.
    `longest_s`: the cap of a turn. `speech_probability`: from which a frame starts speech; raising
    it rejects more noise and loses more of quiet callers. `shortest_speech_ms`: of speech in all
    that makes a turn; raising it rejects more coughs, and above 250 loses "yes" and "no".
    `no_input_s`: silence after which the caller is asked again.
    """

    silence_ms: int = 500
    longest_s: float = 8.0
    speech_probability: float = 0.5
    shortest_speech_ms: int = 100
    no_input_s: float = 5.0


class End(StrEnum):
    SILENCE = "silence"
    """The caller stopped."""
    CAP = "cap"
    """The turn reached its longest; the caller may still be speaking."""
    NO_INPUT = "no_input"
    """Nothing began in time."""


class State(StrEnum):
    WAITING = "waiting"
    SPEAKING = "speaking"
    TRAILING = "trailing"


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """Frames [first, last) held the speech; both 0 for NO_INPUT. `doubtful`: it may be a tone."""

    end: End
    first: int = 0
    last: int = 0
    doubtful: bool = False


STAY = 0.7
"""Speech goes on above this share of the probability that starts it: words fade."""

DOUBT = 0.5
"""A turn holds at least one frame whose doubt (1 - probability) is at most this share of the doubt
that starts it: 0.75 for 0.5. Raising it makes turns of more noise, and loses fewer short words: of
"stop" and "yes" over a line's noise 2% are lost, at 0.3 it was 4%."""

_NO_DOUBT = 0.3
"""The same for a turn that is speech without a second look: 0.85 for 0.5. Speech reaches 0.99, and
tones and rumble that begin all of a sudden 0.81 for a moment."""


class Endpointer:
    """Feed it one probability a frame. After a turn's end it waits for the next turn."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._now = 0
        self._silent_since = 0
        self._first: int | None = None
        self._last = 0
        self._voiced = 0
        self._surest = 0.0

    @property
    def state(self) -> State:
        if self._first is None:
            return State.WAITING
        return State.SPEAKING if self._last == self._now else State.TRAILING

    def feed(self, probability: float) -> TurnEnd | None:
        """Take the next frame's probability; the end of a turn, when this frame brings it."""
        settings = self._settings
        threshold = settings.speech_probability * (1.0 if self._first is None else STAY)
        self._now += 1
        if probability >= threshold:
            self._first = self._now - 1 if self._first is None else self._first
            self._last = self._now
            self._voiced += 1
            self._surest = max(self._surest, probability)
        if self._first is None:
            if (self._now - self._silent_since) * FRAME_MS < settings.no_input_s * 1000:
                return None
            self._silent_since = self._now
            return TurnEnd(End.NO_INPUT)
        if (self._now - self._first) * FRAME_MS >= settings.longest_s * 1000:
            return self._finish(self._first, End.CAP)
        if (self._now - self._last) * FRAME_MS >= settings.silence_ms:
            return self._finish(self._first, End.SILENCE)
        return None

    def close(self) -> TurnEnd | None:
        """No more frames will come: the turn that was going on, if any."""
        return None if self._first is None else self._finish(self._first, End.SILENCE)

    def so_far(self) -> TurnEnd | None:
        """The turn as it ends if nothing more is said; None when that would be no turn, or a
        doubtful one."""
        if self._first is None or not self._holds_speech(_NO_DOUBT):
            return None
        return TurnEnd(End.SILENCE, self._first, self._last)

    def _finish(self, first: int, end: End) -> TurnEnd | None:
        turn = None
        if self._holds_speech(DOUBT):
            turn = TurnEnd(end, first, self._last, doubtful=not self._holds_speech(_NO_DOUBT))
        self._first, self._voiced, self._surest = None, 0, 0.0
        if turn is not None:
            self._silent_since = self._now
        return turn

    def _holds_speech(self, doubt: float) -> bool:
        """Whether what was heard is long enough, and surely enough speech, to be a turn."""
        settings = self._settings
        return (
            self._voiced * FRAME_MS >= settings.shortest_speech_ms
            and 1 - self._surest <= doubt * (1 - settings.speech_probability)
        )

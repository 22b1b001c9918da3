"""What happens on a call. `turn` echoes the `Ask` or `Say` it answers: a late event is dropped.

`Heard` carries what the matcher made of an utterance, whatever was asked: a caller who is asked
"did you want Jane Smith?" may say yes, or another name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grammar.decision import Decision
from grammar.hearing import Hypothesis
from grammar.matching import Match
from switchboard.dialogue.caller import Caller


class Load(StrEnum):
    NORMAL = "normal"
    OVERLOADED = "overloaded"
    """More calls than the limit, or the engines' queue is too long."""
    CLOSING = "closing"
    """The service is being stopped."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call rings; nobody has answered it yet. `at` is local time with its zone."""

    caller: Caller
    at: datetime
    load: Load = Load.NORMAL


@dataclass(frozen=True, slots=True)
class Said:
    """A `Say` was heard to its end (an `Ask` brings an event of its own instead)."""

    turn: int


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance was recognised. `match` is None and `hypotheses` empty only when the decision's
    reason says why."""

    turn: int
    decision: Decision
    match: Match | None
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nothing was said within the time that the `Ask` gave."""

    turn: int


@dataclass(frozen=True, slots=True)
class NotSpeech:
    """Noise or a tone, nobody speaking."""

    turn: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed: one of 0-9, *, #. Keys come at any moment, between turns too."""

    digit: str


@dataclass(frozen=True, slots=True)
class KeysPaused:
    """No further key came within `Ask.key_pause_s`."""

    turn: int


class TransferOutcome(StrEnum):
    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    """It rang out, or nobody is there to answer it (408, 480, 487)."""
    REFUSED = "refused"
    """The far end said no (403, 603, ...)."""
    UNREACHABLE = "unreachable"
    """No such number, or nothing there (404, 5xx, no reply)."""


@dataclass(frozen=True, slots=True)
class TransferEnded:
    turn: int
    outcome: TransferOutcome


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has gone."""


class FaultKind(StrEnum):
    RECOGNISER = "recogniser"
    """Also after the one retry."""
    PROMPT = "prompt"
    AUDIO = "audio"
    """No sound from the caller's side for 20 s, or none at all."""
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of the switchboard failed: the caller goes to a person."""

    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Closing:
    """The service stops: hand the call over now."""


@dataclass(frozen=True, slots=True)
class OperatorConnects:
    """An operator at the console puts the caller through to an entry (its key)."""

    entry: str


Event = (
    Arrived
    | Said
    | Heard
    | NoInput
    | NotSpeech
    | Key
    | KeysPaused
    | TransferEnded
    | HungUp
    | Fault
    | Closing
    | OperatorConnects
)

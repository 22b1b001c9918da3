"""What the switchboard does on a call. Carried out in order; the last one waits for an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """One line to say: a prompt's name in `prompts.toml`, and what stands at its placeholders.

    `entries` are keys of entries, spoken by their recording where there is one; `words` are plain
    texts ("1", "Planning").
    """

    prompt: str
    entries: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    words: Mapping[str, str] = field(default_factory=lambda: NOTHING)


class Expecting(StrEnum):
    """What an `Ask` is about: the engine listens for the whole grammar, and besides for this."""

    NAME = "name"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DEPARTMENT = "department"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call (200 OK)."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send a call that isn't answered yet elsewhere (302), or answer and transfer where the peer
    takes no 302. Brings `TransferEnded`. `ring_s` as for `Transfer`: after a 302 the ringing is the
    peer's affair."""

    turn: int
    number: str
    ring_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Say:
    """Say these lines. Keys stop it; speech doesn't, and isn't listened to. Brings `Said`."""

    turn: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Say these lines while listening; speech and keys stop the prompt (barge-in).

    `phrases` are what is likely to be said now ("yes", "planning", "the second"), for the engine to
    weigh. The time for an answer, `no_input_s` (seconds), runs from the end of the prompt. Keys
    come as they are pressed; `KeysPaused` follows when `key_pause_s` pass after the last. Brings
    `Heard`, `NoInput` or `NotSpeech`, and keys.
    """

    turn: int
    lines: tuple[Line, ...]
    expecting: Expecting
    phrases: tuple[str, ...] = ()
    no_input_s: float = 5.0
    key_pause_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Listen:
    """Go on waiting for an answer to the running `Ask`: after a key that is part of one."""

    turn: int


class Purpose(StrEnum):
    ENTRY = "entry"
    """Whom the caller asked for, or its fallback."""
    OPERATOR = "operator"
    LAST_RESORT = "last_resort"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through. The call stays ours until the far end has answered. Brings
    `TransferEnded`; nothing is said meanwhile. `entry` is "" for operators. `ring_s` (seconds) is
    how long the far end may ring where that is ours to say: then it counts as NO_ANSWER."""

    turn: int
    number: str
    purpose: Purpose
    entry: str = ""
    ring_s: float = 30.0


class Ending(StrEnum):
    """How a call ended, for the record."""

    TRANSFERRED = "transferred"
    OPERATOR = "operator"
    LAST_RESORT = "last_resort"
    REDIRECTED = "redirected"
    NOT_SERVED = "not_served"
    """Outside the stage of the roll-out or the hours, and sent on unanswered."""
    CALLER_LEFT = "caller_left"
    SAID_GOODBYE = "said_goodbye"
    NOBODY = "nobody"
    """Not even the last resort answered; the caller was told so."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call; also once a transfer is done, to close the record."""

    ending: Ending


class Note(StrEnum):
    """A fact for the call's record, which changes nothing on the call."""

    EMERGENCY = "emergency"
    DECLINED = "declined"
    """The caller said no to what was offered."""
    ACCEPTED = "accepted"
    PROBABLY_WRONG = "probably_wrong"
    """The same caller's earlier transfer was probably wrong."""
    FALLBACK = "fallback"
    """The call goes to an operator; `detail` says why."""
    CANCELLED = "cancelled"
    OPERATOR_CONNECTS = "operator_connects"
    """An operator at the console puts the caller through to the entry; `detail` says why that was
    not done, "" when it was."""
    OPERATOR_DONE = "operator_done"
    """The caller's conversation with an operator, which went through us, is over."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Write a note into the record. `entries` are the keys it is about; `detail` is a word."""

    note: Note
    entries: tuple[str, ...] = ()
    detail: str = ""


Action = Answer | Redirect | Say | Ask | Listen | Transfer | HangUp | Mark

"""Where a call stands: all that the next event is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.dialogue.actions import Action, Ending, Mark, Purpose
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.prompts import Prompt

# What an `Ask` asks. Options are keys of entries.


@dataclass(frozen=True, slots=True)
class Name:
    """Whom would you like?"""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Did you want this one? `instead_of` is who can't be reached, or "", and `why` the prompt that
    says so; `failed` says that a transfer to them failed."""

    option: str
    instead_of: str = ""
    why: Prompt = Prompt.NO_NUMBER_OFFER
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """Which of these? `said` is the name or surname that they share, or ""; `instead`: whom to try
    instead of somebody to whom a transfer failed."""

    options: tuple[str, ...]
    details: tuple[str, ...]
    said: str = ""
    instead: bool = False


@dataclass(frozen=True, slots=True)
class WhichDepartment:
    """More may be meant than can be listed: which department?"""

    options: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class OfferSpelling:
    """Would you like to spell the surname?"""


@dataclass(frozen=True, slots=True)
class Spell:
    """Spell the surname. `heard` has the readings of each utterance so far, likeliest first."""

    heard: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Announce:
    """Connecting you to this one: who says no now isn't connected."""

    option: str


Question = Name | Confirm | Choose | WhichDepartment | OfferSpelling | Spell | Announce


# What happens once a `Say` is done.


@dataclass(frozen=True, slots=True)
class Rung:
    """One of the numbers where people answer, and for how long it is rung (seconds)."""

    number: str
    purpose: Purpose
    ring_s: float


@dataclass(frozen=True, slots=True)
class ToPeople:
    """Ring these in turn until one answers."""

    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class ToEnd:
    ending: Ending


Then = ToPeople | ToEnd


# The phases of a call.


@dataclass(frozen=True, slots=True)
class Ringing:
    """Nobody has called, or nobody has answered."""


@dataclass(frozen=True, slots=True)
class Redirecting:
    """Being sent on unanswered to the first of these; the others follow when that fails."""

    rungs: tuple[Rung, ...]
    ending: Ending


@dataclass(frozen=True, slots=True)
class Asking:
    """Waiting for an answer. `keys` are those pressed for it so far; `again`: not understood
    once."""

    question: Question
    keys: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    then: Then


@dataclass(frozen=True, slots=True)
class Connecting:
    """Being put through to an entry. `wants_operator`: the service stops, or a part failed
    meanwhile, so that nothing is asked should the transfer fail. `by_operator`: an operator's
    doing, who is rung again then."""

    entry: str
    wants_operator: bool = False
    by_operator: bool = False


@dataclass(frozen=True, slots=True)
class RingingPeople:
    """Being put through to the first of these; the others follow when it doesn't answer."""

    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class WithPeople:
    """Somebody of ours has answered, and the record is closed. Where they talk through us, an
    operator may still put the caller through; nothing else happens. `ending` is the record's."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more happens."""


Phase = Ringing | Redirecting | Asking | Saying | Connecting | RingingPeople | WithPeople | Ended


_NOBODY = Caller(CallerClass.WITHHELD)


@dataclass(frozen=True, slots=True)
class State:
    """`at` is when the call came, in local time; None before.
    `turn` counts what was said or asked; `asked` the questions; `failures` the failed tries;
    `silences` those in a row. `declined` holds keys and numbers that the caller said no to,
    `unreached` numbers to which a transfer failed. `suspects` are candidates of the failed tries
    with their probabilities: they help to read the spelling."""

    phase: Phase = Ringing()
    caller: Caller = _NOBODY
    at: datetime | None = None
    turn: int = 0
    asked: int = 0
    keys_pressed: int = 0
    failures: int = 0
    silences: int = 0
    declined: frozenset[str] = frozenset()
    unreached: frozenset[str] = frozenset()
    suspects: tuple[tuple[str, float], ...] = ()
    spelt: bool = False
    emergency: bool = False


Step = tuple[State, tuple[Action, ...]]


def next_turn(state: State, phase: Phase) -> State:
    return replace(state, phase=phase, turn=state.turn + 1)


def noted(mark: Mark, step: Step) -> Step:
    """The step with a note before its actions."""
    state, actions = step
    return state, (mark, *actions)

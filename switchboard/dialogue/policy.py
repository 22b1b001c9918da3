"""What the organisation wants: who is served, when, whom each may reach, and how patient we are.

`switchboard.settings` makes this from the TOML; a test writes it down directly. The defaults are
those that the settings ship with, but for numbers, of which there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType

from directory.opening_hours import Span
from grammar.model import Entry
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.prompts import Prompt


class Stage(StrEnum):
    """How far the roll-out has come. Each stage serves whom the one before it does, and more."""

    PILOT = "pilot"
    INTERNAL = "internal"
    OVERFLOW = "overflow"
    """External callers too, but only those whom the operators' line diverted: none was free."""
    EXTERNAL = "external"


_OUTSIDE = frozenset({CallerClass.EXTERNAL, CallerClass.WITHHELD})
_ONLY_PILOT = frozenset({CallerClass.PILOT})
_INSIDE = _ONLY_PILOT | {CallerClass.INTERNAL}


class Closed(StrEnum):
    """What a caller gets outside the hours."""

    SERVE = "serve"
    """As in the hours: names are still connected."""
    REDIRECT = "redirect"
    """Sent to `Hours.closed_number` unanswered."""
    TELL_AND_TRANSFER = "tell_and_transfer"
    """Told that we are closed, then put through to `Hours.closed_number`."""
    TELL = "tell"
    """Told that we are closed; then the call ends. Pressing 0 rings the operators all the same."""


WHOLE_DAY = (Span(time.min, time.max),)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours, Monday first; () is a day that stays closed.

    `closed_number` is where closed calls go with REDIRECT and TELL_AND_TRANSFER; "" is the policy's
    last resort.
    """

    week: tuple[tuple[Span, ...], ...] = (WHOLE_DAY,) * 7
    bank_holidays: tuple[Span, ...] = WHOLE_DAY
    closed: Closed = Closed.SERVE
    closed_number: str = ""

    def open_at(self, at: datetime, bank_holidays: frozenset[date]) -> bool:
        """Whether we are open at that local time."""
        day = at.date()
        spans = self.bank_holidays if day in bank_holidays else self.week[day.weekday()]
        now = at.time()
        return any(s.opens <= now and (now < s.closes or s.closes == time.max) for s in spans)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one class of callers.

    `served`: False sends them on unanswered at every stage. `ex_directory`, `not_for_external`:
    whether they may reach entries that are marked so.
    """

    greeting: Prompt
    served: bool = True
    ex_directory: bool = False
    not_for_external: bool = False
    hours: Hours = field(default_factory=Hours)


def _default_rules() -> Mapping[CallerClass, Rules]:
    inside = Rules(Prompt.GREETING_INTERNAL, not_for_external=True)
    outside = Rules(Prompt.GREETING_EXTERNAL)
    return MappingProxyType(
        {
            CallerClass.INTERNAL: inside,
            CallerClass.PILOT: Rules(Prompt.GREETING_PILOT, not_for_external=True),
            CallerClass.EXTERNAL: outside,
            CallerClass.WITHHELD: outside,
        }
    )


@dataclass(frozen=True, slots=True)
class Operator:
    """A human operator's number, and for how long it rings before the next is tried (seconds)."""

    number: str
    ring_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the switchboard is.

    `tries`: failed tries (not understood, or the wrong person offered) before spelling is offered,
    then the operator. `tries_again`: the same for who called within the last ten minutes.
    `most_turns`: questions in one call. `most_options`: the longest list that is read out; more are
    asked for their department. `no_input_s`: seconds for an answer. `key_pause_s`: seconds after
    the last key until the keys count. `objection_s`: seconds after an announcement in which a
    caller may still say no. `letter_pause_s`: seconds after the last letter until spelling ends.
    `most_keys`: keys in one call, so that a flood of them ends. `entry_ring_s`: for how long whom
    the caller asked for is rung, in seconds.
    """

    tries: int = 2
    tries_again: int = 1
    most_turns: int = 20
    most_options: int = 4
    no_input_s: float = 5.0
    key_pause_s: float = 2.0
    objection_s: float = 0.4
    letter_pause_s: float = 2.5
    most_keys: int = 60
    entry_ring_s: float = 25.0


@dataclass(frozen=True, slots=True)
class Policy:
    """`operators` are tried in turn, then `last_resort` ("" for none). `unserved_number` is where
    callers go who aren't served at this stage; "" is the first operator. `bank_holidays` are days
    on which `Hours.bank_holidays` hold. `department_hours`: whether nobody is put through to a
    department outside the hours that the directory gives it."""

    stage: Stage = Stage.EXTERNAL
    rules: Mapping[CallerClass, Rules] = field(default_factory=_default_rules)
    operators: tuple[Operator, ...] = ()
    last_resort: str = ""
    last_resort_ring_s: float = 60.0
    unserved_number: str = ""
    bank_holidays: frozenset[date] = frozenset()
    department_hours: bool = True
    limits: Limits = field(default_factory=Limits)

    def serves(self, caller: Caller) -> bool:
        """Whether the switchboard talks to this caller at this stage of the roll-out."""
        if not self.rules[caller.kind].served:
            return False
        match self.stage:
            case Stage.PILOT:
                return caller.kind in _ONLY_PILOT
            case Stage.INTERNAL:
                return caller.kind in _INSIDE
            case Stage.OVERFLOW:
                return caller.kind in _INSIDE or caller.diverted
            case Stage.EXTERNAL:
                return caller.kind in _INSIDE | _OUTSIDE

    def may_reach(self, kind: CallerClass, entry: Entry) -> bool:
        """Whether callers of this class may be put through to an entry."""
        rules = self.rules[kind]
        return (rules.ex_directory or not entry.ex_directory) and (
            rules.not_for_external or not entry.not_for_external
        )

    def is_open(self, kind: CallerClass, at: datetime) -> bool:
        return self.rules[kind].hours.open_at(at, self.bank_holidays)

    def numbers(self) -> frozenset[str]:
        """Every number that the policy may send a call to."""
        closed = (rules.hours.closed_number for rules in self.rules.values())
        operators = (operator.number for operator in self.operators)
        every = {*operators, *closed, self.last_resort, self.unserved_number}
        return frozenset(every - {""})

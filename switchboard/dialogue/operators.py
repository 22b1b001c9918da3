"""Handing over to people: the operators in turn, the last resort, and the words when all fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from switchboard.dialogue.actions import (
    Ending,
    HangUp,
    Line,
    Mark,
    Note,
    Purpose,
    Say,
    Transfer,
)
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.policy import Policy
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import (
    Ended,
    RingingPeople,
    Rung,
    Saying,
    State,
    Step,
    Then,
    ToEnd,
    ToPeople,
    WithPeople,
    next_turn,
    noted,
)


class Why(StrEnum):
    """Why a call goes to an operator: the detail of the note FALLBACK."""

    ASKED = "asked_for_operator"
    HELP = "help"
    EMERGENCY = "emergency"
    SILENCE = "silence"
    NOT_UNDERSTOOD = "not_understood"
    DECLINED = "declined"
    SPELLING_REFUSED = "spelling_refused"
    SPELLING_FAILED = "spelling_failed"
    LEFT = "left"
    NO_NUMBER = "no_number"
    NOT_FOR_CALLER = "not_for_caller"
    TOO_MANY = "too_many"
    NOT_TOLD_APART = "not_told_apart"
    TRANSFER_FAILED = "transfer_failed"
    TURN_LIMIT = "turn_limit"
    KEY_FLOOD = "key_flood"
    FAULT = "fault"
    CLOSING = "closing"
    OVERLOADED = "overloaded"
    CLOSED = "closed"
    DEPARTMENT_CLOSED = "department_closed"
    NOT_SERVED = "not_served"
    TAKEN_OVER = "taken_over"
    """An operator put the caller through in the middle of a question."""


def ladder(policy: Policy) -> tuple[Rung, ...]:
    """Whom to ring, in turn: the operators, then the last resort; each number once."""
    rungs = [Rung(each.number, Purpose.OPERATOR, each.ring_s) for each in policy.operators]
    return unique((*rungs, last_resort(policy)))


def last_resort(policy: Policy) -> Rung:
    return Rung(policy.last_resort, Purpose.LAST_RESORT, policy.last_resort_ring_s)


def unique(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Each number once, where it comes first; "" is none."""
    first: dict[str, Rung] = {}
    for rung in rungs:
        first.setdefault(rung.number, rung)
    return tuple(rung for number, rung in first.items() if number)


def hand_over(
    state: State, policy: Policy, why: Why, *lines: Line, entries: tuple[str, ...] = ()
) -> Step:
    """Say the lines, if any, and ring the operators. `entries` are those it is about."""
    step = say(state, ToPeople(ladder(policy)), *lines)
    return noted(Mark(Note.FALLBACK, entries, why.value), step)


def to_operator(state: State, policy: Policy, why: Why) -> Step:
    """Hand over with a plain "connecting you to an operator"."""
    return hand_over(state, policy, why, Line(Prompt.OPERATOR))


def emergency(state: State, policy: Policy) -> Step:
    """To a person without another word."""
    state = replace(state, emergency=True)
    return noted(Mark(Note.EMERGENCY), hand_over(state, policy, Why.EMERGENCY))


def say(state: State, then: Then, *lines: Line) -> Step:
    """Say the lines and go on to `then`; at once when there are none."""
    if not lines:
        return carry_on(state, then)
    state = next_turn(state, Saying(then))
    return state, (Say(state.turn, lines),)


def carry_on(state: State, then: Then) -> Step:
    """What comes after a `Say`."""
    match then:
        case ToEnd(ending=ending):
            return end(state, ending)
        case ToPeople(rungs=()):
            prompt = Prompt.NOBODY_EMERGENCY if state.emergency else Prompt.NOBODY
            return say(state, ToEnd(Ending.NOBODY), Line(prompt))
        case ToPeople(rungs=rungs):
            state = next_turn(state, RingingPeople(rungs))
            here = rungs[0]
            return state, (Transfer(state.turn, here.number, here.purpose, ring_s=here.ring_s),)


def end(state: State, ending: Ending) -> Step:
    return replace(state, phase=Ended()), (HangUp(ending),)


_ENDINGS = {Purpose.OPERATOR: Ending.OPERATOR, Purpose.LAST_RESORT: Ending.LAST_RESORT}


def rung_ended(state: State, rungs: tuple[Rung, ...], outcome: TransferOutcome) -> Step:
    """The first of these has answered or not."""
    here, *rest = rungs
    if outcome is TransferOutcome.CONNECTED:
        ending = _ENDINGS[here.purpose]
        return replace(state, phase=WithPeople(ending)), (HangUp(ending),)
    if not rest:
        return carry_on(state, ToPeople(()))
    last = rest[0].purpose is Purpose.LAST_RESORT
    line = Line(Prompt.LAST_RESORT if last else Prompt.NEXT_OPERATOR)
    return say(state, ToPeople(tuple(rest)), line)

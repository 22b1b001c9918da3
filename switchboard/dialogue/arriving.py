"""A call rings: sent on unanswered, told that we are closed, or greeted."""

from __future__ import annotations

from dataclasses import replace

from switchboard.dialogue.actions import (
    Answer,
    Ending,
    Line,
    Mark,
    Note,
    Purpose,
    Redirect,
)
from switchboard.dialogue.asking import ask
from switchboard.dialogue.events import Arrived, Load, TransferOutcome
from switchboard.dialogue.operators import Why, carry_on, end, ladder, last_resort, say, unique
from switchboard.dialogue.policy import Closed
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import (
    Name,
    Redirecting,
    Rung,
    State,
    Step,
    ToEnd,
    ToPeople,
    next_turn,
    noted,
)
from switchboard.dialogue.world import World

_LOADED = {Load.OVERLOADED: Why.OVERLOADED, Load.CLOSING: Why.CLOSING}


def arrived(state: State, event: Arrived, world: World) -> Step:
    """The first event of a call."""
    policy, caller = world.policy, event.caller
    state = replace(state, caller=caller, at=event.at)
    if event.load in _LOADED:
        return _send_on(state, ladder(policy), Ending.REDIRECTED, _LOADED[event.load])
    if not policy.serves(caller):
        first = Rung(policy.unserved_number, Purpose.OPERATOR, policy.last_resort_ring_s)
        rungs = unique((first, *ladder(policy)))
        return _send_on(state, rungs, Ending.NOT_SERVED, Why.NOT_SERVED)
    if not policy.is_open(caller.kind, event.at):
        return _closed(state, world)
    return _greet(state, world)


def _greet(state: State, world: World) -> Step:
    earlier = state.caller.earlier
    greeting = world.policy.rules[state.caller.kind].greeting
    step = ask(state, world, Name(), Line(Prompt.GREETING_AGAIN if earlier else greeting))
    step = _answered(step)
    if earlier is None or earlier.entry is None:
        return step
    return noted(Mark(Note.PROBABLY_WRONG, (earlier.entry,), earlier.call_id), step)


def _closed(state: State, world: World) -> Step:
    policy, hours = world.policy, world.policy.rules[state.caller.kind].hours
    last = last_resort(policy)
    rungs = unique((replace(last, number=hours.closed_number), last))
    match hours.closed:
        case Closed.SERVE:
            return _greet(state, world)
        case Closed.REDIRECT:
            return _send_on(state, rungs, Ending.NOT_SERVED, Why.CLOSED)
        case Closed.TELL_AND_TRANSFER:
            told = say(state, ToPeople(rungs), Line(Prompt.CLOSED_TRANSFER))
            return noted(_fallback(Why.CLOSED), _answered(told))
        case Closed.TELL:
            return _answered(say(state, ToEnd(Ending.NOT_SERVED), Line(Prompt.CLOSED)))


def _answered(step: Step) -> Step:
    state, actions = step
    return state, (Answer(), *actions)


def _fallback(why: Why) -> Mark:
    return Mark(Note.FALLBACK, (), why.value)


def _send_on(state: State, rungs: tuple[Rung, ...], ending: Ending, why: Why) -> Step:
    """Elsewhere, unanswered. With nowhere to send it, the call is refused (HangUp unanswered)."""
    if not rungs:
        return noted(_fallback(why), end(state, Ending.NOT_SERVED))
    return noted(_fallback(why), _redirect(state, rungs, ending))


def _redirect(state: State, rungs: tuple[Rung, ...], ending: Ending) -> Step:
    state = next_turn(state, Redirecting(rungs, ending))
    here = rungs[0]
    return state, (Redirect(state.turn, here.number, here.ring_s),)


def redirected(state: State, phase: Redirecting, outcome: TransferOutcome) -> Step:
    """The caller is with somebody else now, or the next number is tried; then told."""
    if outcome is TransferOutcome.CONNECTED:
        return end(state, phase.ending)
    if phase.rungs[1:]:
        return _redirect(state, phase.rungs[1:], phase.ending)
    return _answered(carry_on(state, ToPeople(())))

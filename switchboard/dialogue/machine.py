"""The call: one event in, what to do out. Events that answer an earlier turn change nothing."""

from __future__ import annotations

from dataclasses import replace

from switchboard.dialogue.actions import Ending, Line
from switchboard.dialogue.answering import heard, unheard
from switchboard.dialogue.arriving import arrived, redirected
from switchboard.dialogue.connecting import connecting_ended
from switchboard.dialogue.events import (
    Arrived,
    Closing,
    Event,
    Fault,
    FaultKind,
    Heard,
    HungUp,
    Key,
    KeysPaused,
    NoInput,
    NotSpeech,
    OperatorConnects,
    Said,
    TransferEnded,
)
from switchboard.dialogue.keypad import paused, pressed
from switchboard.dialogue.operators import (
    Why,
    carry_on,
    end,
    hand_over,
    rung_ended,
    to_operator,
)
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import (
    Asking,
    Connecting,
    Ended,
    Redirecting,
    Ringing,
    RingingPeople,
    Saying,
    State,
    Step,
    ToEnd,
    ToPeople,
    WithPeople,
)
from switchboard.dialogue.taking_over import operator_connects
from switchboard.dialogue.world import World


def advance(state: State, event: Event, world: World) -> Step:  # noqa: PLR0911 - one return a case
    """The state after an event, and the actions to carry out, in order.

    The last action brings the next event. Without actions, or with notes alone, nothing changes for
    the caller: what is under way goes on. The first event is `Arrived`, the first state `State()`.
    Pure.
    """
    phase = state.phase
    if isinstance(phase, Ended) or _is_late(state, event):
        return state, ()
    match event:
        case OperatorConnects(entry=key):
            return operator_connects(state, key, world)
        case _ if isinstance(phase, WithPeople):
            return state, ()
        case HungUp():
            return end(state, Ending.CALLER_LEFT)
        case Arrived() if isinstance(phase, Ringing):
            return arrived(state, event, world)
        case Key(digit=digit):
            return _key(state, digit, world)
        case Fault(kind=kind):
            return _fault(state, kind, world)
        case Closing():
            return _closing(state, world)
        case TransferEnded():
            return _transfer_ended(state, event, world)
        case _:
            return _answer(state, event, world)


def _is_late(state: State, event: Event) -> bool:
    """Whether an event answers another turn than the present one."""
    match event:
        case Said() | Heard() | NoInput() | NotSpeech() | KeysPaused() | TransferEnded():
            return event.turn != state.turn
        case _:
            return False


def _answer(state: State, event: Event, world: World) -> Step:
    match state.phase, event:
        case Saying(then=then), Said():
            return carry_on(state, then)
        case Asking() as phase, Heard():
            return heard(state, phase, event, world)
        case Asking(keys="") as phase, NoInput() | NotSpeech() | KeysPaused():
            return unheard(state, phase, world)
        case Asking() as phase, NoInput() | NotSpeech() | KeysPaused():
            return paused(state, phase, world)
        case _:
            return state, ()


def _key(state: State, digit: str, world: World) -> Step:
    """Keys count in every phase, 0 above all; a flood of them goes to an operator."""
    state = replace(state, keys_pressed=state.keys_pressed + 1)
    flooded = state.keys_pressed > world.policy.limits.most_keys
    match state.phase:
        case Asking() as phase:
            if flooded:
                return to_operator(state, world.policy, Why.KEY_FLOOD)
            return pressed(state, phase, digit, world)
        case Saying(then=ToEnd(ending=Ending.NOT_SERVED | Ending.SAID_GOODBYE)) if digit == "0":
            return to_operator(state, world.policy, Why.ASKED)
        case Saying(then=then):
            # A key skips what is being said: what comes after it comes now.
            return carry_on(state, then)
        case Connecting(by_operator=False) if digit == "0":
            # What rings is given up: half a minute of ringing is no answer to that.
            return to_operator(state, world.policy, Why.ASKED)
        case _:
            return state, ()


def _transfer_ended(state: State, event: TransferEnded, world: World) -> Step:
    match state.phase:
        case Redirecting() as phase:
            return redirected(state, phase, event.outcome)
        case Connecting() as phase:
            return connecting_ended(state, phase, event.outcome, world)
        case RingingPeople(rungs=rungs):
            return rung_ended(state, rungs, event.outcome)
        case _:
            return state, ()


def _fault(state: State, kind: FaultKind, world: World) -> Step:
    """A part failed: to a person, and without words when it is the words that failed."""
    match state.phase:
        case Ringing():
            return end(state, Ending.NOT_SERVED)
        case Saying(then=ToPeople() | ToEnd() as then):
            return carry_on(state, then)
        case Connecting() as phase:
            return replace(state, phase=replace(phase, wants_operator=True)), ()
        case Redirecting() | RingingPeople() | WithPeople() | Ended():
            return state, ()
        case Asking():
            lines = () if kind is FaultKind.PROMPT else (Line(Prompt.FAULT_OPERATOR),)
            return hand_over(state, world.policy, Why.FAULT, *lines)


def _closing(state: State, world: World) -> Step:
    """The service stops: who is in the middle of a question goes to a person now."""
    match state.phase:
        case Asking():
            return to_operator(state, world.policy, Why.CLOSING)
        case Connecting() as phase:
            return replace(state, phase=replace(phase, wants_operator=True)), ()
        case _:
            return state, ()

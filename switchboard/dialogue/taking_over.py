"""An operator at the console puts the caller through, wherever the call stands while it is ours."""

from __future__ import annotations

from enum import StrEnum

from switchboard.dialogue.actions import HangUp, Mark, Note, Purpose, Transfer
from switchboard.dialogue.operators import Why
from switchboard.dialogue.state import (
    Asking,
    Connecting,
    Redirecting,
    Ringing,
    State,
    Step,
    WithPeople,
    next_turn,
    noted,
)
from switchboard.dialogue.world import World


class WhyNot(StrEnum):
    """Why a caller was not put through: the detail of the note OPERATOR_CONNECTS."""

    NOT_REACHABLE = "not_reachable"
    """No such entry, no number, or not for this caller."""
    TOO_LATE = "too_late"
    """The caller is being put through to somebody already."""


def operator_connects(state: State, key: str, world: World) -> Step:
    """Put the caller through; back to the operators should nobody answer there."""
    entry = world.entries.get(key)
    if entry is None or not entry.number or not world.reachable(state.caller.kind, entry):
        return _not_done(state, key, WhyNot.NOT_REACHABLE)
    if isinstance(state.phase, Ringing | Redirecting | Connecting):
        return _not_done(state, key, WhyNot.TOO_LATE)
    amid_question = isinstance(state.phase, Asking)
    state = next_turn(state, Connecting(key, by_operator=True))
    ring_s = world.policy.limits.entry_ring_s
    step: Step = state, (Transfer(state.turn, entry.number, Purpose.ENTRY, key, ring_s),)
    step = noted(Mark(Note.OPERATOR_CONNECTS, (key,)), step)
    # The others have fallen back already, and the record says why.
    return noted(Mark(Note.FALLBACK, (), Why.TAKEN_OVER.value), step) if amid_question else step


def _not_done(state: State, key: str, why: WhyNot) -> Step:
    mark = Mark(Note.OPERATOR_CONNECTS, (key,), why.value)
    if isinstance(state.phase, WithPeople):
        return state, (mark, HangUp(state.phase.ending))
    return state, (mark,)

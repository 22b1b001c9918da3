"""How far the roll-out may go: one stage at a time, and only when the gates hold."""

from __future__ import annotations

from switchboard.dialogue.policy import Stage
from switchboard.errors import UserError

STAGES = tuple(Stage)
"""In their order: each serves whom the one before it does, and more."""


class GatesError(UserError):
    """The next stage is not open yet."""


def next_stage(stage: Stage) -> Stage | None:
    """The stage that follows; None after the last."""
    place = STAGES.index(stage) + 1
    return STAGES[place] if place < len(STAGES) else None


def is_step_back(before: Stage, after: Stage) -> bool:
    return STAGES.index(after) < STAGES.index(before)


def check_move(before: Stage, after: Stage, *, gates_hold: bool, reason: str) -> bool:
    """Whether going from one stage to the other overrides the gates. Back is always allowed.

    Raises GatesError where it isn't.
    """
    if before is after:
        raise GatesError(f"The stage “{after}” is in force already.")
    if is_step_back(before, after):
        return False
    if after is not next_stage(before):
        raise GatesError(f"One stage at a time: after “{before}” comes “{next_stage(before)}”.")
    if gates_hold:
        return False
    if not reason.strip():
        raise GatesError(
            f"The gates of the stage “{after}” don't hold yet; make the calls that are still "
            "needed, or say why it is to be in force all the same."
        )
    return True

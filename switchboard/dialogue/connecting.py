"""Putting the caller through, and what is offered when that fails: team, department, operator."""

from __future__ import annotations

from dataclasses import replace

from grammar.model import Entry, EntryKind
from switchboard.dialogue.actions import Ending, Line, Purpose, Transfer
from switchboard.dialogue.asking import ask
from switchboard.dialogue.differences import details
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.naming import cannot_connect, is_declined
from switchboard.dialogue.operators import Why, end, hand_over, ladder, say
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import Choose, Confirm, Connecting, State, Step, ToPeople, next_turn
from switchboard.dialogue.world import World

_SAID: dict[TransferOutcome, Prompt] = {
    TransferOutcome.BUSY: Prompt.BUSY,
    TransferOutcome.NO_ANSWER: Prompt.NO_ANSWER,
    TransferOutcome.REFUSED: Prompt.UNREACHABLE,
    TransferOutcome.UNREACHABLE: Prompt.UNREACHABLE,
}


def connect(state: State, world: World, key: str) -> Step:
    """Put the caller through to an entry: to the number that its directory row holds."""
    entry = world.entries[key]
    number = entry.number
    if number is None or not world.reachable(state.caller.kind, entry):
        return cannot_connect(state, world, (key,))
    state = next_turn(state, Connecting(key))
    ring_s = world.policy.limits.entry_ring_s
    return state, (Transfer(state.turn, number, Purpose.ENTRY, key, ring_s),)


def connecting_ended(
    state: State, phase: Connecting, outcome: TransferOutcome, world: World
) -> Step:
    """Connected, or the caller is ours again."""
    if outcome is TransferOutcome.CONNECTED:
        return end(state, Ending.OPERATOR if phase.by_operator else Ending.TRANSFERRED)
    entry = world.entries[phase.entry]
    if entry.number:
        state = replace(state, unreached=state.unreached | {entry.number})
    told = Line(_SAID[outcome], {"entry": entry.key})
    if phase.by_operator:
        return say(state, ToPeople(ladder(world.policy)), told, Line(Prompt.OPERATOR))
    offered = () if phase.wants_operator else _instead(state, world, entry)
    if len(offered) > 1:
        keys = tuple(each.key for each in offered)
        return ask(
            state, world, Choose(keys, details(offered) or ("",) * len(keys), instead=True), told
        )
    if offered:
        return ask(state, world, Confirm(offered[0].key, entry.key, failed=True), told)
    line = Line(Prompt.OPERATOR)
    return hand_over(state, world.policy, Why.TRANSFER_FAILED, told, line, entries=(entry.key,))


def _instead(state: State, world: World, entry: Entry) -> tuple[Entry, ...]:
    """The team and the department of somebody who can't be reached, and the fallback."""
    named = [world.department(entry.team), world.department(entry.department)]
    if entry.kind is EntryKind.DEPARTMENT:
        named = []
    found: dict[str, Entry] = {}
    for each in (*named, world.fallback(entry)):
        if (
            each is not None
            and each.number
            and each.number not in state.unreached
            and world.reachable(state.caller.kind, each)
            and not is_declined(state, each)
            and not world.is_closed(each, state.at)
        ):
            found.setdefault(each.number, each)
    return tuple(found.values())

"""Keys, at any moment: 0 the operator, * once more, a choice, an extension, a name in letters."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from switchboard.dialogue.actions import Line, Listen
from switchboard.dialogue.answering import accepted, refused
from switchboard.dialogue.asking import repeat
from switchboard.dialogue.connecting import connect
from switchboard.dialogue.naming import (
    announce,
    decide_for,
    failed_try,
    is_declined,
    never_unasked,
    no_to,
    take_up,
)
from switchboard.dialogue.operators import Why, to_operator
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.spelling_out import as_match, offered_spelling
from switchboard.dialogue.state import (
    Announce,
    Asking,
    Choose,
    Confirm,
    OfferSpelling,
    Question,
    State,
    Step,
)
from switchboard.dialogue.world import World

_DIGITS = frozenset("0123456789")
_LONGEST = 24
"""Keys of one entry: the longest names. What is pressed beyond it is not kept."""

_NAMED = 0.9
"""Probability of a single name on the letter keys: it is asked about, never put through unasked."""


def pressed(state: State, phase: Asking, digit: str, world: World) -> Step:
    """One key in answer to a question."""
    match digit:
        case "*":
            return repeat(state, world, phase)
        case "0" if not phase.keys:
            return to_operator(state, world.policy, Why.ASKED)
        case "#" if phase.keys:
            return paused(state, phase, world)
        case _ if digit in _DIGITS:
            return _digit(state, phase, digit, world)
        case _:
            return _listen(state, phase)


def _digit(state: State, phase: Asking, digit: str, world: World) -> Step:
    more = _extends(state, world, phase.keys + digit)
    if not phase.keys and not more and _is_choice(phase.question, digit):
        return _choice(state, phase.question, digit, world)
    phase = replace(phase, keys=(phase.keys + digit)[:_LONGEST])
    whole = _extension(state, world, phase.keys)
    if whole and not more and not world.letter_keys.goes_on(phase.keys):
        return announce(state, world, whole)
    return _listen(state, phase)


def _listen(state: State, phase: Asking) -> Step:
    return replace(state, phase=phase), (Listen(state.turn),)


def paused(state: State, phase: Asking, world: World) -> Step:
    """No more keys: what was pressed is a choice, an extension, a name, or nothing we know."""
    keys = phase.keys
    if len(keys) == 1 and _is_choice(phase.question, keys):
        return _choice(state, phase.question, keys, world)
    extension = _extension(state, world, keys)
    if extension:
        return announce(state, world, extension)
    named = _named(state, world, keys)
    if not named:
        lines = (_unknown(keys, world), Line(Prompt.ASK_NAME))
        return failed_try(state, world, Why.NOT_UNDERSTOOD, *lines)
    match = as_match(world, [(key, keys, _NAMED / len(named)) for key in named])
    return take_up(state, world, never_unasked(decide_for(state, world, match)), match)


def _unknown(keys: str, world: World) -> Line:
    longest = max((len(number) for number in world.extensions), default=0)
    short = len(keys) <= longest
    return Line(Prompt.EXTENSION_UNKNOWN if short else Prompt.NAME_KEYS_UNKNOWN)


def _is_choice(question: Question, digit: str) -> bool:
    match question:
        case Confirm() | OfferSpelling() | Announce():
            return digit in "12"
        case Choose(options=options):
            return 1 <= int(digit) <= len(options)
        case _:
            return False


def _choice(state: State, question: Question, digit: str, world: World) -> Step:
    """1 for yes and 2 for no; or the place in the list."""
    yes = digit == "1"
    match question:
        case Confirm(option=option):
            return accepted(state, world, option) if yes else refused(state, world, question)
        case Announce(option=option):
            return connect(state, world, option) if yes else no_to(state, world, (option,))
        case Choose(options=options):
            return accepted(state, world, options[int(digit) - 1])
        case _:
            return offered_spelling(state, world, agreed=yes)


def _extension(state: State, world: World, keys: str) -> str:
    """The entry at an extension that the directory holds and this caller may reach; "" for none."""
    kind = state.caller.kind
    for key in world.at_number.get(keys, ()):
        if world.reachable(kind, world.entries[key]):
            return key
    return ""


def _extends(state: State, world: World, keys: str) -> bool:
    """Whether a longer extension that this caller may reach begins so."""
    first = bisect_left(world.extensions, keys)
    last = bisect_left(world.extensions, keys + ":")  # ":" sorts after "9"
    longer = (number for number in world.extensions[first:last] if number != keys)
    return any(_extension(state, world, number) for number in longer)


def _named(state: State, world: World, keys: str) -> tuple[str, ...]:
    """Whose name is spelled so on the letter keys, without those whom this caller may not know
    of: an unknown name and a hidden one sound the same. Leavers count where nobody else has it."""
    kind = state.caller.kind
    known = [
        key
        for key in world.letter_keys.named(keys)
        if world.policy.may_reach(kind, world.entries[key])
        and not is_declined(state, world.entries[key])
    ]
    here = [key for key in known if world.reachable(kind, world.entries[key])]
    return tuple(here or known)

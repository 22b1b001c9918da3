"""The caller spells: letters are gathered over several utterances until they name somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grammar.matching import Candidate, Match
from grammar.model import Entry
from switchboard.dialogue.actions import Line
from switchboard.dialogue.asking import ask
from switchboard.dialogue.events import Heard
from switchboard.dialogue.letters import is_spelling, joined, letters
from switchboard.dialogue.naming import (
    OFFERED,
    choose,
    decide_for,
    decision_for,
    is_declined,
    never_unasked,
    take_up,
)
from switchboard.dialogue.operators import Why, hand_over, to_operator
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import Asking, Confirm, Spell, State, Step
from switchboard.dialogue.world import World

READINGS = 4
"""Hypotheses of an utterance that are read as letters, and readings of the whole spelling."""

_CLEAR = 0.9
"""Probability of one name from which a spelling is complete without waiting for more letters."""


def spells(event: Heard) -> bool:
    """Whether an utterance is a spelling, whatever command it resembles ("oh", "you", "be")."""
    return any(is_spelling(each.text) for each in event.hypotheses[:1])


def offered_spelling(state: State, world: World, *, agreed: bool) -> Step:
    """The caller would like to spell, or not."""
    if not agreed:
        return to_operator(state, world.policy, Why.SPELLING_REFUSED)
    return ask(state, world, Spell())


def spelled(state: State, world: World, phase: Asking, question: Spell, event: Heard) -> Step:
    """More letters, or a name in place of them."""
    decision = decision_for(state, world, event)
    if not spells(event) and decision.action in OFFERED:
        return take_up(state, world, decision, event.match)
    readings = readings_of(event)
    if not readings:
        return _none_read(state, phase, question, world)
    heard = (*question.heard, readings)
    found = _candidates(state, world, heard)
    if _complete(found, heard):
        return _offer(state, world, found)
    return ask(state, world, Spell(heard))


def readings_of(event: Heard) -> tuple[str, ...]:
    """The letters that an utterance may spell, likeliest first; () for none."""
    read = (letters(hypothesis.text) for hypothesis in event.hypotheses[:READINGS])
    return tuple(dict.fromkeys(text for text in read if text))


def _none_read(state: State, phase: Asking, question: Spell, world: World) -> Step:
    """What was said has no letters: asked once more, then the operator."""
    if phase.again:
        return _failed(state, world)
    return ask(state, world, question, again=True)


def spelling_ended(state: State, question: Spell, world: World) -> Step:
    """A pause after the last letter."""
    found = _candidates(state, world, question.heard)
    return _offer(state, world, found) if found else _failed(state, world)


def _failed(state: State, world: World) -> Step:
    line = Line(Prompt.NOT_UNDERSTOOD_OPERATOR)
    return hand_over(state, world.policy, Why.SPELLING_FAILED, line)


_LIKELY = 0.5
"""Probability from which one entry alone is asked about. Raising it asks by lists more often."""

_WORTH = 0.02
"""How likely, beside the likeliest, a name must be to be offered too. Raising it shortens lists."""

Found = tuple[str, str, float]
"""An entry's key, the name of it that the letters fit, and its probability."""


def _candidates(
    state: State, world: World, heard: tuple[tuple[str, ...], ...]
) -> tuple[Found, ...]:
    """Whom the letters may name, without those whom this caller may not know of."""
    hidden = frozenset(
        key
        for key, entry in world.entries.items()
        if is_declined(state, entry) or not world.policy.may_reach(state.caller.kind, entry)
    )
    readings = joined(heard, READINGS)
    return world.spelling.candidates(readings, dict(state.suspects), hidden)


def _complete(found: Sequence[Found], heard: tuple[tuple[str, ...], ...]) -> bool:
    """Whether one name is clearly meant, and has been spelled to its end."""
    if not found:
        return False
    name = found[0][1]
    share = sum(probability for _, other, probability in found if other == name)
    return share >= _CLEAR and sum(len(each[0]) for each in heard) >= len(name)


def _offer(state: State, world: World, found: Sequence[Found]) -> Step:
    """Whom the letters name is asked about: one person, a list, or which department.

    Everybody who has one of the likeliest names counts, for a surname tells nobody from a
    namesake. Leavers count only where all who have the likeliest name have left.
    """
    kind = state.caller.kind
    here = [each for each in found if world.reachable(kind, world.entries[each[0]])]
    likeliest = [each for each in found if each[1] == found[0][1]]
    if not here or (here[0][1] != found[0][1] and likeliest[0][2] >= _LIKELY):
        match = as_match(world, likeliest)
        return take_up(state, world, never_unasked(decide_for(state, world, match)), match)
    if here[0][2] >= _LIKELY:
        return ask(state, world, Confirm(here[0][0]))
    worth = (name for _, name, probability in here if probability >= _WORTH * here[0][2])
    names = list(dict.fromkeys(worth))[: world.policy.limits.most_options]
    at: dict[str | None, Entry] = {}
    for key, name, _ in here:
        if name in names:
            at.setdefault(world.entries[key].number, world.entries[key])
    entries = tuple(at.values())
    if len(entries) == 1:
        return ask(state, world, Confirm(entries[0].key))
    return choose(state, world, entries)


def as_match(world: World, found: Iterable[Found]) -> Match:
    """Candidates at destinations, as the matcher of names would give them."""
    at: dict[str, list[Found]] = {}
    for each in found:
        entry = world.entries[each[0]]
        at.setdefault(entry.number or f"no number: {entry.key}", []).append(each)
    candidates = [
        Candidate(
            tuple(world.entries[key] for key, _, _ in group),
            sum(probability for _, _, probability in group),
            group[0][1],
        )
        for group in at.values()
    ]
    candidates.sort(key=lambda candidate: (-candidate.probability, candidate.entry.key))
    none = max(0.0, 1 - sum(candidate.probability for candidate in candidates))
    return Match(tuple(candidates), {}, none)

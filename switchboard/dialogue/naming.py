"""Somebody was named: what the decision says is done, and those declined are left out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grammar.decision import Action, Decision, Reason, decide, namesakes
from grammar.matching import Candidate, Match
from grammar.model import Entry
from switchboard.dialogue.actions import Line, Mark, Note
from switchboard.dialogue.asking import ask
from switchboard.dialogue.differences import details, shared_name
from switchboard.dialogue.events import Heard
from switchboard.dialogue.operators import Why, hand_over, to_operator
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import (
    Announce,
    Choose,
    Confirm,
    Name,
    OfferSpelling,
    State,
    Step,
    WhichDepartment,
    noted,
)
from switchboard.dialogue.world import World

OFFERED = frozenset({Action.TRANSFER, Action.CONFIRM, Action.DISAMBIGUATE})
"""Decisions that offer somebody."""

_SUSPECTS = 10
"""Candidates kept of a failed try."""


def decision_for(state: State, world: World, heard: Heard) -> Decision:
    """The decision on what was heard, without those whom the caller has declined.

    Who is left once the declined are out is asked about, never put through unasked: the
    calibration knows nothing of what was declined.
    """
    if heard.match is None or not state.declined:
        return heard.decision
    kept = tuple(c for c in heard.match.candidates if not is_declined(state, c.entry))
    if len(kept) == len(heard.match.candidates):
        return heard.decision
    rest = sum(c.probability for c in kept) + sum(heard.match.commands.values()) + heard.match.none
    scale = 1 / rest if rest > 0 else 0.0
    match = Match(
        tuple(c._replace(probability=c.probability * scale) for c in kept),
        {command: share * scale for command, share in heard.match.commands.items()},
        heard.match.none * scale,
        heard.match.qualifier if kept else "",
    )
    return never_unasked(decide_for(state, world, match))


def decide_for(state: State, world: World, match: Match) -> Decision:
    """The decision on a match, for this caller."""
    kind = state.caller.kind
    return decide(
        match, world.costs, world.fallback, lambda entry: world.policy.may_reach(kind, entry)
    )


def never_unasked(decision: Decision) -> Decision:
    if decision.action is Action.TRANSFER:
        return replace(decision, action=Action.CONFIRM, reason=Reason.UNSURE)
    return decision


def is_declined(state: State, entry: Entry) -> bool:
    """Whether the caller said no to an entry, or to another one at its number."""
    return entry.key in state.declined or entry.number in state.declined


def decline(state: State, world: World, keys: Iterable[str]) -> State:
    """The caller said no to these: none of them is offered again on this call."""
    numbers = (world.entries[key].number for key in keys)
    return replace(state, declined=state.declined.union(keys, (n for n in numbers if n)))


def take_up(  # noqa: PLR0911 - one return a case
    state: State, world: World, decision: Decision, match: Match | None
) -> Step:
    """Do what a decision says about who was named; `match` is what it was made on."""
    options = tuple(c.entry for c in decision.options)
    if not all(_offerable(state, world, entry) for entry in options):
        return cannot_connect(state, world)
    match decision.action, options:
        case Action.TRANSFER, (entry,):
            return announce(state, world, entry.key)
        case Action.CONFIRM, (entry,):
            return _confirm(state, world, decision, entry)
        case Action.DISAMBIGUATE, (_, _, *_):
            if decision.reason is Reason.TOO_MANY and match is not None:
                return which_department(state, world, _namesakes(state, world, match))
            return choose(state, world, options)
        case Action.OPERATOR, _:
            return _cannot(state, world, decision)
        case _:
            return misunderstood(state, world, match)


def _offerable(state: State, world: World, entry: Entry) -> bool:
    """Of the grammar that this call started with, reachable, and not declined."""
    known = world.entries.get(entry.key)
    return (
        known is not None
        and known.number == entry.number
        and world.reachable(state.caller.kind, known)
        and not is_declined(state, known)
    )


def announce(state: State, world: World, key: str) -> Step:
    """Say whom the caller is being connected to; then the transfer. Not to where nobody is now."""
    entry = world.entries[key]
    if world.is_closed(entry, state.at):
        return _closed(state, world, entry)
    return ask(state, world, Announce(key))


def _closed(state: State, world: World, entry: Entry) -> Step:
    """Outside a department's hours: what stands in for it, where that is open, or a person."""
    instead = world.fallback(entry)
    open_ = instead is not None and not world.is_closed(instead, state.at)
    if instead is not None and open_ and _offerable(state, world, instead):
        return ask(state, world, Confirm(instead.key, entry.key, Prompt.DEPARTMENT_CLOSED_OFFER))
    line = Line(Prompt.DEPARTMENT_CLOSED_OPERATOR, {"entry": entry.key})
    return hand_over(state, world.policy, Why.DEPARTMENT_CLOSED, line, entries=(entry.key,))


def _confirm(state: State, world: World, decision: Decision, entry: Entry) -> Step:
    instead_of = decision.instead_of
    if instead_of is None:
        return ask(state, world, Confirm(entry.key))
    if not world.policy.may_reach(state.caller.kind, instead_of):
        # Who may not be reached isn't spoken of, not even as a leaver.
        return cannot_connect(state, world, (instead_of.key,))
    left = decision.reason is Reason.LEFT
    why = Prompt.LEFT_OFFER if left else Prompt.NO_NUMBER_OFFER
    return ask(state, world, Confirm(entry.key, instead_of.key, why))


def choose(state: State, world: World, entries: tuple[Entry, ...]) -> Step:
    """Which of these? To the operator when nothing that we know tells them apart."""
    keys = tuple(entry.key for entry in entries)
    if len(entries) > world.policy.limits.most_options:
        return which_department(state, world, entries)
    told = details(entries)
    if told is None:
        line = Line(Prompt.OPERATOR)
        return hand_over(state, world.policy, Why.NOT_TOLD_APART, line, entries=keys)
    return ask(state, world, Choose(keys, told, shared_name(entries)))


def which_department(state: State, world: World, entries: tuple[Entry, ...]) -> Step:
    """More than can be listed: asks for the department where that narrows it down."""
    keys = tuple(entry.key for entry in entries)
    if len({entry.department for entry in entries}) == 1:
        line = Line(Prompt.OPERATOR)
        return hand_over(state, world.policy, Why.TOO_MANY, line, entries=keys)
    return ask(state, world, WhichDepartment(keys, shared_name(entries)))


def _namesakes(state: State, world: World, match: Match) -> tuple[Entry, ...]:
    """All who are called as the best candidate is, and whom this caller can be offered."""
    return tuple(c.entry for c in namesakes(match) if _offerable(state, world, c.entry))


def _cannot(state: State, world: World, decision: Decision) -> Step:
    """Somebody who can't be reached, and no department to offer: to the operator."""
    policy, entry = world.policy, decision.instead_of
    if decision.reason is Reason.ENGINE_FAILED:
        return hand_over(state, policy, Why.FAULT, Line(Prompt.FAULT_OPERATOR))
    if entry is None:
        return to_operator(state, policy, Why.ASKED)
    if not policy.may_reach(state.caller.kind, entry):
        return cannot_connect(state, world, (entry.key,))
    if decision.reason is Reason.LEFT:
        prompt, why = Prompt.LEFT_OPERATOR, Why.LEFT
    else:
        prompt, why = Prompt.NO_NUMBER_OPERATOR, Why.NO_NUMBER
    line = Line(prompt, {"entry": entry.key})
    return hand_over(state, policy, why, line, entries=(entry.key,))


def cannot_connect(state: State, world: World, entries: tuple[str, ...] = ()) -> Step:
    """To the operator without telling whether there is such a person."""
    line = Line(Prompt.CANNOT_CONNECT)
    return hand_over(state, world.policy, Why.NOT_FOR_CALLER, line, entries=entries)


def misunderstood(state: State, world: World, match: Match | None = None) -> Step:
    """A failed try: nobody could be offered for what was said."""
    if match is not None:
        state = _suspect(state, match.candidates)
    return failed_try(state, world, Why.NOT_UNDERSTOOD, Line(Prompt.REPROMPT_NO_MATCH))


def no_to(state: State, world: World, keys: tuple[str, ...]) -> Step:
    """The caller said no to these, and named nobody else: a failed try."""
    state = decline(state, world, keys)
    step = failed_try(state, world, Why.DECLINED, Line(Prompt.ASK_NAME_AFTER_NO))
    return noted(Mark(Note.DECLINED, keys), step)


def failed_try(state: State, world: World, why: Why, *lines: Line) -> Step:
    """Asks again with the lines; after enough failed tries offers spelling, then the operator.

    Who called a few minutes ago gets the operator sooner, and isn't made to spell.
    """
    state = replace(state, failures=state.failures + 1)
    limits, earlier = world.policy.limits, state.caller.earlier
    if state.failures < (limits.tries if earlier is None else limits.tries_again):
        return ask(state, world, Name(), *lines)
    if earlier is None and not state.spelt:
        return ask(replace(state, spelt=True), world, OfferSpelling())
    return hand_over(state, world.policy, why, Line(Prompt.NOT_UNDERSTOOD_OPERATOR))


def _suspect(state: State, candidates: tuple[Candidate, ...]) -> State:
    """Remember who may have been meant: it helps to read the spelling."""
    found = dict(state.suspects)
    for candidate in candidates[:_SUSPECTS]:
        for entry in candidate.entries:
            found[entry.key] = max(found.get(entry.key, 0.0), candidate.probability)
    return replace(state, suspects=tuple(sorted(found.items())))

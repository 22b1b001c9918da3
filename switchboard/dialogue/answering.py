"""What the caller said to a question is taken up, question by question."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from grammar.decision import Action, Decision, Reason
from grammar.model import Command
from grammar.text import normalise
from switchboard.dialogue.actions import Ending, Line, Mark, Note
from switchboard.dialogue.answers import (
    chosen,
    clearly_best,
    command,
    department_fits,
    is_emergency,
    only_no,
    placed,
    says_none,
    yes_no,
)
from switchboard.dialogue.asking import ask, repeat, unclear
from switchboard.dialogue.connecting import connect
from switchboard.dialogue.events import Heard
from switchboard.dialogue.naming import (
    OFFERED,
    announce,
    choose,
    decision_for,
    decline,
    misunderstood,
    no_to,
    take_up,
    which_department,
)
from switchboard.dialogue.operators import Why, emergency, hand_over, say, to_operator
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.spelling_out import offered_spelling, spelled, spelling_ended, spells
from switchboard.dialogue.state import (
    Announce,
    Asking,
    Choose,
    Confirm,
    Name,
    OfferSpelling,
    Spell,
    State,
    Step,
    ToEnd,
    WhichDepartment,
    noted,
)
from switchboard.dialogue.world import World

_SAID_AGAIN = 0.8
"""Probability from which the name that was offered, said again, counts as a yes. Raising it asks
again more often."""

_NAMED_ANOTHER = 0.5
"""Probability from which another name in place of yes or no is asked about. Raising it asks the
same question again more often."""

_UNHEARD = frozenset({Reason.NO_INPUT, Reason.NOT_SPEECH})


def heard(state: State, phase: Asking, event: Heard, world: World) -> Step:
    """An utterance, whatever was asked."""
    if is_emergency(event, world):
        return emergency(state, world.policy)
    if event.decision.reason in _UNHEARD:
        return unheard(state, phase, world)
    if event.decision.reason is Reason.ENGINE_FAILED:
        return hand_over(state, world.policy, Why.FAULT, Line(Prompt.FAULT_OPERATOR))
    state = replace(state, silences=0)
    phase = replace(phase, keys="")
    obeyed = _obey(state, phase, event, world)
    return obeyed or _answered(state, phase, event, world)


def unheard(state: State, phase: Asking, world: World) -> Step:
    """Silence or noise: asked once more with an example, then the operator."""
    question = phase.question
    match question:
        case Announce(option=option):
            return connect(state, world, option)
        case OfferSpelling():
            return to_operator(state, world.policy, Why.SPELLING_REFUSED)
        case Spell():
            return spelling_ended(state, question, world)
    state = replace(state, silences=state.silences + 1)
    if state.silences > 1:
        return to_operator(state, world.policy, Why.SILENCE)
    line = Line(Prompt.REPROMPT_SILENCE)
    if isinstance(question, Name):
        return ask(state, world, question, line)
    return unclear(state, world, phase, Why.SILENCE)


def _obey(state: State, phase: Asking, event: Heard, world: World) -> Step | None:  # noqa: PLR0911 - one return a case
    """The universal commands; None when what was said is none, or answers the question."""
    question, given = phase.question, command(event, world)
    if given is None or _answers(question, event):
        return None
    match given:
        case Command.OPERATOR:
            return to_operator(state, world.policy, Why.ASKED)
        case Command.HELP:
            return to_operator(state, world.policy, Why.HELP)
        case Command.REPEAT:
            return repeat(state, world, phase)
        case Command.GOODBYE:
            return say(state, ToEnd(Ending.SAID_GOODBYE), Line(Prompt.GOODBYE))
        case Command.CANCEL:
            return _cancel(state, phase, world)
        case _:
            return None


def _answers(question: object, event: Heard) -> bool:
    """Whether words that elsewhere are a command answer this question."""
    if isinstance(question, Choose):
        return says_none(event)
    return isinstance(question, Spell) and spells(event)


def _cancel(state: State, phase: Asking, world: World) -> Step:
    """ "Go back", "wrong person": no to whom we offered, else the question is taken back."""
    match phase.question:
        case Confirm(option=option) | Announce(option=option):
            step = no_to(state, world, (option,))
        case Spell() | OfferSpelling():
            step = to_operator(state, world.policy, Why.SPELLING_REFUSED)
        case _:
            step = ask(state, world, Name())
    return noted(Mark(Note.CANCELLED), step)


def _answered(state: State, phase: Asking, event: Heard, world: World) -> Step:  # noqa: PLR0911 - one return a case
    match phase.question:
        case Name():
            return take_up(state, world, decision_for(state, world, event), event.match)
        case Confirm() as question:
            return _confirmed(state, phase, question, event, world)
        case Choose() as question:
            return _chosen(state, phase, question, event, world)
        case WhichDepartment() as question:
            return _department(state, phase, question, event, world)
        case Announce() as question:
            return _objected(state, question, event, world)
        case OfferSpelling():
            return _spelling_offered(state, phase, event, world)
        case Spell() as question:
            return spelled(state, world, phase, question, event)


def accepted(state: State, world: World, key: str) -> Step:
    """The caller wants this one."""
    return noted(Mark(Note.ACCEPTED, (key,)), announce(state, world, key))


def refused(state: State, world: World, question: Confirm) -> Step:
    """No to "did you want ...?"; no to what was offered in somebody's place goes to a person."""
    if question.failed or question.instead_of:
        why = Why.TRANSFER_FAILED if question.failed else Why.DECLINED
        state = decline(state, world, (question.option,))
        step = to_operator(state, world.policy, why)
        return noted(Mark(Note.DECLINED, (question.option,)), step)
    return no_to(state, world, (question.option,))


def _confirmed(state: State, phase: Asking, question: Confirm, event: Heard, world: World) -> Step:
    offered = world.entries[question.option]
    answer = yes_no(event, world)
    if answer is False:
        return _no_but(state, world, question, event)
    if answer is True:
        return accepted(state, world, question.option)
    decision = decision_for(state, world, event)
    best = decision.options[0] if decision.options else None
    if decision.action in OFFERED and best is not None:
        if best.entry.number == offered.number:
            sure = best.probability >= _SAID_AGAIN
            return accepted(state, world, offered.key) if sure else unclear(state, world, phase)
        if decision.action is Action.TRANSFER:
            return _another(state, world, (question.option,), decision, event)
        if sum(option.probability for option in decision.options) >= _NAMED_ANOTHER:
            return take_up(state, world, decision, event.match)
    return unclear(state, world, phase)


def _no_but(state: State, world: World, question: Confirm, event: Heard) -> Step:
    """No; or "no, I meant ..."."""
    declining = decline(state, world, (question.option,))
    decision = decision_for(declining, world, event)
    if decision.action in OFFERED and not only_no(event, world):
        return _another(state, world, (question.option,), decision, event)
    return refused(state, world, question)


def _another(
    state: State, world: World, keys: tuple[str, ...], decision: Decision, event: Heard
) -> Step:
    """Not these but whom the caller has named instead."""
    state = decline(state, world, keys)
    return noted(Mark(Note.DECLINED, keys), take_up(state, world, decision, event.match))


def _chosen(state: State, phase: Asking, question: Choose, event: Heard, world: World) -> Step:
    if says_none(event):
        return none_of(state, world, question)
    entries = [world.entries[key] for key in question.options]
    at = chosen(event, entries, world)
    if at is not None:
        return accepted(state, world, question.options[at])
    decision = decision_for(state, world, event)
    if yes_no(event, world) is False:
        without = decision_for(decline(state, world, question.options), world, event)
        if without.action in OFFERED and not only_no(event, world):
            return _another(state, world, question.options, without, event)
        return none_of(state, world, question)
    numbers = {entry.number for entry in entries}
    if decision.action is Action.TRANSFER and decision.options[0].entry.number not in numbers:
        return take_up(state, world, decision, event.match)
    return unclear(state, world, phase)


def none_of(state: State, world: World, question: Choose) -> Step:
    """None of the list."""
    if question.instead:
        state = decline(state, world, question.options)
        step = to_operator(state, world.policy, Why.TRANSFER_FAILED)
        return noted(Mark(Note.DECLINED, question.options), step)
    return no_to(state, world, question.options)


def _department(
    state: State, phase: Asking, question: WhichDepartment, event: Heard, world: World
) -> Step:
    by_department: defaultdict[str, list[str]] = defaultdict(list)
    for key in question.options:
        by_department[normalise(world.entries[key].department)].append(key)
    names = [name for name in by_department if name]
    at = clearly_best(department_fits(event, names, world))
    if at is None:
        known = placed(event, [world.entries[key] for key in question.options], world)
        if known is not None:
            return ask(state, world, Confirm(question.options[known]))
        decision = decision_for(state, world, event)
        named = decision.options[0].entry if decision.action is Action.TRANSFER else None
        if named is not None and named.key not in question.options:
            return take_up(state, world, decision, event.match)
        return unclear(state, world, phase)
    entries = tuple(world.entries[key] for key in by_department[names[at]])
    if len(entries) == 1:
        return ask(state, world, Confirm(entries[0].key))
    if len(entries) > world.policy.limits.most_options:
        return which_department(state, world, entries)
    return choose(state, world, entries)


def _objected(state: State, question: Announce, event: Heard, world: World) -> Step:
    """Something was said while we announced: only no, or another name for sure, stops it."""
    if yes_no(event, world) is False:
        return _no_but(state, world, Confirm(question.option), event)
    decision = decision_for(state, world, event)
    if decision.action is Action.TRANSFER:
        number = decision.options[0].entry.number
        if number != world.entries[question.option].number:
            return _another(state, world, (question.option,), decision, event)
    return connect(state, world, question.option)


def _spelling_offered(state: State, phase: Asking, event: Heard, world: World) -> Step:
    answer = yes_no(event, world)
    if answer is not None:
        return offered_spelling(state, world, agreed=answer)
    decision = decision_for(state, world, event)
    if decision.action in OFFERED:
        return take_up(state, world, decision, event.match)
    if phase.again:
        return misunderstood(state, world, event.match)
    return unclear(state, world, phase)

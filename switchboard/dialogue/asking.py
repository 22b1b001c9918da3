"""Puts a question to the caller, within the limit of turns: its words, and what may be answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grammar.text import normalise
from switchboard.dialogue.actions import Ask, Expecting, Line
from switchboard.dialogue.differences import detail
from switchboard.dialogue.operators import Why, hand_over, to_operator
from switchboard.dialogue.prompts import Prompt
from switchboard.dialogue.state import (
    Announce,
    Asking,
    Choose,
    Confirm,
    Name,
    OfferSpelling,
    Question,
    Spell,
    State,
    Step,
    WhichDepartment,
    next_turn,
)
from switchboard.dialogue.world import World

_EXPECTING: dict[type, Expecting] = {
    Name: Expecting.NAME,
    Confirm: Expecting.YES_NO,
    OfferSpelling: Expecting.YES_NO,
    Announce: Expecting.YES_NO,
    Choose: Expecting.CHOICE,
    WhichDepartment: Expecting.DEPARTMENT,
    Spell: Expecting.LETTERS,
}

YES_OR_NO = ("yes", "no", "yes please", "no thank you")
_ORDINALS = ("the first", "the second", "the third", "the fourth")
_NUMBERS = ("one", "two", "three", "four")

UNDERSTOOD_WORSE: dict[type, Prompt] = {
    Confirm: Prompt.CONFIRM_AGAIN,
    OfferSpelling: Prompt.CONFIRM_AGAIN,
    Choose: Prompt.CHOOSE_AGAIN,
    WhichDepartment: Prompt.ASK_DEPARTMENT_AGAIN,
}
"""What is said before a question is put for the second time."""


def ask(state: State, world: World, question: Question, *before: Line, again: bool = False) -> Step:
    """Ask, after the lines of `before`; past the limit of turns, hand over to an operator."""
    limits = world.policy.limits
    if state.asked >= limits.most_turns:
        return to_operator(state, world.policy, Why.TURN_LIMIT)
    state = next_turn(state, Asking(question, again=again))
    state = replace(state, asked=state.asked + 1)
    lines = (*before, *_wording(question, world, opened=bool(before)))
    return state, (
        Ask(
            turn=state.turn,
            lines=lines,
            expecting=_EXPECTING[type(question)],
            phrases=_phrases(question, world),
            no_input_s=_patience(question, world),
            key_pause_s=limits.key_pause_s,
        ),
    )


def repeat(state: State, world: World, phase: Asking) -> Step:
    """The question once more, as it was."""
    return ask(state, world, phase.question, again=phase.again)


def unclear(state: State, world: World, phase: Asking, why: Why = Why.NOT_UNDERSTOOD) -> Step:
    """No answer, or none that was understood: the question once more, then the operator."""
    if phase.again:
        line = Line(Prompt.NOT_UNDERSTOOD_OPERATOR)
        return hand_over(state, world.policy, why, line, entries=about(phase.question))
    prompt = UNDERSTOOD_WORSE.get(type(phase.question), Prompt.REPROMPT_NO_MATCH)
    return ask(state, world, phase.question, Line(prompt), again=True)


def about(question: Question) -> tuple[str, ...]:
    """The keys of the entries that a question offers."""
    match question:
        case Confirm(option=option) | Announce(option=option):
            return (option,)
        case Choose(options=options) | WhichDepartment(options=options):
            return options
        case _:
            return ()


def _wording(question: Question, world: World, *, opened: bool) -> tuple[Line, ...]:  # noqa: PLR0911 - one return a case
    """The question's own lines. A greeting or a reprompt asks for the name itself: `opened`."""
    match question:
        case Name():
            return () if opened else (Line(Prompt.ASK_NAME),)
        case Confirm():
            return (_confirm(question, world),)
        case Announce(option=option):
            return (_named(option, world, Prompt.CONNECTING, Prompt.CONNECTING_DETAIL),)
        case Choose():
            return _list(question, world)
        case WhichDepartment(said=""):
            return () if opened else (Line(Prompt.ASK_DEPARTMENT_NAMELESS),)
        case WhichDepartment(said=said):
            return () if opened else (Line(Prompt.ASK_DEPARTMENT, words={"name": said}),)
        case OfferSpelling():
            return (Line(Prompt.OFFER_SPELLING),)
        case Spell(heard=()):
            return (Line(Prompt.SPELL),)
        case Spell():
            return ()


def _confirm(question: Confirm, world: World) -> Line:
    if question.failed:
        return Line(Prompt.OFFER_INSTEAD, {"entry": question.option})
    if question.instead_of:
        entries = {"entry": question.instead_of, "instead": question.option}
        return Line(question.why, entries)
    return _named(question.option, world, Prompt.CONFIRM, Prompt.CONFIRM_DETAIL)


def _named(key: str, world: World, plain: Prompt, detailed: Prompt) -> Line:
    more = detail(world.entries[key])
    if more:
        return Line(detailed, {"entry": key}, {"detail": more})
    return Line(plain, {"entry": key})


def _list(question: Choose, world: World) -> tuple[Line, ...]:
    if question.instead:
        opening = Line(Prompt.CHOOSE_INSTEAD)
    elif question.said:
        opening = Line(Prompt.CHOOSE, words={"name": question.said})
    else:
        opening = Line(Prompt.CHOOSE_SOUND_ALIKE)
    options = []
    one_name = len({world.entries[key].name for key in question.options}) == 1
    offered = zip(question.options, question.details, strict=True)
    for number, (key, more) in enumerate(offered, start=1):
        pressed = {"key": str(number)}
        if one_name:
            options.append(Line(Prompt.OPTION, words={"detail": more, **pressed}))
        elif more:
            words = {"detail": more, **pressed}
            options.append(Line(Prompt.OPTION_ENTRY_DETAIL, {"entry": key}, words))
        else:
            options.append(Line(Prompt.OPTION_ENTRY, {"entry": key}, pressed))
    return (opening, *options, Line(Prompt.CHOOSE_NONE))


def _phrases(question: Question, world: World) -> tuple[str, ...]:
    match question:
        case Confirm() | OfferSpelling() | Announce():
            return YES_OR_NO
        case Choose(options=options, details=details):
            count = len(options)
            texts = (*details, *(world.entries[key].name for key in options))
            spoken = (normalise(text) for text in texts)
            return _once((*spoken, *_ORDINALS[:count], *_NUMBERS[:count], "neither", "no"))
        case WhichDepartment(options=options):
            return _once(normalise(world.entries[key].department) for key in options)
        case _:
            return ()


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _patience(question: Question, world: World) -> float:
    limits = world.policy.limits
    match question:
        case Announce():
            return limits.objection_s
        case Spell(heard=(_, *_)):
            return limits.letter_pause_s
        case _:
            return limits.no_input_s

"""What to do with a match: transfer, confirm, disambiguate, reprompt, or hand over to an operator.

The action of the least expected cost wins; the unit of cost is one needless question. A wrong
transfer costs most, so a transfer needs a high probability: with the default costs 0.95.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grammar.matching import Candidate, Match
from grammar.model import Command, Entry
from grammar.text import normalise

_FITS = 0.6
"""From what fit on an added department, team, site or job counts as one that exists: unlike names
reach about 0.4. Raising it asks more of who has a namesake."""

_TELLS_APART = 0.15
"""How much better it must fit one namesake than another. Raising it asks more."""


class Action(StrEnum):
    TRANSFER = "transfer"
    CONFIRM = "confirm"
    DISAMBIGUATE = "disambiguate"
    REPROMPT = "reprompt"
    OPERATOR = "operator"


class Reason(StrEnum):
    """Why: for the operator's screen, the reports and complaints."""

    SURE = "sure"
    UNSURE = "unsure"
    SAME_NAME = "same_name"
    SOUND_ALIKE = "sound_alike"
    TOO_MANY = "too_many"
    """More may be meant than can be listed: ask for the department."""
    NO_MATCH = "no_match"
    NO_INPUT = "no_input"
    NOT_SPEECH = "not_speech"
    ASKED_FOR_OPERATOR = "asked_for_operator"
    EMERGENCY = "emergency"
    COMMAND = "command"
    """Help, repeat, cancel and the like: for the dialogue to answer."""
    LEFT = "left"
    NO_NUMBER = "no_number"
    NOT_FOR_CALLER = "not_for_caller"
    """Ex-directory, or not to be given to callers of this class."""
    ENGINE_FAILED = "engine_failed"


@dataclass(frozen=True, slots=True)
class Costs:
    """What each outcome costs, in needless questions.

    `wrong_transfer`: raising it asks more and misroutes less. `wrong_question`: having asked about
    somebody who wasn't meant; raising it asks only when surer. `give_up`: not having offered
    anybody, so that the caller says it again or an operator takes over; raising it offers more.
    `option`: each choice in a list beyond the first; raising it prefers "did you want ...?" to
    lists. `most_options`: the longest list that callers can keep in mind.
    """

    wrong_transfer: float = 22.0
    wrong_question: float = 2.0
    give_up: float = 2.8
    option: float = 0.3
    most_options: int = 4

    @property
    def transfer_probability(self) -> float:
        """From where on a transfer costs less than to confirm: 1 question = (1 - p) x the rest."""
        return 1 - 1 / (self.wrong_transfer - self.wrong_question)

    @property
    def confirm_probability(self) -> float:
        """From where on to confirm costs less than to give up."""
        return 1 - (self.give_up - 1) / self.wrong_question


@dataclass(frozen=True, slots=True)
class Decision:
    """`options` are the candidates that the action is about: one to transfer to or confirm, the
    list to choose from, none otherwise. `instead_of` is who was asked for, when a fallback is
    offered in their place."""

    action: Action
    reason: Reason
    options: tuple[Candidate, ...] = ()
    instead_of: Entry | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether to hear the caller better might change it: who is meant isn't clear, rather than
        what is to be done about them."""
        return self.reason in {Reason.UNSURE, Reason.TOO_MANY, Reason.NO_MATCH}


@dataclass(frozen=True, slots=True)
class Priced:
    """An action with what it is expected to cost, in needless questions."""

    price: float
    action: Action
    options: tuple[Candidate, ...]
    reason: Reason


def anybody_listed(entry: Entry) -> bool:
    """Whom a caller of no particular class may reach: everyone who is not ex-directory."""
    return not entry.ex_directory


def decide(
    match: Match,
    costs: Costs,
    fallback: Callable[[Entry], Entry | None],
    may_reach: Callable[[Entry], bool] = anybody_listed,
) -> Decision:
    """The action of the least expected cost.

    `fallback` gives the department to offer for an entry that has left or has no number;
    `may_reach` says whether this caller may be put through to an entry.
    """
    command = match.command
    best = match.candidates[0] if match.candidates else None
    if command and command[1] > max(match.none, best.probability if best else 0.0):
        return _obey(command[0])
    if best is None:
        return Decision(Action.REPROMPT, Reason.NO_MATCH)
    cheapest = possible_actions(match, costs)[0]
    action, options, reason = cheapest.action, cheapest.options, cheapest.reason
    if action is Action.REPROMPT:
        return Decision(action, reason)
    offered = tuple(option for option in options if _reachable(option.entry, may_reach))
    # Of people of one name, however it is spelt, whoever can be reached is as likely meant as one
    # who has left; but somebody who merely sounds alike isn't offered in place of a likelier one.
    alike = all(_called_the_same(options[0], option) for option in options)
    if len(options) == 1 or not offered or not (alike or offered[0] is options[0]):
        return _single(action, options[0], reason, fallback, may_reach)
    if len(offered) == 1:
        return Decision(Action.CONFIRM, Reason.UNSURE, offered)
    return Decision(action, reason, offered)


def _obey(command: Command) -> Decision:
    if command is Command.OPERATOR:
        return Decision(Action.OPERATOR, Reason.ASKED_FOR_OPERATOR)
    if command is Command.EMERGENCY:
        return Decision(Action.OPERATOR, Reason.EMERGENCY)
    return Decision(Action.REPROMPT, Reason.COMMAND)


def possible_actions(match: Match, costs: Costs) -> tuple[Priced, ...]:
    """What could be done about the candidates, cheapest first; needs at least one candidate.

    Whether they can be reached is another matter: see `decide`.
    """
    best = match.candidates[0]
    alike = namesakes(match)
    listed, reason = _choices(match.candidates, alike, costs)
    found = [Priced(costs.give_up, Action.REPROMPT, (), Reason.NO_MATCH)]
    if len(alike) <= 1:
        wrong = 1 - best.probability
        found.append(Priced(wrong * costs.wrong_transfer, Action.TRANSFER, (best,), Reason.SURE))
        price = 1 + wrong * costs.wrong_question
        found.append(Priced(price, Action.CONFIRM, (best,), Reason.UNSURE))
    if len(listed) > 1:
        shown = listed[: costs.most_options]
        missed = 1 - sum(option.probability for option in listed)
        price = 1 + costs.option * (len(shown) - 1) + missed * costs.wrong_question
        found.append(Priced(price, Action.DISAMBIGUATE, shown, reason))
    return tuple(sorted(found, key=lambda priced: priced.price))


def namesakes(match: Match) -> tuple[Candidate, ...]:
    """The best candidate and all that are called the same and that nothing told apart from it.

    What the caller added ("in planning") tells them apart when it fits the best clearly, and the
    other clearly less; when it fits nobody it is noise, and the question is asked.
    """
    best = match.candidates[0]
    fits = bool(match.qualifier) and best.qualifier_fit >= _FITS
    return tuple(
        other
        for other in match.candidates
        if _called_the_same(best, other)
        and not (fits and best.qualifier_fit - other.qualifier_fit >= _TELLS_APART)
    )


def _called_the_same(best: Candidate, other: Candidate) -> bool:
    """Whether what was said as the best candidate's name is the other's name as well.

    So are names that only spelling tells apart. And so is "Ms Jane Smith" where the directory has
    no title for another Jane Smith: it doesn't know that she is none.
    """
    sounds_the_same = bool(best.sound) and other.sound == best.sound
    return sounds_the_same or _spelt_the_same(best, other)


def _spelt_the_same(best: Candidate, other: Candidate) -> bool:
    name = normalise(best.entry.name)
    by_name = best.said.rpartition(" ")[2] in name.split()
    return other.said == best.said or (by_name and normalise(other.entry.name) == name)


def _choices(
    candidates: Sequence[Candidate], alike: tuple[Candidate, ...], costs: Costs
) -> tuple[tuple[Candidate, ...], Reason]:
    """Whom a question would be about: namesakes, else those who earn the time they take to say."""
    if len(alike) > costs.most_options:
        return alike, Reason.TOO_MANY
    if len(alike) > 1:
        one_name = any(_spelt_the_same(alike[0], other) for other in alike[1:])
        return alike, Reason.SAME_NAME if one_name else Reason.SOUND_ALIKE
    worth = tuple(
        candidate
        for candidate in candidates[: costs.most_options]
        if candidate.probability * costs.wrong_question > costs.option
    )
    return worth, Reason.SOUND_ALIKE


def _reachable(entry: Entry, may_reach: Callable[[Entry], bool]) -> bool:
    return bool(entry.number) and not entry.has_left and may_reach(entry)


def _single(
    action: Action,
    candidate: Candidate,
    reason: Reason,
    fallback: Callable[[Entry], Entry | None],
    may_reach: Callable[[Entry], bool],
) -> Decision:
    """One candidate: put through, or its fallback offered, or to the operator."""
    entry = candidate.entry
    if _reachable(entry, may_reach):
        return Decision(action, reason, (candidate,))
    if not entry.has_left and entry.number:
        return Decision(Action.OPERATOR, Reason.NOT_FOR_CALLER, instead_of=entry)
    why = Reason.LEFT if entry.has_left else Reason.NO_NUMBER
    instead = fallback(entry)
    if instead is None or not _reachable(instead, may_reach):
        return Decision(Action.OPERATOR, why, instead_of=entry)
    offered = Candidate((instead,), candidate.probability, candidate.said, candidate.features)
    return Decision(Action.CONFIRM, why, (offered,), instead_of=entry)

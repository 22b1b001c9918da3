"""Fits the calibration on labelled recognitions, and says how good it is on voices held out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grammar.calibration import Calibration, Floats, Labelled, fit
from grammar.decision import Action, Costs, Decision, Reason, decide
from grammar.matching import Match, Matcher, Prepared
from grammar.model import Command, Entry
from switchboard.errors import UserError
from switchboard.measures.grading import Expected, Grade, Wanted, grade
from switchboard.measures.reliability import Foretold
from switchboard.recognition.port import Recognition

FOLDS = 5

UNLISTED = 3
"""Of so many calls to somebody, one also serves as a call to somebody who isn't in the directory:
labelled calls seldom hold enough of those, and among callers 30 to 50% are not unusual. Lowering it
makes transfers and questions rarer, wrong ones too: cross-validated over 707 tuning calls, callers
sent to somebody else when theirs was left out fell from 3.1% to 0% at a probability of 0.95, and
right answers from 81% to 79%."""

GROUPS = ("speaker", "voice")
"""Columns of a manifest that tell who speaks: nobody is in both halves of a fold."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A labelled call as the engine heard it; `group` is who speaks.

    `recognition` is None where no speech was found, so that nothing was recognised. `second` is
    what a second opinion made of it, where there are such; decisions need it for calls in doubt,
    and what is fitted has to do for both.
    """

    expected: Expected
    group: str
    recognition: Recognition | None
    second: Recognition | None = None

    @property
    def opinions(self) -> tuple[Recognition, ...]:
        return tuple(each for each in (self.recognition, self.second) if each is not None)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Grades of all calls, and what was foretold of those that the matcher decided."""

    grades: tuple[Grade, ...]
    foretold: tuple[Foretold, ...]


def group_of(columns: Mapping[str, str], file: str) -> str:
    """Who speaks in a call; without such a column every file stands alone."""
    return next((columns[name] for name in GROUPS if columns.get(name)), file)


def labelled(calls: Iterable[Heard], matcher: Matcher) -> list[Labelled]:
    """What `calibration.fit` learns from: the texts that competed, and which were meant.

    Every third call to somebody is learnt from once more, as if they weren't in the directory.
    """
    found = []
    meant = 0
    for call in calls:
        for prepared in _prepared(call, matcher):
            right = _right(prepared, call.expected, matcher)
            found.append(Labelled(prepared.texts, prepared.none, right))
        if call.expected.wanted is not Wanted.TRANSFER:
            continue
        meant += 1
        if meant % UNLISTED == 0:
            for unlisted in _prepared(call, matcher, call.expected.numbers):
                none_right = np.zeros(len(unlisted.said))
                found.append(Labelled(unlisted.texts, unlisted.none, none_right))
    return found


def fitted(calls: Sequence[Heard], matcher: Matcher) -> Calibration:
    """The calibration that makes the labels likeliest. Raises UserError if nothing was heard."""
    known = labelled(calls, matcher)
    if not known:
        raise UserError(
            "In none of the labelled calls was anything heard, so there is nothing to calibrate "
            "on; check the files and their labels."
        )
    return fit(known)


def cross_validated(calls: Sequence[Heard], matcher: Matcher) -> Callable[[Heard], Calibration]:
    """For each call a calibration that was fitted on other speakers.

    Raises UserError for fewer than two speakers.
    """
    groups = sorted({call.group for call in calls})
    if len(groups) < 2:  # noqa: PLR2004
        raise UserError(
            "All labelled calls are by one speaker, so that nothing can be said of others; add "
            "calls by others, with a column speaker or voice."
        )
    random.Random(0).shuffle(groups)  # noqa: S311 a fixed order, so that a run can be repeated
    fold_of = {group: number % FOLDS for number, group in enumerate(groups)}
    calibrations = {
        fold: fitted([call for call in calls if fold_of[call.group] != fold], matcher)
        for fold in set(fold_of.values())
    }
    return lambda call: calibrations[fold_of[call.group]]


def evaluate(
    calls: Sequence[Heard],
    matcher: Matcher,
    costs: Costs,
    calibration_of: Callable[[Heard], Calibration],
) -> Evaluation:
    """Decide every call with its calibration, and grade."""
    entries = {entry.key: entry for entry in matcher.grammar.entries}

    def fallback(entry: Entry) -> Entry | None:
        return entries.get(entry.fallback) if entry.fallback else None

    grades, foretold = [], []
    for call in calls:
        decision = Decision(Action.REPROMPT, Reason.NO_INPUT)
        match: Match | None = None
        for opinion in call.opinions:
            match = _match(opinion, matcher, calibration_of(call))
            decision = decide(match, costs, fallback)
            if not decision.in_doubt:
                break
        named = call.expected.wanted in {Wanted.TRANSFER, Wanted.NONE}
        if named and match is not None and match.candidates:
            best = match.candidates[0]
            right = best.entry.number in call.expected.numbers
            foretold.append(Foretold(best.probability, right))
        grades.append(grade(call.expected, decision))
    return Evaluation(tuple(grades), tuple(foretold))


def _match(heard: Recognition, matcher: Matcher, calibration: Calibration) -> Match:
    return matcher.match(heard.hypotheses, heard.evidence, heard.speech_probability, calibration)


def _prepared(
    call: Heard, matcher: Matcher, left_out: frozenset[str] = frozenset()
) -> list[Prepared]:
    """Of each opinion that named anything."""
    found = [
        matcher.prepare(heard.hypotheses, heard.evidence, heard.speech_probability, left_out)
        for heard in call.opinions
    ]
    return [each for each in found if each is not None]


def _right(prepared: Prepared, expected: Expected, matcher: Matcher) -> Floats:
    if expected.wanted is Wanted.OPERATOR:
        right = [text.command is Command.OPERATOR for text in prepared.said]
    else:
        right = [bool(matcher.numbers(text) & expected.numbers) for text in prepared.said]
    return np.array(right, dtype=np.float64)

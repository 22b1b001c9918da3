"""Why a call went where it went, and what would have changed it: from a match to plain facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grammar.calibration import Calibration
from grammar.decision import Action, Costs, Decision, Reason, possible_actions
from grammar.features import NONE_FEATURES, Floats
from grammar.matching import Candidate, Match

_SHOWN = 0.005
"""Contributions nearer to 0 than this, in nats, are not worth a line."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One feature's part in a utility: `value` times `weight`, in nats."""

    feature: str
    value: float
    weight: float

    @property
    def nats(self) -> float:
        return self.value * self.weight


def contributions(
    features: Mapping[str, float], weights: Mapping[str, float]
) -> tuple[Contribution, ...]:
    """What each feature added, the weightiest first; what added nothing is left out."""
    found = (Contribution(name, value, weights.get(name, 0.0)) for name, value in features.items())
    weighty = (each for each in found if abs(each.nats) > _SHOWN)
    return tuple(sorted(weighty, key=lambda each: -abs(each.nats)))


def of_candidate(candidate: Candidate, calibration: Calibration) -> tuple[Contribution, ...]:
    """Why a candidate is as likely as it is."""
    return contributions(candidate.features, calibration.text)


def of_none(none: Floats, calibration: Calibration) -> tuple[Contribution, ...]:
    """Why it may have been nobody in the grammar."""
    named = dict(zip(NONE_FEATURES, map(float, none), strict=True))
    return contributions(named, calibration.none)


def what_would_change(decision: Decision, match: Match, costs: Costs) -> Iterator[str]:
    """Sentences on what would have made the decision another one."""
    if not match.candidates:
        yield "A form that sounds like what was said: switchboard grammar alias add."
        return
    best = match.candidates[0]
    p = best.probability
    if decision.action is Action.TRANSFER:
        yield (
            f"Below a probability of {costs.transfer_probability:.2f} (it was {p:.3f}) the caller "
            "would have been asked."
        )
        if p < 1:
            dearer = costs.wrong_question + 1 / (1 - p)
            yield (
                f"So would they with wrong_transfer above {dearer:.0f} (it is "
                f"{costs.wrong_transfer:g})."
            )
        return
    yield from _reasons(decision, best, costs)
    yield from _prices(decision, match, costs)


def _reasons(decision: Decision, best: Candidate, costs: Costs) -> Iterator[str]:
    p = best.probability
    match decision.reason:
        case Reason.UNSURE:
            yield (
                f"From a probability of {costs.transfer_probability:.2f} on (it was {p:.3f}) the "
                "caller would have been transferred."
            )
        case Reason.SAME_NAME | Reason.TOO_MANY:
            yield "Had the caller said the department as well, one of them might have been chosen."
        case Reason.NO_MATCH:
            yield (
                f"From a probability of {costs.confirm_probability:.2f} on (it was {p:.3f}) the "
                "caller would have been asked."
            )
        case Reason.LEFT | Reason.NO_NUMBER | Reason.NOT_FOR_CALLER:
            yield "A change in the directory: who was meant can't be reached as it stands."
        case _:
            return


def _prices(decision: Decision, match: Match, costs: Costs) -> Iterator[str]:
    actions = possible_actions(match, costs)
    taken = next((each for each in actions if each.action is decision.action), None)
    transfer = next((each for each in actions if each.action is Action.TRANSFER), None)
    wrong = 1 - match.candidates[0].probability
    if taken is not None and transfer is not None and wrong > 0:
        cheaper = taken.price / wrong
        yield (
            f"With wrong_transfer below {cheaper:.1f} (it is {costs.wrong_transfer:g}) the call "
            "would have been transferred without a question."
        )

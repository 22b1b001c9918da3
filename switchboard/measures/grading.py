"""Grades a decision against a call's label: right, offered, transferred, misrouted.

One grading for the switchboard and for whatever it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grammar.decision import Action, Decision

OFFERED = 4
"""Of at most so many choices does a question count as having offered somebody."""


class Wanted(StrEnum):
    """What a label asks for."""

    TRANSFER = "transfer"
    """`transfer:EXT`: to be connected there, after a "did you want ...?" at most."""
    ASK = "ask"
    """`ask:EXT|EXT`: several are called that, so to be asked which of them."""
    NONE = "none"
    """`none`: there is nowhere to send it, so not to be transferred."""
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Expected:
    """A label. `numbers` are the destinations that it names: none for `none` and `operator`."""

    wanted: Wanted
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grade:
    """What a decision was worth.

    `right`: it did what the label asks for. `offered`: that, or an expected destination was among
    at most OFFERED choices. `transferred`: without a question. `misrouted`: transferred, and not
    to where the label says (a call that was to be asked about is misrouted wherever it went).
    """

    wanted: Wanted
    right: bool
    offered: bool
    transferred: bool
    misrouted: bool


def parse_expected(text: str) -> Expected | None:
    """`transfer:EXT`, `ask:EXT|EXT`, `none` or `operator`; None for anything else."""
    wanted, _, rest = text.strip().partition(":")
    numbers = frozenset(filter(None, (number.strip() for number in rest.split("|"))))
    try:
        expected = Expected(Wanted(wanted.strip().lower()), numbers)
    except ValueError:
        return None
    needs_numbers = expected.wanted in {Wanted.TRANSFER, Wanted.ASK}
    return expected if needs_numbers == bool(numbers) else None


def grade(expected: Expected, decision: Decision) -> Grade:
    """Grade one decision."""
    numbers = [option.entry.number for option in decision.options]
    transferred = decision.action is Action.TRANSFER
    named = [number for number in numbers if number in expected.numbers]
    asks = decision.action in {Action.CONFIRM, Action.DISAMBIGUATE}
    misrouted = transferred and (expected.wanted is not Wanted.TRANSFER or not named)
    match expected.wanted:
        case Wanted.TRANSFER:
            one = decision.action in {Action.TRANSFER, Action.CONFIRM}
            right = one and bool(named)
        case Wanted.ASK:
            right = asks and bool(named)
        case Wanted.NONE:
            right = not transferred
        case Wanted.OPERATOR:
            right = decision.action is Action.OPERATOR
    offered = right or (asks and any(n in expected.numbers for n in numbers[:OFFERED]))
    return Grade(expected.wanted, right, offered, transferred, misrouted)

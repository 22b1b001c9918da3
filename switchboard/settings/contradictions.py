"""What is wrong between settings that are each right alone."""

from __future__ import annotations

from directory.errors import DirectoryError
from switchboard.settings.checking import Problem
from switchboard.settings.model import Settings


def contradictions(settings: Settings) -> list[Problem]:
    """What is wrong between settings that are each right alone."""
    problems = []
    decision = settings.decision
    if decision.wrong_transfer <= decision.wrong_question + 1:
        problems.append(
            Problem(
                ("decision", "wrong_transfer"),
                "is not above wrong_question + 1, so nobody would ever be asked; raise it.",
            )
        )
    if decision.give_up <= 1:
        problems.append(
            Problem(
                ("decision", "give_up"),
                "is not above 1, the cost of a question, so nobody would ever be asked; raise it.",
            )
        )
    try:
        settings.number_plan.plan()
    except DirectoryError as error:
        problems.append(Problem(("number_plan", "blocks"), f"is wrong. {error}"))
    return problems

"""Short ways to say what an import is given, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from directory.importing import run_import
from directory.model import Directory, Person
from directory.number_plan import Block, NumberPlan
from directory.outcome import ImportOutcome, Verdict
from directory.tabular import table_from_bytes

PLAN = NumberPlan(blocks=(Block("+44208313", 4, "5000", "7999"),), area_code="20")
TODAY = date(2025, 1, 15)


def run(
    people: str,
    departments: str | None = None,
    *,
    previous: Directory | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    mapping: Mapping[str, str] | None = None,
    plan: NumberPlan = PLAN,
    today: date = TODAY,
) -> ImportOutcome:
    """Import CSV text."""
    return run_import(
        table_from_bytes(people.encode(), "staff.csv"),
        table_from_bytes(departments.encode(), "departments.csv") if departments else None,
        mapping=mapping or {},
        plan=plan,
        previous=previous or Directory(),
        verdicts=verdicts or {},
        today=today,
        progress=None,
    )


def only_person(people: str, departments: str | None = None) -> Person:
    """The one person of an import of CSV text."""
    (person,) = run(people, departments).directory.people
    return person


def reasons(outcome: ImportOutcome) -> list[str]:
    return [cleansing.reason for cleansing in outcome.cleansings]

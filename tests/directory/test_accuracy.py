"""How right cleansing is, measured on the sample organisation against its truth.

A value is counted where the truth says that the row itself decides it. Precision: of the values
given, how many are right. Recall: of the true values, how many are given.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from directory.changes import shown
from directory.headings import PEOPLE, map_columns
from directory.importing import run_import
from directory.model import Directory, Person
from directory.outcome import ImportOutcome, ReviewKind, Verdict
from directory.tabular import read_table
from tests.directory.builders import PLAN

SAMPLE = Path(__file__).parents[2] / "directory" / "sample"
FIELDS = (
    "title", "forename", "known_as", "middle_names", "surname", "suffix", "job_title",
    "department", "team", "site", "extension", "direct_line", "mobile", "email", "ex_directory",
    "not_for_external", "member", "leaves",
)  # fmt: skip


@cache
def truth(name: str) -> dict[int, dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8") as file:
        return {int(row["row"]): row for row in csv.DictReader(file)}


def imported(verdicts: Mapping[str, Verdict]) -> ImportOutcome:
    return run_import(
        read_table(SAMPLE / "staff.csv"),
        read_table(SAMPLE / "departments.csv"),
        mapping={},
        plan=PLAN,
        previous=Directory(),
        verdicts=verdicts,
        today=date(2025, 1, 15),
        progress=None,
    )


@cache
def undecided() -> ImportOutcome:
    return imported({})


@cache
def spelt_as_proposed() -> ImportOutcome:
    """With every proposal about the spelling of a department accepted."""
    return imported(
        {
            item.key: Verdict.ACCEPTED
            for item in undecided().reviews
            if item.kind is ReviewKind.DEPARTMENT_SPELLING
        }
    )


@dataclass
class Tally:
    given: int = 0
    right: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def tally(outcome: ImportOutcome, field: str) -> Tally:
    by_key: dict[str, Person] = {person.key: person for person in outcome.directory.people}
    counts = Tally()
    for row in truth("truth.csv").values():
        person = by_key.get(row["staff_id"])
        # Rows of one staff number that are not merged have other keys: duplicates are told below.
        if person is None or row["duplicate_of"] or field in row["undecidable"].split(";"):
            continue
        given, meant = shown(getattr(person, field)), row[field]
        counts.given += bool(given)
        counts.true += bool(meant)
        counts.right += bool(meant) and given == meant
    return counts


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_applied_without_asking_is_right(field: str) -> None:
    counts = tally(spelt_as_proposed(), field)

    assert counts.true > 0
    assert counts.precision >= 0.999
    assert counts.recall >= 0.995


def test_a_misspelt_department_is_never_taken_for_another() -> None:
    counts = tally(spelt_as_proposed(), "department")
    before = tally(undecided(), "department")

    assert before.recall < counts.recall
    assert counts.right == counts.true


def test_every_person_of_the_truth_is_reached_and_nothing_else_is() -> None:
    people = [row for row in truth("truth.csv").values() if row["kind"] == "person"]
    vacant = {number for number, row in truth("truth.csv").items() if row["kind"] == "vacancy"}
    skipped = {number for number, reason in undecided().skipped if "vacant" in reason}

    assert skipped == vacant
    merged = [c for c in undecided().cleansings if c.reason == "the same person: merged"]
    assert len(undecided().directory.people) == len(people) - len(merged)


def pairs() -> dict[frozenset[int], str]:
    return {
        frozenset((number, int(row["duplicate_of"]))): row["duplicate_kind"]
        for number, row in truth("truth.csv").items()
        if row["duplicate_of"]
    }


def test_rows_merged_at_once_are_all_duplicates_and_exact_ones_all_merged() -> None:
    merged = {
        frozenset((cleansing.row, int(cleansing.after)))
        for cleansing in undecided().cleansings
        if cleansing.reason == "the same person: merged"
    }
    exact = {pair for pair, kind in pairs().items() if kind in {"exact", "capitals"}}

    assert merged <= pairs().keys()
    assert exact <= merged


def test_near_duplicates_are_asked_about_and_little_else_is() -> None:
    asked = {
        frozenset(item.rows) for item in undecided().reviews if item.kind is ReviewKind.DUPLICATE
    }
    near = {pair for pair, kind in pairs().items() if kind not in {"exact", "capitals"}}

    assert len(asked & near) / len(near) >= 0.95
    assert len(asked & near) / len(asked) >= 0.95


def test_every_number_in_the_directory_is_one_that_the_file_has() -> None:
    real = {row["extension"] for row in truth("truth.csv").values()}
    table = read_table(SAMPLE / "staff.csv")
    columns = map_columns(table, PEOPLE, {})[0]
    written: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        for field in ("extension", "direct_line", "mobile"):
            cells = re.split(r"\D+", row.cells[columns[field]])
            written[row.cells[columns["staff_number"]]].update(cells)

    for person in undecided().directory.people:
        if person.extension and person.extension not in real:
            number = person.key.partition("~")[0]
            assert person.extension in written[number]  # a slip at the source, never ours


def test_departments_are_as_the_truth_has_them() -> None:
    departments = {entry.name: entry for entry in undecided().directory.departments}
    rows = [row for row in truth("departments_truth.csv").values() if not row["duplicate_of"]]

    assert departments.keys() == {row["name"] for row in rows}
    wrong: Counter[str] = Counter()
    for row in rows:
        entry = departments[row["name"]]
        for field in ("extension", "parent", "fallback"):
            wrong[field] += shown(getattr(entry, field)) != row[field]
        stated = {alias.casefold() for alias in row["aliases"].split("; ") if alias}
        wrong["aliases"] += not stated <= {alias.casefold() for alias in entry.aliases}
    assert not +wrong

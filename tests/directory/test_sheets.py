"""A workbook of several sheets: what goes on with the list is read, what does not is named."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl
import pytest

from directory.errors import UnreadableSourceError
from directory.importing import run_import
from directory.model import Directory
from directory.outcome import ImportOutcome
from directory.report import cleansing_report
from directory.table import MAX_ROWS, place
from directory.tabular import table_from_bytes
from tests.directory.builders import PLAN, TODAY

STAFF = ("Name", "Extension", "Job title")
LEE = ("Ann Lee", "5001", "Planner")
YEO = ("Tom Yeo", "5002", "Planner")


def workbook(sheets: Mapping[str, tuple[tuple[str, ...], ...]], *, hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def imported(
    sheets: Mapping[str, tuple[tuple[str, ...], ...]], *, hidden: str = ""
) -> ImportOutcome:
    return run_import(
        table_from_bytes(workbook(sheets, hidden=hidden), "staff.xlsx"),
        None,
        mapping={},
        plan=PLAN,
        previous=Directory(),
        verdicts={},
        today=TODAY,
        progress=None,
    )


def names(outcome: ImportOutcome) -> list[str]:
    return sorted(person.full_name for person in outcome.directory.people)


def test_sheets_with_the_same_headings_are_one_list() -> None:
    again = ("name", "Extension ", "JOB TITLE")
    outcome = imported({"A-M": (STAFF, LEE), "Sheet2": (), "N-Z": (("Last names",), again, YEO)})

    assert names(outcome) == ["Ann Lee", "Tom Yeo"]
    assert outcome.rows_read == 2
    assert [place(row) for row, _ in outcome.skipped] == ["1 of sheet 3"]


def test_a_line_of_the_report_leads_to_the_row_in_its_sheet() -> None:
    wrong = ("Kit Poe", "99", "Planner")
    outcome = imported({"A-M": (STAFF, LEE), "N-Z": (STAFF, YEO, wrong, LEE)})

    report = cleansing_report(outcome)
    assert "row 3 of sheet 2: 99 → (nothing)" in report
    assert "2 of sheet 1 → 4 of sheet 2" in report or "4 of sheet 2 → 2 of sheet 1" in report


@pytest.mark.parametrize(
    ("name", "rows", "reason"),
    [
        ("Depots", (("Department", "Extension"), LEE[:2]), "import departments from"),
        ("Depots", (("Name", "Extension"), LEE[:2]), 'not those of "Staff"'),
        ("Notes", (("Ask Ann about the list",), ("It is old",)), "no headings that are known"),
        ("Leavers", (STAFF, YEO), "not today's list"),
        ("Staff (2)", (STAFF, YEO), "not today's list"),
    ],
)
def test_a_sheet_that_is_no_part_of_the_list_is_named(
    name: str, rows: tuple[tuple[str, ...], ...], reason: str
) -> None:
    outcome = imported({"Staff": (STAFF, LEE, ("", "", "Planner")), name: rows})

    assert names(outcome) == ["Ann Lee"]
    assert [place(row) for row, _ in outcome.skipped] == ["1 of sheet 2", "3"]
    told = outcome.skipped[0][1]
    assert told.startswith(f'the sheet "{name}" is not read: ')
    assert reason in told
    assert told in cleansing_report(outcome)


def test_sheets_of_different_years_are_not_mixed() -> None:
    outcome = imported({"Staff 2024": (STAFF, LEE), "Staff 2023": (STAFF, YEO)})

    assert names(outcome) == ["Ann Lee"]
    assert '"Staff 2023"' in outcome.skipped[0][1]


def test_the_list_is_read_and_not_those_who_left_it_whichever_comes_first() -> None:
    assert names(imported({"Leavers": (STAFF, YEO), "Staff": (STAFF, LEE)})) == ["Ann Lee"]


@pytest.mark.parametrize("name", ["Leaverton", "Old Town Hall", "Floor 2", "Templeton", "Copying"])
def test_a_sheet_named_for_a_place_is_read(name: str) -> None:
    assert names(imported({"Staff": (STAFF, LEE), name: (STAFF, YEO)})) == ["Ann Lee", "Tom Yeo"]


def test_a_hidden_sheet_is_not_read() -> None:
    outcome = imported({"Staff": (STAFF, LEE), "More": (STAFF, YEO)}, hidden="More")

    assert names(outcome) == ["Ann Lee"]
    assert outcome.skipped == ()


def test_sheets_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ROWS > 3
    monkeypatch.setattr("directory.sheets.MAX_ROWS", 3)
    data = workbook({"A-M": (STAFF, LEE, YEO), "N-Z": (STAFF, LEE, YEO)})
    with pytest.raises(UnreadableSourceError, match="more than 3 rows"):
        table_from_bytes(data, "staff.xlsx")

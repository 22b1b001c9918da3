from __future__ import annotations

import csv
import io

from directory.export import DEPARTMENT_HEADINGS, PEOPLE_HEADINGS, departments_csv, people_csv
from directory.model import Department, Directory, Person
from directory.report import cleansing_report
from tests.directory.builders import run

PEOPLE = (
    "Staff ID,Forename,Surname,Department,Extension,Direct Line,Mobile,Shoe size,Leaving date\n"
    "1,JANE,MCDONALD,Planing,x5001,,07700 900123,5,\n"
    ",Siân,O’Neill,Planning,5002,020 8313 5003,,5,\n"
    "3,Ann,Lee,Planning,99,,,5,01/02/2024\n"
    ",VACANT,,Planning,5004,,,,\n"
)
DEPARTMENTS = "Department,Also known as,Extension\nPlanning,trees; bins,5100\n"


def test_the_report_has_every_reason_question_skipped_row_and_unmapped_heading() -> None:
    outcome = run(PEOPLE, DEPARTMENTS)
    report = cleansing_report(outcome)

    for cleansing in outcome.cleansings:
        assert cleansing.reason in report
    for item in outcome.reviews:
        assert item.key in report
    for _, reason in outcome.skipped:
        assert reason in report
    assert "- Shoe size" in report
    assert "- Leavers kept as tombstones: 1" in report
    assert "- Rows read: 5" in report


def test_a_table_of_the_report_is_not_broken_by_what_a_cell_holds() -> None:
    report = cleansing_report(run('Forename,Surname,Ext\nJane,Smith,"5|1\n2"\n'))

    lines = [line for line in report.splitlines() if "5\\|1 2" in line]
    assert lines
    assert {line.count("|") - line.count("\\|") for line in lines} == {5}


def test_the_report_says_how_many_questions_it_leaves_out() -> None:
    report = cleansing_report(run(PEOPLE, DEPARTMENTS), reviews=1)

    assert "and 1 more" in report


def test_the_export_has_every_field_of_the_model() -> None:
    assert {name for _, name in PEOPLE_HEADINGS} == set(Person.__dataclass_fields__)
    assert {name for _, name in DEPARTMENT_HEADINGS} == set(Department.__dataclass_fields__)


def test_an_export_imported_again_changes_nothing() -> None:
    outcome = run(PEOPLE, DEPARTMENTS)
    people, departments = people_csv(outcome.directory), departments_csv(outcome.directory)

    again = run(people, departments, previous=outcome.directory)

    assert again.changes == ()
    assert again.unmapped == ()
    assert people_csv(again.directory) == people


def test_no_exported_cell_is_a_formula() -> None:
    directory = Directory(
        people=(
            Person(
                "1", "=cmd|' /C calc'!A0", forename="@x", job_title="+1", site="-2", team="\t=3"
            ),
            Person("2", "Smith", direct_line="+442083135001"),
        )
    )
    rows = list(csv.reader(io.StringIO(people_csv(directory))))

    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert "00442083135001" in rows[2]

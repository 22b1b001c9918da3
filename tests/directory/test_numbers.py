from __future__ import annotations

import pytest

from directory.errors import DirectoryError
from directory.number_plan import Block, NumberPlan
from directory.numbers import clean_numbers
from directory.outcome import ReviewKind, Severity, Verdict
from tests.directory.builders import PLAN, only_person, run


@pytest.mark.parametrize(
    "written",
    [
        "5001", "x5001", "X 5001", "ext 5001", "Ext. 5001", "Ext5001", "extn 5001", "5001.0",
        "8313 5001", "83135001", "(020) 83135001", "(020) 8313 5001", "0208 313 5001",
        "020-8313-5001", "02083135001", "2083135001", "442083135001", "+44 20 8313 5001",
        "+44 (0)20 8313 5001", "0044 20 8313 5001", "020 8313 5001 ext 5001", "Tel: 020 8313 5001",
        "5001 (Tues only)", "'5001", "(+44) 20 8313 5001", "(+44) (0)20 8313 5001", "Ext No 5001",
        "ext no. 5001", "Extension number: 5001", "Ex 5001", "ex. 5001", "#5001", "5001*",
        "5001 **", "020 8313 5001*", "020 8313 5001 (ext no 5001)", "020 8313 5001 #5001",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["Extension", "Direct Line"])
def test_every_spelling_is_one_desk(written: str, column: str) -> None:
    person = only_person(f'Forename,Surname,{column}\nJane,Smith,"{written}"\n')

    assert person.extension == "5001"
    assert person.direct_line in {None, "+442083135001"}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("500", "not an extension of the number plan"),
        ("50011", "not an extension of the number plan"),
        ("9001", "not an extension of the number plan"),
        ("5l01", "not a phone number"),
        ("500O", "not a phone number"),
        ("999", "an emergency number"),
        ("020 8313 500", "not a valid phone number"),
        ("4.42083E+11", "cut short by a spreadsheet"),
        ("09011 234567", "premium-rate"),
        ("0871 123 4567", "a number charged above the standard rate"),
        ("0845 123 4567", "a number charged above the standard rate"),
        ("*5001", "not a phone number"),
        ("no 5001", "not a phone number"),
        ("exit 5001", "not a phone number"),
        ("#1", "not a phone number"),
        ("070 1234 5678", "personal (070)"),
        ("+353 1 234 5678", "international"),
        ("00 1 212 555 2368", "international"),
        ("01534 700000", "not a valid phone number"),
        ("ask reception", "not a phone number"),
    ],
)
def test_an_unusable_number_is_left_out_and_never_mended_by_guess(
    written: str, reason: str
) -> None:
    outcome = run(f"Forename,Surname,Direct Line\nJane,Smith,{written}\n")

    (person,) = outcome.directory.people
    assert (person.extension, person.direct_line, person.mobile) == (None, None, None)
    (error,) = [c for c in outcome.cleansings if c.severity is Severity.ERROR]
    assert reason in error.reason
    assert error.before == written


def test_a_valid_number_outside_the_plan_is_kept_as_a_direct_line() -> None:
    person = only_person("Forename,Surname,Telephone\nJane,Smith,020 7946 0123\n")

    assert (person.extension, person.direct_line) == (None, "+442079460123")


def test_a_mobile_in_the_direct_line_column_is_moved_and_reported() -> None:
    outcome = run("Forename,Surname,Direct Line\nJane,Smith,07700 900123\n")

    (person,) = outcome.directory.people
    assert (person.direct_line, person.mobile) == (None, "+447700900123")
    assert "stood in the column for direct line" in {c.reason for c in outcome.cleansings}


def test_an_extension_and_direct_line_of_two_desks_are_asked_about() -> None:
    text = "Staff ID,Forename,Surname,Extension,Direct Line\n1,Jane,Smith,5001,020 8313 5002\n"
    outcome = run(text)

    (item,) = outcome.reviews
    assert item.kind is ReviewKind.NUMBER_CONFLICT
    assert outcome.directory.people[0].extension == "5001"

    accepted = run(text, verdicts={item.key: Verdict.ACCEPTED}).directory.people[0]
    assert (accepted.extension, accepted.direct_line) == ("5001", None)
    refused = run(text, verdicts={item.key: Verdict.REFUSED})
    assert refused.reviews == ()
    assert refused.directory == outcome.directory


def test_a_contradiction_is_settled_by_whose_extension_it_is() -> None:
    outcome = run(
        "Forename,Surname,Department,Extension,Direct Line\n"
        "Jane,Smith,Planning,5001,020 8313 5002\nAnn,Lee,Planning,5001,020 8313 5001\n"
    )

    (item,) = outcome.reviews
    assert [(a.field, a.value) for a in item.amendments] == [("extension", "5002")]


def test_a_direct_line_cut_short_is_completed_only_where_the_extension_agrees() -> None:
    agreeing, _ = clean_numbers("5001", "020 8313 500", "", PLAN)
    other, findings = clean_numbers("5101", "020 8313 500", "", PLAN)

    assert agreeing.direct_line == "+442083135001"
    assert other.direct_line is None
    assert findings[0].severity is Severity.ERROR


def test_a_desk_shared_within_a_department_is_noted_and_not_asked_about() -> None:
    outcome = run(
        "Forename,Surname,Department,Ext\nJane,Smith,Planning,5001\nAnn,Lee,Planning,5001\n"
    )

    assert outcome.reviews == ()
    noted = [c.reason for c in outcome.cleansings if "shared" in c.reason]
    assert noted == ["a desk shared by 2 people of the department"] * 2


def test_a_number_shared_across_departments_is_asked_about_once() -> None:
    outcome = run(
        "Forename,Surname,Department,Ext\nJane,Smith,Planning,5001\nAnn,Lee,Planning,5001\n"
        "Tom,Reed,Housing,5001\n"
    )

    (item,) = outcome.reviews
    assert item.kind is ReviewKind.NUMBER_SHARED
    assert item.rows == (2, 3, 4)
    assert "Tom Reed" in item.proposal


def test_a_number_of_two_rows_that_may_be_one_person_is_not_asked_about_besides() -> None:
    outcome = run(
        "Forename,Surname,Department,Ext\nJane,Smith,Planning,5001\nJane,Smith,Housing,5001\n"
    )

    assert [item.kind for item in outcome.reviews] == [ReviewKind.DUPLICATE]


def test_a_department_that_is_not_listed_makes_no_number_one_of_two_departments() -> None:
    people = "Forename,Surname,Department,Ext\nJane,Smith,Planning,5001\nAnn,Lee,Wombats,5001\n"
    kinds = {item.kind for item in run(people, "Name,Ext\nPlanning,5900\nHousing,5901\n").reviews}

    assert ReviewKind.NUMBER_SHARED not in kinds


def test_a_leaver_shares_no_desk_with_the_successor() -> None:
    outcome = run(
        "Forename,Surname,Department,Ext,Leaving date\n"
        "Jane,Smith,Planning,5001,01/02/2024\nTom,Reed,Housing,5001,\n"
    )

    assert outcome.reviews == ()


def test_no_number_is_reported() -> None:
    (cleansing,) = run("Forename,Surname\nJane,Smith\n").cleansings
    assert cleansing.severity is Severity.WARNING
    assert cleansing.reason.startswith("no number")


def test_several_numbers_in_a_cell_keep_the_first_and_report_the_rest() -> None:
    outcome = run("Forename,Surname,Extension\nJane,Smith,5001 / 5002\n")

    assert outcome.directory.people[0].extension == "5001"
    assert "a second extension: left out" in {c.reason for c in outcome.cleansings}


@pytest.mark.parametrize(
    "block",
    [("+44208313", 4, "7999", "5000"), ("020", 4, "5000", "7999"), ("+44208313", 4, "500", "7999")],
)
def test_an_impossible_number_plan_is_refused(block: tuple[str, int, str, str]) -> None:
    with pytest.raises(DirectoryError, match="number plan's block"):
        Block(*block)


def test_without_a_plan_extensions_are_taken_as_they_are() -> None:
    numbers, _ = clean_numbers("x12345", "020 8313 5001", "", NumberPlan())

    assert (numbers.extension, numbers.direct_line) == ("12345", "+442083135001")

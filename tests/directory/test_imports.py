"""From one import to the next: who is who, and what changed."""

from __future__ import annotations

from datetime import date

import pytest

from directory.errors import UnmappableColumnsError
from directory.importing import run_import
from directory.model import Directory
from directory.outcome import ChangeKind, ImportOutcome, Severity, Verdict
from directory.tabular import table_from_bytes
from tests.directory.builders import PLAN, TODAY, run

HEAD = "Staff ID,Forename,Surname,Department,Extension,E-mail,Leaving date\n"
JANE = "1,Jane,Smith,Planning,5001,jane@vale.example,\n"
ANN = "2,Ann,Lee,Housing,5002,,\n"


def kinds(outcome: ImportOutcome) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.name) for change in outcome.changes if change.entry[:2] != "d-"]


def after(first: str, second: str) -> ImportOutcome:
    return run(HEAD + second, previous=run(HEAD + first).directory)


def test_a_first_import_adds_everybody() -> None:
    assert kinds(run(HEAD + JANE)) == [(ChangeKind.ADDED, "Jane Smith")]


def test_the_same_file_twice_changes_nothing() -> None:
    assert after(JANE + ANN, ANN + JANE).changes == ()


def test_another_desk_or_department_is_a_move_and_another_name_a_change() -> None:
    moved = after(JANE, JANE.replace("5001", "5009"))
    renamed = after(JANE, JANE.replace("Smith", "Jones"))

    assert kinds(moved) == [(ChangeKind.MOVED, "Jane Smith")]
    assert moved.changes[0].fields == (("extension", "5001", "5009"),)
    assert kinds(renamed) == [(ChangeKind.CHANGED, "Jane Jones")]


def test_who_is_gone_from_the_file_becomes_a_tombstone_and_stays_one() -> None:
    gone = after(JANE + ANN, JANE)

    assert kinds(gone) == [(ChangeKind.LEFT, "Ann Lee")]
    tombstone = next(person for person in gone.directory.people if person.key == "2")
    assert tombstone.left
    assert run(HEAD + JANE, previous=gone.directory).changes == ()


def test_who_comes_back_is_added_again_under_the_old_key() -> None:
    gone = after(JANE + ANN, JANE)
    back = run(HEAD + JANE + ANN, previous=gone.directory)

    assert kinds(back) == [(ChangeKind.ADDED, "Ann Lee")]
    assert {person.key for person in back.directory.people} == {"1", "2"}


def test_a_leaving_date_makes_a_tombstone_the_day_after() -> None:
    row = JANE.replace(",\n", ",15/01/2025\n")

    assert not run(HEAD + row, today=date(2025, 1, 15)).directory.people[0].left
    assert run(HEAD + row, today=date(2025, 1, 16)).directory.people[0].left


@pytest.mark.parametrize(
    "written",
    ["01/02/2024", "2024-02-01", "01.02.2024", "1 February 2024", "01-Feb-2024", "1st Feb 2024",
     "01/02/24", "01/02/2024 00:00:00", "45323"],
)  # fmt: skip
def test_a_leaving_date_is_read_day_first(written: str) -> None:
    (person,) = run(HEAD + JANE.replace(",\n", f",{written}\n")).directory.people

    assert person.leaves == date(2024, 2, 1)


def test_a_leaving_date_that_is_none_is_an_error_and_nobody_leaves_by_it() -> None:
    outcome = run(HEAD + JANE.replace(",\n", ",31/02/2024\n"))

    assert not outcome.directory.people[0].left
    assert [c.field for c in outcome.cleansings if c.severity is Severity.ERROR] == ["leaves"]


def test_without_staff_numbers_a_person_keeps_the_key_through_a_change() -> None:
    head = "Forename,Surname,Department,Extension,E-mail\n"
    first = run(head + "Jane,Smith,Planning,5001,jane@vale.example\nAnn,Lee,Housing,5002,\n")
    second = run(
        head + "Jane,Jones,Planning,5001,jane@vale.example\nAnn,Lee,Planning,5009,\n",
        previous=first.directory,
    )

    assert set(kinds(second)) == {
        (ChangeKind.MOVED, "Ann Lee"),
        (ChangeKind.CHANGED, "Jane Jones"),
    }
    assert {p.key for p in first.directory.people} == {p.key for p in second.directory.people}


def test_another_staff_number_is_somebody_else_however_alike_they_are() -> None:
    people = after(JANE, JANE.replace("1,", "8,", 1)).directory.people

    assert {person.key: person.left for person in people} == {"1": True, "8": False}


def test_a_newcomer_does_not_inherit_the_key_of_a_leaver_of_the_same_name() -> None:
    head = "Forename,Surname,Department,Extension\n"
    first = run(head + "Jane,Smith,Planning,5001\nAnn,Lee,Housing,5002\n")
    gone = run(head + "Ann,Lee,Housing,5002\n", previous=first.directory)
    hired = run(head + "Ann,Lee,Housing,5002\nJane,Smith,Legal,5777\n", previous=gone.directory)

    janes = [person for person in hired.directory.people if person.forename == "Jane"]
    assert sorted(person.left for person in janes) == [False, True]
    again = run(head + "Jane,Smith,Legal,5777\nAnn,Lee,Housing,5002\n", previous=hired.directory)
    assert again.changes == ()


def test_who_was_missing_from_one_file_comes_back_as_the_same_without_a_staff_number() -> None:
    head = "Forename,Surname,Job title,Department,Extension\n"
    jane, ann = "Jane,Smith,Clerk,Planning,5001\n", "Ann,Lee,Clerk,Housing,5002\n"
    first = run(head + jane + ann).directory
    short = run(head + ann, previous=first).directory
    again = run(head + jane + ann, previous=short)
    assert again.directory == first
    assert kinds(again) == [(ChangeKind.ADDED, "Jane Smith")]


def test_a_leaver_who_is_still_in_the_file_keeps_the_key() -> None:
    text = "Forename,Surname,Leaving date\nJane,Smith,01/02/2024\nAnn,Lee,\n"
    first = run(text)

    assert run(text, previous=first.directory).changes == ()


def test_a_staff_number_given_to_two_people_is_an_error_and_both_stay() -> None:
    outcome = run(HEAD + JANE + ANN.replace("2,", "1,", 1))

    assert len({person.key for person in outcome.directory.people}) == 2
    errors = [c.field for c in outcome.cleansings if c.severity is Severity.ERROR]
    assert errors == ["staff_number", "staff_number"]


def test_what_was_folded_into_another_leaves_no_tombstone() -> None:
    text = HEAD + JANE + "9,Janie,Smith,Planning,5001,,\n"
    first = run(text)
    (item,) = first.reviews
    verdicts = {item.key: Verdict.ACCEPTED}
    merged = run(text, previous=first.directory, verdicts=verdicts)

    assert [person.key for person in merged.directory.people] == ["1"]
    assert ChangeKind.LEFT in {change.kind for change in merged.changes}
    assert run(text, previous=merged.directory, verdicts=verdicts).changes == ()


def test_a_department_gone_from_its_list_becomes_a_tombstone() -> None:
    first = run(HEAD + JANE, "Department,Ext\nPlanning,5100\nLegal,5200\n")
    second = run(HEAD + JANE, "Department,Ext\nPlanning,5100\n", previous=first.directory)

    assert [(c.kind, c.name) for c in second.changes] == [(ChangeKind.LEFT, "Legal")]


def test_departments_stay_when_their_list_is_not_given() -> None:
    first = run(HEAD + JANE, "Department,Ext\nPlanning,5100\nLegal,5200\n")

    assert run(HEAD + JANE, previous=first.directory).changes == ()


@pytest.mark.parametrize(
    "heading",
    ["Forename", "First name", "First Name(s)", "FirstName", "Given name", "given_name"],
)
def test_usual_headings_are_recognised(heading: str) -> None:
    (person,) = run(f"{heading},Family Name,Internal\nJane,Smith,5001\n").directory.people

    assert (person.full_name, person.extension) == ("Jane Smith", "5001")


def test_a_mapping_outranks_what_is_recognised() -> None:
    text = "Alpha,Beta,Extension,Old ext\nJane,Smith,5001,5002\n"
    mapping = {
        "Alpha": "forename",
        "beta": "surname",
        "Old ext": "extension",
        "Extension": "ignore",
    }

    outcome = run(text, mapping=mapping)

    assert outcome.directory.people[0].full_name == "Jane Smith"
    assert outcome.directory.people[0].extension == "5002"
    assert outcome.unmapped == ()


def test_headings_without_a_field_are_named() -> None:
    assert run("Forename,Surname,Shoe size\nJane,Smith,5\n").unmapped == ("Shoe size",)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [({"Shoe": "surname"}, 'no column "Shoe"'), ({"Surname": "shoe"}, '"shoe" is not a field')],
)
def test_a_mapping_of_what_there_is_not_is_refused(mapping: dict[str, str], message: str) -> None:
    with pytest.raises(UnmappableColumnsError, match=message):
        run("Forename,Surname\nJane,Smith\n", mapping=mapping)


def test_a_flag_that_is_neither_yes_nor_no_hides_until_it_is_corrected() -> None:
    outcome = run("Forename,Surname,Ex-directory\nJane,Smith,perhaps\nAnn,Lee,X\nTom,Reed,n\n")

    hidden = {person.forename: person.ex_directory for person in outcome.directory.people}
    assert hidden == {"Jane": True, "Ann": True, "Tom": False}
    assert [c.row for c in outcome.cleansings if c.severity is Severity.ERROR] == [2]


def test_progress_is_told_to_the_end() -> None:
    calls: list[tuple[int, int]] = []
    rows = "".join(f"{n},Jo,Smith{chr(97 + n % 26)}\n" for n in range(1200))
    run_import(
        table_from_bytes(("Staff ID,Forename,Surname\n" + rows).encode(), "staff.csv"),
        None,
        mapping={},
        plan=PLAN,
        previous=Directory(),
        verdicts={},
        today=TODAY,
        progress=lambda done, total: calls.append((done, total)),
    )

    assert calls[-1] == (1200, 1200)
    assert len(calls) > 1


@pytest.mark.slow
def test_of_a_large_file_everybody_is_kept_and_the_next_import_changes_nothing() -> None:
    rows = 20_000
    names = [f"{a}{b}{c}" for a in "BDFGKL" for b in "aeiou" for c in ("rn", "nt", "ld", "sk")]
    people = HEAD + "".join(
        f"{n},{names[n % 119].title()}a,{names[n % 97]}er,Team {n % 60},,,\n" for n in range(rows)
    )
    first = run(people)
    again = run(people, previous=first.directory)
    assert len(first.directory.people) == rows
    assert not again.changes

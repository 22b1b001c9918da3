from __future__ import annotations

import pytest

from directory.outcome import ReviewKind, Verdict
from tests.directory.builders import run

HEAD = "Staff ID,Forename,Surname,Job title,Department,Extension,E-mail\n"


@pytest.mark.parametrize(
    "second",
    [
        "1,Jane,Smith,Planner,Planning,5001,j.smith@vale.example",
        "1,JANE,SMITH,Planner,Planning,x5001,J.Smith@vale.example",
        "1,Jane,Smith,,,,",
        ",Jane,Smith,,Planning,5001,",
        ",Jane,Smith,,,,j.smith@vale.example",
    ],
)
def test_rows_that_are_surely_one_person_are_merged_and_reported(second: str) -> None:
    first = "1,Jane,Smith,Planner,Planning,5001,j.smith@vale.example"
    outcome = run(f"{HEAD}{first}\n{second}\n")

    (person,) = outcome.directory.people
    assert person.job_title == "Planner"
    assert outcome.reviews == ()
    (merged,) = [c for c in outcome.cleansings if c.reason == "the same person: merged"]
    assert {merged.row, int(merged.after)} == {2, 3}


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("9,Jane,Smiht,Planner,Planning,5001,", "a surname one letter off"),
        ("9,Janie,Smith,Planner,Planning,5001,", "a short form of the same forename"),
        ("9,J,Smith,Planner,Planning,5001,", "an initial of the same forename"),
        ("1,Jane,Jones,Planner,Planning,5001,", "another surname"),
        ("1,Jane,Smith,Clerk,Housing,5009,", "the same staff number"),
        ("1-2,Jane,Smith,Clerk,Housing,5009,", "the same staff number"),
        ("9,Jane,Smith,Clerk,Housing,5009,j.smith@vale.example", "the same e-mail address"),
        ("9,Jane,Smith,Planner,Planning,,", "one of them has no number"),
        ("9,Jane,Smith-Jones,Planner,Planning,5001,", "one half of a double surname"),
    ],
)
def test_rows_that_may_be_one_person_are_asked_about_with_the_reasons(
    second: str, reason: str
) -> None:
    text = f"{HEAD}1,Jane,Smith,Planner,Planning,5001,j.smith@vale.example\n{second}\n"
    outcome = run(text)

    assert len(outcome.directory.people) == 2
    (item,) = [item for item in outcome.reviews if item.kind is ReviewKind.DUPLICATE]
    assert reason in item.question
    assert item.rows == (2, 3)

    merged = run(text, verdicts={item.key: Verdict.ACCEPTED})
    (person,) = merged.directory.people
    assert person.surname == "Smith"
    assert person.email == "j.smith@vale.example"


@pytest.mark.parametrize(
    "second",
    [
        "2,Jane,Smith,Clerk,Housing,5009,jane.smith2@vale.example",
        "2,Jane,Smith,Clerk,Planning,5009,jane.smith2@vale.example",
        "2,Ann,Lee,Planner,Planning,5001,",
        "2,Tom,Smith,Clerk,Planning,5001,",
        "2,June,Smyth,Clerk,Housing,5009,",
    ],
)
def test_two_people_of_like_names_stay_two_without_a_question(second: str) -> None:
    outcome = run(f"{HEAD}1,Jane,Smith,Planner,Planning,5001,j.smith@vale.example\n{second}\n")

    assert len(outcome.directory.people) == 2
    assert [item for item in outcome.reviews if item.kind is ReviewKind.DUPLICATE] == []


def test_a_row_that_fits_two_contradicting_rows_is_merged_with_neither() -> None:
    outcome = run(
        f"{HEAD},Jane,Smith,Planner,Planning,5001,\n,Jane,Smith,Clerk,Housing,5001,\n"
        ",Jane,Smith,,,5001,\n"
    )

    assert len(outcome.directory.people) == 3


def test_rows_that_contradict_each_other_in_yes_and_no_are_not_merged() -> None:
    outcome = run("Forename,Surname,Ext,Ex-directory\nJane,Smith,5001,yes\nJane,Smith,5001,no\n")

    assert len(outcome.directory.people) == 2


def test_a_nickname_folded_in_becomes_the_known_as_name() -> None:
    text = f"{HEAD}1,William,Smith,Planner,Planning,5001,\n,Bill,Smith,Planner,Planning,5001,\n"
    (item,) = run(text).reviews

    (person,) = run(text, verdicts={item.key: Verdict.ACCEPTED}).directory.people
    assert (person.forename, person.known_as) == ("William", "Bill")


def test_a_question_has_the_same_key_in_every_import_and_row_order() -> None:
    rows = [
        "1,William,Smith,Planner,Planning,5001,\n",
        ",Bill,Smith,Planner,Planning,5001,\n",
        "3,Ann,Lee,Planner,Planning,5003,\n",
    ]
    first = run(HEAD + "".join(rows))
    again = run(HEAD + "".join(reversed(rows)), previous=first.directory)

    assert [item.key for item in first.reviews] == [item.key for item in again.reviews]


def test_a_refused_question_is_asked_no_more_and_changes_nothing() -> None:
    text = f"{HEAD}1,William,Smith,Planner,Planning,5001,\n,Bill,Smith,Planner,Planning,5001,\n"
    first = run(text)
    (item,) = first.reviews

    again = run(text, previous=first.directory, verdicts={item.key: Verdict.REFUSED})

    assert again.reviews == ()
    assert again.changes == ()
    assert len(again.directory.people) == 2


def test_three_rows_of_one_person_fold_into_one() -> None:
    text = (
        f"{HEAD}1,William,Smith,Planner,Planning,5001,\n,Bill,Smith,Planner,Planning,5001,\n"
        "7,Will,Smith,Planner,Planning,5001,\n"
    )
    verdicts = {item.key: Verdict.ACCEPTED for item in run(text).reviews}

    (person,) = run(text, verdicts=verdicts).directory.people
    assert person.key == "1"

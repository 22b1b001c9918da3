"""What a cell says of nobody and nothing, and the people who are called like it."""

from __future__ import annotations

import pytest

from directory.outcome import Severity
from tests.directory.builders import only_person, run


@pytest.mark.parametrize("nothing", ["-", "--", ".", "/", "- -", "–", "N/A"])
def test_a_cell_of_dashes_full_stops_or_strokes_is_empty(nothing: str) -> None:
    person = only_person(
        "Title,Forename,Middle names,Surname,Job title,Department,Site\n"
        f"{nothing},Jane,{nothing},Smith,{nothing},{nothing},{nothing}\n"
    )

    others = (person.title, person.middle_names, person.job_title, person.department, person.site)
    assert others == ("", "", "", "", "")


@pytest.mark.parametrize("kept", ["A-", ".Net", "24/7", "R&D", "- A"])
def test_a_cell_with_a_letter_or_digit_is_not_empty(kept: str) -> None:
    assert only_person(f"Forename,Surname,Team\nJane,Smith,{kept}\n").team == kept


@pytest.mark.parametrize(
    ("forename", "surname"),
    [("Na", "Li"), ("Li", "Na"), ("Nil", "Patel"), ("Tanya", "Null"), ("Nan", "Pugh")],
)
def test_a_name_that_reads_like_nothing_stays_a_name(forename: str, surname: str) -> None:
    person = only_person(f"Forename,Surname\n{forename},{surname}\n")

    assert (person.forename, person.surname) == (forename, surname)


@pytest.mark.parametrize(("forename", "surname"), [("Li", "NA"), ("NA", "LI"), ("TANYA", "NULL")])
def test_nothing_in_capitals_beside_a_name_is_a_warning(forename: str, surname: str) -> None:
    outcome = run(f"Forename,Surname\n{forename},{surname}\n")

    told = [c.severity for c in outcome.cleansings if c.reason == "says that there is nothing"]
    assert told == [Severity.WARNING]


@pytest.mark.parametrize("names", ["n/a,Smith", "null,Smith", "Unknown,Smith"])
def test_what_is_nobodys_name_is_empty_for_information(names: str) -> None:
    outcome = run(f"Forename,Surname\n{names}\n")

    assert outcome.directory.people[0].forename == ""
    told = [c.severity for c in outcome.cleansings if c.reason == "says that there is nothing"]
    assert told == [Severity.INFO]


@pytest.mark.parametrize(
    "names", ["New,Post", "Do,Not Use", "Null,Null", "NULL,NULL", "Test A,User", "Nil,"]
)
def test_a_placeholder_in_both_names_is_nobody(names: str) -> None:
    assert run(f"Forename,Surname\n{names}\n").directory.people == ()


@pytest.mark.parametrize(("whole", "surname"), [("Mr Do", "Do"), ("Van Do", "Do"), ("Do Na", "Na")])
def test_do_is_a_surname_and_do_not_use_is_nobody(whole: str, surname: str) -> None:
    assert only_person(f"Name\n{whole}\n").surname == surname
    assert run("Name\nDo Not Use\n").directory.people == ()

"""Departments, teams and posts that stand in a name cell."""

from __future__ import annotations

import pytest

from directory.model import Person
from directory.outcome import Severity
from tests.directory.builders import only_person, run

DEPARTMENTS = "Department,Also known as\nPlanning,\nHousing,Homes\nAdult Social Care,\nR&D,\n"


def one_of(name: str, department: str) -> Person:
    return only_person(f'Name,Department\n"{name}",{department}\n', DEPARTMENTS)


@pytest.mark.parametrize("noted", ["Housing", "housing", "Homes", "Housing Dept"])
@pytest.mark.parametrize("department", ["Planning", "Housing", ""])
def test_a_department_in_brackets_is_no_known_as_name(noted: str, department: str) -> None:
    person = one_of(f"Jones, Ann ({noted})", department)

    assert (person.forename, person.known_as, person.surname) == ("Ann", "", "Jones")


def test_a_department_in_brackets_that_only_another_row_names_is_a_note_and_told() -> None:
    outcome = run("Forename,Surname,Department\nJane (Bins),Smith,Parks\nAnn,Lee,Bins\n")

    assert not any(person.known_as for person in outcome.directory.people)
    told = [(c.before, c.after, c.severity) for c in outcome.cleansings if c.field == "known_as"]
    assert told == [("Bins", "", Severity.WARNING)]


@pytest.mark.parametrize("field", ["Team", "Site", "Job title"])
def test_ones_own_team_site_or_post_in_brackets_is_a_note(field: str) -> None:
    person = only_person(f"Forename,Surname,{field}\nJane (Annexe),Smith,Annexe\n")

    assert person.known_as == ""


@pytest.mark.parametrize("name", ["William (Bill)", 'William ""Art""', "William (known as Art)"])
def test_a_known_as_name_stays_one_also_where_a_department_has_it(name: str) -> None:
    outcome = run(f'Forename,Surname,Department\n"{name}",Smith,Art\nAnn,Lee,Planning\n')

    assert {person.known_as for person in outcome.directory.people} == {"", name[9:].strip('"()')
                                                                        .split()[-1]}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "department"),
    [
        ("Jane Smith - Planning", "Planning"),
        ("Jane Smith – Planning", "Housing"),
        ("Smith, Jane - Homes", "Housing"),
        ("JANE SMITH - PLANNING", "Planning"),
        ("Jane Smith - Adult Social Care", "Planning"),
        ("Jane Smith - R&D", "R&D"),
    ],
)
def test_a_department_behind_a_dash_is_no_part_of_the_name(name: str, department: str) -> None:
    person = one_of(name, department)

    assert (person.forename, person.middle_names, person.surname) == ("Jane", "", "Smith")


def test_what_else_a_name_says_before_a_dash_stays_and_the_note_is_told() -> None:
    outcome = run('Name,Department\n"Dr Jane Ann Smith OBE (Jan) - Homes",\n', DEPARTMENTS)

    (person,) = outcome.directory.people
    assert (person.title, person.forename, person.middle_names) == ("Dr", "Jane", "Ann")
    assert (person.surname, person.suffix, person.known_as) == ("Smith", "OBE", "Jan")
    told = [c.severity for c in outcome.cleansings if c.field == "name"]
    assert told == [Severity.WARNING]


def test_a_double_name_with_spaces_about_the_hyphen_stays_double() -> None:
    assert one_of("Jane Smith - Jones", "Planning").surname == "Smith-Jones"

from __future__ import annotations

import pytest

from directory.departments import department_case
from directory.export import departments_csv, people_csv
from directory.outcome import ReviewKind, Severity, Verdict
from tests.directory.builders import only_person, run

LIST = (
    "Department,Also known as,Extension,Parent,Fallback department\n"
    "Planning and Building,town planning; planning applications,5100,Growth,Growth\n"
    "Children's Services,social services (children),5200,,\n"
    "Growth,regeneration;schools,5300,,SWITCHBOARD\n"
    "Education,schools,5400,,\n"
    "Human Resources,,5500,,\n"
    "Switchboard,,5010,,\n"
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PLANNING AND BUILDING", "Planning and Building"),
        ("Planning & Building", "Planning and Building"),
        ("planning  and building ", "Planning and Building"),
        ("Planning and Building Dept", "Planning and Building"),
        ("Department of Planning and Building", "Planning and Building"),
        ("Childrens Services", "Children's Services"),
        ("Children’s Services", "Children's Services"),
        ("Town Planning", "Planning and Building"),
    ],
)
def test_a_department_is_written_as_the_list_has_it(written: str, meant: str) -> None:
    person = only_person(f'Forename,Surname,Department\nJane,Smith,"{written}"\n', LIST)

    assert person.department == meant


def test_a_slip_in_a_department_is_asked_about_and_applied_when_accepted() -> None:
    people = "Forename,Surname,Department\nJane,Smith,Planing and Building\n"
    outcome = run(people, LIST)

    (item,) = outcome.reviews
    assert item.kind is ReviewKind.DEPARTMENT_SPELLING
    assert outcome.directory.people[0].department == "Planing and Building"
    accepted = run(people, LIST, verdicts={item.key: Verdict.ACCEPTED})
    assert accepted.directory.people[0].department == "Planning and Building"
    assert accepted.reviews == ()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("IT SERVICES", "IT Services"),
        ("it services", "IT Services"),
        ("HOUSING & IT", "Housing & IT"),
        ("CCTV CONTROL ROOM", "CCTV Control Room"),
        ("ADULT SOCIAL CARE (ASC)", "Adult Social Care (ASC)"),
        ("THE MAYOR'S OFFICE", "The Mayor's Office"),
        ("WASTE/RECYCLING AND PARKS", "Waste/Recycling and Parks"),
    ],
)
def test_abbreviations_in_a_shouted_name_stay_what_they_are(typed: str, name: str) -> None:
    assert department_case(typed) == name


def test_of_two_spellings_as_usual_the_one_in_mixed_capitals_is_kept() -> None:
    people = "Forename,Surname,Dept\nAnn,Grey,HOUSING & PARKS\nIan,Pink,Housing and Parks\n"
    assert [each.name for each in run(people).directory.departments] == ["Housing and Parks"]


def test_an_alias_in_capitals_is_written_as_a_name() -> None:
    outcome = run("Forename,Surname\nAnn,Grey\n", "Name,Aliases\nParks,IT SERVICE DESK\n")
    (parks,) = outcome.directory.departments
    assert parks.aliases == ("IT Service Desk",)
    assert any(each.before == "IT SERVICE DESK" for each in outcome.cleansings)


def test_initials_of_one_department_are_asked_about() -> None:
    (item,) = run("Forename,Surname,Department\nJane,Smith,HR\n", LIST).reviews

    assert "Human Resources" in item.proposal


def test_an_alias_of_two_departments_means_neither() -> None:
    assert only_person("Forename,Surname,Dept\nJane,Smith,schools\n", LIST).department == "schools"


def test_an_unknown_department_is_an_error_and_kept_as_written() -> None:
    outcome = run("Forename,Surname,Department\nJane,Smith,Skunk Works\n", LIST)

    assert outcome.directory.people[0].department == "Skunk Works"
    (error,) = [c for c in outcome.cleansings if c.severity is Severity.ERROR]
    assert error.field == "department"


def test_a_fallback_is_written_as_the_department_it_names_and_an_unknown_one_left_out() -> None:
    outcome = run("Forename,Surname\nJane,Smith\n", LIST.replace("Growth,Growth", "Growth,Nowhere"))
    departments = {entry.name: entry for entry in outcome.directory.departments}

    assert departments["Growth"].fallback == "Switchboard"
    assert departments["Planning and Building"].fallback == ""
    assert departments["Planning and Building"].parent == "Growth"


@pytest.mark.parametrize("heading", ["Fallback", "Parent"])
def test_no_department_stands_in_for_or_above_itself(heading: str) -> None:
    outcome = run("Forename,Surname\nJane,Smith\n", f"Name,Ext,{heading}\nPlanning,5001,Planning\n")

    (department,) = outcome.directory.departments
    assert (department.fallback, department.parent) == ("", "")


def test_rows_of_one_department_are_merged_with_all_their_aliases() -> None:
    outcome = run(
        "Forename,Surname\nJane,Smith\n",
        "Department,Also known as,Extension\nWaste & Recycling,bins,\n"
        "WASTE AND RECYCLING,refuse; Bins,5320\n",
    )

    (department,) = outcome.directory.departments
    assert department.extension == "5320"
    assert [alias.casefold() for alias in department.aliases] == ["bins", "refuse"]


def test_departments_whose_names_hardly_differ_are_asked_about() -> None:
    departments = "Department,Extension\nEnvironmental Health,5100\nEnviromental Health,\n"
    people = "Forename,Surname,Department\nJane,Smith,Enviromental Health\n"
    (item,) = run(people, departments).reviews

    accepted = run(people, departments, verdicts={item.key: Verdict.ACCEPTED})
    (department,) = accepted.directory.departments
    assert department.aliases == ("Enviromental Health",)
    assert accepted.directory.people[0].department == "Environmental Health"


def test_without_a_list_departments_come_from_the_people_each_once() -> None:
    outcome = run(
        "Forename,Surname,Department\nJane,Smith,Planning & Trees\nAnn,Lee,PLANNING AND TREES\n"
        "Tom,Reed,Planning & Trees\n"
    )

    assert [entry.name for entry in outcome.directory.departments] == ["Planning & Trees"]
    assert {person.department for person in outcome.directory.people} == {"Planning & Trees"}


def test_other_names_between_commas_are_taken_apart_and_told() -> None:
    outcome = run(
        "Forename,Surname\nJane,Smith\n",
        'Department,Also known as,Ext\nWaste,"bins, refuse / rubbish, 24/7 line",5100\n',
    )
    (department,) = outcome.directory.departments
    assert department.aliases == ("24/7 line", "bins", "refuse", "rubbish")
    assert [each.field for each in outcome.cleansings if "semicolons" in each.reason] == ["aliases"]


def test_between_semicolons_a_comma_is_part_of_a_name_and_stays_so() -> None:
    given = 'Department,Also known as,Ext\nHighways,"roads, paths and lighting;",5100\n'
    first = run("Forename,Surname\nJane,Smith\n", given).directory
    assert first.departments[0].aliases == ("roads, paths and lighting",)
    again = run(people_csv(first), departments_csv(first), previous=first)
    assert again.changes == ()


def test_opening_hours_that_cannot_be_read_are_kept_and_told() -> None:
    outcome = run(
        "Forename,Surname\nJane,Smith\n",
        "Department,Ext,Opening hours\nWaste,5100,Mon-Fri 9-5\nParks,5101,when it is dry\n",
    )
    hours = {each.name: each.opening_hours for each in outcome.directory.departments}
    assert hours == {"Waste": "Mon-Fri 9-5", "Parks": "when it is dry"}
    (told,) = [each for each in outcome.cleansings if each.field == "opening_hours"]
    assert (told.before, told.severity) == ("when it is dry", Severity.WARNING)
    assert "calls don't go by them" in told.reason

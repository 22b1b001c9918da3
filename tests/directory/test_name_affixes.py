"""Titles and suffixes, wherever they stand beside a name."""

from __future__ import annotations

import pytest

from directory.outcome import Severity
from tests.directory.builders import only_person, run


def whole(name: str) -> tuple[str, ...]:
    person = only_person(f'Name,Extension\n"{name}",5001\n')
    return person.title, person.forename, person.middle_names, person.surname, person.suffix


def in_parts(forename: str, surname: str) -> tuple[str, ...]:
    person = only_person(f'Forename,Surname\n"{forename}","{surname}"\n')
    return person.title, person.forename, person.surname, person.suffix


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("SMITH, JOHN MR", ("Mr", "John", "", "Smith", "")),
        ("SMITH,JANE MRS", ("Mrs", "Jane", "", "Smith", "")),
        ("Smith, Jane Ann Mrs", ("Mrs", "Jane", "Ann", "Smith", "")),
        ("John Smith Mr", ("Mr", "John", "", "Smith", "")),
        ("Smith, John, Dr", ("Dr", "John", "", "Smith", "")),
        ("Smith, John (Dr)", ("Dr", "John", "", "Smith", "")),
        ("Jane Smith [Mrs]", ("Mrs", "Jane", "", "Smith", "")),
        ("Smith, Jane MBE Mrs", ("Mrs", "Jane", "", "Smith", "MBE")),
        ("Smith Dr", ("Dr", "", "", "Smith", "")),
        ("Mr John Smith Mr", ("Mr", "John", "", "Smith", "")),
        ("Mr John Smith (Dr)", ("Mr Dr", "John", "", "Smith", "")),
    ],
)
def test_a_title_behind_a_whole_name_is_a_title(name: str, parts: tuple[str, ...]) -> None:
    assert whole(name) == parts


@pytest.mark.parametrize(
    ("forename", "surname", "parts"),
    [
        ("Jane", "Smith Mrs", ("Mrs", "Jane", "Smith", "")),
        ("Jane", "Smith, Mrs", ("Mrs", "Jane", "Smith", "")),
        ("Jane Mrs", "Smith", ("Mrs", "Jane", "Smith", "")),
        ("John (Dr)", "Smith", ("Dr", "John", "Smith", "")),
        ("Smith, Mr A", "", ("Mr", "A", "Smith", "")),
        ("", "Smith, Mr A", ("Mr", "A", "Smith", "")),
    ],
)
def test_a_title_behind_a_name_in_its_column_is_a_title(
    forename: str, surname: str, parts: tuple[str, ...]
) -> None:
    assert in_parts(forename, surname) == parts


@pytest.mark.parametrize(
    "name",
    ["Jane Dean", "John Major", "Ann King", "Jo Earl", "Ann Sir", "Ann Lord", "Moyo Professor"],
)
def test_a_word_that_is_also_a_name_is_no_title_behind_one(name: str) -> None:
    forename, surname = name.split()
    assert whole(name) == ("", forename, "", surname, "")
    assert in_parts(forename, surname) == ("", forename, surname, "")


@pytest.mark.parametrize(
    ("typed", "title"),
    [("Dr.Jane", "Dr"), ("Mrs.Jane", "Mrs"), ("Cllr.Jane", "Councillor"), ("dr.Jane", "Dr")],
)
def test_a_full_stop_parts_a_title_from_the_name(typed: str, title: str) -> None:
    assert whole(f"{typed} Smith") == (title, "Jane", "", "Smith", "")
    assert whole(f"Smith, {typed}") == (title, "Jane", "", "Smith", "")
    assert in_parts(typed, "Smith") == (title, "Jane", "Smith", "")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("The Rev Jane", "Reverend"),
        ("The Rev. Canon Jane", "Reverend Canon"),
        ("Rev'd Canon Jane", "Reverend Canon"),
        ("Canon Jane", "Canon"),
        ("Insp. Jane", "Inspector"),
        ("The Rt Hon Jane", "Rt Hon"),
    ],
)
def test_a_title_of_several_words_is_taken_whole(typed: str, title: str) -> None:
    assert whole(f"{typed} Smith") == (title, "Jane", "", "Smith", "")
    assert in_parts(typed, "Smith") == (title, "Jane", "Smith", "")


def test_a_title_alone_before_a_surname_that_is_also_a_forename_stays() -> None:
    assert in_parts("Canon", "Smith") == ("", "Canon", "Smith", "")
    assert whole("The Lord") == ("", "The", "", "Lord", "")


@pytest.mark.parametrize(
    "job",
    ["Planning Officer", "General Manager", "Harbour Master", "Professor of Law", "PC Support"],
)
def test_a_job_title_in_the_column_of_titles_is_the_job_title(job: str) -> None:
    outcome = run(f'GivenName,Surname,DisplayName,Title\nJane,Smith,"Smith, Jane",{job}\n')

    (person,) = outcome.directory.people
    assert (person.title, person.job_title) == ("", job)
    assert [c.severity for c in outcome.cleansings if c.field == "job_title"] == [Severity.WARNING]


def test_a_job_title_for_a_title_beside_another_job_title_is_an_error() -> None:
    outcome = run("Forename,Surname,Title,Job title\nJane,Smith,Senior Officer,Clerk\n")

    (person,) = outcome.directory.people
    assert (person.title, person.job_title) == ("", "Clerk")
    assert [c.severity for c in outcome.cleansings if c.field == "title"] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Rabbi", "Rabbi"),
        ("Mr/Mrs", "Mr/Mrs"),
        ("Lt Col", "Lieutenant Colonel"),
        ("Mme", "Mme"),
        ("The Very Rev", "The Very Reverend"),
        ("Rt Hon", "Rt Hon"),
        ("Prof", "Professor"),
    ],
)
def test_a_title_that_is_less_usual_stays_in_its_column(given: str, title: str) -> None:
    person = only_person(f"Title,Forename,Surname,Job title\n{given},Jane,Smith,Clerk\n")

    assert (person.title, person.job_title) == (title, "Clerk")


@pytest.mark.parametrize(
    ("surname", "suffix"),
    [
        ("Smith BA", "BA"),
        ("Smith MA", "MA"),
        ("Smith MBE DL", "MBE DL"),
        ("SMITH MBE DL", "MBE DL"),
        ("Smith BA(Hons)", "BA Hons"),
        ("SMITH BA (HONS)", "BA Hons"),
        ("Smith BEd", "BEd"),
        ("Smith CEng MICE", "CEng MICE"),
        ("Smith, M.A.", "MA"),
    ],
)
def test_a_suffix_in_the_column_of_surnames_is_a_suffix(surname: str, suffix: str) -> None:
    assert in_parts("Jane", surname) == ("", "Jane", "Smith", suffix)


@pytest.mark.parametrize(
    ("forename", "surname", "meant"),
    [
        ("Yo-Yo", "MA", "Ma"),
        ("YO-YO", "MA", "Ma"),
        ("Wei", "Li Ma", "Li Ma"),
        ("WEI", "LI MA", "Li Ma"),
        ("Ann", "Junior", "Junior"),
        ("Wei", "MENG", "Meng"),
    ],
)
def test_a_surname_that_reads_like_a_suffix_stays(forename: str, surname: str, meant: str) -> None:
    assert in_parts(forename, surname)[2:] == (meant, "")


@pytest.mark.parametrize("name", ["Jack MA", "JACK MA", "Yo-Yo MA", "Linh DO", "Thi Linh DO"])
def test_a_whole_name_keeps_its_last_word_as_the_surname(name: str) -> None:
    assert whole(name)[3:] == (name.rpartition(" ")[2].capitalize(), "")


@pytest.mark.parametrize("name", ["Jane Smith MA", "JANE SMITH MA", "Smith, Jane MA"])
def test_a_suffix_behind_a_whole_name_is_one_and_is_told(name: str) -> None:
    assert whole(name) == ("", "Jane", "", "Smith", "MA")
    outcome = run(f'Name\n"{name}"\n')
    assert [c.after for c in outcome.cleansings if c.field == "suffix"] == ["MA"]

"""Files and LDAP bring one directory together without undoing each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from directory.importing import run_import
from directory.model import Directory
from directory.outcome import ImportOutcome
from directory.sources import FILE, LATEST, Origin
from directory.tabular import table_from_bytes
from tests.directory.builders import PLAN, TODAY

LDAP = "ldap"
HEADINGS = "Staff ID,Forename,Surname,Department,Extension,E-mail\n"
JANE = "1,Jane,Smith,Planning,5001,jane@example.org\n"
RAKESH = "2,Rakesh,Sen,Housing,5002,rakesh@example.org\n"
ADA = "3,Ada,Okafor,Parks,5003,ada@example.org\n"
TREES = "Department,Extension\nPlanning,6001\nHousing,6002\nTrees,6003\n"


@dataclass
class Town:
    """A directory that is imported into, source by source."""

    preferred: str = LATEST
    directory: Directory = field(default_factory=Directory)
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def reads(self, source: str, *people: str, departments: str = "") -> ImportOutcome:
        table = table_from_bytes(departments.encode(), "d.csv") if departments else None
        outcome = run_import(
            table_from_bytes("".join((HEADINGS, *people)).encode(), "p.csv"),
            table,
            mapping={},
            plan=PLAN,
            previous=self.directory,
            verdicts={},
            today=TODAY,
            progress=None,
            origin=Origin(source, self.listed, self.preferred),
        )
        self.directory, self.listed = outcome.directory, outcome.listed
        return outcome

    @property
    def present(self) -> dict[str, str | None]:
        people = self.directory.people
        return {each.forename: each.extension for each in people if not each.left}

    @property
    def departments(self) -> set[str]:
        return {each.name for each in self.directory.departments if not each.left}


def test_a_file_then_ldap_then_the_file_again_leaves_everybody() -> None:
    town = Town()
    town.reads(FILE, JANE, RAKESH)
    town.reads(LDAP, RAKESH, ADA)
    assert set(town.present) == {"Jane", "Rakesh", "Ada"}
    again = town.reads(FILE, JANE, RAKESH)
    assert set(town.present) == {"Jane", "Rakesh", "Ada"}
    assert (again.changes, again.conflicts) == ((), ())


def test_who_is_gone_from_the_only_source_that_listed_them_has_left() -> None:
    town = Town()
    town.reads(FILE, JANE, RAKESH)
    town.reads(LDAP, RAKESH, ADA)
    town.reads(FILE, JANE)
    assert set(town.present) == {"Jane", "Rakesh", "Ada"}  # Rakesh is in LDAP
    town.reads(LDAP, ADA)
    assert set(town.present) == {"Jane", "Ada"}
    town.reads(FILE, RAKESH)
    assert set(town.present) == {"Rakesh", "Ada"}


@pytest.mark.parametrize(
    ("preferred", "after_ldap", "after_file"),
    [(LATEST, "5009", "5002"), (LDAP, "5009", "5009"), (FILE, "5002", "5002")],
)
def test_of_who_is_in_both_there_is_one_entry_with_the_values_of_the_source_that_wins(
    preferred: str, after_ldap: str, after_file: str
) -> None:
    town = Town(preferred)
    town.reads(FILE, JANE, RAKESH)
    synced = town.reads(LDAP, RAKESH.replace("5002", "5009"))
    assert town.present == {"Jane": "5001", "Rakesh": after_ldap}
    (conflict,) = synced.conflicts
    assert (conflict.entry, conflict.name, conflict.others) == ("2", "Rakesh Sen", (FILE,))
    assert conflict.kept == (FILE if preferred == FILE else LDAP)
    assert conflict.fields == (("extension", "5009", "5002"),)
    town.reads(FILE, JANE, RAKESH)
    assert town.present["Rakesh"] == after_file


def test_the_winner_s_leaver_is_not_brought_back_by_the_other() -> None:
    town = Town(LDAP)
    town.reads(LDAP, JANE, RAKESH)
    gone = tuple(replace(each, left=each.key == "1") for each in town.directory.people)
    town.directory = Directory(gone, town.directory.departments)  # an account that is disabled
    outcome = town.reads(FILE, JANE)
    assert set(town.present) == {"Rakesh"}
    assert [each.kept for each in outcome.conflicts] == [LDAP]


def test_without_a_staff_number_the_same_person_is_known_by_the_e_mail_address() -> None:
    town = Town()
    town.reads(LDAP, JANE, RAKESH)
    town.reads(FILE, JANE.replace("1,Jane", ",Jane"))
    assert len(town.directory.people) == 2


def test_a_namesake_in_another_source_and_department_is_somebody_else() -> None:
    town = Town()
    town.reads(LDAP, JANE)
    town.reads(FILE, ",Jane,Smith,Housing,5005,\n")
    assert sorted(each.extension or "" for each in town.directory.people) == ["5001", "5005"]


def test_departments_stay_that_only_people_of_the_other_source_name() -> None:
    town = Town()
    town.reads(FILE, JANE, RAKESH, departments=TREES)
    town.reads(LDAP, RAKESH, ADA)
    assert town.departments == {"Planning", "Housing", "Trees", "Parks"}
    town.reads(FILE, JANE, RAKESH, departments=TREES)
    assert town.departments == {"Planning", "Housing", "Trees", "Parks"}
    town.reads(FILE, JANE, departments="Department,Extension\nPlanning,6001\n")
    # LDAP's people are in Housing and in Parks; nobody lists Trees any more.
    assert town.departments == {"Planning", "Housing", "Parks"}


def test_a_department_that_both_list_under_other_keys_is_one() -> None:
    town = Town()
    town.reads(LDAP, ADA)
    coded = "Code,Department,Extension\nP7,Parks,6005\nP1,Planning,6001\n"
    town.reads(FILE, JANE, departments=coded)
    present = [each for each in town.directory.departments if not each.left]
    assert sorted(each.name for each in present) == ["Parks", "Planning"]
    (parks,) = (each for each in present if each.name == "Parks")
    assert town.listed[parks.key] == {FILE, LDAP}
    assert parks.extension == "6005"


def test_what_no_source_is_known_to_list_any_may_take_away() -> None:
    town = Town()
    town.reads(FILE, JANE, RAKESH)
    town.listed = {}
    town.reads(LDAP, RAKESH)
    assert set(town.present) == {"Rakesh"}

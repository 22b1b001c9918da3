"""The sample organisation is what it claims to be, and its truth is true."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import phonenumbers
import pytest

from directory import sample
from directory.model import Person

ROOT = Path(__file__).parents[2]
EXTENSIONS = range(5000, 8000)
Rows = list[dict[str, str]]
TEXT_FIELDS = {
    "Title": "title",
    "Forename": "forename",
    "Known As": "known_as",
    "Middle Names": "middle_names",
    "Surname": "surname",
    "Job Title": "job_title",
    "Department": "department",
    "Team": "team",
    "Site": "site",
    "Extension": "extension",
    "E-mail": "email",
}
NAME_CODES = ("name", "forename", "surname", "title", "known_as", "middle_names", "suffix")


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def staff() -> Rows:
    return read(sample.staff_file())


@pytest.fixture(scope="module")
def truth() -> Rows:
    return read(sample.staff_truth_file())


@pytest.fixture(scope="module")
def people(truth: Rows) -> Rows:
    """Different people: neither duplicates nor rows that are nobody."""
    return [row for row in truth if row["kind"] == "person" and not row["duplicate_of"]]


def test_the_sample_is_as_large_as_a_council(people: Rows) -> None:
    departments = read(sample.departments_truth_file())
    here = [row for row in people if "left" not in row["facts"].split(";")]
    assert len(here) >= 1200
    assert Counter(row["member"] for row in people)["yes"] == 60
    assert len({row["name"] for row in departments if row["aliases"]}) >= 60


def test_every_row_has_its_truth(staff: Rows, truth: Rows) -> None:
    assert [row["row"] for row in truth] == [str(place) for place in range(2, len(staff) + 2)]
    fields = set(Person.__dataclass_fields__) - {"key", "left"}
    assert fields <= set(truth[0])


def test_every_true_number_is_in_the_number_plan(truth: Rows) -> None:
    departments = read(sample.departments_truth_file())
    for row in [*truth, *departments]:
        assert not row["extension"] or int(row["extension"]) in EXTENSIONS
    for row in truth:
        if row["direct_line"]:
            assert row["direct_line"] == f"+44208313{row['extension']}"
            assert phonenumbers.is_valid_number(phonenumbers.parse(row["direct_line"]))
        assert not row["mobile"] or re.fullmatch(r"\+447700900\d{3}", row["mobile"])


def test_a_cell_that_no_dirt_fell_on_says_the_truth(staff: Rows, truth: Rows) -> None:
    compared = 0
    for cells, row in zip(staff, truth, strict=True):
        if row["kind"] != "person":
            continue
        codes = {code.split(":")[0] for code in row["dirt"].split(";")}
        undecidable = row["undecidable"].split(";")
        for heading, field in TEXT_FIELDS.items():
            related = NAME_CODES if field in NAME_CODES else (field, "number")
            if field in undecidable or codes & set(related):
                continue
            written = cells[heading].replace("Cllr", "Councillor")
            assert written == row[field] or f"{field}:" in row["dirt"], (row["row"], heading)
            compared += 1
    assert compared > 9 * len(staff)


def test_a_name_with_dirt_that_is_decidable_still_has_every_letter(
    staff: Rows, truth: Rows
) -> None:
    garbled = ("mojibake", "decomposed", "apostrophe")
    for cells, row in zip(staff, truth, strict=True):
        if row["kind"] != "person" or any(code in row["dirt"] for code in garbled):
            continue
        name = "|".join(cells[heading] for heading in ("Forename", "Known As", "Surname"))
        spoken = re.sub(r"\s+", " ", name).casefold()
        for field in ("forename", "known_as", "surname"):
            if field not in row["undecidable"].split(";"):
                assert row[field].casefold() in spoken, row["row"]


def test_duplicates_are_of_one_person_and_namesakes_are_not(truth: Rows, people: Rows) -> None:
    by_row = {row["row"]: row for row in truth}
    copies = [row for row in truth if row["duplicate_of"]]
    assert {row["duplicate_kind"] for row in copies} == {
        "exact",
        "capitals",
        "moved",
        "typing_error",
        "nickname",
        "married",
    }
    for row in copies:
        original = by_row[row["duplicate_of"]]
        assert not original["duplicate_of"]
        assert (row["forename"], row["surname"]) == (original["forename"], original["surname"])
    names = Counter((row["forename"], row["surname"]) for row in people)
    shared = {name for name, count in names.items() if count > 1}
    assert len(shared) >= 6
    assert len({row["staff_id"] for row in people}) == len(people)


def test_departments_name_their_parents_and_fallbacks_by_their_true_names() -> None:
    departments = read(sample.departments_truth_file())
    names = {row["name"] for row in departments}
    for row in departments:
        assert {row["parent"], row["fallback"]} - {""} <= names
        assert row["fallback"] != row["name"]


def test_generating_again_gives_the_shipped_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.organisation", "--out", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    for shipped in (
        sample.staff_file(),
        sample.staff_truth_file(),
        sample.departments_file(),
        sample.departments_truth_file(),
    ):
        assert (tmp_path / shipped.name).read_bytes() == shipped.read_bytes()


def test_a_larger_organisation_has_names_and_numbers_for_everybody(tmp_path: Path) -> None:
    arguments = ["--people", "10000", "--seed", "7", "--out", str(tmp_path)]
    command = [sys.executable, "-m", "benchmarks.organisation", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    truth = read(tmp_path / "truth.csv")
    people = [row for row in truth if row["kind"] == "person" and not row["duplicate_of"]]
    assert len(people) == 10000
    assert len({(row["forename"], row["surname"]) for row in people}) > 9950
    lines = [row for row in people if row["direct_line"]]
    assert all(row["direct_line"].endswith(row["extension"]) for row in lines)


def test_too_few_people_are_refused_with_the_least_number() -> None:
    command = [sys.executable, "-m", "benchmarks.organisation", "--people", "10"]
    result = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2
    assert "--people must be 400 or more" in result.stderr

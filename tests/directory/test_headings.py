"""What a heading is taken for, and what it is not."""

from __future__ import annotations

import pytest

from directory.headings import PEOPLE, map_columns
from directory.tabular import table_from_bytes
from tests.directory.builders import only_person, run


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Telephone No.", "direct_line"), ("Phone No", "direct_line"),
        ("DDI Number", "direct_line"), ("DDI No", "direct_line"),
        ("Work Telephone Number", "direct_line"),
        ("Office Tel", "direct_line"), ("Office Telephone", "direct_line"),
        ("Contact Telephone", "direct_line"), ("Contact No", "direct_line"),
        ("Extension No", "extension"), ("Extn. No", "extension"), ("Telephone Ext", "extension"),
        ("Internal Tel", "extension"), ("Internal No.", "extension"), ("Phone Extn", "extension"),
        ("Mobile Telephone", "mobile"), ("Work Mobile Number", "mobile"),
        ("Mobile Tel No", "mobile"),
        ("Job Role", "job_title"), ("Dept Name", "department"), ("Site Name", "site"),
        ("Emp No", "staff_number"), ("Emp. ID", "staff_number"), ("Employee Num", "staff_number"),
        ("Known By", "known_as"), ("Ex-Dir.", "ex_directory"),
        ("Legal Forename", "forename"), ("Legal Surname", "surname"),
    ],
)  # fmt: skip
def test_a_usual_variant_of_a_heading_is_recognised(heading: str, field: str) -> None:
    table = table_from_bytes(f"Email,{heading}\nann@example.org,x\n".encode(), "staff.csv")

    assert map_columns(table, PEOPLE, {})[0].get(field) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Position No", "Post Number", "Person Number", "Dept No", "Team No", "Site Number",
        "Office No", "No.", "Staff", "Number", "Home Telephone No", "Fax No", "Private Number",
        "Initial(s)", "Emergency Contact Tel",
    ],
)  # fmt: skip
def test_a_number_of_something_else_is_not_taken_for_it(heading: str) -> None:
    assert run(f"Surname,{heading}\nSmith,7\n").unmapped == (heading,)


def test_a_usual_heading_comes_before_its_variants() -> None:
    outcome = run(
        "Legal Forename,Forename,Surname,Legal Surname,Tel,Telephone No.\n"
        "Roberta,Bobbie,Smith,Smythe,020 8313 5001,020 8313 5002\n"
    )

    (person,) = outcome.directory.people
    assert (person.full_name, person.direct_line) == ("Bobbie Smith", "+442083135001")
    assert outcome.unmapped == ("Legal Forename", "Legal Surname", "Telephone No.")


def test_legal_names_are_used_where_there_are_no_others() -> None:
    head = "Legal Forename,Legal Surname,Ext"
    assert only_person(f"{head}\nRoberta,Smythe,5001\n").full_name == "Roberta Smythe"
    text = f"Name,{head}\nBobbie Smith,Roberta,Smythe,5001\n"
    assert only_person(text).full_name == "Bobbie Smith"
    outcome = run(text, mapping={"Legal Forename": "forename", "Legal Surname": "surname"})
    assert outcome.directory.people[0].full_name == "Roberta Smythe"

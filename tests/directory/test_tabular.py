from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from directory.tabular import read_table, table_from_bytes

PEOPLE = "Forename;Surname;Extension\nZoë;Brontë;5001\nSiân;O’Brien;5002\nJosé;Núñez;5003\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"],
)
def test_every_usual_encoding_gives_the_same_table(encoding: str) -> None:
    table = table_from_bytes(PEOPLE.encode(encoding), "staff.csv")

    assert table.headings == ("Forename", "Surname", "Extension")
    assert [row.cells[1] for row in table.rows] == ["Brontë", "O’Brien", "Núñez"]


def test_polish_letters_in_windows_1250_are_read() -> None:
    text = "Forename,Surname\nŁukasz,Wiśniewski\nAgnieszka,Żółkowska\n"

    table = table_from_bytes(text.encode("cp1250"), "staff.csv")

    assert [row.cells for row in table.rows] == [
        ("Łukasz", "Wiśniewski"),
        ("Agnieszka", "Żółkowska"),
    ]


def test_a_cell_in_another_encoding_is_repaired_and_reported() -> None:
    data = "Forename,Surname\nZoë,Brontë\nSiân,Pryce\n".encode() + b"Jos\xe9,Garcia\n"

    table = table_from_bytes(data, "staff.csv")

    assert table.rows[-1].cells == ("José", "Garcia")
    (repair,) = table.repairs
    assert (repair.line, repair.column, repair.before, repair.after) == (4, 0, "Jos\\xe9", "José")


@pytest.mark.parametrize(("new", "old"), [(1, 1), (1, 9), (5, 5), (9, 1)])
def test_a_file_put_together_from_two_encodings_is_read_whole(new: int, old: int) -> None:
    data = b"Forename,Surname\n"
    data += "José,Muñoz\n".encode() * new + "Zoë,Brontë\n".encode("cp1252") * old
    data += "Siân,".encode() + "Núñez\n".encode("cp1252")

    table = table_from_bytes(data, "staff.csv")

    expected = [("José", "Muñoz")] * new + [("Zoë", "Brontë")] * old + [("Siân", "Núñez")]
    assert [row.cells for row in table.rows] == expected
    assert len(table.repairs) == 2 * old + 1


def test_a_capital_before_a_typographic_apostrophe_is_not_taken_for_utf_8() -> None:
    # C9 92, a letter of phonetic script in UTF-8
    data = "Department,Head\nCAFÉ’S,Zoë Brontë\n".encode("cp1252")

    assert table_from_bytes(data, "departments.csv").rows[0].cells == ("CAFÉ’S", "Zoë Brontë")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["Name", "Job title", "Extension"], ["Smith, Jane", "Planner; trees", "5001"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    table = table_from_bytes(text.encode(), "staff.csv")

    assert table.headings == ("Name", "Job title", "Extension")
    assert table.rows[0].cells == ("Smith, Jane", "Planner; trees", "5001")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["", ", MBE", ", Mrs, MBE, JP"])
def test_surnames_before_a_comma_are_not_columns(delimiter: str, end: str) -> None:
    lines = [["Name", "Ext"], [f"Smith, John{end}", "5001"], [f"Doe, Jane{end}", "5002"]]
    text = "\n".join(map(delimiter.join, lines)) + "\n"

    table = table_from_bytes(text.encode(), "staff.csv")

    assert table.headings == ("Name", "Ext")
    assert [row.cells for row in table.rows] == [tuple(line) for line in lines[1:]]


def test_headings_that_are_not_known_leave_the_delimiter_to_the_lines() -> None:
    text = "Wer;Wo\nSmith, John;5001\nDoe, Jane;5002\n"

    assert table_from_bytes(text.encode(), "staff.csv").headings == ("Wer", "Wo")


def test_semicolons_between_names_of_a_department_are_no_columns() -> None:
    text = "Wer,Wo\n" + "trees; bins,5001\n" * 5

    assert table_from_bytes(text.encode(), "departments.csv").headings == ("Wer", "Wo")


def test_the_separator_line_of_a_spreadsheet_is_not_a_heading() -> None:
    table = table_from_bytes(b"sep=;\r\nForename;Surname\r\nJane;Smith\r\n", "staff.csv")

    assert table.headings == ("Forename", "Surname")
    assert table.rows[0].line == 3


def test_lines_above_the_headings_are_named_as_skipped() -> None:
    text = "Staff list,,\nas of 1 May,,\n,,\nForename,Surname,Ext\nJane,Smith,5001\n"

    table = table_from_bytes(text.encode(), "staff.csv")

    assert table.headings == ("Forename", "Surname", "Ext")
    assert [line for line, _ in table.skipped] == [1, 2]
    assert table.rows[0].line == 5


def test_a_row_with_a_cell_beyond_the_headings_is_named_not_shifted() -> None:
    text = "Forename,Surname,Ext\nJane,Smith,5001\nAnn,Lee,Planner,5002\n"

    table = table_from_bytes(text.encode(), "staff.csv")

    assert len(table.rows) == 1
    ((line, reason),) = table.skipped
    assert line == 3
    assert "column D" in reason


def test_a_row_is_numbered_by_the_line_where_it_begins() -> None:
    text = 'Forename,Surname,Site\nJane,Smith,"Old\nTown\nHall"\nAnn,Lee,Depot\n'

    table = table_from_bytes(text.encode(), "staff.csv")

    assert [row.line for row in table.rows] == [2, 5]


def test_a_workbook_gives_text_without_evaluating_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["Staff directory", None, "May"])
    sheet = book.create_sheet("Staff")
    sheet.append(["Forename", "Surname", "Extension", "E-mail"])
    sheet.append(["Jane", "Smith", 5001.0, "=LOWER(A2)&B2"])
    book.save(tmp_path / "staff.xlsx")

    table = read_table(tmp_path / "staff.xlsx")

    assert table.headings == ("Forename", "Surname", "Extension", "E-mail")
    assert table.rows[0].cells == ("Jane", "Smith", "5001", "=LOWER(A2)&B2")
    assert table.rows[0].line == 2

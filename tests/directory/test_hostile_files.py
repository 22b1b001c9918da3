"""Every hostile file gets one sentence that names the place and the remedy."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from directory.errors import DirectoryError, UnmappableColumnsError, UnreadableSourceError
from directory.tabular import read_table, table_from_bytes
from tests.directory.builders import only_person, run


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableSourceError) as caught:
        table_from_bytes(data, "staff.csv")
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("data", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "is empty" in refusal(data)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match="There is no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(UnreadableSourceError, match="is a folder"):
        read_table(tmp_path)


def test_a_device_that_never_ends_is_refused() -> None:
    with pytest.raises(UnreadableSourceError, match=r"more than \d+ MB"):
        read_table("/dev/zero")


def test_a_nul_byte_is_refused_with_its_line() -> None:
    assert "line 3" in refusal(b"Forename,Surname\nJane,Smith\nAn\0n,Lee\n")


def test_a_cell_of_10_mb_is_refused_with_its_line() -> None:
    data = b"Forename,Surname\nJane,Smith\nAnn," + b"x" * 10_000_000 + b"\n"
    assert "line 3" in refusal(data)


def test_an_overlong_cell_is_refused_with_its_column() -> None:
    assert "line 2, column B" in refusal(b"Forename,Surname\nJane," + b"x" * 40_000 + b"\n")


def test_a_quotation_mark_left_open_is_refused_with_its_line() -> None:
    data = b'Forename,Surname\nJane,"Smith\n' + b"Ann,Lee\n" * 200
    message = refusal(data)
    assert "line 2" in message
    assert "quotation mark" in message


@pytest.mark.parametrize("end", ['"Jane,Smith,5001\nBob,Jones,5002\n', 'Jane,"Smith,5001'])
def test_a_quotation_mark_left_open_near_the_end_hides_nobody(end: str) -> None:
    message = refusal(("Forename,Surname,Extension\nAnn,Lee,5003\n" + end).encode())
    assert "line 3" in message
    assert "quotation mark" in message


def test_half_a_million_rows_are_refused() -> None:
    assert "more than 200,000 rows" in refusal(b"Forename,Surname\n" + b"Jane,Smith\n" * 500_000)


def test_hundreds_of_columns_are_refused() -> None:
    assert "columns" in refusal(b"Forename,Surname" + b"," * 500 + b"\n")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old XLS"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_a_file_of_another_kind_is_named(start: bytes, what: str) -> None:
    assert what in refusal(start + b" " * 100 + b"x")


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return stream.getvalue()


STAFF: list[list[object]] = [["Forename", "Surname"], ["Jane", "Smith"]]


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    bomb = with_member(workbook(STAFF), "xl/worksheets/sheet1.xml", b"<a>" + b" " * 50_000_000)
    assert "would unpack to" in refusal(bomb)


def test_xml_entities_in_a_workbook_are_refused() -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    assert "entities" in refusal(with_member(workbook(STAFF), "xl/worksheets/sheet1.xml", laughs))


def test_a_workbook_that_claims_a_million_columns_is_read_for_what_it_holds() -> None:
    data = workbook(STAFF)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    claimed = sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert claimed != sheet

    table = table_from_bytes(with_member(data, "xl/worksheets/sheet1.xml", claimed), "staff.xlsx")

    assert len(table.rows) == 1


def test_a_truncated_workbook_is_refused() -> None:
    assert "cut short" in refusal(workbook(STAFF)[:2000])


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("staff.csv", "Forename,Surname")
    assert "ZIP archive" in refusal(stream.getvalue())


def test_a_workbook_of_random_damage_never_escapes_as_another_error() -> None:
    data = bytearray(workbook(STAFF))
    chance = random.Random(2010)
    for place in range(0, len(data), 97):
        damaged = bytes(data[:place]) + chance.randbytes(3) + bytes(data[place + 3 :])
        try:
            table_from_bytes(damaged, "staff.xlsx")
        except DirectoryError:
            continue


def test_a_file_without_headings_is_refused() -> None:
    with pytest.raises(UnmappableColumnsError, match="Add a line of headings"):
        run("Jane,Smith,5001\nAnn,Lee,5002\n")


def test_two_columns_with_one_heading_are_named() -> None:
    with pytest.raises(UnmappableColumnsError, match=r"C \(Extension\) and D \(Extension\)"):
        run("Forename,Surname,Extension,Extension\nJane,Smith,5001,5002\n")


@pytest.mark.parametrize(
    ("headings", "mapping", "remedy"),
    [
        ("Extension,Extension", {}, "Rename one in the file"),
        ("Extension (desk),Extension (hall)", {}, "Rename one in the file"),
        ("Desk,Hall", {"Desk": "extension", "Hall": "extension"}, '--map "Heading=ignore"'),
    ],
)
def test_two_columns_of_one_field_are_refused_with_the_remedy_that_works(
    headings: str, mapping: dict[str, str], remedy: str
) -> None:
    with pytest.raises(UnmappableColumnsError, match=remedy):
        run(f"Forename,Surname,{headings}\nJane,Smith,5001,5002\n", mapping=mapping)


def test_a_formula_in_a_cell_is_left_out_and_reported() -> None:
    outcome = run("Forename,Surname,Job title\nJane,Smith,=HYPERLINK(1)\n=cmd|1,=cmd|2,Planner\n")

    (person,) = outcome.directory.people
    assert person.job_title == ""
    assert [c.field for c in outcome.cleansings if "formula" in c.reason] == ["job_title"]
    assert outcome.skipped == ((3, "the name is a formula: paste it as a value"),)


def test_a_formula_that_only_protects_an_extension_is_read() -> None:
    assert only_person('Forename,Surname,Ext\nJane,Smith,"=""5001"""\n').extension == "5001"

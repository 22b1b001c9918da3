"""A file of unknown origin to a table: CSV in any usual encoding and delimiter, or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from directory.csv_source import read_rows
from directory.encoding import decode
from directory.errors import UnreadableSourceError
from directory.headings import recognised
from directory.sheets import FEWEST_HEADINGS, join_sheets
from directory.table import MAX_BYTES, CellRepair, Row, Table, column_name
from directory.xlsx_source import read_sheets

_FOREIGN: Final = (
    (b"\xd0\xcf\x11\xe0", "an old XLS workbook, or one with a password"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database"),
    (b"\x89PNG", "a picture"),
    (b"<html", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<?xml", "an XML document"),
    (b"{\\rtf", "an RTF document"),
)
ABOVE_HEADINGS: Final = "stands above the headings"
_HEADING_WITHIN: Final = 15
"""Lines within which headings are looked for: exports put a title and a date above them."""


def read_table(path: Path | str) -> Table:
    """Read a CSV or XLSX file. Raises `UnreadableSourceError`, one sentence with the remedy."""
    path = Path(path)
    try:
        if path.is_dir():
            raise UnreadableSourceError(f"{path} is a folder. Name the CSV or XLSX file in it.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a pipe or a device doesn't say how much it has
        if len(data) > MAX_BYTES:
            raise UnreadableSourceError(
                f"{path} has more than {MAX_BYTES // 1024 // 1024} MB, which is the most that is "
                "read. Export only the columns that are needed, or split it."
            )
    except FileNotFoundError as error:
        raise UnreadableSourceError(
            f"There is no file {path}. Check the name and the folder."
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableSourceError(
            f"{path} can't be read. Check that you may read it and that it is an ordinary file."
        ) from error
    return table_from_bytes(data, str(path.name))


def table_from_bytes(data: bytes, source: str) -> Table:
    """As `read_table`, from the content of a file; `source` names it in messages."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableSourceError(f"{source} is empty. Export the directory again.")
    for magic, what in _FOREIGN:
        if start.startswith(magic.lower()):
            raise UnreadableSourceError(
                f"{source} is {what}, not a table. Save the list as CSV UTF-8 or XLSX, and "
                "import that."
            )
    if data.startswith(b"PK\x03\x04"):
        sheets = [
            (sheet, _table(sheet.rows, [], f"{source}, sheet {sheet.name}"))
            for sheet in read_sheets(data, source)
        ]
        if not sheets:
            raise UnreadableSourceError(
                f"{source} has no visible sheet with anything in it. Export the directory again."
            )
        return join_sheets(sheets, source)
    rows, repairs = read_rows(decode(data, source), source)
    return _table(rows, repairs, source)


def _table(rows: Sequence[Row], repairs: Sequence[CellRepair], source: str) -> Table:
    if not rows:
        raise UnreadableSourceError(f"{source} is empty. Export the directory again.")
    at = max(
        range(min(_HEADING_WITHIN, len(rows))),
        key=lambda index: (len(recognised(rows[index].cells)), -index),
    )
    if len(recognised(rows[at].cells)) < FEWEST_HEADINGS:
        at = 0
    headings = [" ".join(cell.split()) for cell in rows[at].cells]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    kept: list[Row] = []
    skipped = [(row.line, ABOVE_HEADINGS) for row in rows[:at]]
    for row in rows[at + 1 :]:
        surplus = next((i for i in range(width, len(row.cells)) if row.cells[i].strip()), None)
        if surplus is not None:
            reason = (
                f"has a cell in column {column_name(surplus)}, beyond the last heading: a "
                "delimiter may stand in a cell without quotation marks"
            )
            skipped.append((row.line, reason))
            continue
        padded = row.cells[:width] + ("",) * (width - len(row.cells))
        kept.append(Row(row.line, padded))
    return Table(source, tuple(headings), tuple(kept), tuple(repairs), tuple(skipped))

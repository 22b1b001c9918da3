"""The table that a file was read into: headings and rows of text, with their place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from directory.errors import UnreadableSourceError

MAX_BYTES = 100 * 1024 * 1024
"""Largest file read, in bytes. 50,000 people take about 10 MB."""
MAX_ROWS = 200_000
"""Most rows read. Above it the file is not one organisation's directory."""
MAX_COLUMNS = 200
SHEET: Final = 1_000_000
"""Where several sheets of a workbook are read, row 4 of the second one is line 2,000,004; line
2,000,000 is the whole sheet."""
MAX_CELL = 32_767
"""Longest cell, in characters: a spreadsheet can't hold a longer one, so it is damage."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` is where it begins in the file (row of a sheet), the first being 1; `place`
    tells it to people."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellRepair:
    """A cell that was in another encoding than the rest of its file."""

    line: int
    column: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows as the file has them: nothing is cleansed yet.

    Every row has as many cells as there are headings. `skipped` names lines that are no row of the
    table (above the headings, torn, or of another sheet), with the reason.
    """

    source: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    repairs: tuple[CellRepair, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()


def check_cell(source: str, line: int, column: int, cell: str) -> None:
    """Refuse a cell that no spreadsheet could hold."""
    if len(cell) > MAX_CELL:
        raise UnreadableSourceError(
            f"{source}, line {line}, column {column_name(column)}: the cell is longer than "
            f"{MAX_CELL:,} characters. A quotation mark may be left open above it: "
            "mend that line, or export the file again."
        )


def place(line: int) -> str:
    """A line as people find it: "4", or "4 of sheet 2" where several sheets were read."""
    sheet, row = divmod(line, SHEET)
    return f"{row or 1} of sheet {sheet}" if sheet else str(row)


def column_name(index: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters

"""CSV text to a table: the delimiter found, every hostile case refused with its place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from directory.encoding import as_bytes, is_marked, repair
from directory.errors import UnreadableSourceError
from directory.headings import recognised
from directory.table import MAX_COLUMNS, MAX_ROWS, CellRepair, Row, check_cell, column_name

_DELIMITERS: Final = (",", ";", "\t", "|")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MAX_LINES_IN_RECORD: Final = 50
"""A cell with more line breaks than this is an unclosed quotation mark, not an address."""


def read_rows(text: str, source: str) -> tuple[list[Row], list[CellRepair]]:
    """All records that hold anything, as long as they are in the file, with cells repaired."""
    first_line = 1
    delimiter = ""
    if named := _SEPARATOR_LINE.match(text):
        delimiter, text, first_line = named[1], text[named.end() :], 2
    delimiter = delimiter or find_delimiter(text)
    rows: list[Row] = []
    repairs: list[CellRepair] = []
    for line, cells in _records(text, delimiter, source, first_line):
        if len(rows) > MAX_ROWS:
            raise UnreadableSourceError(
                f"{source}, line {line}: the file has more than {MAX_ROWS:,} rows. "
                "Split it, or check that the right file was exported."
            )
        if len(cells) > MAX_COLUMNS:
            raise UnreadableSourceError(
                f"{source}, line {line}: the row has more than {MAX_COLUMNS} columns. "
                "Delete the columns that are not needed, or check the delimiter."
            )
        for column, cell in enumerate(cells):
            check_cell(source, line, column, cell)
            if is_marked(cell):
                cells[column] = repair(cell)
                repairs.append(CellRepair(line, column, as_bytes(cell), cells[column]))
        if any(cell.strip() for cell in cells):
            rows.append(Row(line, tuple(cells)))
    return rows, repairs


def find_delimiter(text: str) -> str:
    """The delimiter that parts the most known headings; then the most lines, evenly; then the most
    columns. "Smith, John;5001" has as many commas as semicolons: only the headings tell.

    `csv.Sniffer` is not used: it takes letters for delimiters in a file of one column.
    """
    sample = text[:50_000].splitlines()[:60]
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: list[str], delimiter: str) -> tuple[int, int, int]:
    """The known headings of a line; how many lines split alike, and into how many columns: 0 when
    most don't, or there is only one."""
    try:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0, 0, 0
    if not rows:
        return 0, 0, 0
    headings = max(len(recognised(row)) for row in rows)
    width, lines = max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))
    return (headings, lines, width) if width > 1 and 2 * lines > len(rows) else (headings, 0, 0)


def _records(
    text: str, delimiter: str, source: str, first_line: int
) -> Iterator[tuple[int, list[str]]]:
    record: list[str] = []
    reader = csv.reader(_kept(io.StringIO(text, newline=""), record), delimiter=delimiter)
    line, last = first_line, [""]
    while True:
        before = list(record)
        record.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableSourceError(
                f"{source}, line {line}: the row can't be read as CSV. A quotation mark may be "
                "left open, or a cell be longer than 131,072 characters: mend that line, or "
                "export the file again."
            ) from error
        if cells is None:
            if _left_open(before, delimiter):
                raise _open_quotation(source, line - len(before), last)
            return
        last = cells
        if reader.line_num + first_line - 1 - line > _MAX_LINES_IN_RECORD:
            raise _open_quotation(source, line, cells)
        yield line, cells
        line = reader.line_num + first_line


def _kept(lines: Iterable[str], record: list[str]) -> Iterator[str]:
    """The lines, each put into `record` as it is taken."""
    for line in lines:
        record.append(line)
        yield line


def _left_open(record: list[str], delimiter: str) -> bool:
    """Whether the last record of a file ends inside quotation marks, which `csv` lets pass."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _open_quotation(source: str, line: int, cells: Sequence[str]) -> UnreadableSourceError:
    column = column_name(max(range(len(cells)), key=lambda index: len(cells[index])))
    return UnreadableSourceError(
        f"{source}, line {line}, column {column}: a quotation mark is opened and not closed. "
        "Close or delete it, and import again."
    )

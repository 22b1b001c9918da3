"""XLSX to a table: the archive is measured before it is opened, formulas are never evaluated."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from directory.errors import UnreadableSourceError
from directory.table import MAX_COLUMNS, MAX_ROWS, Row, check_cell

_MAX_UNPACKED: Final = 500 * 1024 * 1024
"""Bytes of XML. A sheet of 200,000 people by 25 columns unpacks to about 300 MB."""
_MAX_RATIO: Final = 200
"""Unpacked to packed, above 10 MB. Real sheets pack 10 to 30 times; a bomb packs 1,000 times."""
_MAX_MEMBERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """`number` counts the sheets that are seen, from 1, empty ones too."""

    number: int
    name: str
    rows: list[Row]


def read_sheets(data: bytes, source: str) -> Iterator[Sheet]:
    """The visible sheets that hold anything."""
    _refuse_bomb(data, source)
    # openpyxl parses with defusedxml when it is installed, and it is one of our dependencies:
    # entity expansion raises. `data_only` is off, so a formula arrives as its text.
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except _DAMAGE as error:
        raise _refusal(error, source) from error
    try:
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for number, sheet in enumerate(seen, start=1):
            # What the sheet claims about its size is not to be trusted.
            sheet.reset_dimensions()
            rows = list(_rows(sheet.iter_rows(values_only=True), f"{source}, sheet {sheet.title}"))
            if rows:
                yield Sheet(number, sheet.title, rows)
    except _DAMAGE as error:
        raise _refusal(error, source) from error
    finally:
        book.close()


def _refusal(error: BaseException, source: str) -> UnreadableSourceError:
    cause: BaseException | None = error
    while cause is not None:  # openpyxl wraps what the XML parser raises
        if isinstance(cause, DefusedXmlException):
            return UnreadableSourceError(
                f"{source} declares XML entities, which no spreadsheet needs. It was not read: ask "
                "where it came from."
            )
        cause = cause.__cause__ or cause.__context__
    return UnreadableSourceError(
        f"{source} is a damaged XLSX workbook. Open it in a spreadsheet program, save it again as "
        "XLSX or CSV UTF-8, and import that."
    )


# What openpyxl lets escape when a workbook's parts contradict each other.
_DAMAGE: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
)


def _refuse_bomb(data: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except _DAMAGE as error:
        raise UnreadableSourceError(
            f"{source} is cut short or is not an XLSX workbook. Copy it again, or save it as CSV "
            "UTF-8."
        ) from error
    if not any(member.filename == "[Content_Types].xml" for member in members):
        raise UnreadableSourceError(
            f"{source} is a ZIP archive, not a spreadsheet. Unpack it and import the CSV or XLSX "
            "file in it."
        )
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if (
        len(members) > _MAX_MEMBERS
        or unpacked > _MAX_UNPACKED
        or (unpacked > 10 * 1024 * 1024 and unpacked > _MAX_RATIO * packed)
    ):
        raise UnreadableSourceError(
            f"{source} would unpack to {unpacked / 1024 / 1024:,.0f} MB from "
            f"{packed / 1024 / 1024:,.1f} MB, which no staff list does. It was not opened: ask "
            "where it came from, or save the sheet as CSV UTF-8."
        )


def _rows(values: Iterable[tuple[object, ...]], source: str) -> Iterator[Row]:
    for line, cells in enumerate(values, start=1):
        if line > MAX_ROWS + 1:
            raise UnreadableSourceError(
                f"{source}: there are more than {MAX_ROWS:,} rows. Delete the empty or unneeded "
                "rows below the list, and save it again."
            )
        if len(cells) > MAX_COLUMNS and any(cell is not None for cell in cells[MAX_COLUMNS:]):
            raise UnreadableSourceError(
                f"{source}, row {line}: there are more than {MAX_COLUMNS} columns. Delete the "
                "columns that are not needed, and save it again."
            )
        text = tuple(_text(cell) for cell in cells[:MAX_COLUMNS])
        for column, cell in enumerate(text):
            check_cell(source, line, column, cell)
        if any(cell.strip() for cell in text):
            yield Row(line, text)


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
    return str(cell)

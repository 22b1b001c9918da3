"""Several sheets of a workbook to one table: those that go on with the list, and no others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from directory.errors import UnreadableSourceError
from directory.headings import fold_heading, recognised
from directory.table import MAX_ROWS, SHEET, Row, Table
from directory.xlsx_source import Sheet

FEWEST_HEADINGS: Final = 2
"""Known headings that make a line a heading line; with fewer, the first line is taken."""
_NOT_TODAYS: Final = re.compile(
    r"\b(?:leavers?|former|archived?|back-?up|copy|template|example|previous)\b|\bold$|\(\d+\)$",
    re.IGNORECASE,
)
"""Sheets that are kept beside the list under its headings: their people may be gone."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")


def join_sheets(sheets: Sequence[tuple[Sheet, Table]], source: str) -> Table:
    """The sheet with the most known headings, and those that have the same: staff lists are split
    by letter or by department. Every other sheet is named in `skipped`."""
    # A workbook often opens with a cover sheet.
    first, chosen = max(
        sheets,
        key=lambda each: (len(recognised(each[1].headings)), not _NOT_TODAYS.search(each[0].name)),
    )
    read: list[tuple[Sheet, Table]] = []
    unread: list[tuple[int, str]] = []
    for sheet, table in sheets:
        if reason := "" if sheet is first else _unlike(sheet, table, first, chosen):
            reason = f'the sheet "{sheet.name}" is not read: {reason}'
            unread.append((sheet.number * SHEET, reason))
        else:
            read.append((sheet, table))
    if len(read) == 1:
        return Table(
            chosen.source, chosen.headings, chosen.rows, skipped=(*chosen.skipped, *unread)
        )
    if sum(len(table.rows) for _, table in read) > MAX_ROWS:
        raise UnreadableSourceError(
            f"{source}: its sheets have more than {MAX_ROWS:,} rows. Delete the sheets that are "
            "not needed, and save it again."
        )
    return Table(
        f"{source}, sheets {', '.join(sheet.name for sheet, _ in read)}",
        chosen.headings,
        tuple(
            Row(sheet.number * SHEET + row.line, row.cells)
            for sheet, table in read
            for row in table.rows
        ),
        skipped=(
            *(
                (sheet.number * SHEET + line, reason)
                for sheet, table in read
                for line, reason in table.skipped
            ),
            *unread,
        ),
    )


def _unlike(sheet: Sheet, table: Table, first: Sheet, chosen: Table) -> str:
    """Why a sheet does not go on with the list of the first; "" when it does."""
    if len(recognised(table.headings)) < FEWEST_HEADINGS:
        return "it has no headings that are known"
    if [*map(fold_heading, table.headings)] != [*map(fold_heading, chosen.headings)]:
        return (
            f'its headings are not those of "{first.name}"; give it the same in the same order, or '
            "import departments from a file of their own"
        )
    if _NOT_TODAYS.search(sheet.name) or (_YEAR.search(sheet.name) and _YEAR.search(first.name)):
        return "by its name it is not today's list; rename it if it is"
    return ""

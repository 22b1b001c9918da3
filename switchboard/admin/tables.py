"""Tables as CSV files that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from directory.export import safe_cell


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The rows as a file to download; lines end in CRLF (RFC 4180). Cells that a spreadsheet would
    take for formulas are made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return csv_file(name, text.getvalue())


def csv_file(name: str, text: str) -> Response:
    """A file to download, in UTF-8 with the mark by which spreadsheets know it."""
    return Response(
        f"\ufeff{text}",
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )

"""Tables of a report, and how they leave it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from switchboard.reports.charts import Chart

Cell = str | int | float
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of a report. `key` names its CSV; `basis` says what its figures are of."""

    key: str
    title: str
    basis: str
    table: Table
    chart: Chart | None = None


def to_csv(table: Table) -> str:
    """With a mark by which spreadsheets know UTF-8, and without anything they would calculate."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([table.headings, *map(_harmless, table.rows)])
    return "\ufeff" + text.getvalue()


def shown(cell: Cell) -> str:
    """As a page or a PDF has it."""
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"


def _harmless(row: Iterable[Cell]) -> list[Cell]:
    """A text that begins as a formula would is made a text by an apostrophe."""
    return [
        f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row
    ]

"""A directory as CSV that this package reads again, and that no spreadsheet can be harmed by."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from directory.changes import in_order, shown
from directory.departments import DEPARTMENT_PREFIX
from directory.identity import staff_number_of
from directory.model import Department, Directory, Person

PEOPLE_HEADINGS: Final = (
    ("Staff number", "key"), ("Title", "title"), ("Forename", "forename"),
    ("Known as", "known_as"), ("Middle names", "middle_names"), ("Surname", "surname"),
    ("Suffix", "suffix"), ("Job title", "job_title"), ("Department", "department"),
    ("Team", "team"), ("Site", "site"), ("Extension", "extension"),
    ("Direct line", "direct_line"), ("Mobile", "mobile"), ("E-mail", "email"),
    ("Ex-directory", "ex_directory"), ("Not for external callers", "not_for_external"),
    ("Member", "member"), ("Leaving date", "leaves"), ("Left", "left"),
)  # fmt: skip
DEPARTMENT_HEADINGS: Final = (
    ("Department code", "key"), ("Department", "name"), ("Also known as", "aliases"),
    ("Extension", "extension"), ("Direct line", "direct_line"),
    ("Opening hours", "opening_hours"), ("Parent", "parent"), ("Fallback", "fallback"),
    ("Left", "left"),
)  # fmt: skip
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def people_csv(directory: Directory) -> str:
    """Everybody, tombstones included, one row each, sorted by name. Lines end in CRLF (RFC 4180).

    A cell that a spreadsheet would take for a formula has an apostrophe before it; a telephone
    number in E.164 is written with 00 instead of + for the same reason.
    """
    return _csv(PEOPLE_HEADINGS, in_order(directory).people)


def departments_csv(directory: Directory) -> str:
    """As `people_csv`, for the departments; several other names are separated by "; "."""
    return _csv(DEPARTMENT_HEADINGS, in_order(directory).departments)


def _csv(
    headings: Sequence[tuple[str, str]], entries: Iterable[Person] | Iterable[Department]
) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading for heading, _ in headings)
    for entry in entries:
        writer.writerow(
            safe_cell(_key(entry) if name == "key" else _listed(getattr(entry, name)))
            for _, name in headings
        )
    return text.getvalue()


def _listed(value: object) -> str:
    """As everywhere; a list of one name ends in a semicolon where an import would take it apart."""
    alone = isinstance(value, tuple) and len(value) == 1 and {",", "/"} & set(value[0])
    return f"{shown(value)};" if alone else shown(value)


def _key(entry: Person | Department) -> str:
    """The source's own number or code: a key made of the name means nothing outside."""
    if isinstance(entry, Department):
        return entry.key.removeprefix(DEPARTMENT_PREFIX)
    return staff_number_of(entry.key) or ""


def safe_cell(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    if cell[:1] == "+" and cell[1:].isdigit():
        return f"00{cell[1:]}"
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell

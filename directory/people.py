"""Rows of the staff file to people: each cell cleansed, nothing yet compared with other rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from directory.cell_text import clean_text
from directory.cell_values import read_date, read_email, read_flag, read_staff_number, read_status
from directory.findings import ERROR, WARNING, Finding
from directory.headings import fold_heading
from directory.model import Person
from directory.name_affixes import title_and_job
from directory.names import NameParts, from_parts, from_whole
from directory.no_name import is_dummy, is_name, is_vacant, unusable
from directory.number_plan import NumberPlan
from directory.numbers import Numbers, clean_numbers
from directory.table import Row, Table

_PROGRESS_EVERY = 500
_SEVERAL: Final = re.compile(r"\s*[;/|,]\s*|\s+or\s+", re.IGNORECASE)
"""Between known-as names of one person."""


@dataclass(slots=True)
class Record:
    """A person on the way from row to directory. The person's key is set by `identity`."""

    line: int
    """Of the fullest of its rows, whose values it has."""
    staff_number: str
    person: Person
    findings: list[Finding] = field(default_factory=list)
    number_conflict: str | None = None
    """The extension that the direct line belongs to, where it isn't the extension given."""
    order_in_doubt: bool = False
    merged: list[tuple[int, Finding]] = field(default_factory=list)
    """Findings of the rows merged into this one, with their lines."""
    merged_lines: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(sorted((self.line, *self.merged_lines)))


def read_people(
    table: Table,
    columns: Mapping[str, int],
    plan: NumberPlan,
    today: date,
    progress: Callable[[int, int], None] | None,
) -> tuple[list[Record], list[tuple[int, str]]]:
    """A record for every row that names a person, and the lines of the others with the reason."""
    records: list[Record] = []
    skipped: list[tuple[int, str]] = []
    plural = "forename" in columns and fold_heading(table.headings[columns["forename"]]).endswith(
        "s"
    )
    total = len(table.rows)
    for done, row in enumerate(table.rows, start=1):
        made = _record(row, columns, plan, today, plural_forenames=plural)
        if isinstance(made, Record):
            records.append(made)
        else:
            skipped.append((row.line, made))
        if progress and (done % _PROGRESS_EVERY == 0 or done == total):
            progress(done, total)
    return records, skipped


def _record(
    row: Row, columns: Mapping[str, int], plan: NumberPlan, today: date, *, plural_forenames: bool
) -> Record | str:
    findings: list[Finding] = []

    def cell(name: str) -> str:
        index = columns.get(name)
        if index is None:
            return ""
        value = row.cells[index]
        if not value:
            return ""
        text, found = clean_text(name, value)
        findings.extend(found)
        return text

    # A placeholder such as TBC in a name cell tells a vacant post from an empty row.
    raw_names = [
        row.cells[columns[name]].strip()
        for name in ("forename", "surname", "name")
        if name in columns
    ]
    if is_vacant(*raw_names):
        return "a vacant post: there is nobody to reach"
    parts = _name(cell, findings, plural_forenames=plural_forenames)
    if parts is None:
        if any(_is_formula(name) for name in raw_names):
            return "the name is a formula: paste it as a value"
        if any(raw_names):
            return "the name has no letters that can be a name"
        return "no name"
    if is_dummy(parts.forename, parts.middle_names, parts.surname):
        return "a placeholder for a name, not a person"
    numbers, found = clean_numbers(cell("extension"), cell("direct_line"), cell("mobile"), plan)
    findings.extend(found)
    person = _person(cell, findings, parts, numbers, today)
    if number_missing(person):
        findings.append(
            Finding(
                "extension", "", "", "no number: calls go to the department or operator", WARNING
            )
        )
    return Record(
        line=row.line,
        staff_number=read_staff_number(cell("staff_number")),
        person=person,
        findings=findings,
        number_conflict=numbers.conflict,
        order_in_doubt=parts.order_in_doubt,
    )


def number_missing(person: Person) -> bool:
    return person.extension is None and person.direct_line is None and not person.left


def _person(
    cell: Callable[[str], str],
    findings: list[Finding],
    parts: NameParts,
    numbers: Numbers,
    today: date,
) -> Person:
    leaves, found = read_date("leaves", cell("leaves"))
    findings.extend(found)
    gone, found = read_status(cell("status"))
    findings.extend(found)
    email, found = read_email(cell("email"))
    findings.extend(found)
    title_given, job_title, found = title_and_job(cell("title"), cell("job_title"))
    findings.extend(found)
    flags = {}
    for name in ("ex_directory", "not_for_external", "member"):
        flags[name], found = read_flag(name, cell(name))
        findings.extend(found)
    title = title_given or parts.title
    if "Councillor" in title.split() and not flags["member"]:
        flags["member"] = True
        findings.append(Finding("member", "", "yes", "the title is Councillor", WARNING))
    suffix = cell("suffix") or parts.suffix
    left = gone or (leaves is not None and leaves < today)
    if left and leaves is not None and not gone:
        findings.append(Finding("left", "", "yes", "the leaving date has passed", WARNING))
    return Person(
        key="",
        surname=parts.surname,
        forename=parts.forename,
        title=title,
        known_as=parts.known_as,
        middle_names=parts.middle_names,
        suffix=suffix,
        job_title=job_title,
        department=cell("department"),
        team=cell("team"),
        site=cell("site"),
        extension=numbers.extension,
        direct_line=numbers.direct_line,
        mobile=numbers.mobile,
        email=email,
        ex_directory=flags["ex_directory"],
        not_for_external=flags["not_for_external"],
        member=flags["member"],
        leaves=leaves,
        left=left,
    )


def _name(
    cell: Callable[[str], str], findings: list[Finding], *, plural_forenames: bool
) -> NameParts | None:
    given = {name: cell(name) for name in ("forename", "surname", "name")}
    for name, text in given.items():
        if text and not any(character.isalpha() for character in text):
            findings.append(unusable(name, text))
            given[name] = ""
    forename, surname, whole = given.values()
    if forename or surname:
        parts, found = from_parts(forename, surname, plural_forenames=plural_forenames)
    elif whole:
        parts, found = from_whole(whole)
    else:
        return None
    findings.extend(found)
    known_as, found = _given_known_as(cell("known_as"), parts)
    findings.extend(found)
    middle = cell("middle_names") or parts.middle_names
    values = {
        "surname": parts.surname,
        "forename": parts.forename,
        "known_as": known_as,
        "middle_names": middle,
    }
    for name, value in values.items():
        if value and not is_name(value):
            findings.append(unusable(name, value))
            values[name] = ""
    if not (values["surname"] or values["forename"]):
        return None
    if not values["surname"]:
        findings.append(Finding("surname", "", "", "no surname", ERROR))
    return NameParts(
        **values, title=parts.title, suffix=parts.suffix, order_in_doubt=parts.order_in_doubt
    )


def _given_known_as(given: str, parts: NameParts) -> tuple[str, tuple[Finding, ...]]:
    """The known-as column as a forename: "Bill Smith" is Bill where the surname is Smith."""
    if not given:
        return parts.known_as, ()
    one, several = _one_of_several(given, parts)
    cleansed, findings = from_parts(one, "")
    findings = (*several, *findings)
    name = " ".join(filter(None, (cleansed.forename, cleansed.middle_names)))
    surname = f" {parts.surname}".casefold()
    if parts.surname and name.casefold().endswith(surname):
        shorter = name[: -len(surname)]
        findings = (*findings, Finding("known_as", name, shorter, "surname taken out", WARNING))
        name = shorter
    if name.casefold() == parts.forename.casefold():
        return parts.known_as, ()
    renamed = tuple(
        finding._replace(field="known_as") if finding.field == "forename" else finding
        for finding in findings
    )
    return name, renamed


def _one_of_several(given: str, parts: NameParts) -> tuple[str, tuple[Finding, ...]]:
    """Of "Bob; Bobby" the first that is not the forename: a person has one such name."""
    names = [name for name in _SEVERAL.split(given) if name]
    if len(names) < 2 or names[0].casefold() == parts.surname.casefold():  # noqa: PLR2004
        return given, ()
    others = (name for name in names if name.casefold() != parts.forename.casefold())
    one = next(others, names[0])
    reason = "several known-as names: one is kept, add the others as aliases"
    return one, (Finding("known_as", given, one, reason, WARNING),)


def _is_formula(text: str) -> bool:
    return text[:1] in {"=", "@", "+"}

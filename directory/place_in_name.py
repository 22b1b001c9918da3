"""A department, team, site or post typed into a name cell: a note, no part of the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from directory.beside_name import IN_BRACKETS, TYPED
from directory.departments import DepartmentNames, fold_department
from directory.findings import WARNING, Finding
from directory.model import Department, Person
from directory.names import from_whole
from directory.no_name import is_name, unusable
from directory.people import Record

_BEHIND_DASH: Final = re.compile(r"(.+\S)\s+[-–—]\s+(.+)")
_REASON: Final = "a department or post, not a name: taken out"


def take_out_places(records: Sequence[Record], departments: Iterable[Department]) -> None:
    """Ann (Housing) isn't known as Housing, nor is Ann Jones - Housing called Jones-Housing.

    Only what is given as a department, or as the person's own team, site or job title, is one.
    """
    names = DepartmentNames(departments)
    for record in records:
        for finding in tuple(record.findings):
            if finding.reason == IN_BRACKETS:
                _out_of_brackets(record, finding, names)
            elif finding.reason == TYPED and finding.field == "name":
                _from_behind_dash(record, finding.before, names)


def _is_place(text: str, person: Person, names: DepartmentNames) -> bool:
    own = (person.department, person.team, person.site, person.job_title)
    return names.resolve(text) is not None or fold_department(text) in map(fold_department, own)


def _out_of_brackets(record: Record, finding: Finding, names: DepartmentNames) -> None:
    person, known_as = record.person, record.person.known_as
    # Where a column gives another known-as name, that has replaced the one in brackets.
    if known_as.casefold() == finding.after.casefold() and _is_place(known_as, person, names):
        record.person = replace(person, known_as="")
        record.findings.remove(finding)
        record.findings.append(Finding("known_as", known_as, "", _REASON, WARNING))


def _from_behind_dash(record: Record, cell: str, names: DepartmentNames) -> None:
    match = _BEHIND_DASH.fullmatch(cell)
    if match is None or not _is_place(match[2], record.person, names):
        return
    before, found_before = from_whole(cell)
    after, found_after = from_whole(match[1])
    if not is_name(after.surname):
        return
    fields = ("title", "forename", "middle_names", "surname", "suffix")
    given = {name: getattr(record.person, name) for name in fields}
    # What another column gives stays.
    changes = {
        name: getattr(after, name)
        for name, value in given.items()
        if value in {"", getattr(before, name)}
    }
    stale = {*found_before, *(unusable(name, getattr(before, name)) for name in fields)}
    record.findings[:] = [
        *(finding for finding in record.findings if finding not in stale),
        Finding("name", cell, match[1], _REASON, WARNING),
        *found_after,
    ]
    record.person = replace(record.person, **changes)
    record.order_in_doubt = after.order_in_doubt

"""An import from table to outcome: read, cleanse, compare, ask, and tell what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from directory.changes import change_set, in_order, with_tombstones
from directory.departments import (
    DepartmentNames,
    DepartmentRecord,
    clean_department,
    department_key,
    merge_same,
    read_departments,
    resolve_links,
)
from directory.errors import UnmappableColumnsError
from directory.findings import ERROR, INFO, WARNING, Finding
from directory.headings import DEPARTMENTS, PEOPLE, check_mapping, map_columns
from directory.identity import assign_keys
from directory.model import Department, Directory
from directory.number_plan import NumberPlan
from directory.outcome import Cleansing, ImportOutcome, Verdict
from directory.people import Record, read_people
from directory.table import Table

_NEEDED = ("surname", "name")


def run_import(
    people: Table,
    departments: Table | None,
    *,
    mapping: Mapping[str, str],
    plan: NumberPlan,
    previous: Directory,
    verdicts: Mapping[str, Verdict],
    today: date,
    progress: Callable[[int, int], None] | None,
) -> ImportOutcome:
    """What importing these tables over `previous` makes of it. Nothing is stored.

    `mapping` is heading to field (or "ignore") for either table; `verdicts` are by the key of the
    review item. `progress` is called with rows done and rows in all. Without a table of
    departments those of `previous` stay, and people's departments that are new are added.
    Raises `UnmappableColumnsError` when the headings give no name.
    """
    tables = [people, departments] if departments else [people]
    check_mapping(mapping, tables)
    columns, unmapped = map_columns(people, PEOPLE, mapping)
    if not any(field in columns for field in _NEEDED):
        raise UnmappableColumnsError(
            f"{people.source}: no heading gives a surname or a full name. Add a line of headings "
            '(Forename, Surname, Extension, Department), or map one with --map "Heading=surname".'
        )
    records, skipped = read_people(people, columns, plan, today, progress)
    skipped = [*people.skipped, *skipped]
    department_records: list[DepartmentRecord] = []
    if departments:
        department_columns, more = map_columns(departments, DEPARTMENTS, mapping)
        if "name" not in department_columns:
            raise UnmappableColumnsError(
                f"{departments.source}: no heading gives the department's name. Name the column "
                'Department, or map it with --map "Heading=name".'
            )
        unmapped = (*unmapped, *more)
        read, more_skipped = read_departments(departments, department_columns, plan)
        skipped = [*skipped, *departments.skipped, *more_skipped]
        department_records = merge_same(read)
    known = _departments(department_records, departments is not None, previous)
    _resolve_departments(records, known, departments is not None)
    assign_keys(records, previous)
    after = in_order(
        Directory(
            people=tuple(with_tombstones([record.person for record in records], previous.people)),
            departments=tuple(with_tombstones(known, previous.departments)),
        )
    )
    return ImportOutcome(
        directory=after,
        cleansings=_cleansings(people, records, department_records),
        reviews=(),
        changes=change_set(previous, after),
        skipped=tuple(sorted(skipped)),
        unmapped=unmapped,
        rows_read=len(people.rows) + (len(departments.rows) if departments else 0),
    )


def _departments(
    records: Sequence[DepartmentRecord], given: bool, previous: Directory
) -> list[Department]:
    if not given:
        return [department for department in previous.departments if not department.left]
    resolve_links(records, DepartmentNames(record.department for record in records))
    return [record.department for record in records]


def _resolve_departments(records: Sequence[Record], known: list[Department], given: bool) -> None:
    names = DepartmentNames(known)
    for record in records:
        text = record.person.department
        if not text:
            continue
        found = names.resolve(text)
        if found is None and not given:
            name, _ = clean_department(text)
            known.append(Department(key=department_key("", name), name=name))
            names = DepartmentNames(known)
            found = name
        if found == text:
            continue
        if found is None:
            finding = Finding("department", text, "", "not a known department: left out", ERROR)
        else:
            finding = Finding("department", text, found, "the department's own spelling", INFO)
        record.findings.append(finding)
        record.person = replace(record.person, department=found or "")


def _cleansings(
    people: Table, records: Sequence[Record], departments: Sequence[DepartmentRecord]
) -> tuple[Cleansing, ...]:
    by_line = {line: record.person.key for record in records for line in record.lines}
    made = [
        Cleansing(
            repair.line,
            by_line.get(repair.line, ""),
            people.headings[repair.column] if repair.column < len(people.headings) else "",
            repair.before,
            repair.after,
            "another encoding than the rest of the file",
            WARNING,
        )
        for repair in people.repairs
    ]
    for record in records:
        made.extend(
            Cleansing(record.lines[0], record.person.key, *finding) for finding in record.findings
        )
    for department in departments:
        made.extend(
            Cleansing(department.lines[0], department.department.key, *finding)
            for finding in department.findings
        )
    return tuple(made)

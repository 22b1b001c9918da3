"""The departments of an import: from their own table, else those known and those people name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from directory.department_spelling import forms_of, probably_meant
from directory.departments import (
    DepartmentNames,
    clean_department,
    department_key,
    fold_department,
    merge_same,
    read_departments,
    resolve_links,
)
from directory.errors import UnmappableColumnsError
from directory.findings import ERROR, INFO, WARNING, Finding
from directory.headings import DEPARTMENTS, map_columns
from directory.model import Department, Directory
from directory.number_plan import NumberPlan
from directory.outcome import Cleansing
from directory.people import Record
from directory.table import Table


@dataclass(slots=True)
class DepartmentList:
    """The departments, and what reading them found. `complete` when they have their own table."""

    departments: list[Department]
    complete: bool
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    cleansings: list[Cleansing] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    unmapped: tuple[str, ...] = ()


def list_departments(
    table: Table | None, mapping: Mapping[str, str], plan: NumberPlan, previous: Directory
) -> DepartmentList:
    """Departments of the table, cleansed and each once; without a table, the ones known before."""
    if table is None:
        known = [department for department in previous.departments if not department.left]
        return DepartmentList(known, complete=False)
    columns, unmapped = map_columns(table, DEPARTMENTS, mapping)
    if "name" not in columns:
        raise UnmappableColumnsError(
            f"{table.source}: no heading gives the department's name. Name the column "
            'Department, or map it with --map "Heading=name".'
        )
    read, skipped = read_departments(table, columns, plan)
    records = merge_same(read)
    resolve_links(records, DepartmentNames(record.department for record in records))
    return DepartmentList(
        departments=[record.department for record in records],
        complete=True,
        lines={record.department.key: record.lines for record in records},
        cleansings=[
            *(
                Cleansing(
                    repair.line, "", "", repair.before, repair.after,
                    "another encoding than the rest of the file", WARNING,
                )
                for repair in table.repairs
            ),
            *(
                Cleansing(line, record.department.key, *finding)
                for record in records
                for line, finding in (
                    *((record.lines[0], finding) for finding in record.findings),
                    *record.merged,
                )
            ),
        ],
        skipped=[*table.skipped, *skipped],
        unmapped=unmapped,
    )  # fmt: skip


def resolve_people(records: Sequence[Record], listed: DepartmentList) -> None:
    """Write each person's department as the list has it; add to a list that isn't complete."""
    if not listed.complete:
        _add_unknown(records, listed)
    names = DepartmentNames(listed.departments)
    resolved: dict[str, Finding | None] = {}
    for record in records:
        text = record.person.department
        if not text:
            continue
        if text not in resolved:
            resolved[text] = _finding(text, names.resolve(text))
        finding = resolved[text]
        if finding:
            record.findings.append(finding)
            if finding.after != text:
                record.person = replace(record.person, department=finding.after)


def _finding(text: str, known: str | None) -> Finding | None:
    if known == text:
        return None
    if known is None:
        reason = "not in the list of departments: kept as written, add or correct it"
        return Finding("department", text, text, reason, ERROR)
    certain = fold_department(known) == fold_department(text)
    reason = "the department's own spelling" if certain else "another name of the department"
    return Finding("department", text, known, reason, INFO if certain else WARNING)


def _add_unknown(records: Sequence[Record], listed: DepartmentList) -> None:
    names = DepartmentNames(listed.departments)
    counts = Counter(record.person.department for record in records if record.person.department)
    spellings: defaultdict[str, list[tuple[int, bool, str]]] = defaultdict(list)
    for text, count in counts.items():
        if names.resolve(text) is None and fold_department(text):
            spellings[fold_department(text)].append((-count, text.isupper(), text))
    # The more usual names first: a rare one beside a usual one that it resembles is a question.
    forms = [forms_of(department) for department in listed.departments]
    by_use = sorted(spellings.values(), key=lambda group: (sum(c for c, *_ in group), min(group)))
    for group in by_use:
        *_, text = min(group)
        name, _ = clean_department(text)
        total = -sum(count for count, *_ in group)
        rare = total == 1 and probably_meant(text, forms) is not None
        if not rare:
            added = Department(key=department_key("", name), name=name)
            listed.departments.append(added)
            forms.append(forms_of(added))

"""Departments: rows cleansed, names that are surely one made one, people's spellings resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from directory.abbreviations import SPELLED
from directory.cell_text import clean_text, plain_punctuation
from directory.cell_values import read_status
from directory.findings import ERROR, INFO, WARNING, Finding
from directory.folding import fold
from directory.model import Department
from directory.number_plan import NumberPlan
from directory.numbers import clean_numbers
from directory.opening_hours import read_opening_hours
from directory.table import Row, Table

DEPARTMENT_PREFIX: Final = "d-"
_HOURS_UNREAD: Final = (
    "can't be read as opening hours, so that calls don't go by them: write Mon-Fri 09:00-17:00"
)
_LISTED: Final = re.compile(r"[;|\n]")
_LOOSELY: Final = re.compile(r"\s*,\s*|(?<=[^\W\d])\s*/\s*(?=[^\W\d])")
_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_SMALL: Final = frozenset(
    {"and", "of", "the", "for", "in", "to", "on", "at", "by", "with", "or", "a", "an"}
)
_STOP: Final = frozenset({"department", "dept", "the", "of", "team", "section", "unit"})


@dataclass(slots=True)
class DepartmentRecord:
    lines: tuple[int, ...]
    department: Department
    findings: list[Finding] = field(default_factory=list)
    number_conflict: str | None = None
    merged: list[tuple[int, Finding]] = field(default_factory=list)
    """Findings of the rows merged into this one, with their lines."""


def read_departments(
    table: Table, columns: Mapping[str, int], plan: NumberPlan
) -> tuple[list[DepartmentRecord], list[tuple[int, str]]]:
    """A record for each row that names a department; the others by line, with the reason."""
    records: list[DepartmentRecord] = []
    skipped: list[tuple[int, str]] = []
    for row in table.rows:
        record = _record(row, columns, plan)
        if record is None:
            skipped.append((row.line, "no department name"))
        else:
            records.append(record)
    return records, skipped


def fold_department(name: str) -> str:
    """What two spellings that are surely one department share: case, &/and, punctuation, space."""
    return re.sub(
        r"[^a-z0-9]+", " ", fold(plain_punctuation(name)).replace("&", " and ").replace("'", "")
    ).strip()


def core_of_department(name: str) -> str:
    """As `fold_department`, without "department of" and its like."""
    words = fold_department(name).split()
    return " ".join(word for word in words if word not in _STOP) or " ".join(words)


def department_case(name: str) -> str:
    """Capitals for a name typed in one case; abbreviations stay: HR, "IT Services"."""
    if not name.isupper() and not name.islower():
        return name
    if name.isupper() and len(name) <= 4:  # noqa: PLR2004 - an abbreviation
        return name
    return _WORD.sub(lambda word: _word_case(word[0], first=not word.start()), name)


def _word_case(word: str, *, first: bool) -> str:
    if word.upper() in SPELLED:
        return word.upper()
    small = word.casefold()
    return small if small in _SMALL and not first else small[:1].upper() + small[1:]


def department_key(code: str, name: str) -> str:
    """The code where there is one, else made of the name: the same in every import."""
    return DEPARTMENT_PREFIX + (code.casefold() or fold_department(name).replace(" ", "-"))


def clean_department(name: str) -> tuple[str, tuple[Finding, ...]]:
    plain = plain_punctuation(name)
    after = department_case(plain)
    if after == name:
        return name, ()
    return after, (Finding("department", name, after, "capitals or punctuation", INFO),)


def _record(row: Row, columns: Mapping[str, int], plan: NumberPlan) -> DepartmentRecord | None:
    findings: list[Finding] = []

    def cell(name: str) -> str:
        index = columns.get(name)
        if index is None or not row.cells[index]:
            return ""
        text, found = clean_text(name, row.cells[index])
        findings.extend(found)
        return text

    name, found = clean_department(cell("name"))
    findings.extend(finding._replace(field="name") for finding in found)
    if not any(character.isalpha() for character in name):
        return None
    numbers, found = clean_numbers(cell("extension"), cell("direct_line"), "", plan)
    findings.extend(found)
    aliases = {fold_department(name): name}
    pieces, found = _listed(row.cells[columns["aliases"]] if "aliases" in columns else "")
    findings.extend(found)
    for piece in pieces:
        alias, found = clean_text("aliases", piece)
        findings.extend(found)
        if alias.isupper():
            alias, found = clean_department(alias)
            findings.extend(finding._replace(field="aliases") for finding in found)
        if alias and fold_department(alias):
            aliases.setdefault(fold_department(alias), alias)
    if numbers.extension is None and numbers.direct_line is None:
        findings.append(
            Finding("extension", "", "", "no number: calls go to its fallback or operator", WARNING)
        )
    hours = cell("opening_hours")
    if hours and read_opening_hours(hours) is None:
        findings.append(Finding("opening_hours", hours, hours, _HOURS_UNREAD, WARNING))
    closed, found = read_status(cell("status"))
    findings.extend(found)
    department = Department(
        left=closed,
        key=department_key(cell("code").removeprefix(DEPARTMENT_PREFIX), name),
        name=name,
        aliases=tuple(sorted(list(aliases.values())[1:])),
        extension=numbers.extension,
        direct_line=numbers.direct_line,
        opening_hours=hours,
        parent=cell("parent"),
        fallback=cell("fallback"),
    )
    return DepartmentRecord((row.line,), department, findings, numbers.conflict)


def _listed(cell: str) -> tuple[list[str], tuple[Finding, ...]]:
    """The names in a cell: between semicolons, and where there are none, between commas and
    strokes: "bins, refuse / rubbish" is three names, each of which somebody says."""
    if _LISTED.search(cell) or not _LOOSELY.search(cell):
        return _LISTED.split(cell), ()
    pieces = _LOOSELY.split(cell)
    reason = "taken apart at commas and strokes: put semicolons between names"
    return pieces, (Finding("aliases", cell, "; ".join(pieces), reason, WARNING),)


class DepartmentNames:
    """Every name by which a department is surely meant, to its own spelling."""

    def __init__(self, departments: Iterable[Department]) -> None:
        names: dict[str, set[str]] = {}
        aliases: dict[str, set[str]] = {}
        cores: dict[str, set[str]] = {}
        alias_cores: dict[str, set[str]] = {}
        for department in departments:
            names.setdefault(fold_department(department.name), set()).add(department.name)
            cores.setdefault(core_of_department(department.name), set()).add(department.name)
            for alias in department.aliases:
                aliases.setdefault(fold_department(alias), set()).add(department.name)
                alias_cores.setdefault(core_of_department(alias), set()).add(department.name)
        # A name outranks another department's alias; an alias that two share means neither.
        self._ranks = (names, aliases, cores, alias_cores)

    def resolve(self, text: str) -> str | None:
        """The department's own spelling, or None when no one department is surely meant."""
        folded, core = fold_department(text), core_of_department(text)
        for known, wanted in zip(self._ranks, (folded, folded, core, core), strict=True):
            meant = known.get(wanted, set())
            if meant:
                return next(iter(meant)) if len(meant) == 1 else None
        return None


def merge_same(records: Sequence[DepartmentRecord]) -> list[DepartmentRecord]:
    """One record for each department; where rows of one name contradict, the fullest one stays.

    What another row says differently is reported on the record as an error.
    """
    merged: dict[str, DepartmentRecord] = {}
    ordered = sorted(records, key=lambda r: (_emptiness(r.department), repr(r.department)))
    for record in ordered:
        folded = fold_department(record.department.name)
        kept = merged.get(folded)
        if kept is None:
            merged[folded] = record
            continue
        _fold_into(kept, record)
    _distinct_keys(list(merged.values()))
    return list(merged.values())


def _emptiness(department: Department) -> int:
    return sum(
        not getattr(department, name)
        for name in ("extension", "direct_line", "opening_hours", "parent", "fallback")
    )


def _fold_into(kept: DepartmentRecord, other: DepartmentRecord) -> None:
    changes: dict[str, Any] = {}
    for name in ("extension", "direct_line", "opening_hours", "parent", "fallback"):
        ours, theirs = getattr(kept.department, name), getattr(other.department, name)
        if not ours and theirs:
            changes[name] = theirs
        elif ours and theirs and ours != theirs:
            reason = "another row of the same department says so: left out"
            finding = Finding(name, str(theirs), str(ours), reason, ERROR)
            kept.merged.append((other.lines[0], finding))
    aliases = {fold_department(alias): alias for alias in other.department.aliases}
    aliases |= {fold_department(alias): alias for alias in kept.department.aliases}
    kept.department = replace(
        kept.department,
        aliases=tuple(sorted(aliases.values())),
        **changes,
    )
    names = other.department.name, kept.department.name
    kept.merged.append((other.lines[0], Finding("name", *names, "the same department", WARNING)))
    kept.merged.extend((other.lines[0], finding) for finding in other.findings)
    kept.merged.extend(other.merged)
    kept.lines = (*kept.lines, *other.lines)


def _distinct_keys(records: Sequence[DepartmentRecord]) -> None:
    # One code given to two departments: neither can keep it as its key.
    counts: dict[str, int] = {}
    for record in records:
        counts[record.department.key] = counts.get(record.department.key, 0) + 1
    for record in records:
        if counts[record.department.key] > 1:
            key = department_key("", record.department.name)
            record.findings.append(
                Finding(
                    "code",
                    record.department.key.removeprefix(DEPARTMENT_PREFIX),
                    "",
                    "given to two departments",
                    ERROR,
                )
            )
            record.department = replace(record.department, key=key)


def resolve_links(records: Sequence[DepartmentRecord], names: DepartmentNames) -> None:
    """Parent and fallback in the spelling of the department that they name."""
    for record in records:
        changes: dict[str, Any] = {}
        for name in ("parent", "fallback"):
            given = getattr(record.department, name)
            if not given:
                continue
            known = names.resolve(given) or ""
            if known == record.department.name:
                known = ""
            if known != given:
                reason = (
                    "the department's own spelling" if known else "not a known department: left out"
                )
                severity = INFO if known else ERROR
                record.findings.append(Finding(name, given, known, reason, severity))
                changes[name] = known
        if changes:
            record.department = replace(record.department, **changes)

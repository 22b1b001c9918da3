"""Which column holds which field: usual headings, and the mapping that an administrator gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from directory.errors import UnmappableColumnsError
from directory.table import Table, column_name

IGNORE: Final = "ignore"
"""Mapped to this, a column is left out without being reported as unmapped."""

# Best heading first: where two columns give one field, the better heading has it.
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "staff_number": (
        "staff id", "staff number", "staff no", "employee id", "employee number", "employee no",
        "payroll number", "payroll no", "payroll id", "payroll", "personnel number", "person id",
        "assignment number", "staff ref", "employee", "id",
    ),
    "title": ("title", "salutation", "name title", "prefix", "honorific"),
    "forename": (
        "forename", "first name", "given name", "christian name", "firstname", "forenames",
        "first names", "given names", "first", "fname", "legal forename", "legal first name",
    ),
    "known_as": (
        "known as", "preferred name", "preferred forename", "preferred first name", "nickname",
        "known as name", "familiar name", "called", "also known as", "aka", "alias", "aliases",
        "known by",
    ),
    "middle_names": (
        "middle names", "middle name", "middle initial", "middle initials", "other names", "middle",
    ),
    "surname": (
        "surname", "last name", "family name", "lastname", "second name", "last", "lname",
        "legal surname", "legal last name",
    ),
    "suffix": ("suffix", "post nominals", "honours", "qualifications", "letters"),
    "name": (
        "name", "full name", "employee name", "staff name", "display name", "person",
        "contact name", "contact", "officer", "member name",
    ),
    "job_title": (
        "job title", "position", "post title", "role", "job", "position title", "post",
        "designation", "occupation", "jobtitle", "job role",
    ),
    "department": (
        "department", "dept", "directorate", "department name", "service area", "service",
        "division", "business unit", "cost centre name",
    ),
    "team": ("team", "section", "team name", "unit", "group"),
    "site": (
        "site", "location", "building", "office", "work location", "base", "work base",
        "office location", "floor", "site name",
    ),
    "extension": (
        "extension", "ext", "extn", "internal", "extension number", "ext number", "ext no",
        "internal number", "internal extension", "internal ext", "desk ext", "telephone extension",
        "internal telephone",
    ),
    "direct_line": (
        "direct line", "direct dial", "ddi", "direct number", "direct", "telephone number",
        "telephone", "tel", "tel no", "phone", "phone number", "work phone", "work telephone",
        "office phone", "business phone", "landline", "external number", "contact number",
        "contact telephone",
    ),
    "mobile": (
        "mobile", "mobile number", "mobile phone", "work mobile", "cell", "mob", "mobile no",
        "work mobile phone",
    ),
    "email": ("email", "e mail", "email address", "e mail address", "work email", "mail"),
    "ex_directory": (
        "ex directory", "exdirectory", "hidden", "unlisted", "withheld", "private", "ex dir",
    ),
    "not_for_external": (
        "not for external", "not for external callers", "internal only", "no external calls",
        "internal callers only",
    ),
    "member": ("member", "elected member", "councillor", "is member"),
    "leaves": (
        "leaving date", "leave date", "end date", "termination date", "date left",
        "last working day", "contract end", "contract end date", "leaver date", "date of leaving",
    ),
    "status": ("status", "employment status", "leaver", "employee status", "left"),
}  # fmt: skip
DEPARTMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("status", "left", "closed"),
    "code": (
        "department code", "dept code", "code", "department id", "id", "dept id", "cost centre",
    ),
    "name": ("department", "department name", "name", "dept", "service", "service name", "team"),
    "aliases": (
        "also known as", "aliases", "alias", "aka", "other names", "synonyms", "alternative names",
        "known as",
    ),
    "extension": PEOPLE["extension"],
    "direct_line": PEOPLE["direct_line"],
    "opening_hours": ("opening hours", "hours", "open", "opening times", "office hours"),
    "parent": ("parent", "parent department", "directorate", "division", "part of", "reports to"),
    "fallback": (
        "fallback", "fallback department", "fall back", "overflow", "out of hours", "if closed",
        "when closed", "divert to",
    ),
}  # fmt: skip
_SAME_WORD: Final[Mapping[str, str]] = {
    "tel": "telephone", "phone": "telephone", "ext": "extension", "extn": "extension",
    "mob": "mobile", "dept": "department", "emp": "employee", "no": "number", "num": "number",
}  # fmt: skip
_NUMBERED: Final = frozenset({"staff_number", "extension", "direct_line", "mobile"})
"""Fields that may have "number" behind their name: a "Post number" is no post."""
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_BRACKETS: Final = re.compile(r"\(.*?\)|\[.*?\]")


def fold_heading(heading: str) -> str:
    """A heading reduced to lower-case words: "E-mail_Address (work)" is "e mail address"."""
    # Camel case first: FirstName is how databases export it.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _BRACKETS.sub(" ", heading))
    return _NOT_WORD.sub(" ", spaced.casefold()).strip()


def recognised(cells: Sequence[str]) -> set[str]:
    """The fields, of people or departments, that these cells name if they are headings."""
    fields: set[str] = set()
    for cell in cells:
        if len(cell) > 60:  # noqa: PLR2004 - a cell of prose is not a heading
            continue
        folded = fold_heading(cell)
        fields.update(
            named[0] for known in (PEOPLE, DEPARTMENTS) if (named := _field_of(folded, known))
        )
    return fields


def _field_of(folded: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, int] | None:
    """The field that a heading names, and its rank there: a known heading's before a variant's."""
    for field, headings in known.items():
        if folded in headings:
            return field, headings.index(folded)
    usual = _usual(folded)
    for field, headings in known.items():
        same = [*map(_usual, headings)]
        for form in (usual, usual.removesuffix(" number")) if field in _NUMBERED else (usual,):
            if form in same:
                return field, len(headings) + same.index(form)
    return None


@lru_cache(maxsize=4096)
def _usual(folded: str) -> str:
    """With each word as it is usual: "tel no" is "telephone number"."""
    return " ".join(_SAME_WORD.get(word, word) for word in folded.split())


def map_columns(
    table: Table, known: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Column index of each field, and the headings that no field was found for.

    `mapping` (heading to field, or to "ignore") outranks what is recognised. Raises
    `UnmappableColumnsError` when two columns claim a field equally.
    """
    claims, ignored = _claims(table, known, mapping)
    columns: dict[str, int] = {}
    for field, claimants in claims.items():
        claimants.sort()
        best = [index for rank, index in claimants if rank == claimants[0][0]]
        if len(best) > 1:
            raise _claimed_twice(table, field, best)
        if best:
            columns[field] = best[0]
    used = set(columns.values()) | ignored
    unmapped = tuple(
        heading or f"(column {column_name(index)} has no heading)"
        for index, heading in enumerate(table.headings)
        if index not in used and (heading or _holds_anything(table, index))
    )
    return columns, unmapped


def _claimed_twice(table: Table, field: str, claimants: Sequence[int]) -> UnmappableColumnsError:
    headings = [table.headings[index] for index in claimants]
    where = " and ".join(
        f"{column_name(index)} ({heading})"
        for index, heading in zip(claimants, headings, strict=True)
    )
    alike = len(set(map(fold_heading, headings))) < len(headings)
    remedy = (
        "Rename one in the file: --map can't tell them apart."
        if alike
        else 'Rename one, or leave it out with --map "Heading=ignore".'
    )
    return UnmappableColumnsError(
        f"{table.source}: columns {where} both give the {field.replace('_', ' ')}. {remedy}"
    )


def check_mapping(mapping: Mapping[str, str], tables: Sequence[Table]) -> None:
    """Refuse a mapping that names a column or a field that there isn't."""
    fields = sorted({*PEOPLE, *DEPARTMENTS, IGNORE})
    present = {fold_heading(heading) for table in tables for heading in table.headings}
    for heading, field in mapping.items():
        if field not in fields:
            raise UnmappableColumnsError(
                f'"{field}" is not a field, so {heading} can\'t be mapped to it. The fields are: '
                f"{', '.join(fields)}."
            )
        if fold_heading(heading) not in present:
            columns = ", ".join(heading for table in tables for heading in table.headings)
            raise UnmappableColumnsError(
                f'There is no column "{heading}" to map. The columns are: {columns[:500]}.'
            )


def _claims(
    table: Table, known: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str]
) -> tuple[dict[str, list[tuple[int, int]]], set[int]]:
    """By field, the rank and index of each column that gives it; and the columns to be ignored."""
    claims: dict[str, list[tuple[int, int]]] = {}
    ignored: set[int] = set()
    wanted = {fold_heading(heading): field for heading, field in mapping.items()}
    for index, heading in enumerate(table.headings):
        folded = fold_heading(heading)
        if folded and (chosen := wanted.get(folded)):
            if chosen == IGNORE:
                ignored.add(index)
            elif chosen in known:
                claims.setdefault(chosen, []).append((-1, index))
            continue
        if named := _field_of(folded, known):
            claims.setdefault(named[0], []).append((named[1], index))
    if "name" in claims:
        # Whole names are those that callers know; the law's are for where there are no others.
        for field in {"forename", "surname"} & claims.keys():
            claims[field] = [each for each in claims[field] if not _is_legal(table, each)]
    return claims, ignored


def _is_legal(table: Table, claim: tuple[int, int]) -> bool:
    """Whether a heading that nobody mapped is that of a legal name."""
    rank, index = claim
    return rank >= 0 and fold_heading(table.headings[index]).startswith("legal ")


def _holds_anything(table: Table, index: int) -> bool:
    return any(row.cells[index].strip() for row in table.rows)

"""An import from table to outcome: read, cleanse, compare, ask, and tell what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from directory.changes import change_set, in_order
from directory.department_list import DepartmentList, list_departments, resolve_people
from directory.departments import fold_department
from directory.errors import UnmappableColumnsError
from directory.findings import INFO, WARNING, Finding
from directory.folded_across import (
    fill_from_others,
    listed_through,
    people_elsewhere,
    rank_of,
)
from directory.headings import PEOPLE, check_mapping, map_columns
from directory.identity import assign_keys
from directory.model import Department, Directory, Person
from directory.number_plan import NumberPlan
from directory.outcome import Cleansing, ImportOutcome, Verdict
from directory.people import Record, read_people
from directory.place_in_name import take_out_places
from directory.review_items import review_items
from directory.same_person import merge_exact
from directory.shared_numbers import shared_in_department
from directory.sources import Combined, Origin, combine
from directory.spellings import follow_other_rows
from directory.table import SHEET, Table
from directory.verdicts import Decided, carry_out

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
    origin: Origin | None = None,
) -> ImportOutcome:
    """What importing these tables over `previous` makes of it. Nothing is stored.

    `origin` is the source that they are of, and what others list: that stays. Without it, all is.

    `mapping` is heading to field (or "ignore") for either table; `verdicts` are by the key of the
    review item. `progress` is called with rows done and rows in all. Without a table of
    departments those of `previous` stay, and people's departments that are new are added.
    Raises `UnmappableColumnsError` when the headings give no name.
    """
    check_mapping(mapping, [people, departments] if departments else [people])
    columns, unmapped = map_columns(people, PEOPLE, mapping)
    if not any(field in columns for field in _NEEDED):
        raise UnmappableColumnsError(
            f"{people.source}: no heading gives a surname or a full name. Add a line of headings "
            '(Forename, Surname, Extension, Department), or map one with --map "Heading=surname".'
        )
    listed = list_departments(departments, mapping, plan, previous)
    records, skipped = read_people(people, columns, plan, today, progress)
    resolve_people(records, listed)
    take_out_places(records, listed.departments)
    follow_other_rows(records)
    records = merge_exact(records)
    origin = origin or Origin()
    elsewhere = frozenset(
        key for key, names in origin.listed.items() if names and origin.source not in names
    )
    assign_keys(records, previous, elsewhere)
    _report_shared_desks(records)
    filled = fill_from_others(records, origin)
    elsewhere_now = people_elsewhere(records, previous, origin)
    own = frozenset(record.person.key for record in records)
    items = review_items(
        records, listed.departments, listed.lines, elsewhere_now, rank_of(origin, own)
    )
    people_asked = [*(record.person for record in records), *elsewhere_now]
    decided = carry_out(items, verdicts, people_asked, listed.departments)
    # Of people elsewhere, those are of this import too whom one of its own was folded into.
    into = frozenset(decided.merged.values())
    of_this_import = own | into
    mine = [person for person in decided.people if person.key in of_this_import]
    people_now = combine(
        mine, previous.people, frozenset(decided.merged), origin, settled=filled | (into - own)
    )
    departments_now = _combine_departments(decided, mine, previous, listed, origin)
    after = in_order(Directory(people_now.entries, departments_now.entries))
    return ImportOutcome(
        directory=after,
        cleansings=(*_cleansings(people, records), *listed.cleansings, *decided.cleansings),
        reviews=decided.open,
        repeated=tuple(item for item in items if verdicts.get(item.key) is Verdict.ACCEPTED),
        source=origin.source,
        changes=change_set(previous, after),
        skipped=_in_order((*people.skipped, *skipped, *listed.skipped)),
        unmapped=(*unmapped, *listed.unmapped),
        rows_read=len(people.rows) + (len(departments.rows) if departments else 0),
        listed={
            **departments_now.listed,
            **listed_through(people_now.listed, decided.merged, origin),
        },
        conflicts=(*departments_now.conflicts, *people_now.conflicts),
    )


def _in_order(skipped: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """By line, whole sheets first: who reads the beginning of the list learns of them."""
    return tuple(sorted(skipped, key=lambda each: (each[0] % SHEET > 0, each)))


def _combine_departments(
    decided: Decided,
    people: Sequence[Person],
    previous: Directory,
    listed: DepartmentList,
    origin: Origin,
) -> Combined[Department]:
    """Of a source without a table of departments, those are its own that its people name."""
    named = {person.department for person in people}
    now = {fold_department(each.name): each.key for each in decided.departments}
    return combine(
        decided.departments,
        previous.departments,
        frozenset(decided.merged),
        origin,
        mine=lambda each: listed.complete or each.name in named,
        # Two sources that number departments in their own ways mean one by one name.
        same=lambda each: now.get(fold_department(each.name)),
    )


def _report_shared_desks(records: list[Record]) -> None:
    shared = shared_in_department([record.person for record in records])
    for record in records:
        if others := shared.get(record.person.key):
            number = record.person.extension or record.person.direct_line or ""
            reason = f"a desk shared by {others} people of the department"
            record.findings.append(Finding("extension", number, number, reason, INFO))


def _cleansings(people: Table, records: list[Record]) -> list[Cleansing]:
    by_line = {line: record.person.key for record in records for line in record.lines}
    made = [
        Cleansing(
            row=repair.line,
            entry=by_line.get(repair.line, ""),
            field=people.headings[repair.column] if repair.column < len(people.headings) else "",
            before=repair.before,
            after=repair.after,
            reason="another encoding than the rest of the file",
            severity=WARNING,
        )
        for repair in people.repairs
    ]
    for record in records:
        made.extend(
            Cleansing(line, record.person.key, *finding)
            for line, finding in (
                *((record.line, finding) for finding in record.findings),
                *record.merged,
            )
        )
    return made

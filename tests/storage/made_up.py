"""A small made-up directory, and outcomes of importing it."""

from __future__ import annotations

from datetime import date

from directory.changes import in_order
from directory.model import Department, Directory, Person
from directory.outcome import (
    Amendment,
    ChangeKind,
    Cleansing,
    EntryChange,
    ImportOutcome,
    ReviewItem,
    ReviewKind,
    Severity,
)
from switchboard.storage.imports import ImportSource

SOURCE = ImportSource("staff.csv", "0" * 64, "departments.csv", "1" * 64, "ada")

JANE = Person(
    key="p1",
    surname="O'Neill",
    forename="Siobhán",
    known_as="Shiv",
    title="Dr",
    middle_names="Ann Mary",
    suffix="MBE",
    job_title="Planner",
    department="Planning",
    team="Trees",
    site="Civic Centre",
    extension="5001",
    direct_line="+442083135001",
    mobile="+447700900001",
    email="shiv@example.org",
    ex_directory=True,
    not_for_external=True,
    member=True,
    leaves=date(2031, 4, 1),
)
WILL = Person(key="p2", surname="Smith", forename="William", department="Planning")
GONE = Person(key="p3", surname="Ash", forename="Tom", department="Housing", left=True)
PLANNING = Department(
    key="d1",
    name="Planning",
    aliases=("Development Control", "Planning Enquiries"),
    extension="6001",
    direct_line="+442083136001",
    opening_hours="Mon-Fri 09:00-17:00",
    parent="Place",
    fallback="Contact Centre",
)
CLOSED = Department(key="d2", name="Poll Tax", left=True)

DIRECTORY = in_order(Directory(people=(JANE, WILL, GONE), departments=(PLANNING, CLOSED)))

TWO_WILLS = ReviewItem(
    key="dup:p2:p4",
    kind=ReviewKind.DUPLICATE,
    rows=(3, 9),
    entries=("p2", "p4"),
    question="Are these one person?",
    proposal="Merge the second into the first.",
    amendments=(Amendment("p4", "merged_into", "p2"),),
)
WHICH_NUMBER = ReviewItem(
    key="num:p1",
    kind=ReviewKind.NUMBER_CONFLICT,
    rows=(2,),
    entries=("p1",),
    question="Which number is right?",
    proposal="Keep 5001.",
    amendments=(Amendment("p1", "extension", "5001"),),
)
TRIMMED = Cleansing(2, "p1", "surname", " ONEILL", "O'Neill", "capitals", Severity.INFO)
ADDED = EntryChange(ChangeKind.ADDED, "p1", "Shiv O'Neill")
MOVED = EntryChange(
    ChangeKind.MOVED, "p2", "William Smith", (("department", "Housing", "Planning"),)
)


def outcome(directory: Directory = DIRECTORY, *reviews: ReviewItem) -> ImportOutcome:
    return ImportOutcome(
        directory=directory,
        cleansings=(TRIMMED,),
        reviews=reviews,
        changes=(ADDED, MOVED),
        skipped=((7, "the row is empty"),),
        unmapped=("Shoe size",),
        rows_read=5,
    )

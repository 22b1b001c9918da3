"""What an import changes: entries added, changed, moved and left, against the directory before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Final, TypeVar

from directory.model import Department, Directory, Person
from directory.outcome import ChangeKind, EntryChange

_MOVES: Final = frozenset({"department", "team", "site", "extension", "direct_line"})
Entry = TypeVar("Entry", Person, Department)


def change_set(before: Directory, after: Directory) -> tuple[EntryChange, ...]:
    """Every entry that differs: departments, then people, each in the order of their names."""
    return (
        *_changes(before.departments, after.departments),
        *_changes(before.people, after.people),
    )


def in_order(directory: Directory) -> Directory:
    """The directory sorted by name, so that equal content is equal bytes."""
    return Directory(
        people=tuple(sorted(directory.people, key=_person_order)),
        departments=tuple(
            sorted(directory.departments, key=lambda entry: (entry.name.casefold(), entry.key))
        ),
    )


def _person_order(person: Person) -> tuple[str, str, str]:
    return person.surname.casefold(), person.forename.casefold(), person.key


def _changes(before: Sequence[Entry], after: Sequence[Entry]) -> list[EntryChange]:
    old: Mapping[str, Entry] = {entry.key: entry for entry in before}
    changes = []
    for entry in after:
        was = old.get(entry.key)
        if was == entry:
            continue
        if was is None:
            if not entry.left:
                changes.append(EntryChange(ChangeKind.ADDED, entry.key, _label(entry)))
            continue
        changes.append(_difference(was, entry))
    kept = {entry.key for entry in after}
    changes.extend(
        EntryChange(ChangeKind.LEFT, entry.key, _label(entry), (("merged", "no", "yes"),))
        for entry in before
        if entry.key not in kept
    )
    return changes


def _difference(was: Entry, entry: Entry) -> EntryChange:
    differing = tuple(
        (field.name, shown(getattr(was, field.name)), shown(getattr(entry, field.name)))
        for field in fields(entry)
        if getattr(was, field.name) != getattr(entry, field.name)
    )
    names = {name for name, _, _ in differing}
    if entry.left and not was.left:
        kind = ChangeKind.LEFT
    elif was.left and not entry.left:
        kind = ChangeKind.ADDED
    elif names & _MOVES:
        kind = ChangeKind.MOVED
    else:
        kind = ChangeKind.CHANGED
    return EntryChange(kind, entry.key, _label(entry), differing)


def _label(entry: Person | Department) -> str:
    return entry.display_name if isinstance(entry, Person) else entry.name


def shown(value: object) -> str:
    """A field's value as a person reads it: yes, no, a date, a list with semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case tuple():
            return "; ".join(str(item) for item in value)
    return str(value)

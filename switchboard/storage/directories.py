"""The cleansed directory, as stored: read whole, written as the difference to what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import sqlalchemy as sa

from directory.changes import in_order
from directory.model import Department, Directory, Person
from switchboard.storage.entry_sources import Listed, read_listed
from switchboard.storage.faults import BusyError, StaleError
from switchboard.storage.store import Store
from switchboard.storage.tables import departments, directory_state, people

Entry = TypeVar("Entry", Person, Department)

_DIRECTORY_LOCK = 0x5357_4244_0002
"""PostgreSQL advisory lock, held by the one transaction that may change the directory."""

_PERSON_FIELDS = tuple(each.name for each in fields(Person))
_DEPARTMENT_FIELDS = tuple(each.name for each in fields(Department) if each.init)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The directory at one revision. Hand the revision back with what was worked out from it."""

    directory: Directory
    revision: int
    listed: Listed = field(default_factory=dict)
    """The sources that list each entry, by its key."""


def load_directory(store: Store) -> Directory:
    """The whole directory, tombstones included, in order of name."""
    return load_snapshot(store).directory


def load_snapshot(store: Store) -> Snapshot:
    """The whole directory and its revision, from one moment."""
    with store.reading() as connection:
        return Snapshot(read_directory(connection), _revision(connection), read_listed(connection))


def directory_revision(store: Store) -> int:
    """The revision that the directory is at. Cheap enough to ask for every page."""
    with store.reading() as connection:
        return _revision(connection)


@contextmanager
def changing_directory(store: Store, revision: int | None) -> Iterator[sa.Connection]:
    """One transaction in which nobody else changes the directory.

    Raises BusyError at once (PostgreSQL) or after the store's wait (SQLite) while another does,
    and StaleError when the directory is no longer at `revision` (None: any will do).
    """
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            lock = sa.select(sa.func.pg_try_advisory_xact_lock(_DIRECTORY_LOCK))
            if not connection.execute(lock).scalar():
                raise BusyError(
                    "Another import or review is being saved; nothing was changed. "
                    "Wait until it has finished and try again."
                )
        if revision is not None and revision != _revision(connection):
            raise StaleError(
                "Another import or review changed the directory while this one was being prepared; "
                "nothing was changed. Run it again."
            )
        yield connection


def read_directory(connection: sa.Connection) -> Directory:
    """The directory as this transaction sees it, in order of name."""
    stored_people = connection.execute(sa.select(people)).mappings()
    stored_departments = connection.execute(sa.select(departments)).mappings()
    return in_order(
        Directory(
            people=tuple(Person(**row) for row in stored_people),
            departments=tuple(
                Department(**{**row, "aliases": tuple(row["aliases"])})
                for row in stored_departments
            ),
        )
    )


def write_directory(connection: sa.Connection, directory: Directory) -> bool:
    """Make the stored directory equal to this one; True if anything differed.

    Call within `changing_directory`. Rows that are equal already are not touched.
    """
    stored = read_directory(connection)
    differed = [
        _write(connection, people, stored.people, directory.people, _PERSON_FIELDS),
        _write(
            connection, departments, stored.departments, directory.departments, _DEPARTMENT_FIELDS
        ),
    ]
    if any(differed):
        connection.execute(
            sa.update(directory_state).values(revision=directory_state.c.revision + 1)
        )
    return any(differed)


def _write(
    connection: sa.Connection,
    table: sa.Table,
    stored: Iterable[Entry],
    wanted: Iterable[Entry],
    columns: tuple[str, ...],
) -> bool:
    before = {entry.key: entry for entry in stored}
    after = {entry.key: entry for entry in wanted}
    gone = [{"gone": key} for key in before.keys() - after.keys()]
    added = [_row(entry, columns) for key, entry in after.items() if key not in before]
    changed = [
        {"changed": key, **_row(entry, columns)}
        for key, entry in after.items()
        if key in before and entry != before[key]
    ]
    if gone:
        connection.execute(sa.delete(table).where(table.c.key == sa.bindparam("gone")), gone)
    if added:
        connection.execute(sa.insert(table), added)
    if changed:
        connection.execute(sa.update(table).where(table.c.key == sa.bindparam("changed")), changed)
    return bool(gone or added or changed)


def _row(entry: Person | Department, columns: tuple[str, ...]) -> dict[str, Any]:
    return {column: getattr(entry, column) for column in columns}


def _revision(connection: sa.Connection) -> int:
    revision: int = connection.execute(sa.select(directory_state.c.revision)).scalar_one()
    return revision

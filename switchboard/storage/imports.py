"""Imports: each is one transaction, with its source, its cleansing and its change set."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from directory.outcome import ChangeKind, Cleansing, ImportOutcome, Severity
from switchboard.errors import StorageError
from switchboard.storage import audit, tables
from switchboard.storage.changes import change_of, write_changes
from switchboard.storage.directories import changing_directory, read_directory, write_directory
from switchboard.storage.entry_sources import write_listed
from switchboard.storage.import_undo import remember
from switchboard.storage.reviews import read_reviews, repeat, replace_open
from switchboard.storage.store import Store

CLEANSINGS_KEPT = 10
"""Imports whose single cleansing changes are kept. Their counts and change sets stay for good."""


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where an import came from. Digests are SHA-256 in hex, "" where there was no such file."""

    file_name: str
    digest: str
    departments_file: str = ""
    departments_digest: str = ""
    actor: str = ""
    """Who ran it: the account's name on this machine, or the signed-in user."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import as it is remembered. `people` and `departments` count who had not left."""

    id: int
    at: datetime
    source: ImportSource
    rows_read: int
    people: int
    departments: int
    added: int
    changed: int
    moved: int
    left: int
    cleansed: int
    skipped: int
    reviews: int


def source_of(people: Path, departments: Path | None = None, *, actor: str = "") -> ImportSource:
    """Name and digest of the files of an import. Reads each once; raises OSError."""
    return ImportSource(
        file_name=people.name,
        digest=_digest(people),
        departments_file=departments.name if departments else "",
        departments_digest=_digest(departments),
        actor=actor,
    )


def source_of_bytes(
    file_name: str, content: bytes, departments_file: str = "", departments: bytes | None = None
) -> ImportSource:
    """As `source_of`, for files that are in memory."""
    return ImportSource(
        file_name=file_name,
        digest=hashlib.sha256(content).hexdigest(),
        departments_file=departments_file,
        departments_digest="" if departments is None else hashlib.sha256(departments).hexdigest(),
    )


def apply_import(
    store: Store,
    outcome: ImportOutcome,
    source: ImportSource,
    *,
    revision: int | None = None,
    at: datetime | None = None,
    cleansings_kept: int = CLEANSINGS_KEPT,
) -> ImportRecord:
    """Store the outcome of an import: all of it, or (on any fault) nothing.

    `revision` is that of the snapshot which the outcome was worked out from; when the directory
    has changed since, StaleError is raised rather than the other change undone.
    """
    at = at or datetime.now(UTC)
    kinds = Counter(change.kind for change in outcome.changes)
    directory = outcome.directory
    with changing_directory(store, revision) as connection:
        import_id: int = connection.execute(
            sa.insert(tables.imports).returning(tables.imports.c.id),
            {
                "at": at,
                "actor": source.actor,
                "file_name": source.file_name,
                "digest": source.digest,
                "departments_file": source.departments_file,
                "departments_digest": source.departments_digest,
                "rows_read": outcome.rows_read,
                "people": sum(not person.left for person in directory.people),
                "departments": sum(not department.left for department in directory.departments),
                "added": kinds[ChangeKind.ADDED],
                "changed": kinds[ChangeKind.CHANGED],
                "moved": kinds[ChangeKind.MOVED],
                "left": kinds[ChangeKind.LEFT],
                "cleansed": len(outcome.cleansings),
                "skipped": len(outcome.skipped),
                "reviews": len(outcome.reviews),
                "unmapped": list(outcome.unmapped),
            },
        ).scalar_one()
        remember(connection, import_id, read_directory(connection), cleansings_kept)
        write_directory(connection, directory)
        write_listed(connection, outcome.listed)
        _write_details(connection, import_id, outcome)
        write_changes(connection, outcome.changes, at=at, actor=source.actor, import_id=import_id)
        replace_open(connection, outcome.reviews, import_id, _of_others(outcome))
        repeat(connection, outcome.repeated)
        _forget_details(connection, cleansings_kept)
        audit.write(
            connection,
            "directory imported",
            actor=source.actor,
            subject=f"import {import_id}",
            name=source.file_name,
            after={kind.value: kinds[kind] for kind in ChangeKind},
            at=at,
        )
        return _records(connection, import_id)[0]


def _of_others(outcome: ImportOutcome) -> frozenset[str]:
    """Entries that other sources list and this one doesn't."""
    return frozenset(key for key, by in outcome.listed.items() if by and outcome.source not in by)


def imports(store: Store, *, limit: int = 50) -> tuple[ImportRecord, ...]:
    """The last imports, newest first."""
    with store.reading() as connection:
        return _records(connection, limit=limit)


def import_of(store: Store, import_id: int) -> ImportRecord | None:
    """One import; None when there was no such import."""
    with store.reading() as connection:
        return next(iter(_records(connection, import_id)), None)


def outcome_of(store: Store, import_id: int | None = None) -> ImportOutcome:
    """What an import (None: the last) found, with the directory and the open reviews of today.

    The single cleansing changes are there for the last imports only. Raises StorageError when
    there was no such import.
    """
    with store.reading() as connection:
        chosen = sa.select(tables.imports).order_by(tables.imports.c.id.desc()).limit(1)
        if import_id is not None:
            chosen = chosen.where(tables.imports.c.id == import_id)
        row = connection.execute(chosen).mappings().first()
        if row is None:
            which = (
                "No directory was imported yet"
                if import_id is None
                else f"There was no import {import_id}"
            )
            raise StorageError(f"{which}; run: switchboard directory import FILE.")
        return ImportOutcome(
            directory=read_directory(connection),
            cleansings=tuple(map(_cleansing, _rows(connection, tables.cleansings, row["id"]))),
            reviews=tuple(
                review.item for review in read_reviews(connection) if review.verdict is None
            ),
            changes=tuple(map(change_of, _rows(connection, tables.changes, row["id"]))),
            skipped=tuple(
                (skipped.row, skipped.reason)
                for skipped in _rows(connection, tables.skipped_rows, row["id"])
            ),
            unmapped=tuple(row["unmapped"]),
            rows_read=row["rows_read"],
        )


def _records(
    connection: sa.Connection, import_id: int | None = None, *, limit: int = 1
) -> tuple[ImportRecord, ...]:
    table = tables.imports
    chosen = sa.select(table).order_by(table.c.id.desc()).limit(limit)
    if import_id is not None:
        chosen = chosen.where(table.c.id == import_id)
    return tuple(_record(row) for row in connection.execute(chosen).mappings())


def _record(row: sa.RowMapping) -> ImportRecord:
    stored: dict[str, Any] = {str(column): value for column, value in row.items()}
    source = ImportSource(**{field.name: stored[field.name] for field in fields(ImportSource)})
    own = {field.name: stored[field.name] for field in fields(ImportRecord) if field.name in stored}
    return ImportRecord(source=source, **own)


def _rows(connection: sa.Connection, table: sa.Table, import_id: int) -> sa.CursorResult[Any]:
    return connection.execute(
        sa.select(table).where(table.c.import_id == import_id).order_by(table.c.id)
    )


def _cleansing(row: sa.Row[Any]) -> Cleansing:
    return Cleansing(
        row=row.row,
        entry=row.entry,
        field=row.field,
        before=row.before,
        after=row.after,
        reason=row.reason,
        severity=Severity(row.severity),
    )


def _write_details(connection: sa.Connection, import_id: int, outcome: ImportOutcome) -> None:
    # Not `asdict`, which copies every value: 100,000 changes would take 7 s.
    cleansings = [
        {
            "import_id": import_id,
            "row": change.row,
            "entry": change.entry,
            "field": change.field,
            "before": change.before,
            "after": change.after,
            "reason": change.reason,
            "severity": change.severity.value,
        }
        for change in outcome.cleansings
    ]
    if cleansings:
        connection.execute(sa.insert(tables.cleansings), cleansings)
    skipped = [
        {"import_id": import_id, "row": row, "reason": reason} for row, reason in outcome.skipped
    ]
    if skipped:
        connection.execute(sa.insert(tables.skipped_rows), skipped)


def _forget_details(connection: sa.Connection, keep: int) -> None:
    """Drop the single cleansing changes of all but the last imports: they repeat each time."""
    table = tables.imports
    kept = sa.select(table.c.id).order_by(table.c.id.desc()).limit(max(keep, 1))
    kept_ids = connection.execute(kept).scalars().all()
    for details in (tables.cleansings, tables.skipped_rows):
        connection.execute(sa.delete(details).where(details.c.import_id < min(kept_ids)))


def _digest(file: Path | None) -> str:
    if file is None:
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

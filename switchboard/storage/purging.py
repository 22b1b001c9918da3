"""What has expired is deleted: sound, callers' numbers, whole records, and staff lists that were
uploaded and left. Every night, or by hand; numbers every hour, for their time is told in hours.

Gone means gone. SQLite overwrites what is deleted with zeros (`secure_delete`, see `store`), and
what its write-ahead log still holds of it is cut off at the end. The file does not shrink: its
zeroed pages are used again. PostgreSQL keeps deleted rows until a vacuum, so that is run. Copies
that others made (backups, a PostgreSQL archive) are theirs to delete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from switchboard.settings.privacy import PrivacySettings
from switchboard.storage.admin_tables import import_drafts
from switchboard.storage.faults import told_plainly
from switchboard.storage.gap_tables import gap_calls, gap_history, gaps, replay_results
from switchboard.storage.gaps import forget_empty
from switchboard.storage.gone_calls import delete_calls
from switchboard.storage.import_drafts import drop_left, left_since
from switchboard.storage.spool import DAMAGED
from switchboard.storage.store import Store
from switchboard.storage.tables import (
    call_labels,
    call_notes,
    calls,
    transfers,
    turn_audio,
    turn_evidence,
    turns,
)

_BATCH = 500
"""Rows a transaction: calls that are up write meanwhile."""
_TABLES = (
    *(calls, turns, turn_evidence, turn_audio, call_notes, transfers, call_labels),
    *(gaps, gap_calls, gap_history, replay_results, import_drafts),
)


@dataclass(frozen=True, slots=True)
class Expired:
    """How many turns' sounds, callers' numbers and whole records; files of the spool that hold what
    could not be stored; and uploads that nobody went on importing."""

    sounds: int
    numbers: int
    records: int
    files: int
    uploads: int


def expired(
    store: Store, privacy: PrivacySettings, spool: Path, *, now: datetime | None = None
) -> Expired:
    """What a purge would delete now. Raises StorageError."""
    now = now or datetime.now(UTC)
    sounds, numbers, records = _expired(privacy, now)
    with store.reading() as connection:

        def count(table: sa.Table, which: sa.ColumnElement[bool]) -> int:
            chosen = sa.select(sa.func.count()).select_from(table).where(which)
            return connection.execute(chosen).scalar_one()

        return Expired(
            sounds=count(turn_audio, sounds),
            numbers=count(calls, numbers),
            records=count(calls, records),
            files=len(_old(spool, privacy, now)),
            uploads=count(import_drafts, left_since(now)),
        )


def purge(
    store: Store, privacy: PrivacySettings, spool: Path, *, now: datetime | None = None
) -> Expired:
    """Delete what has expired; what it was. Raises StorageError: some of it may be deleted then."""
    now = now or datetime.now(UTC)
    sounds, numbers, records = _expired(privacy, now)
    sound = (turn_audio.c.call, turn_audio.c.number)
    done = Expired(
        sounds=_in_batches(store, sound, sounds, lambda some: sa.delete(turn_audio).where(some)),
        numbers=_take_out(store, numbers),
        records=_delete_records(store, records),
        files=len(old := _old(spool, privacy, now)),
        uploads=drop_left(store, now),
    )
    for file in old:
        file.unlink(missing_ok=True)
    forget_empty(store)
    _erase(store)
    return done


def purge_numbers(store: Store, privacy: PrivacySettings, *, now: datetime | None = None) -> int:
    """Take callers' numbers whose hours are over out of the records; how many. Raises
    StorageError."""
    _, numbers, _ = _expired(privacy, now or datetime.now(UTC))
    if gone := _take_out(store, numbers):
        _erase(store, calls)
    return gone


def _take_out(store: Store, numbers: sa.ColumnElement[bool]) -> int:
    return _in_batches(
        store,
        (calls.c.call,),
        numbers,
        lambda some: sa.update(calls).where(some).values(caller_number=""),
    )


def forget_caller(store: Store, caller_hash: str) -> int:
    """Delete all records of one caller, who asked for it; how many. Raises StorageError."""
    which = calls.c.caller_hash == caller_hash
    gone = _delete_records(store, which)
    forget_empty(store)
    _erase(store)
    return gone


def _expired(
    privacy: PrivacySettings, now: datetime
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Which rows of `turn_audio`, and which of `calls` for their number, and for all."""
    kept = timedelta(days=privacy.audio_days if privacy.keep_audio else 0)
    sounds = turn_audio.c.at <= now - kept
    shown = timedelta(hours=privacy.number_hours)
    numbers = sa.and_(
        sa.literal(not privacy.keep_numbers),
        calls.c.started_at <= now - shown,
        calls.c.caller_number != "",
    )
    return sounds, numbers, calls.c.started_at <= now - timedelta(days=privacy.record_days)


def _in_batches(
    store: Store,
    key: tuple[sa.Column[Any], ...],
    which: sa.ColumnElement[bool],
    change: Callable[[sa.ColumnElement[bool]], sa.Delete | sa.Update],
) -> int:
    changed = 0
    while True:
        with store.writing() as connection:
            some = sa.select(*key).where(which).limit(_BATCH)
            now = connection.execute(change(sa.tuple_(*key).in_(some))).rowcount
        changed += now
        if now < _BATCH:
            return changed


def _delete_records(store: Store, which: sa.ColumnElement[bool]) -> int:
    """Delete these calls, a batch at a time; how many. Reports count them still."""
    deleted = 0
    while True:
        with store.writing() as connection:
            some = sa.select(calls.c.call).where(which).limit(_BATCH)
            keys = connection.execute(some).scalars().all()
            delete_calls(connection, keys)
        deleted += len(keys)
        if len(keys) < _BATCH:
            return deleted


def _old(spool: Path, privacy: PrivacySettings, now: datetime) -> list[Path]:
    days = min(privacy.record_days, privacy.audio_days)
    before = (now - timedelta(days=days)).timestamp()
    return [file for file in spool.glob(f"*{DAMAGED}") if file.stat().st_mtime <= before]


def _erase(store: Store, *tables: sa.Table) -> None:
    """`tables`: where something was deleted; all, when none is named."""
    with told_plainly(store.location):
        if store.engine.dialect.name == "sqlite":
            with store.engine.connect() as connection:
                # Where a reader holds it up, the log is cut off the next time.
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        alone = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            for table in tables or _TABLES:
                connection.exec_driver_sql(f"VACUUM {table.name}")

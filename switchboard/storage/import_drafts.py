"""Imports that somebody prepares in the browser: the files, the columns, the verdicts so far."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from directory.outcome import Verdict
from switchboard.storage.admin_tables import import_drafts
from switchboard.storage.store import Store

KEPT = timedelta(days=2)
"""How long an import that nobody goes on with is kept: the file is personal data."""


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """`content` and `departments_content` are the files as they were uploaded; `mapping` is heading
    to field, `verdicts` are by the key of the review item."""

    id: str
    user_id: int
    at: datetime
    file_name: str
    content: bytes
    departments_file: str
    departments_content: bytes | None
    mapping: Mapping[str, str]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class ImportLeft:
    """One that somebody may go on with, without its files; `looked_at` when something was said of
    its columns or decided about its rows."""

    id: str
    at: datetime
    file_name: str
    looked_at: bool


def begin_draft(
    store: Store,
    user_id: int,
    people: tuple[str, bytes],
    departments: tuple[str, bytes] | None = None,
) -> str:
    """Keep the uploaded files, (name, content) each; the draft's id. What was left is dropped."""
    draft = secrets.token_urlsafe(12)
    now = datetime.now(UTC)
    with store.writing() as connection:
        # The admin may run without the service, which purges every night.
        connection.execute(sa.delete(import_drafts).where(left_since(now)))
        connection.execute(
            sa.insert(import_drafts).values(
                id=draft,
                user_id=user_id,
                at=now,
                file_name=people[0],
                content=zlib.compress(people[1]),
                departments_file=departments[0] if departments else "",
                departments_content=zlib.compress(departments[1]) if departments else None,
                mapping={},
                verdicts={},
            )
        )
    return draft


def load_draft(store: Store, draft: str) -> ImportDraft | None:
    """The draft, or None when it was applied, thrown away, or left for too long."""
    with store.reading() as connection:
        chosen = sa.select(import_drafts).where(import_drafts.c.id == draft)
        row = connection.execute(chosen).mappings().first()
    if row is None:
        return None
    departments = row["departments_content"]
    return ImportDraft(
        id=row["id"],
        user_id=row["user_id"],
        at=row["at"],
        file_name=row["file_name"],
        content=zlib.decompress(row["content"]),
        departments_file=row["departments_file"],
        departments_content=None if departments is None else zlib.decompress(departments),
        mapping=row["mapping"],
        verdicts={key: Verdict(verdict) for key, verdict in row["verdicts"].items()},
    )


def drafts_of(store: Store, user_id: int) -> tuple[ImportLeft, ...]:
    """What this user has begun and neither applied nor thrown away, the newest first."""
    table = import_drafts
    columns = [table.c[name] for name in ("id", "at", "file_name", "mapping", "verdicts")]
    chosen = sa.select(*columns).where(table.c.user_id == user_id).order_by(table.c.at.desc())
    with store.reading() as connection:
        rows = connection.execute(chosen)
        return tuple(
            ImportLeft(row.id, row.at, row.file_name, bool(row.mapping or row.verdicts))
            for row in rows
        )


def set_mapping(store: Store, draft: str, mapping: Mapping[str, str]) -> None:
    """Say which column is what."""
    _set(store, draft, mapping=dict(mapping))


def set_verdicts(store: Store, draft: str, verdicts: Mapping[str, Verdict]) -> None:
    """Say what was decided so far, all of it."""
    _set(store, draft, verdicts={key: verdict.value for key, verdict in verdicts.items()})


def left_since(now: datetime) -> sa.ColumnElement[bool]:
    """Which drafts nobody has gone on with for so long that they are to go."""
    return import_drafts.c.at <= now - KEPT


def drop_left(store: Store, now: datetime) -> int:
    """Forget those; how many."""
    with store.writing() as connection:
        return connection.execute(sa.delete(import_drafts).where(left_since(now))).rowcount


def drop_draft(store: Store, draft: str) -> None:
    """Forget it, and the files with it."""
    with store.writing() as connection:
        connection.execute(sa.delete(import_drafts).where(import_drafts.c.id == draft))


def _set(store: Store, draft: str, **values: object) -> None:
    with store.writing() as connection:
        own = import_drafts.c.id == draft
        connection.execute(sa.update(import_drafts).where(own).values(**values))

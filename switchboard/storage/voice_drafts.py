"""Recordings that wait to be listened to and published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.uat_tables import voice_drafts


@dataclass(frozen=True, slots=True)
class VoiceDraft:
    """`file` is the script's name of what is said, `words` that itself. `problem` is what is wrong
    with it, "" where it may be published; `measured` as `speech.recording_check.Measured`, {} for
    what can't be read."""

    file: str
    words: str
    measured: Mapping[str, Any]
    problem: str
    at: datetime
    actor: str


def put_draft(
    store: Store,
    file: str,
    words: str,
    flac: bytes,
    *,
    measured: Mapping[str, float],
    problem: str,
    actor: str,
) -> None:
    """Keep a recording until it is published, in the place of an earlier one of the same text."""
    values = {
        "words": words,
        "flac": flac,
        "measured": dict(measured),
        "problem": problem,
        "at": datetime.now(UTC),
        "actor": actor,
    }
    own = voice_drafts.c.file == file
    with store.writing() as connection:
        before = [{"file": file, "problem": each.problem} for each in _read(connection, own)]
        connection.execute(sa.delete(voice_drafts).where(own))
        connection.execute(sa.insert(voice_drafts).values(file=file, **values))
        audit.write(
            connection,
            "recording kept",
            actor=actor,
            name=words,
            before=before[0] if before else {},
            after={"file": file, "problem": problem},
        )


def voice_draft(store: Store, file: str) -> VoiceDraft | None:
    with store.reading() as connection:
        found = _read(connection, voice_drafts.c.file == file)
        return found[0] if found else None


def all_drafts(store: Store) -> tuple[VoiceDraft, ...]:
    """By the name of the file."""
    with store.reading() as connection:
        return _read(connection, sa.true())


def draft_sound(store: Store, file: str) -> bytes | None:
    """As FLAC."""
    chosen = sa.select(voice_drafts.c.flac).where(voice_drafts.c.file == file)
    with store.reading() as connection:
        return connection.execute(chosen).scalar()


def remove_drafts(store: Store, drafts: tuple[VoiceDraft, ...], *, action: str, actor: str) -> None:
    """Forget them, but not those that were recorded anew meanwhile; `action` is for the audit log:
    they were published, or thrown away."""
    with store.writing() as connection:
        for draft in drafts:
            own = sa.and_(voice_drafts.c.file == draft.file, voice_drafts.c.at == draft.at)
            connection.execute(sa.delete(voice_drafts).where(own))
        audit.write(
            connection, action, actor=actor, after={"texts": [draft.words for draft in drafts]}
        )


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[VoiceDraft, ...]:
    names = [field.name for field in fields(VoiceDraft)]
    columns = [voice_drafts.c[name] for name in names]
    rows = connection.execute(sa.select(*columns).where(which).order_by(voice_drafts.c.file))
    return tuple(VoiceDraft(**row) for row in rows.mappings())

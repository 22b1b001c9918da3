"""Grammar versions, and which of them callers get: published, rolled back, remembered."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage import audit, tables
from switchboard.storage.store import Store


class PublicationKind(StrEnum):
    PUBLISH = "publish"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Publication:
    """A version came into force: by whom, and (for a rollback) why."""

    id: int
    version: str
    kind: PublicationKind
    at: datetime
    actor: str
    reason: str


def save_version(store: Store, version: str, content: bytes) -> bool:
    """Keep a grammar under its digest; False if it was there. Nothing is published by it."""
    table = tables.grammar_versions
    compressed = zlib.compress(content)
    with store.writing() as connection:
        if connection.execute(_is_stored(version)).first() is not None:
            return False
        connection.execute(
            sa.insert(table).values(
                version=version, content=compressed, size=len(content), at=datetime.now(UTC)
            )
        )
        return True


def load_version(store: Store, version: str) -> bytes:
    """The content that was saved under this digest. Raises StorageError."""
    table = tables.grammar_versions
    with store.reading() as connection:
        row = connection.execute(
            sa.select(table.c.content, table.c.size).where(table.c.version == version)
        ).first()
    if row is None:
        raise StorageError(
            f"There is no grammar version {version}; see: switchboard grammar versions."
        )
    try:
        content = zlib.decompress(row.content)
    except zlib.error as error:
        raise StorageError(
            f"The stored grammar version {version} is damaged; build and publish the grammar again."
        ) from error
    return content


def publish(store: Store, version: str, *, actor: str = "", reason: str = "") -> Publication:
    """Bring a saved version into force. Publishing what is in force already changes nothing."""
    with store.writing() as connection:
        history = _history(connection)
        if history and history[-1].version == version:
            return history[-1]
        return _append(connection, version, PublicationKind.PUBLISH, actor, reason)


def rollback(
    store: Store, to: str | None = None, *, actor: str = "", reason: str = ""
) -> Publication:
    """Bring an earlier version back into force: `to`, else the one before that in force.

    Rolling back twice goes back two steps, not there and back. Raises StorageError when there is
    nothing to go back to.
    """
    with store.writing() as connection:
        in_force = _steps(_history(connection))
        if to is None:
            if len(in_force) < 2:  # noqa: PLR2004  the one in force and one before it
                raise StorageError(
                    "No earlier version was published, so there is nothing to go back to."
                )
            to = in_force[-2]
        elif to not in in_force[:-1]:
            raise StorageError(
                f"Version {to} was not in force before this one; "
                "publish it, or choose one from: switchboard grammar versions."
            )
        return _append(connection, to, PublicationKind.ROLLBACK, actor, reason)


def publications(store: Store) -> tuple[Publication, ...]:
    """Every publication and rollback, oldest first. The last is in force."""
    with store.reading() as connection:
        return _history(connection)


def earlier_versions(store: Store) -> tuple[str, ...]:
    """The versions that `rollback` can go back to, the one before that in force first."""
    with store.reading() as connection:
        return tuple(dict.fromkeys(reversed(_steps(_history(connection))[:-1])))


def published_version(store: Store) -> str | None:
    """The version in force, or None before the first publication. Cheap enough to poll."""
    table = tables.publications
    with store.reading() as connection:
        return connection.execute(
            sa.select(table.c.version).order_by(table.c.id.desc()).limit(1)
        ).scalar()


def _history(connection: sa.Connection) -> tuple[Publication, ...]:
    table = tables.publications
    return tuple(
        Publication(row.id, row.version, PublicationKind(row.kind), row.at, row.actor, row.reason)
        for row in connection.execute(sa.select(table).order_by(table.c.id))
    )


def _steps(history: Iterable[Publication]) -> list[str]:
    """The versions from the first to that in force, those left by rolling back taken out."""
    steps: list[str] = []
    for publication in history:
        if publication.kind is PublicationKind.ROLLBACK:
            while steps and steps[-1] != publication.version:
                steps.pop()
        else:
            steps.append(publication.version)
    return steps


def _append(
    connection: sa.Connection, version: str, kind: PublicationKind, actor: str, reason: str
) -> Publication:
    if connection.execute(_is_stored(version)).first() is None:
        raise StorageError(
            f"There is no grammar version {version}; see: switchboard grammar versions."
        )
    table = tables.publications
    at = datetime.now(UTC)
    newest = sa.select(table.c.version).order_by(table.c.id.desc()).limit(1)
    before = connection.execute(newest).scalar()
    number = connection.execute(
        sa.insert(table).returning(table.c.id),
        {"version": version, "kind": kind.value, "at": at, "actor": actor, "reason": reason},
    ).scalar_one()
    audit.write(
        connection,
        "grammar published" if kind is PublicationKind.PUBLISH else "grammar rolled back",
        actor=actor,
        subject=f"grammar {version}",
        name=version,
        before={"version": before} if before else None,
        after={"version": version, **({"reason": reason} if reason else {})},
        at=at,
    )
    return Publication(number, version, kind, at, actor, reason)


def _is_stored(version: str) -> sa.Select[tuple[str]]:
    table = tables.grammar_versions
    return sa.select(table.c.version).where(table.c.version == version)

"""Taking the last import back: the directory and the open questions are again as before it."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from directory.changes import change_set, in_order
from directory.model import Department, Directory, Person
from directory.outcome import EntryChange
from switchboard.errors import StorageError
from switchboard.storage import audit, tables
from switchboard.storage.admin_tables import import_undo
from switchboard.storage.changes import write_changes
from switchboard.storage.directories import changing_directory, read_directory, write_directory
from switchboard.storage.entry_sources import read_listed, write_listed
from switchboard.storage.store import Store

_OPEN = tables.reviews.c.verdict.is_(None)


def remember(connection: sa.Connection, import_id: int, before: Directory, keep: int) -> None:
    """Within the transaction of an import, before it changes the reviews: keep what it replaces.

    Only the last `keep` imports can be taken back.
    """
    content = {
        "people": [_person(person) for person in before.people],
        "departments": [asdict(department) for department in before.departments],
        "reviews": [
            dict(row)
            for row in connection.execute(sa.select(tables.reviews).where(_OPEN)).mappings()
        ],
        "listed": {key: sorted(names) for key, names in read_listed(connection).items()},
    }
    packed = zlib.compress(json.dumps(content, default=str).encode())
    connection.execute(sa.insert(import_undo).values(import_id=import_id, content=packed))
    table = import_undo
    kept = sa.select(table.c.import_id).order_by(table.c.import_id.desc()).limit(max(keep, 1))
    kept_ids = connection.execute(kept).scalars().all()
    connection.execute(sa.delete(table).where(table.c.import_id < min(kept_ids)))


def can_be_undone(store: Store) -> int | None:
    """The id of the import that `undo_last` would take back; None when there is none."""
    with store.reading() as connection:
        return _last(connection)


def undo_last(store: Store, import_id: int, *, actor: str = "") -> tuple[EntryChange, ...]:
    """Take the last import back, and what was decided about its doubts; what that changed.

    The import stays in the history, and its undoing is a change set of its own. Raises
    StorageError when `import_id` is not the last, or is too old.
    """
    now = datetime.now(UTC)
    with changing_directory(store, None) as connection:
        if _last(connection) != import_id:
            raise StorageError(
                "Only the last import can be undone, once, and another came after this one or it "
                "was undone already; look at the list of imports again."
            )
        packed = connection.execute(
            sa.select(import_undo.c.content).where(import_undo.c.import_id == import_id)
        ).scalar_one()
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        after = in_order(
            Directory(
                people=tuple(map(_as_person, content["people"])),
                departments=tuple(map(_as_department, content["departments"])),
            )
        )
        before = read_directory(connection)
        changes = change_set(before, after)
        write_directory(connection, after)
        # An import of before there were sources takes back nothing of them.
        if "listed" in content:
            listed = {key: frozenset(names) for key, names in content["listed"].items()}
            write_listed(connection, listed)
        write_changes(connection, changes, at=now, actor=actor, import_id=import_id)
        reviews = tables.reviews
        connection.execute(sa.delete(reviews).where(_OPEN | (reviews.c.raised_by == import_id)))
        if content["reviews"]:
            connection.execute(sa.insert(reviews), content["reviews"])
        connection.execute(sa.delete(import_undo).where(import_undo.c.import_id == import_id))
        audit.write(
            connection,
            "import undone",
            actor=actor,
            subject=f"import {import_id}",
            name=f"import {import_id}",
            after={"entries changed": len(changes)},
            at=now,
        )
    return changes


def _last(connection: sa.Connection) -> int | None:
    """The last import, if what it replaced is kept and it was not undone."""
    newest = sa.select(sa.func.max(tables.imports.c.id)).scalar_subquery()
    chosen = sa.select(import_undo.c.import_id).where(import_undo.c.import_id == newest)
    found: int | None = connection.execute(chosen).scalar()
    return found


def _person(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in Person.__slots__}


def _as_person(row: dict[str, Any]) -> Person:
    leaves = row["leaves"]
    return Person(**{**row, "leaves": date.fromisoformat(leaves) if leaves else None})


def _as_department(row: dict[str, Any]) -> Department:
    return Department(**{**row, "aliases": tuple(row["aliases"])})

"""What changed in the directory, entry by entry: the change sets of imports and of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.outcome import ChangeKind, EntryChange
from switchboard.storage.store import Store
from switchboard.storage.tables import changes


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change to one entry: when, by whom, and which import or review made it."""

    at: datetime
    actor: str
    import_id: int | None
    review: str | None
    change: EntryChange


def history(store: Store, entry: str) -> tuple[PastChange, ...]:
    """What happened to the entry of that key, oldest first."""
    with store.reading() as connection:
        return tuple(
            PastChange(row.at, row.actor, row.import_id, row.review_key, change_of(row))
            for row in connection.execute(
                sa.select(changes).where(changes.c.entry == entry).order_by(changes.c.id)
            )
        )


def change_of(row: sa.Row[Any]) -> EntryChange:
    """The change that a row of `changes` holds."""
    return EntryChange(
        kind=ChangeKind(row.kind),
        entry=row.entry,
        name=row.name,
        fields=tuple((field, before, after) for field, before, after in row.fields),
    )


def write_changes(
    connection: sa.Connection,
    made: Iterable[EntryChange],
    *,
    at: datetime,
    actor: str,
    import_id: int | None = None,
    review: str | None = None,
) -> None:
    """Remember a change set, in the transaction that makes it."""
    rows = [
        {
            "import_id": import_id,
            "review_key": review,
            "at": at,
            "actor": actor,
            "kind": change.kind.value,
            "entry": change.entry,
            "name": change.name,
            "fields": [list(field) for field in change.fields],
        }
        for change in made
    ]
    if rows:
        connection.execute(sa.insert(changes), rows)

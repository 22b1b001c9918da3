"""What a person said that a caller wanted: the answer that teaches the grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.stale_hours import forget_hours
from switchboard.storage.store import Store
from switchboard.storage.tables import call_labels, calls


class Wanted(StrEnum):
    ENTRY = "entry"
    """Somebody in the directory: `Label.entry`."""
    INFORMATION = "information"
    """An answer, and nobody in particular."""
    WRONG_ORGANISATION = "wrong_organisation"
    ABUSE = "abuse"


class LabelSource(StrEnum):
    OPERATOR = "operator"
    TESTER = "tester"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Label:
    """Whom or what the caller wanted, who says so, and when. The last one of a call holds.

    `entry` is the key wanted, "" unless `wanted` is ENTRY. `turn` is the turn meant, 0 for the
    whole call.
    """

    call: str
    wanted: Wanted
    entry: str
    source: LabelSource
    actor: str
    at: datetime
    turn: int = 0


def label_call(
    store: Store,
    call: str,
    wanted: Wanted,
    *,
    entry: str = "",
    source: LabelSource = LabelSource.OPERATOR,
    actor: str = "",
    turn: int = 0,
    at: datetime | None = None,
) -> Label:
    """Say what a call wanted. Earlier labels stay, and hold no more.

    Raises StorageError for an unknown call, and for an entry that is missing or too much.
    """
    if bool(entry) is not (wanted is Wanted.ENTRY):
        raise StorageError("Say which entry the caller wanted, and only if it was an entry.")
    label = Label(call, wanted, entry, source, actor, at or datetime.now(UTC), turn)
    with store.writing() as connection:
        known = sa.select(calls.c.call).where(calls.c.call == call)
        if connection.execute(known).first() is None:
            raise StorageError(
                "There is no record of that call (any more), so it can't be said what it wanted."
            )
        connection.execute(
            sa.insert(call_labels).values(
                call=call,
                turn=turn,
                wanted=wanted.value,
                entry=entry,
                source=source.value,
                at=label.at,
                actor=actor,
            )
        )
        forget_hours(connection, [call])
        audit.write(
            connection,
            "call labelled",
            actor=actor,
            subject=f"call {call}",
            after={"wanted": wanted.value, **({"entry": entry} if entry else {})},
            at=label.at,
        )
    return label


def read_labels(connection: sa.Connection, keys: Sequence[str]) -> tuple[Label, ...]:
    """All labels of these calls, oldest first."""
    table = call_labels
    rows = connection.execute(sa.select(table).where(table.c.call.in_(keys)).order_by(table.c.id))
    return tuple(
        Label(
            call=row.call,
            wanted=Wanted(row.wanted),
            entry=row.entry,
            source=LabelSource(row.source),
            actor=row.actor,
            at=row.at,
            turn=row.turn,
        )
        for row in rows
    )

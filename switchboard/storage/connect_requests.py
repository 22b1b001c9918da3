"""What an operator at the console asks of a call that is still ours, on its way to that call.

console ──row──▶ connect_requests ◀──look, every half second── the process that runs the call
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from switchboard.storage import audit
from switchboard.storage.operator_tables import connect_requests
from switchboard.storage.store import Store

LASTS = timedelta(seconds=10)
"""After this a request is no longer carried out: by then the operator was told that the call had
gone, and a caller must not be moved out of the blue. Machines' clocks may differ by less."""


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """`taken_at` is None until the process that runs the call has taken it over."""

    id: int
    call: str
    entry: str
    at: datetime
    actor: str
    taken_at: datetime | None = None


def ask_to_connect(store: Store, call: str, entry: str, *, actor: str, at: datetime) -> None:
    """Ask whichever process runs the call to put it through. Returns at once.

    Raises StorageError, also for a call of which there is no record.
    """
    with store.writing() as connection:
        connection.execute(
            sa.insert(connect_requests).values(call=call, entry=entry, at=at, actor=actor)
        )
        audit.write(
            connection,
            "call connected",
            actor=actor,
            subject=f"call {call}",
            after={"entry": entry},
            at=at,
        )


def take_requests(
    store: Store, calls: Collection[str], now: datetime
) -> tuple[ConnectRequest, ...]:
    """Those for these calls that are still to be carried out, each once. Raises StorageError."""
    table = connect_requests
    open_ones = (
        sa.select(table)
        .where(
            table.c.at > now - LASTS,
            table.c.taken_at.is_(None),
            table.c.call.in_(calls),
        )
        .order_by(table.c.id)
    )
    # Reading first: nearly always there is nothing to take, and nothing must wait for that.
    with store.reading() as connection:
        found = [ConnectRequest(**row) for row in connection.execute(open_ones).mappings()]
    if found:
        with store.writing() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.id.in_([each.id for each in found]))
                .values(taken_at=now)
            )
    return tuple(found)


def last_requests(store: Store, calls: Collection[str]) -> dict[str, ConnectRequest]:
    """What was asked of these calls last, by call. Raises StorageError."""
    table = connect_requests
    asked = sa.select(table).where(table.c.call.in_(calls)).order_by(table.c.id)
    with store.reading() as connection:
        rows = connection.execute(asked).mappings()
        return {row["call"]: ConnectRequest(**row) for row in rows}

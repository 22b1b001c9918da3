"""Figures of an hour go when one of its calls changes: see `call_hours`."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from switchboard.storage.operator_tables import call_hours
from switchboard.storage.tables import calls


def forget_hours(connection: sa.Connection, keys: Iterable[str]) -> None:
    """These calls have changed in this transaction: their hours are to be counted anew."""
    hours = sa.select(calls.c.hour).where(calls.c.call.in_(sorted(set(keys))))
    connection.execute(sa.delete(call_hours).where(call_hours.c.hour.in_(hours)))

"""What deleted calls came to: reports count them still, and nothing personal is left of them.

Added to what is counted whenever their hour is counted anew, because another call of it changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from switchboard.reports.figures import Figures, from_plain, total
from switchboard.storage.call_figures import HourAndChannel, figures_of
from switchboard.storage.operator_tables import gone_calls
from switchboard.storage.tables import calls


def delete_calls(connection: sa.Connection, keys: Sequence[str]) -> None:
    """Delete the whole records of these calls, in this transaction, and keep what they came to."""
    if connection.dialect.name == "postgresql":
        # Waits for whoever counts an hour: half of a call would be in what that finds.
        connection.exec_driver_sql("LOCK TABLE call_hours IN ROW EXCLUSIVE MODE")
    which = calls.c.call.in_(keys)
    for (hour, channel), figures in figures_of(connection, which).items():
        own = sa.and_(gone_calls.c.hour == hour, gone_calls.c.channel == channel)
        before = connection.execute(sa.select(gone_calls.c.figures).where(own)).scalar()
        if before is None:
            row = {"hour": hour, "channel": channel, "figures": figures.to_plain()}
            connection.execute(sa.insert(gone_calls).values(**row))
        else:
            both = total((from_plain(before), figures)).to_plain()
            connection.execute(sa.update(gone_calls).where(own).values(figures=both))
    connection.execute(sa.delete(calls).where(which))


def gone_between(connection: sa.Connection, first: int, last: int) -> dict[HourAndChannel, Figures]:
    """What deleted calls of the hours from `first` to before `last` came to."""
    chosen = sa.select(gone_calls).where(gone_calls.c.hour >= first, gone_calls.c.hour < last)
    return {(row.hour, row.channel): from_plain(row.figures) for row in connection.execute(chosen)}


def oldest_gone(connection: sa.Connection) -> int | None:
    """The first hour of which a call was deleted; None while none was."""
    found: int | None = connection.execute(sa.select(sa.func.min(gone_calls.c.hour))).scalar()
    return found

"""Figures of calls by the hour: counted once the hour is over, kept until one of its calls changes.

A page about a year adds up 9,000 rows instead of looking at half a million calls. An hour that is
not over is counted anew each time. Whoever writes to a call deletes its hour's rows in the same
transaction (`stale_hours`), and whoever deletes a call keeps what it came to (`gone_calls`), so
that what is kept is always right.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from switchboard.reports.figures import Figures, from_plain, total
from switchboard.storage.call_figures import figures_of
from switchboard.storage.gone_calls import gone_between, oldest_gone
from switchboard.storage.operator_tables import call_hours
from switchboard.storage.store import Store
from switchboard.storage.tables import calls

_AT_ONCE = 24
"""Hours a transaction: on SQLite nobody else writes meanwhile. Raising it counts a long past
sooner, and lets calls' records wait longer."""
_SETTLED_H = 1
"""An hour is kept from so many hours after its end: its calls are still being written before."""
_NO_CALLS = ""


@dataclass(frozen=True, slots=True)
class Hour:
    """`hour` in whole hours since 1970, UTC. `text` is JSON of what `Figures.to_plain` gives: most
    of it need not be read again, see `reports.days`."""

    hour: int
    channel: str
    text: str

    @property
    def figures(self) -> Figures:
        return from_plain(json.loads(self.text))


def figures_by_hour(
    store: Store, first: int, last: int, *, now: float | None = None
) -> tuple[Hour, ...]:
    """What calls came to in the hours from `first` to before `last`, hours without calls left out.

    `now` in seconds since 1970. Raises StorageError.
    """
    now = time.time() if now is None else now
    count_hours(store, first, last, now=now)
    over = _over(now)
    with store.reading() as connection:
        text = sa.cast(call_hours.c.figures, sa.Text)
        chosen = sa.select(call_hours.c.hour, call_hours.c.channel, text).where(
            call_hours.c.hour >= first,
            call_hours.c.hour < last,
            call_hours.c.channel != _NO_CALLS,
        )
        kept = [Hour(*row) for row in connection.execute(chosen.order_by(call_hours.c.hour))]
        fresh = list(_counted(connection, max(first, over), last)) if last > over else []
    return (*kept, *fresh)


def count_hours(store: Store, first: int, last: int, *, now: float | None = None) -> int:
    """Count what is over and not kept of those hours; how many hours that was."""
    last = min(last, _over(time.time() if now is None else now))
    missing = _missing(store, first, last)
    for _, together in groupby(missing, key=lambda hour: hour // _AT_ONCE):
        hours = list(together)
        with store.writing() as connection:
            if connection.dialect.name == "postgresql":
                # Waits for whoever has changed a call and not said so yet, and holds up the others:
                # what is counted here is what is there once this is committed.
                connection.exec_driver_sql("LOCK TABLE call_hours IN SHARE ROW EXCLUSIVE MODE")
            _keep(connection, hours, _counted(connection, hours[0], hours[-1] + 1))
    return len(missing)


def count_all(store: Store) -> int:
    """Count every hour that is over, before its calls expire."""
    with store.reading() as connection:
        first = _oldest(connection)
    return 0 if first is None else count_hours(store, first, _over(time.time()))


def _oldest(connection: sa.Connection) -> int | None:
    """The hour of the first call, though it may be deleted by now."""
    there = connection.execute(sa.select(sa.func.min(calls.c.hour))).scalar()
    known = [hour for hour in (there, oldest_gone(connection)) if hour is not None]
    return min(known, default=None)


def _over(now: float) -> int:
    return int(now) // 3600 - _SETTLED_H


def _missing(store: Store, first: int, last: int) -> list[int]:
    with store.reading() as connection:
        oldest = _oldest(connection)
        if oldest is None:
            return []
        known = sa.select(call_hours.c.hour).where(
            call_hours.c.hour >= first, call_hours.c.hour < last
        )
        have = set(connection.execute(known).scalars())
    return [hour for hour in range(max(first, oldest), last) if hour not in have]


def _keep(connection: sa.Connection, hours: list[int], counted: Iterator[Hour]) -> None:
    wanted = set(hours)
    rows: list[dict[str, Any]] = [
        {"hour": each.hour, "channel": each.channel, "figures": json.loads(each.text)}
        for each in counted
        if each.hour in wanted
    ]
    empty = wanted - {row["hour"] for row in rows}
    rows += [{"hour": hour, "channel": _NO_CALLS, "figures": {}} for hour in sorted(empty)]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(call_hours)
    connection.execute(insert.on_conflict_do_nothing(index_elements=["hour", "channel"]), rows)


def _counted(connection: sa.Connection, first: int, last: int) -> Iterator[Hour]:
    """The hours of calls in the database and of those deleted from it, by channel."""
    figures = figures_of(connection, sa.and_(calls.c.hour >= first, calls.c.hour < last))
    for key, gone in gone_between(connection, first, last).items():
        figures[key] = total((figures[key], gone)) if key in figures else gone
    for (hour, channel), counted in sorted(figures.items(), key=lambda item: item[0]):
        yield Hour(hour, channel, json.dumps(counted.to_plain()))

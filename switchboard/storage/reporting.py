"""What reports say besides calls: gaps over time, hours of tuning, what was published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.storage.admin_tables import audit
from switchboard.storage.audit import CHANGES_WHAT_CALLERS_GET
from switchboard.storage.gap_tables import gap_history
from switchboard.storage.gaps import GapState
from switchboard.storage.store import Store
from switchboard.storage.tables import imports, publications

_QUARTER_S = 900
_TUNING = CHANGES_WHAT_CALLERS_GET | {"grammar published", "grammar rolled back"}
_FIXED = (GapState.RELEASED, GapState.VERIFIED)


@dataclass(frozen=True, slots=True)
class GapsThen:
    """Gaps at a moment: found until then, of these fixed (released, and not reopened), refused,
    and open."""

    found: int
    fixed: int
    refused: int

    @property
    def open(self) -> int:
        return self.found - self.fixed - self.refused


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a time. `tuning_hours`: quarters of an hour in which somebody changed what
    callers get, divided by four."""

    imports: int
    entries_changed: int
    publications: int
    tuning_hours: float


def gaps_at(store: Store, moments: Sequence[datetime]) -> tuple[GapsThen, ...]:
    """How many gaps there were at each of these moments, which are in order."""
    last: dict[int, str] = {}
    events: list[tuple[datetime, int, str]] = []
    with store.reading() as connection:
        table = gap_history
        chosen = sa.select(table.c.at, table.c.gap, table.c.state).order_by(table.c.at, table.c.id)
        events = [(row.at, row.gap, row.state) for row in connection.execute(chosen)]
    times = [at for at, _, _ in events]
    done, told = 0, []
    for moment in moments:
        upto = bisect_right(times, moment)
        last |= {gap: state for _, gap, state in events[done:upto]}
        done = upto
        states = list(last.values())
        told.append(
            GapsThen(
                found=len(states),
                fixed=sum(state in _FIXED for state in states),
                refused=states.count(GapState.REFUSED),
            )
        )
    return tuple(told)


def done_between(store: Store, begins: datetime, ends: datetime) -> Done:
    """What people did for callers from the one moment to before the other."""
    acts = sa.select(audit.c.actor, audit.c.at).where(
        audit.c.at >= begins, audit.c.at < ends, audit.c.action.in_(sorted(_TUNING))
    )
    brought = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(imports.c.added + imports.c.changed + imports.c.left), 0),
    ).where(imports.c.at >= begins, imports.c.at < ends)
    published = sa.select(sa.func.count()).where(
        publications.c.at >= begins, publications.c.at < ends
    )
    with store.reading() as connection:
        quarters = {
            (row.actor, int(row.at.timestamp()) // _QUARTER_S) for row in connection.execute(acts)
        }
        number, changed = connection.execute(brought).one()
        return Done(
            imports=number,
            entries_changed=changed,
            publications=connection.execute(published).scalar_one(),
            tuning_hours=len(quarters) / 4,
        )

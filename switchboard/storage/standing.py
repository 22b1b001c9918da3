"""How the service is doing, in a few figures: what the admin's home page says in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from directory.outcome import ReviewKind
from switchboard.storage import tables
from switchboard.storage.admin_tables import audit
from switchboard.storage.audit import CHANGES_WHAT_CALLERS_GET
from switchboard.storage.imports import ImportRecord, imports
from switchboard.storage.publishing import Publication, publications
from switchboard.storage.reviews import count_open
from switchboard.storage.store import Store

_WEEK = timedelta(days=6)
"""Before today."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`calls` counts today's calls by how they ended, "" for those that still run; `week` those
    of the last seven days, of which `wrong` were probably put through to the wrong place.

    `unpublished` counts the changes to the directory and the grammar since the last publication.
    """

    people: int
    departments: int
    open_reviews: Mapping[ReviewKind, int]
    calls: Mapping[str, int]
    week: Mapping[str, int]
    wrong: int
    last_import: ImportRecord | None
    published: Publication | None
    unpublished: int

    @property
    def reviews_waiting(self) -> int:
        return sum(self.open_reviews.values())

    @property
    def calls_today(self) -> int:
        return sum(self.calls.values())

    @property
    def calls_this_week(self) -> int:
        return sum(self.week.values())


def standing(store: Store, today: datetime) -> Standing:
    """The figures of this moment; `today` is when the day began, aware."""
    history = publications(store)
    published = history[-1] if history else None
    last = imports(store, limit=1)
    changes = sa.select(sa.func.count()).select_from(audit)
    changes = changes.where(audit.c.action.in_(sorted(CHANGES_WHAT_CALLERS_GET)))
    if published is not None:
        changes = changes.where(audit.c.at > published.at)
    calls = tables.calls
    # By the hour, because an index answers that alone.
    this_week = calls.c.hour >= int((today - _WEEK).timestamp()) // 3600
    with store.reading() as connection:
        return Standing(
            people=_count(connection, tables.people, tables.people.c.left.is_(False)),
            departments=_count(
                connection, tables.departments, tables.departments.c.left.is_(False)
            ),
            open_reviews=count_open(connection),
            calls=_ended(connection, calls.c.started_at >= today),
            week=_ended(connection, this_week),
            wrong=_count(connection, calls, this_week & calls.c.probably_wrong),
            last_import=last[0] if last else None,
            published=published,
            unpublished=connection.execute(changes).scalar_one(),
        )


def _count(connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(where)
    number: int = connection.execute(query).scalar_one()
    return number


def _ended(connection: sa.Connection, when: sa.ColumnElement[bool]) -> dict[str, int]:
    """How the calls of that time ended, and how many each way."""
    # By the bare column SQLite would go through its index, and so through every call there is.
    ending = tables.calls.c.ending.concat("")
    counted = sa.select(ending, sa.func.count()).where(when).group_by(sa.text("1"))
    return {row[0]: row[1] for row in connection.execute(counted)}

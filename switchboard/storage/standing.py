"""How the service is doing, in a few figures: what the admin's home page says in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from directory.outcome import ReviewKind
from switchboard.storage import tables
from switchboard.storage.admin_tables import audit
from switchboard.storage.audit import CHANGES_WHAT_CALLERS_GET
from switchboard.storage.imports import ImportRecord, imports
from switchboard.storage.publishing import Publication, publications
from switchboard.storage.reviews import count_open
from switchboard.storage.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """`calls` counts today's calls by how they ended, "" for those that still run.

    `unpublished` counts the changes to the directory and the grammar since the last publication.
    """

    people: int
    departments: int
    open_reviews: Mapping[ReviewKind, int]
    calls: Mapping[str, int]
    last_import: ImportRecord | None
    published: Publication | None
    unpublished: int

    @property
    def reviews_waiting(self) -> int:
        return sum(self.open_reviews.values())

    @property
    def calls_today(self) -> int:
        return sum(self.calls.values())


def standing(store: Store, today: datetime) -> Standing:
    """The figures of this moment; `today` is when the day began, aware."""
    history = publications(store)
    published = history[-1] if history else None
    last = imports(store, limit=1)
    changes = sa.select(sa.func.count()).select_from(audit)
    changes = changes.where(audit.c.action.in_(sorted(CHANGES_WHAT_CALLERS_GET)))
    if published is not None:
        changes = changes.where(audit.c.at > published.at)
    with store.reading() as connection:
        return Standing(
            people=_present(connection, tables.people),
            departments=_present(connection, tables.departments),
            open_reviews=count_open(connection),
            calls=_ended(connection, today),
            last_import=last[0] if last else None,
            published=published,
            unpublished=connection.execute(changes).scalar_one(),
        )


def _present(connection: sa.Connection, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.left.is_(False))
    number: int = connection.execute(query).scalar_one()
    return number


def _ended(connection: sa.Connection, since: datetime) -> dict[str, int]:
    """How the calls from that moment on ended, and how many each way."""
    calls = tables.calls
    # By the bare column SQLite would go through its index, and so through every call there is.
    ending = calls.c.ending.concat("")
    counted = sa.select(ending, sa.func.count()).where(calls.c.started_at >= since)
    return {row[0]: row[1] for row in connection.execute(counted.group_by(sa.text("1")))}

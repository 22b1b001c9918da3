"""An import as a page shows it: its counts, and its changes some at a time.

The whole outcome (`imports.outcome_of`) is 100,000 rows for a large directory.
"""

from __future__ import annotations

import sqlalchemy as sa

from directory.outcome import ChangeKind, EntryChange, Severity
from directory.summary import SKIPPED_TOLD, ImportSummary
from switchboard.storage.changes import change_of
from switchboard.storage.store import Store
from switchboard.storage.tables import changes, cleansings, imports, skipped_rows


def import_summary(store: Store, import_id: int) -> ImportSummary | None:
    """What an import came to; None when there was no such import. The cleansing and the skipped
    rows are there for the last imports only."""
    with store.reading() as connection:
        row = connection.execute(sa.select(imports).where(imports.c.id == import_id)).first()
        if row is None:
            return None
        own = changes.c.import_id == import_id
        kinds = sa.select(changes.c.kind, sa.func.count()).where(own).group_by(changes.c.kind)
        reason = (cleansings.c.severity, cleansings.c.reason)
        found = sa.select(*reason, sa.func.count()).where(cleansings.c.import_id == import_id)
        skipped = sa.select(skipped_rows.c.row, skipped_rows.c.reason).where(
            skipped_rows.c.import_id == import_id
        )
        counted = sa.select(sa.func.count()).select_from(skipped.subquery())
        told = skipped.order_by(skipped_rows.c.id).limit(SKIPPED_TOLD)
        return ImportSummary(
            rows_read=row.rows_read,
            changes={ChangeKind(kind): number for kind, number in connection.execute(kinds)},
            cleansing={
                (Severity(severity), why): number
                for severity, why, number in connection.execute(found.group_by(*reason))
            },
            skipped=connection.execute(counted).scalar_one(),
            skipped_first=tuple((row.row, row.reason) for row in connection.execute(told)),
            unmapped=tuple(row.unmapped),
        )


def changes_of(
    store: Store, import_id: int, *, limit: int | None = None, offset: int = 0
) -> tuple[EntryChange, ...]:
    """The changes that an import made, in their order, `limit` of them after the first `offset`."""
    chosen = sa.select(changes).where(changes.c.import_id == import_id).order_by(changes.c.id)
    with store.reading() as connection:
        return tuple(map(change_of, connection.execute(chosen.limit(limit).offset(offset))))

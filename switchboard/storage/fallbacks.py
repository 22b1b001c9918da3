"""Whether anything is new among the calls that fell back: asked every second, so it is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.storage.store import Store
from switchboard.storage.tables import call_labels, calls


@dataclass(frozen=True, slots=True)
class Signature:
    """Differs whenever a call falls back, ends or is labelled. `newest` is the id of the call that
    fell back last, "" for none."""

    newest: str
    fallen: int
    ended: int
    label: int


def signature(store: Store, since: datetime) -> Signature:
    """Of the calls that fell back from `since` on. Raises StorageError."""
    lately = calls.c.fell_back_at >= since
    newest = sa.select(calls.c.call).where(lately).order_by(calls.c.fell_back_at.desc()).limit(1)
    counted = sa.select(sa.func.count(), sa.func.count(calls.c.ended_at)).where(lately)
    with store.reading() as connection:
        fallen, ended = connection.execute(counted).one()
        return Signature(
            newest=connection.execute(newest).scalar() or "",
            fallen=fallen,
            ended=ended,
            label=connection.execute(sa.select(sa.func.max(call_labels.c.id))).scalar() or 0,
        )

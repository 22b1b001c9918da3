"""Whether anything is new among the calls that fell back: asked every second, so it is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.dialogue.actions import Note
from switchboard.storage.operator_tables import connect_requests
from switchboard.storage.store import Store
from switchboard.storage.tables import call_labels, call_notes, calls


@dataclass(frozen=True, slots=True)
class Signature:
    """Differs whenever a call falls back, ends, is labelled or is connected from the console.
    `newest` is the id of the call that fell back last, "" for none; `ended_at` when the last one
    ended, which a call does again after an operator has connected it."""

    newest: str
    fallen: int
    ended: int
    label: int
    connecting: int = 0
    ended_at: datetime | None = None

    @property
    def mark(self) -> str:
        """All of it as one short text."""
        ended = self.ended_at.timestamp() if self.ended_at else 0
        counts = (self.fallen, self.ended, ended, self.label, self.connecting)
        return "-".join(map(str, (*counts, self.newest)))


def signature(store: Store, since: datetime) -> Signature:
    """Of the calls that fell back from `since` on. Raises StorageError."""
    lately = calls.c.fell_back_at >= since
    newest = sa.select(calls.c.call).where(lately).order_by(calls.c.fell_back_at.desc()).limit(1)
    counted = sa.select(
        sa.func.count(), sa.func.count(calls.c.ended_at), sa.func.max(calls.c.ended_at)
    ).where(lately)
    asked = sa.select(sa.func.count(), sa.func.count(connect_requests.c.taken_at)).where(
        connect_requests.c.at >= since
    )
    noted = sa.select(sa.func.count()).where(
        call_notes.c.note.in_([Note.OPERATOR_CONNECTS.value, Note.OPERATOR_DONE.value]),
        call_notes.c.at >= since,
    )
    with store.reading() as connection:
        fallen, ended, ended_at = connection.execute(counted).one()
        wished, taken = connection.execute(asked).one()
        return Signature(
            newest=connection.execute(newest).scalar() or "",
            fallen=fallen,
            ended=ended,
            label=connection.execute(sa.select(sa.func.max(call_labels.c.id))).scalar() or 0,
            connecting=wished + taken + connection.execute(noted).scalar_one(),
            ended_at=ended_at,
        )

"""Whether anything is new among the calls that operators see: asked each second, so it is cheap."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.dialogue.actions import Note
from switchboard.storage.call_records import FOR_OPERATORS, still_talking
from switchboard.storage.operator_tables import connect_requests
from switchboard.storage.store import Store
from switchboard.storage.tables import call_labels, call_notes, calls, turns


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


@dataclass(frozen=True, slots=True)
class GoingOn:
    """Differs whenever a call begins, takes a turn, or is with the switchboard no more. `newest` is
    the id of the call that began last, "" for none."""

    newest: str
    mark: str


def signature(store: Store, since: datetime) -> Signature:
    """Of the calls that fell back from `since` on. Raises StorageError."""
    lately = sa.and_(FOR_OPERATORS, calls.c.fell_back_at >= since)
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


def unclosed(store: Store, since: datetime) -> int:
    """How many of the calls that fell back from `since` on nobody has said the wish of."""
    said = sa.exists().where(call_labels.c.call == calls.c.call)
    waits = sa.and_(FOR_OPERATORS, calls.c.fell_back_at >= since, ~said)
    with store.reading() as connection:
        counted = sa.select(sa.func.count()).select_from(calls).where(waits)
        number: int = connection.execute(counted).scalar_one()
        return number


def going_on_signature(store: Store, since: datetime) -> GoingOn:
    """Of the calls that `call_records.going_on` finds. Raises StorageError."""
    chosen = (
        sa.select(calls.c.call, sa.func.count(turns.c.number))
        .outerjoin(turns, turns.c.call == calls.c.call)
        .where(*still_talking(since))
        .group_by(calls.c.call, calls.c.started_at)
        .order_by(calls.c.started_at.desc(), calls.c.call)
    )
    with store.reading() as connection:
        found = [f"{call} {taken}" for call, taken in connection.execute(chosen)]
    newest = found[0].split(" ")[0] if found else ""
    return GoingOn(newest, hashlib.sha256("\n".join(found).encode()).hexdigest())

"""Replays: stored calls decided again under a draft, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage.gap_tables import replay_results, replays
from switchboard.storage.store import Store

KEPT = 20
"""Replays whose results are kept. Raising it keeps more history of what drafts would have done."""

_STILL_ALIVE = timedelta(minutes=5)
"""A replay that hasn't moved for so long died with its process. An engine that has to be made ready
first takes a minute or two."""


class ReplayState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Replay:
    """One row of `gap_tables.replays`. Counts are of turns."""

    id: int
    draft: str
    against: str
    at: datetime
    actor: str
    state: ReplayState
    fault: str
    done: int
    total: int
    by_sound: int
    fixed: int
    broken: int
    clearer: int
    ambiguous: int
    seen_at: datetime
    finished_at: datetime | None

    @property
    def share(self) -> float:
        """How far it is, in [0, 1]."""
        return self.done / self.total if self.total else float(self.state is ReplayState.DONE)


@dataclass(frozen=True, slots=True)
class Result:
    """A turn that the draft changes. `before` and `after` are {action, outcome, options, said,
    probability}, options being [{key, name, department}]."""

    call: str
    turn: int
    change: str
    meant: str
    meant_by: str
    by_sound: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def begin(
    store: Store, draft: str, against: str, *, total: int, actor: str, now: datetime | None = None
) -> int:
    """A new replay, running; the oldest beyond KEPT are forgotten. Its id."""
    now = now or datetime.now(UTC)
    nothing = ("done", "by_sound", "fixed", "broken", "clearer", "ambiguous")
    with store.writing() as connection:
        old = sa.select(replays.c.id).order_by(replays.c.id.desc()).offset(KEPT - 1)
        gone = list(connection.execute(old.limit(1000)).scalars())
        connection.execute(sa.delete(replays).where(replays.c.id.in_(gone)))
        number: int = connection.execute(
            sa.insert(replays)
            .values(
                draft=draft,
                against=against,
                at=now,
                actor=actor,
                state=ReplayState.RUNNING.value,
                fault="",
                total=total,
                seen_at=now,
                **dict.fromkeys(nothing, 0),
            )
            .returning(replays.c.id)
        ).scalar_one()
    return number


def progress(
    store: Store,
    number: int,
    results: Iterable[Result],
    counts: Mapping[str, int],
    *,
    now: datetime | None = None,
) -> None:
    """Store some results, and the counts so far (`done`, `fixed` and so on)."""
    rows = [
        {"replay": number, **{each.name: getattr(result, each.name) for each in fields(Result)}}
        for result in results
    ]
    moved = {**counts, "seen_at": now or datetime.now(UTC)}
    with store.writing() as connection:
        if rows:
            connection.execute(sa.insert(replay_results), rows)
        connection.execute(sa.update(replays).where(replays.c.id == number).values(**moved))


def finish(store: Store, number: int, fault: str = "", *, now: datetime | None = None) -> None:
    """It is done; with a sentence, it failed."""
    now = now or datetime.now(UTC)
    state = ReplayState.FAILED if fault else ReplayState.DONE
    ended = {"state": state.value, "fault": fault, "finished_at": now, "seen_at": now}
    with store.writing() as connection:
        connection.execute(sa.update(replays).where(replays.c.id == number).values(**ended))


def replay_of(store: Store, number: int) -> Replay:
    """Raises StorageError when there is none (any more)."""
    found = _find(store, sa.select(replays).where(replays.c.id == number))
    if not found:
        raise StorageError(f"There is no replay {number} (any more); replay the draft again.")
    return found[0]


def latest(store: Store, draft: str, against: str) -> Replay | None:
    """The last replay of that draft against that version."""
    same = sa.select(replays).where(replays.c.draft == draft, replays.c.against == against)
    found = _find(store, same.order_by(replays.c.id.desc()).limit(1))
    return found[0] if found else None


def recent(store: Store, limit: int = 10) -> tuple[Replay, ...]:
    """The last replays, the newest first."""
    return _find(store, sa.select(replays).order_by(replays.c.id.desc()).limit(limit))


def results_of(
    store: Store, number: int, change: str, *, limit: int | None = None, offset: int = 0
) -> tuple[Result, ...]:
    """What a replay found of one kind of change; the surest labels first."""
    table = replay_results
    order = sa.case(
        {"operator": 0, "tester": 1, "administrator": 2}, value=table.c.meant_by, else_=3
    )
    chosen = (
        sa.select(*(table.c[each.name] for each in fields(Result)))
        .where(table.c.replay == number, table.c.change == change)
        .order_by(order, table.c.call, table.c.turn)
        .limit(limit)
        .offset(offset)
    )
    with store.reading() as connection:
        return tuple(Result(**row) for row in connection.execute(chosen).mappings())


def _find(store: Store, chosen: sa.Select[Any]) -> tuple[Replay, ...]:
    with store.reading() as connection:
        found = [
            Replay(**{**row, "state": ReplayState(row["state"])})
            for row in connection.execute(chosen).mappings()
        ]
    return tuple(map(_told_dead, found))


def _told_dead(replay: Replay) -> Replay:
    """A replay whose process has ended, as failed."""
    if replay.state is not ReplayState.RUNNING:
        return replay
    if datetime.now(UTC) - replay.seen_at < _STILL_ALIVE:
        return replay
    values = {each.name: getattr(replay, each.name) for each in fields(Replay)}
    fault = "It was cut off: the process that ran it has ended."
    return Replay(**{**values, "state": ReplayState.FAILED, "fault": fault})

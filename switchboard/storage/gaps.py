"""Gaps: what callers said that didn't work, what was proposed for it, and what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.gap_tables import gap_calls, gap_cursor, gap_history, gaps
from switchboard.storage.store import Store
from switchboard.storage.tables import calls

Connection = sa.Connection
"""An open transaction, for those who write several things at once."""


class GapState(StrEnum):
    NEW = "new"
    """Nothing can be proposed yet: who was meant isn't known, or it was heard once only."""
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """A person corrects the directory, and isn't done yet."""
    IN_DRAFT = "in_draft"
    RELEASED = "released"
    VERIFIED = "verified"
    """Later calls went right."""
    REFUSED = "refused"
    REOPENED = "reopened"
    """Released, and a later call failed all the same."""


OPEN = (GapState.NEW, GapState.PROPOSED, GapState.REOPENED)
"""What waits for an administrator."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of `gap_tables.gaps`."""

    id: int
    kind: str
    state: GapState
    meant: str
    said: str
    phones: str
    calls: int
    callers: int
    first_at: datetime | None
    last_at: datetime | None
    fix: Mapping[str, Any]
    effect: Mapping[str, Any]
    reason: str
    version: str
    released_at: datetime | None
    changed_at: datetime
    awaits_proposal: bool


@dataclass(frozen=True, slots=True)
class GapCall:
    """One turn of a gap."""

    call: str
    turn: int
    gap: int
    at: datetime
    signal: str
    said: str
    meant: str
    meant_by: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class GapEvent:
    at: datetime
    actor: str
    state: GapState
    detail: str


@dataclass(frozen=True, slots=True)
class GapFilter:
    """Which gaps; () and "" leave a field open."""

    states: tuple[GapState, ...] = ()
    kind: str = ""
    meant: str = ""
    words: str = ""


def find_gaps(
    store: Store, chosen: GapFilter | None = None, *, limit: int | None = 50, offset: int = 0
) -> tuple[Gap, ...]:
    """Gaps, those of most calls first."""
    query = _chosen(sa.select(gaps), chosen or GapFilter())
    query = query.order_by(gaps.c.calls.desc(), gaps.c.last_at.desc(), gaps.c.id)
    with store.reading() as connection:
        rows = connection.execute(query.limit(limit).offset(offset))
        return tuple(_gap(row) for row in rows.mappings())


def count_gaps(store: Store, chosen: GapFilter | None = None) -> int:
    query = _chosen(sa.select(sa.func.count()).select_from(gaps), chosen or GapFilter())
    with store.reading() as connection:
        number: int = connection.execute(query).scalar_one()
        return number


def gap_counts(store: Store) -> dict[GapState, int]:
    """How many there are in each state that any is in."""
    query = sa.select(gaps.c.state, sa.func.count()).group_by(gaps.c.state)
    with store.reading() as connection:
        return {GapState(state): number for state, number in connection.execute(query)}


def gap_of(store: Store, number: int) -> Gap:
    """Raises StorageError when there is none (any more)."""
    with store.reading() as connection:
        return _read(connection, number)


def calls_of(store: Store, number: int, *, limit: int | None = None) -> tuple[GapCall, ...]:
    """The turns of a gap, the newest first."""
    query = sa.select(gap_calls).where(gap_calls.c.gap == number)
    query = query.order_by(gap_calls.c.at.desc(), gap_calls.c.call).limit(limit)
    with store.reading() as connection:
        return tuple(GapCall(**row) for row in connection.execute(query).mappings())


def turns_since(store: Store, number: int, moment: datetime) -> tuple[int, int]:
    """Turns of a gap that failed and that went right in calls that began after that moment: a call
    that was up meanwhile has kept the grammar that it began with."""
    chosen = (
        sa.select(gap_calls.c.succeeded, sa.func.count())
        .join(calls, calls.c.call == gap_calls.c.call)
        .where(gap_calls.c.gap == number, gap_calls.c.at >= moment, calls.c.started_at >= moment)
        .group_by(gap_calls.c.succeeded)
    )
    with store.reading() as connection:
        counts = {bool(right): count for right, count in connection.execute(chosen)}
    return counts.get(False, 0), counts.get(True, 0)


def history_of(store: Store, number: int) -> tuple[GapEvent, ...]:
    """What became of a gap, the oldest first."""
    table = gap_history
    query = sa.select(table).where(table.c.gap == number).order_by(table.c.id)
    with store.reading() as connection:
        return tuple(
            GapEvent(row.at, row.actor, GapState(row.state), row.detail)
            for row in connection.execute(query)
        )


def known_turns(store: Store, keys: Sequence[str]) -> dict[tuple[str, int], GapCall]:
    """Which turns of these calls belong to a gap already."""
    query = sa.select(gap_calls).where(gap_calls.c.call.in_(keys))
    with store.reading() as connection:
        found = [GapCall(**row) for row in connection.execute(query).mappings()]
    return {(each.call, each.turn): each for each in found}


def put_turn(
    connection: Connection, turn: GapCall, *, gap: Mapping[str, Any] | None, at: datetime
) -> int:
    """File a turn under a gap: `turn.gap`, or a new one made of `gap` (kind, meant, said, phones).

    A turn that was filed elsewhere is moved. The gap's id; its counts are `recount`'s to renew.
    """
    number = turn.gap
    if gap is not None:
        nothing = {"reason": "", "version": "", "fix": {}, "effect": {}, "calls": 0, "callers": 0}
        made = {**nothing, **gap, "state": GapState.NEW.value, "changed_at": at}
        number = connection.execute(sa.insert(gaps).returning(gaps.c.id), [made]).scalar_one()
        write_history(connection, number, GapState.NEW, at=at)
    same = sa.and_(gap_calls.c.call == turn.call, gap_calls.c.turn == turn.turn)
    connection.execute(sa.delete(gap_calls).where(same))
    values = {field.name: getattr(turn, field.name) for field in fields(GapCall)}
    connection.execute(sa.insert(gap_calls).values(**{**values, "gap": number}))
    return number


def recount(connection: Connection, numbers: Iterable[int]) -> set[int]:
    """Renew the counts of gaps whose turns have changed; forget those that no call is left of,
    unless somebody has decided about them. Those forgotten."""
    gone = set()
    for number in sorted(set(numbers)):
        failed = sa.and_(gap_calls.c.gap == number, sa.not_(gap_calls.c.succeeded))
        # Calls whose number was withheld may be of one caller or of many: each counts as one.
        caller = sa.func.coalesce(sa.func.nullif(calls.c.caller_hash, ""), calls.c.call)
        counted = connection.execute(
            sa.select(
                sa.func.count(gap_calls.c.call.distinct()),
                sa.func.count(caller.distinct()),
                sa.func.min(gap_calls.c.at),
                sa.func.max(gap_calls.c.at),
            )
            .join(calls, calls.c.call == gap_calls.c.call)
            .where(failed)
        ).one()
        if counted[0] == 0 and _undecided(connection, number):
            connection.execute(sa.delete(gaps).where(gaps.c.id == number))
            gone.add(number)
            continue
        names = ("calls", "callers", "first_at", "last_at")
        connection.execute(
            sa.update(gaps)
            .where(gaps.c.id == number)
            .values(**dict(zip(names, counted, strict=True)))
        )
    return gone


def await_proposals(connection: Connection, numbers: Iterable[int]) -> None:
    """Remember that the calls of these gaps have changed, until `await_nothing`: whoever files them
    may not live to propose."""
    connection.execute(
        sa.update(gaps).where(gaps.c.id.in_(sorted(numbers))).values(awaits_proposal=True)
    )


def await_nothing(connection: Connection) -> None:
    """Forget what `await_proposals` remembered: all of it is worked out."""
    connection.execute(sa.update(gaps).where(gaps.c.awaits_proposal).values(awaits_proposal=False))


def awaiting_proposals(store: Store) -> tuple[Gap, ...]:
    """Gaps whose calls have changed since they were last proposed for, the oldest first."""
    query = sa.select(gaps).where(gaps.c.awaits_proposal).order_by(gaps.c.id)
    with store.reading() as connection:
        return tuple(_gap(row) for row in connection.execute(query).mappings())


def forget_empty(store: Store) -> int:
    """Renew the counts of gaps whose calls were deleted, and forget what was only heard in those:
    texts that callers said are not kept longer than the calls. How many were forgotten."""
    with store.writing() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(gaps)).scalar_one()
        left = (
            sa.select(sa.func.count(gap_calls.c.call.distinct()))
            .where(gap_calls.c.gap == gaps.c.id, sa.not_(gap_calls.c.succeeded))
            .scalar_subquery()
        )
        changed = connection.execute(sa.select(gaps.c.id).where(gaps.c.calls != left)).scalars()
        recount(connection, list(changed))
        after = connection.execute(sa.select(sa.func.count()).select_from(gaps)).scalar_one()
        return int(before - after)


def set_proposal(
    connection: Connection,
    number: int,
    *,
    said: str,
    phones: str,
    fix: Mapping[str, Any],
    effect: Mapping[str, Any],
    at: datetime,
) -> None:
    """What is proposed for a gap; changes its state between new and proposed.

    A gap that somebody has decided about meanwhile, or that is gone, is left as it is.
    """
    gap = _found(connection, number)
    if gap is None or gap.state not in OPEN:
        return
    state = gap.state
    if state is not GapState.REOPENED:
        state = GapState.PROPOSED if fix else GapState.NEW
    values = {"said": said, "phones": phones, "fix": dict(fix), "effect": dict(effect)}
    connection.execute(
        sa.update(gaps).where(gaps.c.id == number).values(**values, state=state.value)
    )
    if state is not gap.state:
        write_history(connection, number, state, at=at)


def move(
    connection: Connection,
    gap: Gap,
    state: GapState,
    *,
    actor: str = "",
    detail: str = "",
    at: datetime | None = None,
    **values: Any,
) -> None:
    """Bring a gap into a state, and remember who did. With an actor it is an act for the audit."""
    at = at or datetime.now(UTC)
    connection.execute(
        sa.update(gaps)
        .where(gaps.c.id == gap.id)
        .values(state=state.value, changed_at=at, **values)
    )
    write_history(connection, gap.id, state, actor=actor, detail=detail, at=at)
    if actor:
        audit.write(
            connection,
            f"gap {state.value.replace('_', ' ')}",
            actor=actor,
            subject=f"gap {gap.id}",
            name=gap.said,
            before={"state": gap.state.value},
            after={"state": state.value, **({"reason": detail} if detail else {})},
            at=at,
        )


def write_history(
    connection: Connection,
    number: int,
    state: GapState,
    *,
    actor: str = "",
    detail: str = "",
    at: datetime,
) -> None:
    connection.execute(
        sa.insert(gap_history).values(
            gap=number, at=at, actor=actor, state=state.value, detail=detail
        )
    )


def cursor(store: Store) -> tuple[datetime | None, int]:
    """Calls that began before this moment, and labels up to this id, have been looked at."""
    with store.reading() as connection:
        row = connection.execute(sa.select(gap_cursor)).first()
    return (row.calls_until, row.labels_until) if row else (None, 0)


def set_cursor(store: Store, calls_until: datetime, labels_until: int) -> None:
    values = {"calls_until": calls_until, "labels_until": labels_until}
    with store.writing() as connection:
        if not connection.execute(sa.update(gap_cursor).values(**values)).rowcount:
            connection.execute(sa.insert(gap_cursor).values(id=1, **values))


def read_gap(connection: Connection, number: int) -> Gap:
    """As `gap_of`, within a transaction."""
    return _read(connection, number)


def _read(connection: Connection, number: int) -> Gap:
    gap = _found(connection, number)
    if gap is None:
        raise StorageError(f"There is no gap {number} (any more); see: switchboard gaps list.")
    return gap


def _found(connection: Connection, number: int) -> Gap | None:
    row = connection.execute(sa.select(gaps).where(gaps.c.id == number)).mappings().first()
    return None if row is None else _gap(row)


def _gap(row: sa.RowMapping) -> Gap:
    return Gap(**{**row, "state": GapState(row["state"])})


def _undecided(connection: Connection, number: int) -> bool:
    undecided = (*OPEN, GapState.REFUSED)
    state = connection.execute(sa.select(gaps.c.state).where(gaps.c.id == number)).scalar()
    return state in {each.value for each in undecided}


def _chosen(query: sa.Select[Any], chosen: GapFilter) -> sa.Select[Any]:
    if chosen.states:
        query = query.where(gaps.c.state.in_([state.value for state in chosen.states]))
    if chosen.kind:
        query = query.where(gaps.c.kind == chosen.kind)
    if chosen.meant:
        query = query.where(gaps.c.meant == chosen.meant)
    if chosen.words:
        query = query.where(gaps.c.said.contains(chosen.words.lower(), autoescape=True))
    return query

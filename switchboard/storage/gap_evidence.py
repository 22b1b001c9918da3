"""The stored calls from which gaps are found, and those by which drafts are judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from switchboard.dialogue.actions import Expecting, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.call_records import CALL_COLUMNS, Call, CallRecord, read_records
from switchboard.storage.gap_tables import gap_cursor
from switchboard.storage.store import Store
from switchboard.storage.tables import (
    call_labels,
    call_notes,
    calls,
    publications,
    transfers,
    turns,
)

SOON = timedelta(minutes=10)
"""A caller who is back within this was probably not served the first time."""

_OVER = sa.or_(calls.c.ending != "", calls.c.ended_at.is_not(None))
_LONGEST_CALL = timedelta(hours=1)
_BATCH = 200


def ended_calls(store: Store, since: datetime, until: datetime) -> Iterator[tuple[CallRecord, ...]]:
    """The whole records of calls that began from `since` (included) to `until`, and are over,
    in batches, the oldest first."""
    chosen = (
        sa.select(calls.c.call)
        .where(calls.c.started_at >= since, calls.c.started_at < until, _OVER)
        .order_by(calls.c.started_at, calls.c.call)
    )
    with store.reading() as connection:
        keys = list(connection.execute(chosen).scalars())
    for at in range(0, len(keys), _BATCH):
        yield records_of(store, keys[at : at + _BATCH])


def anything_new(store: Store) -> bool:
    """Whether a call ended, was labelled, or a grammar published since gaps were looked for last:
    one short query, asked every few minutes. Entries that come late are found with the next call.

    Raises StorageError.
    """
    with store.reading() as connection:
        seen = connection.execute(sa.select(gap_cursor)).first()
        if seen is None:
            return bool(connection.execute(sa.select(sa.exists().where(_OVER))).scalar())
        until = seen.calls_until
        news = sa.or_(
            sa.exists().where(
                # Keeps the look to an hour of calls, by their index.
                calls.c.started_at >= until - _LONGEST_CALL,
                calls.c.ended_at >= until,
            ),
            sa.exists().where(call_labels.c.id > seen.labels_until),
            sa.exists().where(publications.c.at >= until),
        )
        return bool(connection.execute(sa.select(news)).scalar())


def records_of(store: Store, keys: Sequence[str]) -> tuple[CallRecord, ...]:
    """The whole records of these calls, the oldest first; those that are gone are left out."""
    chosen = sa.select(*CALL_COLUMNS).where(calls.c.call.in_(keys))
    with store.reading() as connection:
        return read_records(connection, chosen.order_by(calls.c.started_at, calls.c.call))


def next_calls(store: Store, records: Sequence[CallRecord]) -> dict[str, Call]:
    """By call: the same caller's next one, where it came within SOON."""
    hashes = {each.call.caller_hash for each in records} - {""}
    if not hashes:
        return {}
    first = min(each.call.started_at for each in records)
    last = max(each.call.started_at for each in records)
    chosen = (
        sa.select(*CALL_COLUMNS)
        .where(
            calls.c.caller_hash.in_(sorted(hashes)),
            calls.c.started_at > first,
            calls.c.started_at <= last + SOON,
        )
        .order_by(calls.c.started_at)
    )
    with store.reading() as connection:
        later = [Call(**row) for row in connection.execute(chosen).mappings()]
    found = {}
    for record in records:
        call = record.call
        for other in later:
            after = other.started_at - call.started_at
            if other.caller_hash == call.caller_hash and timedelta(0) < after <= SOON:
                found[call.call] = other
                break
    return found


def labelled_after(store: Store, label: int) -> tuple[list[str], int]:
    """Calls with a label newer than that id, and the newest id there is."""
    table = call_labels
    with store.reading() as connection:
        keys = connection.execute(sa.select(table.c.call).where(table.c.id > label).distinct())
        newest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
        return list(keys.scalars()), newest or 0


def labelled_calls(store: Store) -> list[str]:
    """All calls of which a person said what they wanted, the oldest first."""
    chosen = (
        sa.select(calls.c.call)
        .where(calls.c.call.in_(sa.select(call_labels.c.call)))
        .order_by(calls.c.started_at, calls.c.call)
    )
    with store.reading() as connection:
        return list(connection.execute(chosen).scalars())


@dataclass(frozen=True, slots=True)
class WentWell:
    """A turn that led at once to where the caller stayed: nobody said no or called again."""

    call: str
    turn: int
    entry: str


def went_well(store: Store, limit: int) -> tuple[WentWell, ...]:
    """Turns of calls without a label that probably went right, the newest first."""
    declined = sa.exists().where(call_notes.c.call == calls.c.call, call_notes.c.note == "declined")
    labelled = sa.exists().where(call_labels.c.call == calls.c.call)
    more = turns.alias("more")
    several = sa.exists().where(
        more.c.call == turns.c.call,
        more.c.expecting == Expecting.NAME.value,
        more.c.number != turns.c.number,
    )
    chosen = (
        sa.select(calls.c.call, turns.c.number, calls.c.entry)
        .join(turns, turns.c.call == calls.c.call)
        .join(transfers, transfers.c.call == calls.c.call)
        .where(
            turns.c.expecting == Expecting.NAME.value,
            turns.c.outcome == "heard",
            turns.c.action.in_(("transfer", "confirm", "disambiguate")),
            transfers.c.purpose == Purpose.ENTRY.value,
            transfers.c.outcome == TransferOutcome.CONNECTED.value,
            transfers.c.entry == calls.c.entry,
            calls.c.fell_back_at.is_(None),
            sa.not_(calls.c.probably_wrong),
            sa.not_(declined),
            sa.not_(labelled),
            sa.not_(several),
        )
        .order_by(calls.c.started_at.desc(), calls.c.call)
        .limit(limit)
    )
    with store.reading() as connection:
        return tuple(
            WentWell(row.call, row.number, row.entry) for row in connection.execute(chosen)
        )

"""Entries of calls' records into the database. The same entry written twice is stored once.

Entries may also come late or in another order than they happened: after a fault, some come from
the spool of another process. So each writes what it knows, and makes the call's row if need be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Entry,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.dialogue.actions import Note, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.stale_hours import forget_hours
from switchboard.storage.store import Store
from switchboard.storage.tables import (
    call_notes,
    calls,
    transfers,
    turn_audio,
    turn_evidence,
    turns,
)

_BY_CALL = ("call",)
_BY_NUMBER = ("call", "number")


def write_entries(store: Store, entries: Iterable[Entry]) -> None:
    """Store these entries, all of them or (on any fault) none. Raises StorageError."""
    changed: set[str] = set()
    with store.writing() as connection:
        for entry in entries:
            _write(connection, entry)
            changed.add(entry.call)
            if isinstance(entry, Noted) and entry.note == Note.PROBABLY_WRONG:
                changed.add(entry.detail)
        forget_hours(connection, changed)


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970 in UTC: what reports group calls by."""
    return int(moment.timestamp()) // 3600


def _write(connection: sa.Connection, entry: Entry) -> None:
    if not isinstance(entry, CallStarted):
        _make_call(connection, entry.call, entry.at)
    match entry:
        case CallStarted():
            _start(connection, entry)
        case TurnTaken():
            _take_turn(connection, entry)
        case Noted():
            _note(connection, entry)
        case TransferBegun():
            _begin_transfer(connection, entry)
        case TransferDone():
            known = {"done_at": entry.at, "outcome": entry.outcome, "how": entry.how}
            unknown = {"at": entry.at, "to": "", "entry": "", "purpose": ""}
            key = {"call": entry.call, "number": entry.number}
            _put(connection, transfers, _BY_NUMBER, {**unknown, **known, **key}, known)
            _remember_destination(connection, entry.call)
        case CallEnded():
            connection.execute(
                sa.update(calls)
                .where(calls.c.call == entry.call)
                .values(
                    ended_at=entry.at,
                    ending=entry.ending,
                    reason=entry.reason,
                    emergency=entry.emergency,
                )
            )


def _make_call(connection: sa.Connection, call: str, at: datetime) -> None:
    """A row for a call of which nothing is known yet but that it was up at that moment."""
    _put(connection, calls, _BY_CALL, {**_unknown_call(at), "call": call})


def _unknown_call(at: datetime) -> dict[str, Any]:
    texts = ("channel", "caller_class", "caller_hash", "caller_number", "dialled", "entry")
    more = ("grammar_version", "engine", "worker", "ending", "reason")
    flags = ("emergency", "probably_wrong")
    return {
        **dict.fromkeys((*texts, *more), ""),
        **dict.fromkeys(flags, False),
        "started_at": at,
        "hour": hour_of(at),
    }


def _start(connection: sa.Connection, entry: CallStarted) -> None:
    known = {
        "started_at": entry.at,
        "hour": hour_of(entry.at),
        "channel": entry.channel,
        "caller_class": entry.caller_class,
        "caller_hash": entry.caller_hash,
        "caller_number": entry.caller_number,
        "dialled": entry.dialled,
        "grammar_version": entry.grammar_version,
        "engine": entry.engine,
        "worker": entry.worker,
    }
    row = {**_unknown_call(entry.at), **known, "call": entry.call}
    _put(connection, calls, _BY_CALL, row, known)


def _take_turn(connection: sa.Connection, entry: TurnTaken) -> None:
    key = {"call": entry.call, "number": entry.number}
    turn = {
        "at": entry.at,
        "prompt": entry.prompt,
        "expecting": entry.expecting,
        "outcome": entry.outcome,
        "transcript": entry.transcript,
        "keys": entry.keys,
        "action": entry.action,
        "reason": entry.reason,
        "options": list(entry.options),
        "probability": entry.probability,
    }
    evidence = {
        "hypotheses": list(entry.hypotheses),
        "candidates": list(entry.candidates),
        "timings_ms": dict(entry.timings_ms),
        "evidence": list(entry.evidence),
        "speech_probability": entry.speech_probability,
    }
    _put(connection, turns, _BY_NUMBER, {**key, **turn})
    _put(connection, turn_evidence, _BY_NUMBER, {**key, **evidence})
    if entry.audio is not None:
        sound = {"at": entry.at, "flac": entry.audio}
        _put(connection, turn_audio, _BY_NUMBER, {**key, **sound})


def _note(connection: sa.Connection, entry: Noted) -> None:
    told = {
        "turn": entry.turn,
        "note": entry.note,
        "entries": list(entry.entries),
        "detail": entry.detail,
    }
    moment = entry.at.astimezone(UTC).isoformat()
    digest = hashlib.sha256(json.dumps([moment, told], sort_keys=True).encode()).hexdigest()[:32]
    row = {"call": entry.call, "digest": digest, "at": entry.at, **told}
    _put(connection, call_notes, ("call", "digest"), row)
    if entry.note == Note.FALLBACK:
        _remember_fallback(connection, entry.call, entry.at)
    if entry.note == Note.PROBABLY_WRONG and entry.detail:
        _make_call(connection, entry.detail, entry.at)
        earlier = sa.update(calls).where(calls.c.call == entry.detail)
        connection.execute(earlier.values(probably_wrong=True))


def _begin_transfer(connection: sa.Connection, entry: TransferBegun) -> None:
    known = {"at": entry.at, "to": entry.to, "entry": entry.entry, "purpose": entry.purpose}
    unknown = {"done_at": None, "outcome": "", "how": ""}
    key = {"call": entry.call, "number": entry.number}
    _put(connection, transfers, _BY_NUMBER, {**unknown, **known, **key}, known)
    _remember_destination(connection, entry.call)
    if entry.purpose != Purpose.ENTRY:
        _remember_fallback(connection, entry.call, entry.at)


def _remember_destination(connection: sa.Connection, call: str) -> None:
    """Write the last entry that the caller was put through to into the call's own row."""
    last = (
        sa.select(transfers.c.entry)
        .where(
            transfers.c.call == call,
            transfers.c.outcome == TransferOutcome.CONNECTED,
            transfers.c.entry != "",
        )
        .order_by(transfers.c.number.desc())
        .limit(1)
    )
    if entry := connection.execute(last).scalar():
        connection.execute(sa.update(calls).where(calls.c.call == call).values(entry=entry))


def _remember_fallback(connection: sa.Connection, call: str, at: datetime) -> None:
    later = sa.or_(calls.c.fell_back_at.is_(None), calls.c.fell_back_at > at)
    connection.execute(sa.update(calls).where(calls.c.call == call, later).values(fell_back_at=at))


def _put(
    connection: sa.Connection,
    table: sa.Table,
    key: tuple[str, ...],
    row: dict[str, Any],
    renewed: dict[str, Any] | None = None,
) -> None:
    """Insert a row; where there is one of that key, write `renewed` into it (None: leave it)."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(**row)
    if renewed is None:
        connection.execute(insert.on_conflict_do_nothing(index_elements=key))
    else:
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_=renewed))

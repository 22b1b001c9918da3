"""What was kept of calls, read back: lists of calls, and all that is known of some of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from switchboard.calls.record import Channel, Noted, TurnTaken
from switchboard.dialogue.actions import Ending, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.call_labels import Label, read_labels
from switchboard.storage.store import Store
from switchboard.storage.tables import (
    call_labels,
    call_notes,
    calls,
    transfers,
    turn_audio,
    turn_evidence,
    turns,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call without its turns. Names as in `calls.record`.

    `ended_at` is None and `ending` "" while the call runs, or when its process died. `entry` is
    the key of the last entry that the caller was put through to, "" for none; `fell_back_at` when
    the call was first sent to an operator. `probably_wrong`: the same caller was soon back.
    """

    call: str
    started_at: datetime
    channel: str
    caller_class: str
    caller_hash: str
    caller_number: str
    dialled: str
    grammar_version: str
    engine: str
    worker: str
    ended_at: datetime | None
    ending: str
    reason: str
    emergency: bool
    entry: str
    fell_back_at: datetime | None
    probably_wrong: bool


@dataclass(frozen=True, slots=True)
class PastTransfer:
    """`done_at` is None and `outcome` and `how` are "" while it runs."""

    number: int
    at: datetime
    to: str
    entry: str
    purpose: str
    done_at: datetime | None
    outcome: str
    how: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """All that is kept of a call, each part in the order it happened. The turns come without their
    sound; `with_audio` are the numbers of those that have it."""

    call: Call
    turns: tuple[TurnTaken, ...]
    notes: tuple[Noted, ...]
    transfers: tuple[PastTransfer, ...]
    labels: tuple[Label, ...]
    with_audio: frozenset[int]


BY_CALLERS = calls.c.channel == Channel.PHONE.value
"""Of whatever is counted as callers' calls: neither testers', by browser or PIN, nor simulated."""

_OF_TESTERS = (Channel.BROWSER.value, Channel.TESTER.value)

FOR_OPERATORS = calls.c.channel.not_in(_OF_TESTERS)
"""Of what operators are shown: nobody is waiting behind a tester's call, and the tester says what
was wanted. Simulated ones are only where somebody looks at a demonstration."""


def still_talking(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Callers' calls that began from `since` on, and are neither over nor sent to an operator."""
    return (
        BY_CALLERS,
        calls.c.started_at >= since,
        calls.c.ended_at.is_(None),
        calls.c.fell_back_at.is_(None),
    )


def call_record(store: Store, call: str) -> CallRecord | None:
    """One call's whole record; None when there is none, or none any more."""
    with store.reading() as connection:
        found = read_records(connection, sa.select(*CALL_COLUMNS).where(calls.c.call == call))
    return found[0] if found else None


def fallen_back(store: Store, since: datetime, *, limit: int = 50) -> tuple[CallRecord, ...]:
    """Calls sent to an operator from `since` on, the newest first: for the operators' screen."""
    chosen = (
        sa.select(*CALL_COLUMNS)
        .where(FOR_OPERATORS, calls.c.fell_back_at >= since)
        .order_by(calls.c.fell_back_at.desc())
        .limit(limit)
    )
    with store.reading() as connection:
        return read_records(connection, chosen)


def going_on(store: Store, since: datetime, *, limit: int = 50) -> tuple[CallRecord, ...]:
    """Callers' calls that began from `since` on and are with the switchboard: neither over nor sent
    to an operator; the newest first."""
    chosen = (
        sa.select(*CALL_COLUMNS)
        .where(*still_talking(since))
        .order_by(calls.c.started_at.desc())
        .limit(limit)
    )
    with store.reading() as connection:
        return read_records(connection, chosen)


def find_calls(
    store: Store,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    caller_hash: str | None = None,
    entry: str | None = None,
    ending: Ending | None = None,
    limit: int = 50,
) -> tuple[Call, ...]:
    """Calls with all of these, the newest first.

    `since` is included and `before` isn't: hand on the last call's `started_at` for the next page.
    """
    chosen = sa.select(*CALL_COLUMNS)
    if since is not None:
        chosen = chosen.where(calls.c.started_at >= since)
    if before is not None:
        chosen = chosen.where(calls.c.started_at < before)
    equal = {"caller_hash": caller_hash, "entry": entry, "ending": ending}
    chosen = chosen.filter_by(**{name: value for name, value in equal.items() if value is not None})
    with store.reading() as connection:
        rows = connection.execute(chosen.order_by(calls.c.started_at.desc()).limit(limit))
        return tuple(Call(**row) for row in rows.mappings())


def turn_sound(store: Store, call: str, number: int) -> bytes | None:
    """What the caller said in a turn, as FLAC; None where it isn't kept."""
    table = turn_audio
    with store.reading() as connection:
        return connection.execute(
            sa.select(table.c.flac).where(table.c.call == call, table.c.number == number)
        ).scalar()


def call_counts(store: Store, since: datetime) -> dict[str, int]:
    """How many calls wanted each entry, by key, from `since` on.

    Those put through to it, unless the caller was soon back; and those of which an operator or a
    tester said so, which outranks where the call went. Calls of testers and simulated ones don't
    count: see `BY_CALLERS`.
    """
    labelled = sa.select(call_labels.c.call).where(call_labels.c.at >= since)
    reached = (
        sa.select(transfers.c.entry, sa.func.count(transfers.c.call.distinct()).label("calls"))
        .join(calls, calls.c.call == transfers.c.call)
        .where(
            BY_CALLERS,
            transfers.c.at >= since,
            transfers.c.entry != "",
            transfers.c.purpose == Purpose.ENTRY,
            transfers.c.outcome == TransferOutcome.CONNECTED,
            sa.not_(calls.c.probably_wrong),
            transfers.c.call.not_in(labelled),
        )
        .group_by(transfers.c.entry)
    )
    said = (
        sa.select(call_labels.c.entry, sa.func.count(call_labels.c.call.distinct()).label("calls"))
        .join(calls, calls.c.call == call_labels.c.call)
        .where(BY_CALLERS, call_labels.c.at >= since, call_labels.c.entry != "", _holds())
        .group_by(call_labels.c.entry)
    )
    counts: Counter[str] = Counter()
    with store.reading() as connection:
        for chosen in (reached, said):
            counts.update({row.entry: row.calls for row in connection.execute(chosen)})
    return dict(counts)


CALL_COLUMNS = [calls.c[field.name] for field in fields(Call)]


def _holds() -> sa.ColumnElement[bool]:
    """The label is the last of its call and turn."""
    later = call_labels.alias("later")
    return sa.not_(
        sa.exists().where(
            later.c.call == call_labels.c.call,
            later.c.turn == call_labels.c.turn,
            later.c.id > call_labels.c.id,
        )
    )


def read_records(connection: sa.Connection, chosen: sa.Select[Any]) -> tuple[CallRecord, ...]:
    """The whole records of the calls that a select of `CALL_COLUMNS` chooses, in its order."""
    found = [Call(**row) for row in connection.execute(chosen).mappings()]
    keys = [call.call for call in found]
    evidence = sa.and_(
        turn_evidence.c.call == turns.c.call, turn_evidence.c.number == turns.c.number
    )
    all_turns = _by_call(
        connection,
        sa.select(
            turns,
            turn_evidence.c.hypotheses,
            turn_evidence.c.candidates,
            turn_evidence.c.timings_ms,
            turn_evidence.c.evidence,
            turn_evidence.c.speech_probability,
        )
        .join(turn_evidence, evidence)
        .where(turns.c.call.in_(keys))
        .order_by(turns.c.number),
    )
    notes = _by_call(
        connection,
        sa.select(call_notes).where(call_notes.c.call.in_(keys)).order_by(call_notes.c.at),
    )
    moves = _by_call(
        connection,
        sa.select(transfers).where(transfers.c.call.in_(keys)).order_by(transfers.c.number),
    )
    sounds = _by_call(
        connection,
        sa.select(turn_audio.c.call, turn_audio.c.number).where(turn_audio.c.call.in_(keys)),
    )
    labels = read_labels(connection, keys)
    return tuple(
        CallRecord(
            call=call,
            turns=tuple(_turn(row) for row in all_turns[call.call]),
            notes=tuple(_note(row) for row in notes[call.call]),
            transfers=tuple(_transfer(row) for row in moves[call.call]),
            labels=tuple(label for label in labels if label.call == call.call),
            with_audio=frozenset(row["number"] for row in sounds[call.call]),
        )
        for call in found
    )


def _by_call(
    connection: sa.Connection, chosen: sa.Select[Any]
) -> defaultdict[str, list[sa.RowMapping]]:
    rows: defaultdict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in connection.execute(chosen).mappings():
        rows[row["call"]].append(row)
    return rows


def _turn(row: sa.RowMapping) -> TurnTaken:
    lists = ("hypotheses", "candidates", "options", "evidence")
    return TurnTaken(**{**row, **{name: tuple(row[name]) for name in lists}})


def _note(row: sa.RowMapping) -> Noted:
    names = [field.name for field in fields(Noted)]
    return Noted(**{**{name: row[name] for name in names}, "entries": tuple(row["entries"])})


def _transfer(row: sa.RowMapping) -> PastTransfer:
    return PastTransfer(**{field.name: row[field.name] for field in fields(PastTransfer)})

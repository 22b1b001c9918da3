"""What calls in the database came to, counted from their records by hour and channel."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from switchboard.dialogue.actions import Note
from switchboard.reports.figures import Facts, Figures, Move, count
from switchboard.storage.tables import call_labels, call_notes, calls, transfers, turn_evidence

HourAndChannel = tuple[int, str]
"""`calls.hour` and `calls.channel`."""


def figures_of(
    connection: sa.Connection, which: sa.ColumnElement[bool]
) -> dict[HourAndChannel, Figures]:
    """The figures of those calls, chosen by columns of `calls`; what has none is left out."""
    found = connection.execute(
        sa.select(
            calls.c.call, calls.c.hour, calls.c.channel, calls.c.caller_class, calls.c.started_at,
            calls.c.ending, calls.c.emergency, calls.c.probably_wrong,
        ).where(which)
    ).all()  # fmt: skip
    if not found:
        return {}
    moves, notes, labels, waits = _besides(connection, which)
    together: defaultdict[HourAndChannel, list[Facts]] = defaultdict(list)
    for row in found:
        wanted, entry = labels.get(row.call, ("", ""))
        facts = Facts(
            caller_class=row.caller_class,
            started_at=row.started_at,
            ending=row.ending,
            emergency=row.emergency,
            probably_wrong=row.probably_wrong,
            fallback=notes[row.call].get(Note.FALLBACK, ""),
            repeats=Note.PROBABLY_WRONG in notes[row.call],
            wanted=wanted,
            wanted_entry=entry,
            moves=tuple(moves[row.call]),
            waits_ms=tuple(waits[row.call]),
        )
        together[row.hour, row.channel].append(facts)
    return {key: count(facts_of) for key, facts_of in together.items()}


def _besides(
    connection: sa.Connection, which: sa.ColumnElement[bool]
) -> tuple[
    defaultdict[str, list[Move]],
    defaultdict[str, dict[str, str]],
    dict[str, tuple[str, str]],
    defaultdict[str, list[float]],
]:
    moves: defaultdict[str, list[Move]] = defaultdict(list)
    table = transfers
    chosen = sa.select(
        table.c.call, table.c.purpose, table.c.outcome, table.c.entry, table.c.done_at
    ).join(calls, calls.c.call == table.c.call)
    for call, *move in connection.execute(chosen.where(which).order_by(table.c.number)):
        moves[call].append(Move(*move))
    notes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    # All notes of these calls: asked for two kinds, SQLite would look through all calls' notes of
    # those, ten times as long for an hour.
    said = sa.select(call_notes.c.call, call_notes.c.note, call_notes.c.detail).join(
        calls, calls.c.call == call_notes.c.call
    )
    in_order = said.where(which).order_by(call_notes.c.at, call_notes.c.digest)
    for call, note, detail in connection.execute(in_order):
        notes[call][note] = detail or note
    labels: dict[str, tuple[str, str]] = {}
    answers = sa.select(call_labels.c.call, call_labels.c.wanted, call_labels.c.entry).join(
        calls, calls.c.call == call_labels.c.call
    )
    # What was said of the whole call outranks what was said of a turn; then the last one holds.
    order = (sa.case((call_labels.c.turn == 0, 1), else_=0), call_labels.c.id)
    for call, wanted, entry in connection.execute(answers.where(which).order_by(*order)):
        labels[call] = (wanted, entry)
    waits: defaultdict[str, list[float]] = defaultdict(list)
    took = turn_evidence.c.timings_ms["total"].as_float()
    timed = sa.select(turn_evidence.c.call, took).join(calls, calls.c.call == turn_evidence.c.call)
    for call, wait in connection.execute(timed.where(which)):
        if wait is not None:
            waits[call].append(wait)
    return moves, notes, labels, waits

"""Half a million made-up calls, straight into the tables: entry by entry it would take an hour."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from switchboard.storage.calls import hour_of
from switchboard.storage.store import Store

_CHUNK = 20_000
_SEED = 1

_COLUMNS = {
    "calls": (
        "call", "started_at", "hour", "channel", "caller_class", "caller_hash", "caller_number",
        "dialled", "grammar_version", "engine", "worker", "ended_at", "ending", "reason",
        "emergency", "entry", "fell_back_at", "probably_wrong",
    ),
    "turns": (
        "call", "number", "at", "prompt", "expecting", "outcome", "transcript", "keys", "action",
        "reason", "options", "probability",
    ),
    "turn_evidence": (
        "call", "number", "hypotheses", "candidates", "timings_ms", "evidence",
        "speech_probability",
    ),
    "transfers": (
        "call", "number", "at", "to", "entry", "purpose", "done_at", "outcome", "how",
    ),
    "call_notes": ("call", "digest", "at", "turn", "note", "entries", "detail"),
}  # fmt: skip

_Row = tuple[Any, ...]


def fill_calls(
    store: Store,
    count: int,
    days: int,
    *,
    entries: Sequence[tuple[str, str]],
    version: str,
    ends: datetime,
) -> None:
    """So many calls of the `days` up to `ends` for those entries (key, and what is said for it),
    heard under that version of the grammar. The same arguments make the same calls on every
    database."""
    chance = random.Random(_SEED)
    stretch = timedelta(days=days)
    made = (
        _call(number, ends - stretch * ((count - number) / count), chance, entries, version)
        for number in range(count)
    )
    while chunk := list(itertools.islice(made, _CHUNK)):
        with store.writing() as connection:
            for table, columns in _COLUMNS.items():
                rows = [each[table] for each in chunk if table in each]
                _insert(connection, table, columns, rows)
    _look_again(store)


def _insert(
    connection: sa.Connection, table: str, columns: tuple[str, ...], rows: list[_Row]
) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)  # noqa: S608


def _look_again(store: Store) -> None:
    """PostgreSQL does by itself within minutes what it would have done meanwhile in a real life."""
    if store.engine.dialect.name == "postgresql":
        alone = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _call(
    number: int,
    at: datetime,
    chance: random.Random,
    entries: Sequence[tuple[str, str]],
    version: str,
) -> dict[str, _Row]:
    """One call's rows by table: 85 of 100 are put through, the others went to an operator."""
    call, (entry, said) = f"{number:032x}", chance.choice(entries)
    fell = chance.random() < 0.15
    later = _text(at + timedelta(seconds=chance.uniform(6, 30)))
    begun = _text(at)
    candidate = {"entry": entry, "name": said.title(), "department": "Planning", "probability": 0.9}
    heard = {"text": said, "source": "free", "log_likelihood": -9.0}
    reached = "" if fell else entry
    rows: dict[str, _Row] = {
        "calls": (
            call, begun, hour_of(at), "phone", chance.choice(("internal", "external")),
            f"{chance.randrange(40_000):032x}", "", "5999", version, "vosk", "w", later,
            "operator" if fell else "transferred", "", False, reached, later if fell else None,
            chance.random() < 0.01,
        ),
        "turns": (
            call, 1, begun, "greeting", "name", "heard", said, "", "transfer", "sure",
            json.dumps([entry]), 0.9,
        ),
        "turn_evidence": (
            call, 1, json.dumps([heard]), json.dumps([candidate]),
            json.dumps({"total": chance.uniform(100, 900)}), "[]", 0.99,
        ),
        "transfers": (
            call, 1, begun, "5001", reached, "operator" if fell else "entry", later, "connected",
            "refer",
        ),
    }  # fmt: skip
    if fell:
        rows["call_notes"] = (call, call, later, 1, "fallback", "[]", "not_understood")
    return rows


def _text(moment: datetime) -> str:
    """As both databases take it: SQLite keeps moments as text, in UTC and without saying so."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"

"""The same caller's call before this one: from this process's memory, and from the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from switchboard.calls.record import CallStarted, Entry, TransferBegun, TransferDone
from switchboard.dialogue.caller import EarlierCall
from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.store import Store
from switchboard.storage.tables import calls

_REMEMBERED = timedelta(hours=1)


@dataclass(slots=True)
class _Call:
    caller_hash: str
    at: datetime
    asked: dict[int, str] = field(default_factory=dict)
    """Entries by number of transfer."""
    entry: str | None = None


@dataclass
class RecentCalls:
    """Calls of the last hour in this process: known whatever happens to the database."""

    _calls: dict[str, _Call] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, entry: Entry) -> None:
        """Take note of an entry as it is written."""
        with self._lock:
            match entry:
                case CallStarted(caller_hash=""):
                    self._calls.pop(entry.call, None)  # it turned out to be a tester's
                case CallStarted(caller_hash=caller_hash):
                    self._forget(entry.at)
                    self._calls[entry.call] = _Call(caller_hash, entry.at)
                case TransferBegun(call=call) if call in self._calls and entry.entry:
                    self._calls[call].asked[entry.number] = entry.entry
                case TransferDone(outcome=TransferOutcome.CONNECTED, call=call) if (
                    call in self._calls
                ):
                    known = self._calls[call]
                    known.entry = known.asked.get(entry.number, known.entry)

    def last(self, caller_hash: str, at: datetime, minutes: float) -> EarlierCall | None:
        """The caller's last call of this process within `minutes` before `at`."""
        since = at - timedelta(minutes=minutes)
        with self._lock:
            found = [
                (call.at, name, call.entry)
                for name, call in self._calls.items()
                if call.caller_hash == caller_hash and since <= call.at < at
            ]
        return _earlier(*max(found), at) if found else None

    def _forget(self, now: datetime) -> None:
        # Oldest first: calls are put in as they begin.
        for name in [name for name, call in self._calls.items() if call.at < now - _REMEMBERED]:
            del self._calls[name]


def last_call(store: Store, caller_hash: str, at: datetime, minutes: float) -> EarlierCall | None:
    """The caller's last call on any machine within `minutes` before `at`. Raises StorageError."""
    wanted = (
        sa.select(calls.c.started_at, calls.c.call, calls.c.entry)
        .where(
            calls.c.caller_hash == caller_hash,
            calls.c.started_at >= at - timedelta(minutes=minutes),
            calls.c.started_at < at,
        )
        .order_by(calls.c.started_at.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(wanted).first()
    return _earlier(row.started_at, row.call, row.entry or None, at) if row else None


def _earlier(started: datetime, call: str, entry: str | None, at: datetime) -> EarlierCall:
    return EarlierCall(call, (at - started).total_seconds() / 60, entry)

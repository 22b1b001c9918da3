"""Calls' records on their way to the database: never in a call's way, never lost.

                 write()
                    |
                 waiting ---(stored within the time given)---> database
                    |                                             ^
                    +---(database locked, gone, full, slow)---> spool

One thread stores what waits; another puts on disk what has waited too long or can't be stored, so
that not even a database that hangs keeps an entry in memory. What is on disk is stored first, and
in its order, as soon as the database takes it again.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from switchboard.calls.record import CallStarted, Entry, TurnTaken
from switchboard.dialogue.caller import EarlierCall
from switchboard.errors import StorageError
from switchboard.settings import Settings
from switchboard.settings.privacy import PrivacySettings
from switchboard.storage.caller_hash import caller_hash, site_key
from switchboard.storage.calls import write_entries
from switchboard.storage.entry_lines import storable, to_line
from switchboard.storage.faults import RefusedError
from switchboard.storage.recent_calls import RecentCalls, last_call
from switchboard.storage.spool import Spool, SpoolFile, set_aside, spool_folder
from switchboard.storage.store import Store
from switchboard.storage.waiting import MEMORY, Waiting

log = logging.getLogger(__name__)

_PATIENCE_S = 0.5
"""How long an entry that nobody waits for may stay in memory alone. Raising it writes less to disk
twice when the database is slow, and a crash then loses more."""
_RETRY_S = 2.0
"""Between attempts while the database or the disk fails."""
_ADOPT_EVERY_S = 60.0
"""Between looks for files that another process left when it died."""
_BATCH = 100
"""Entries a transaction: others who write to SQLite wait meanwhile."""


def open_call_log(store: Store, settings: Settings) -> CallLog:
    """The record of calls as the settings say. Raises StorageError when the database fails now."""
    key, plan = site_key(store), settings.number_plan.plan()
    spool = Spool(spool_folder(store.location, settings.storage.spool))
    return CallLog(store, spool, settings.privacy, lambda number: caller_hash(number, key, plan))


class CallLog:
    """Takes calls' entries over: see `calls.record.Recorder`, which this is."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        privacy: PrivacySettings,
        hash_of: Callable[[str], str],
        *,
        memory: int = MEMORY,
        retry_s: float = _RETRY_S,
    ) -> None:
        self.hash_of = hash_of
        self._store = store
        self._spool = spool
        self._privacy = privacy
        self._retry_s = retry_s
        self._recent = RecentCalls()
        self._waiting = Waiting(memory)
        self._store_fails = self._disk_fails = self._closing = False
        self._adopted = False
        """Whether what other processes left has been looked for: before, nothing is flushed."""
        self._store_at = self._adopt_at = self._spool_at = 0.0
        self._reader = ThreadPoolExecutor(1, "earlier-calls")
        self._reading: Future[EarlierCall | None] | None = None
        self._threads = [
            threading.Thread(target=self._repeat, args=(work,), name=name, daemon=True)
            for name, work in (("call-log", self._store_waiting), ("call-spool", self._spool_late))
        ]
        for thread in self._threads:
            thread.start()

    def write(self, entry: Entry, wait_s: float = 0.0) -> bool:
        """See `Recorder`. Half of `wait_s`, at most, is the database's, the rest the disk's."""
        if self._closing:
            log.error("an entry came after the record of calls was closed")
            return False
        entry = storable(_permitted(entry, self._privacy))
        self._recent.follow(entry)
        patience = min(wait_s / 2, _PATIENCE_S) if wait_s else _PATIENCE_S
        item = self._waiting.add(entry, patience)
        return item is not None and wait_s > 0 and self._waiting.kept(item, wait_s)

    def earlier_call(
        self, caller_hash: str, at: datetime, *, minutes: float = 10.0, wait_s: float = 0.2
    ) -> EarlierCall | None:
        """See `Recorder`."""
        if not caller_hash:
            return None
        ours = self._recent.last(caller_hash, at, minutes)
        if self._reading is not None and not self._reading.done():
            return ours  # the database still owes the last answer
        try:
            self._reading = self._reader.submit(last_call, self._store, caller_hash, at, minutes)
            stored = self._reading.result(wait_s)
        except (StorageError, TimeoutError, RuntimeError):  # the last: after `close`
            return ours
        found = [call for call in (ours, stored) if call is not None]
        return min(found, key=lambda call: call.minutes_ago, default=None)

    def flush(self, timeout_s: float) -> bool:
        """See `Recorder`."""
        changed = self._waiting.changed
        with changed:
            self._store_at = 0.0
            changed.notify_all()
            return changed.wait_for(lambda: self._adopted and self._all_stored(), timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """See `Recorder`."""
        self.flush(timeout_s)
        with self._waiting.changed:
            self._closing = True
            self._waiting.changed.notify_all()
        for thread in self._threads:
            thread.join(timeout_s)
        if len(self._waiting):
            log.error("the record of calls was lost", extra={"entries": len(self._waiting)})
        self._reader.shutdown(wait=False, cancel_futures=True)
        if not any(thread.is_alive() for thread in self._threads):
            self._spool.release()

    def _all_stored(self) -> bool:
        return not len(self._waiting) and self._spool.empty

    def _repeat(self, work: Callable[[], None]) -> None:
        """Do some work again and again. The last time is after closing has begun."""
        last = False
        while not last:
            last = self._closing
            try:
                work()
            except Exception:
                # A thread that ended here would lose all records to come.
                log.exception("keeping the record of calls failed")
                time.sleep(self._retry_s)

    def _wait(self, ready: Callable[[], bool], timeout_s: float | None) -> None:
        with self._waiting.changed:
            self._waiting.changed.wait_for(
                lambda: self._closing or ready(),
                None if timeout_s is None else max(timeout_s, 0.01),
            )

    # One thread: waiting entries and spool into the database.

    def _store_waiting(self) -> None:
        self._adopt()
        now = time.monotonic()
        due = self._adopt_at if self._all_stored() else min(self._store_at, self._adopt_at)
        self._wait(self._may_store, due - now)
        if self._closing or not self._may_store():
            return
        batch = self._waiting.first(_BATCH)
        try:
            while not self._closing and (file := self._spool.take()):
                self._store_file(file)
            self._store_each(list(batch.values()))
        except (StorageError, OSError) as error:
            self._store_at = time.monotonic() + self._retry_s
            if not self._store_fails:
                log.warning("the record of calls goes to disk", extra={"reason": str(error)})
            self._store_fails = True
            batch = {}
        else:
            if self._store_fails:
                log.warning("the record of calls goes to the database again")
            self._store_fails = False
        self._waiting.taken(batch)

    def _may_store(self) -> bool:
        return not self._all_stored() and time.monotonic() >= self._store_at

    def _adopt(self) -> None:
        if time.monotonic() < self._adopt_at:
            return
        self._adopt_at = time.monotonic() + _ADOPT_EVERY_S
        if files := self._spool.adopt():
            log.warning("another process left records of calls on disk", extra={"files": files})
        with self._waiting.changed:
            self._adopted = True
            self._waiting.changed.notify_all()

    def _store_file(self, file: SpoolFile) -> None:
        entries = file.entries()
        while batch := list(itertools.islice(entries, _BATCH)):
            self._store_each(batch)
        self._spool.finish(file)

    def _store_each(self, entries: Sequence[Entry]) -> None:
        """Store these; one that the database will never take must not keep the others out."""
        try:
            write_entries(self._store, entries)
        except Exception as error:
            if isinstance(error, StorageError) and not isinstance(error, RefusedError):
                raise
            if len(entries) > 1:
                for entry in entries:
                    self._store_each([entry])
                return
            log.exception("an entry could not be stored and was set aside")
            set_aside(self._spool.folder, [to_line(entry) for entry in entries])

    # The other: what has waited too long into the spool.

    def _spool_late(self) -> None:
        pause = self._spool_pause()
        if pause is None:
            self._wait(lambda: len(self._waiting) > 0, None)
        else:
            self._wait(self._may_spool, pause)
        late = self._waiting.overdue(everything=self._store_fails or self._closing)
        if not late or (time.monotonic() < self._spool_at and not self._closing):
            return
        try:
            self._spool.append(late.values())
        except OSError as error:
            self._spool_at = time.monotonic() + self._retry_s
            if not self._disk_fails:
                log.exception(
                    "the record of calls stays in memory: it can't be written to disk",
                    extra={"reason": error.strerror},
                )
            self._disk_fails = True
        else:
            self._disk_fails = False
            self._waiting.taken(late)

    def _may_spool(self) -> bool:
        pause = self._spool_pause()
        return pause is not None and pause <= 0

    def _spool_pause(self) -> float | None:
        """Seconds until something must go to disk; None when nothing waits."""
        due = self._waiting.next_due_s()
        if due is None:
            return None
        return max(0.0 if self._store_fails else due, self._spool_at - time.monotonic())


def _permitted(entry: Entry, privacy: PrivacySettings) -> Entry:
    """The entry without what the settings don't allow to be kept at all."""
    match entry:
        case CallStarted() if not privacy.keep_numbers and not privacy.number_hours:
            return replace(entry, caller_number="")
        case TurnTaken() if not privacy.keep_audio:
            return replace(entry, audio=None)
    return entry

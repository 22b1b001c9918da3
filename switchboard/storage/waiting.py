"""Entries that are in this process's memory only, and how much of it they may take."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from switchboard.calls.record import Entry, TurnTaken

log = logging.getLogger(__name__)

MEMORY = 64 * 2**20
"""Bytes that may wait when neither database nor disk takes anything: beyond it first sound is
dropped, then (at twice that) entries. Raising it bridges a longer fault."""
_ENTRY = 4096
"""Bytes that an entry takes without its sound, about."""


@dataclass(slots=True)
class Item:
    """`until` is the monotonic time from which on it goes to disk. `kept`: it is on disk or in the
    database."""

    entry: Entry
    until: float
    kept: bool = False

    @property
    def size(self) -> int:
        return _ENTRY + len(_sound(self.entry) or b"")


@dataclass
class Waiting:
    """A queue between those who write entries and the two threads that keep them. `changed` guards
    it and tells of every change."""

    memory: int = MEMORY
    changed: threading.Condition = field(default_factory=threading.Condition)
    _items: dict[int, Item] = field(default_factory=dict)
    _numbers: Iterable[int] = field(default_factory=itertools.count)
    _size: int = 0
    _full: bool = False

    def __len__(self) -> int:
        return len(self._items)

    def add(self, entry: Entry, patience_s: float) -> Item | None:
        """Queue an entry, without its sound where memory is short; None when it is full."""
        item = Item(entry, time.monotonic() + patience_s)
        with self.changed:
            if self._size + item.size > self.memory:
                self._tell("memory is full: the sound of calls is being lost")
                item.entry = replace(entry, audio=None) if isinstance(entry, TurnTaken) else entry
            if self._size + item.size > 2 * self.memory:
                self._tell("memory is full: the record of calls is being lost")
                return None
            self._items[next(iter(self._numbers))] = item
            self._size += item.size
            self.changed.notify_all()
        return item

    def kept(self, item: Item, timeout_s: float) -> bool:
        """Whether an entry is kept, waiting so long for it."""
        with self.changed:
            return self.changed.wait_for(lambda: item.kept, timeout_s)

    def first(self, count: int) -> dict[int, Entry]:
        """The oldest, by number. They stay queued until `taken`."""
        with self.changed:
            return {
                number: item.entry for number, item in itertools.islice(self._items.items(), count)
            }

    def overdue(self, *, everything: bool) -> dict[int, Entry]:
        """What must go to disk now. All that came before an overdue one is, too: order is kept."""
        now = time.monotonic()
        with self.changed:
            late = [number for number, item in self._items.items() if item.until <= now]
            last = max(self._items if everything else late, default=-1)
            return {number: item.entry for number, item in self._items.items() if number <= last}

    def next_due_s(self) -> float | None:
        """Seconds until the next is overdue; None when nothing waits."""
        with self.changed:
            if not self._items:
                return None
            return min(item.until for item in self._items.values()) - time.monotonic()

    def taken(self, numbers: Iterable[int]) -> None:
        """These are kept now, and need no memory."""
        with self.changed:
            for number in numbers:
                item = self._items.pop(number, None)
                if item is not None:
                    item.kept = True
                    self._size -= item.size
            self._full = self._full and bool(self._items)
            self.changed.notify_all()

    def _tell(self, message: str) -> None:
        if not self._full:
            log.error(message, extra={"entries": len(self._items)})
        self._full = True


def _sound(entry: Entry) -> bytes | None:
    return entry.audio if isinstance(entry, TurnTaken) else None

"""News of calls, for any number of open consoles: one thread for each kind asks the database.

database ◀─every second─ one thread ──condition──▶ one stream (server-sent events) per console

A thread lives while a console listens. A console that gets no stream, because too many are open,
asks for the list itself every few seconds.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from switchboard.errors import StorageError

log = logging.getLogger(__name__)

STREAMS = 32
"""Consoles that get a stream; each takes a thread of the server. Raising it takes memory."""
_EVERY_S = 1.0
"""Between looks. Raising it spares the database, and shows calls that much later."""
_BEAT_S = 5.0
"""Between signs of life. A browser that went away is noticed by the next one."""
_LONGEST_S = 240.0
"""Then the browser asks again, so that whoever has been signed out since gets no more."""


class Seen(Protocol):
    """What a look finds. `newest` is the id of the newest call, "" for none; `mark` another text
    whenever anything is new: a browser sends it back to say up to where it has been told."""

    @property
    def newest(self) -> str: ...

    @property
    def mark(self) -> str: ...


class Feeds:
    """The feeds of one server by their names, which share its threads."""

    def __init__(self, streams: int = STREAMS) -> None:
        self._places = threading.BoundedSemaphore(streams)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._feeds: dict[str, Feed] = {}

    def of(self, name: str, look: Callable[[], Seen]) -> Feed:
        """The feed of that name, made with `look` when it is first asked for."""
        with self._lock:
            if name not in self._feeds:
                self._feeds[name] = Feed(look, self._places, self._stopping)
            return self._feeds[name]

    def stop(self) -> None:
        """End every stream at once: the server is about to stop."""
        self._stopping.set()


class Feed:
    """`look` returns what there is at this moment."""

    def __init__(
        self,
        look: Callable[[], Seen],
        places: threading.BoundedSemaphore,
        stopping: threading.Event,
    ) -> None:
        self._look = look
        self._places = places
        self._stopping = stopping
        self._changed = threading.Condition()
        self._seen: Seen | None = None
        self._listeners = 0
        self._watched = False

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def listen(self, known: str) -> Stream | None:
        """Server-sent events from now on; None when too many listen already.

        `known` is the id of the last event that the browser had, "" for none: what changed
        meanwhile is told at once.
        """
        if not self._places.acquire(blocking=False):
            return None
        with self._changed:
            self._listeners += 1
            if not self._watched:
                self._watched = True
                self._seen = None
                threading.Thread(target=self._watch, name="console-feed", daemon=True).start()
        return Stream(self, known)

    def wait(self, known: str) -> Seen | None:
        """What was seen once it is another than the known one, or after a while all the same."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.stopping or (self._seen is not None and self._seen.mark != known),
                _BEAT_S,
            )
            return self._seen

    def leave(self) -> None:
        """Somebody listens no more."""
        with self._changed:
            self._listeners -= 1
        self._places.release()

    def _watch(self) -> None:
        while True:
            seen = self._seen
            try:
                seen = self._look()
            except StorageError:
                log.warning("console can't look for calls")
            with self._changed:
                if not self._listeners:
                    self._watched = False
                    return
                if seen != self._seen:
                    self._seen = seen
                    self._changed.notify_all()
            if self._stopping.wait(_EVERY_S):
                with self._changed:
                    self._changed.notify_all()
                return


class Stream:
    """What one console is told, for as long as one request may last. Close it, read or not."""

    def __init__(self, feed: Feed, known: str) -> None:
        self._feed = feed
        self._known = known
        self._open = True

    def __iter__(self) -> Iterator[str]:
        until = time.monotonic() + _LONGEST_S
        yield "retry: 3000\n\n"
        while time.monotonic() < until:
            seen = self._feed.wait(self._known)
            if self._feed.stopping:
                return
            if seen is None or seen.mark == self._known:
                yield ": still there\n\n"
                continue
            self._known = seen.mark
            told = json.dumps({"newest": seen.newest})
            yield f"id: {self._known}\nevent: calls\ndata: {told}\n\n"

    def close(self) -> None:
        if self._open:
            self._open = False
            self._feed.leave()

"""News of calls that fell back, for any number of open consoles: one thread asks the database.

database ◀─every second─ one thread ──condition──▶ one stream (server-sent events) per console

The thread lives while a console listens. A console that gets no stream, because too many are open,
asks for the list itself every few seconds.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator

from switchboard.errors import StorageError
from switchboard.storage.fallbacks import Signature

log = logging.getLogger(__name__)

STREAMS = 32
"""Consoles that get a stream; each takes a thread of the server. Raising it takes memory."""
_EVERY_S = 1.0
"""Between looks. Raising it spares the database, and shows calls that much later."""
_BEAT_S = 5.0
"""Between signs of life. A browser that went away is noticed by the next one."""
_LONGEST_S = 240.0
"""Then the browser asks again, so that whoever has been signed out since gets no more."""


class Feed:
    """`look` returns the signature of this moment."""

    def __init__(self, look: Callable[[], Signature]) -> None:
        self._look = look
        self._changed = threading.Condition()
        self._seen: Signature | None = None
        self._listeners = 0

    def listen(self, known: str) -> Stream | None:
        """Server-sent events from now on; None when too many listen already.

        `known` is the id of the last event that the browser had, "" for none: what changed
        meanwhile is told at once.
        """
        with self._changed:
            if self._listeners >= STREAMS:
                return None
            self._listeners += 1
            if self._listeners == 1:
                self._seen = None
                threading.Thread(target=self._watch, name="console-feed", daemon=True).start()
        return Stream(self, known)

    def wait(self, known: str) -> Signature | None:
        """The signature once it is another than the known one, or after a while all the same."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._seen is not None and id_of(self._seen) != known, _BEAT_S
            )
            return self._seen

    def leave(self) -> None:
        """Somebody listens no more."""
        with self._changed:
            self._listeners -= 1

    def _watch(self) -> None:
        while True:
            seen = self._seen
            try:
                seen = self._look()
            except StorageError:
                log.warning("console can't look for calls")
            with self._changed:
                if not self._listeners:
                    return
                if seen != self._seen:
                    self._seen = seen
                    self._changed.notify_all()
            time.sleep(_EVERY_S)


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
            if seen is None or id_of(seen) == self._known:
                yield ": still there\n\n"
                continue
            self._known = id_of(seen)
            told = json.dumps({"newest": seen.newest})
            yield f"id: {self._known}\nevent: calls\ndata: {told}\n\n"

    def close(self) -> None:
        if self._open:
            self._open = False
            self._feed.leave()


def id_of(seen: Signature) -> str:
    """What a browser sends back to say up to where it has been told."""
    ended = seen.ended_at.timestamp() if seen.ended_at else 0
    return f"{seen.fallen}-{seen.ended}-{ended}-{seen.label}-{seen.connecting}-{seen.newest}"

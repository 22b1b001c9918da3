"""The test calls that browsers make through this admin: each belongs to who began it."""

from __future__ import annotations

import secrets
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchboard.errors import UserError
from switchboard.uat.browser.calling import RemoteCall
from switchboard.uat.browser.wire import Got, Open, Sent

MOST_AN_HOUR = 90
"""Calls of one tester. Raising it lets a script that has run wild take more of the engine."""
_IDLE = timedelta(seconds=30)
"""After that a call that nobody sends anything for is forgotten; the service ended it earlier."""


class TooManyCallsError(UserError):
    """The tester has made too many calls."""


@dataclass(slots=True)
class _Open:
    user: str
    call: RemoteCall
    seen: datetime


class TestersCalls:
    """Safe to share among the threads that answer requests."""

    def __init__(self, path: Path) -> None:
        """`path` is where the service takes test calls."""
        self._path = path
        self._lock = threading.Lock()
        self._open: dict[str, _Open] = {}
        self._begun: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def begin(self, user: str, wanted: Open, at: datetime) -> str:
        """Begin a call, in the place of any other of that user; what it is known by from now on.

        Raises UserError.
        """
        with self._lock:
            begun = self._begun[user]
            while begun and begun[0] < at - timedelta(hours=1):
                begun.popleft()
            if len(begun) >= MOST_AN_HOUR:
                raise TooManyCallsError(
                    f"That were {MOST_AN_HOUR} calls within the hour; go on a little later."
                )
            begun.append(at)
            for token, each in list(self._open.items()):
                if each.user == user or each.seen < at - _IDLE:
                    each.call.close()
                    del self._open[token]
        call = RemoteCall(self._path, wanted)
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._open[token] = _Open(user, call, at)
        return token

    def exchange(self, user: str, token: str, sent: Sent, at: datetime) -> Got | None:
        """As `RemoteCall.exchange`; None where the user has no such call (any more)."""
        with self._lock:
            found = self._open.get(token)
            if found is None or found.user != user:
                return None
            found.seen = at
        try:
            got = found.call.exchange(sent)
        except UserError:
            self._forget(token)
            raise
        if got.over:
            self._forget(token)
        return got

    def _forget(self, token: str) -> None:
        with self._lock:
            found = self._open.pop(token, None)
        if found is not None:
            found.call.close()

"""A socket that gives up: on silence, on an endless answer, and when the time is over."""

from __future__ import annotations

import socket
import time
from enum import StrEnum
from typing import Any, Final

_AT_ONCE: Final = 64 * 1024
LARGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of the answer to one request. A page of 500 people takes about 500 kB."""


class GaveUp(StrEnum):
    """Why."""

    SILENCE = "silence"
    TIME = "time"
    SIZE = "size"


class MeteredSocket:
    """What `ldap3` reads from. Once it has given up it only raises OSError; `gave_up` says why.

    `answer_s` is how long each answer may be waited for, `until` (of `time.monotonic`) when
    everything must be over.
    """

    def __init__(self, wrapped: socket.socket, *, answer_s: float, until: float) -> None:
        self._wrapped = wrapped
        self._answer_s = answer_s
        self._until = until
        self._received = 0
        self.gave_up: GaveUp | None = None

    def recv(self, _size: int) -> bytes:
        left = self._until - time.monotonic()
        if left <= 0:
            raise self._give_up(GaveUp.TIME)
        self._wrapped.settimeout(min(left, self._answer_s))
        try:
            # More than is asked for at a time: `ldap3` adds up long answers piece by piece.
            data = self._wrapped.recv(_AT_ONCE)
        except TimeoutError as error:
            silent = left > self._answer_s
            raise self._give_up(GaveUp.SILENCE if silent else GaveUp.TIME) from error
        self._received += len(data)
        if self._received > LARGEST_ANSWER:
            raise self._give_up(GaveUp.SIZE)
        return data

    def sendall(self, data: bytes) -> None:
        """Begins a request: the size of what comes back is counted from here."""
        self._received = 0
        self._wrapped.sendall(data)

    def _give_up(self, why: GaveUp) -> OSError:
        self.gave_up = why
        return OSError(why.value)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)

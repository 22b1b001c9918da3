"""Calls that an operator at the console may still connect: those that run here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Desk:
    """The calls of this process by the id of their record, each with the way to tell it."""

    def __init__(self) -> None:
        self._calls: dict[str, Callable[[str], object]] = {}

    @property
    def calls(self) -> frozenset[str]:
        return frozenset(self._calls)

    @contextmanager
    def holding(self, call: str, connect: Callable[[str], object]) -> Iterator[None]:
        """While inside, `connect` is told the key of the entry that an operator chooses."""
        self._calls[call] = connect
        try:
            yield
        finally:
            del self._calls[call]

    def connect(self, call: str, entry: str) -> None:
        """Tell the call; one that has gone meanwhile is told nothing."""
        if connect := self._calls.get(call):
            connect(entry)

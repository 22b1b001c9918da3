"""Decisions for many calls at once, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Protocol

from grammar.model import Entry
from switchboard.recognition.port import Utterance
from switchboard.routing import Routed


class Decides(Protocol):
    """`routing.Router`, as far as calls need it."""

    def decide(self, utterance: Utterance, may_reach: Callable[[Entry], bool]) -> Routed: ...


class Deciders:
    """Threads that wait for the engines, one for each call at most. Use as a context manager."""

    def __init__(self, most: int) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="deciding")
        self._waiting = 0

    def __enter__(self) -> Deciders:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def waiting(self) -> int:
        """Utterances that are being decided on, or wait for it."""
        return self._waiting

    async def decide(
        self,
        router: Decides,
        utterance: Utterance,
        may_reach: Callable[[Entry], bool],
        patience_s: float,
    ) -> Routed:
        """Raises TimeoutError, and whatever the router raises."""
        context = copy_context()  # so that what is logged there names the call
        self._waiting += 1
        try:
            async with asyncio.timeout(patience_s):
                return await asyncio.get_running_loop().run_in_executor(
                    self._threads, context.run, _Decision(router, utterance, may_reach)
                )
        finally:
            self._waiting -= 1


@dataclass(frozen=True, slots=True)
class _Decision:
    router: Decides
    utterance: Utterance
    may_reach: Callable[[Entry], bool]

    def __call__(self) -> Routed:
        return self.router.decide(self.utterance, self.may_reach)

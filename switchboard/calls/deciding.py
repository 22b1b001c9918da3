"""Decisions for many calls at once, off the event loop.

speech |....pause....|..silence goes on..| end of turn: the decision is there, or nearly
                     |~~~~ recognition ~~~~|
speech |....pause....| speech |....pause....|..silence goes on..|
                     |~ for nothing ~|      |~~~~ recognition ~~~~|
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grammar.model import Entry
from switchboard.audio.utterances import Speech
from switchboard.recognition.port import Utterance
from switchboard.routing import Routed


class Decides(Protocol):
    """`routing.Router`, as far as calls need it."""

    def decide(self, utterance: Utterance, may_reach: Callable[[Entry], bool]) -> Routed: ...


class Deciders:
    """Threads that wait for the engines. Use as a context manager.

    `most` are the calls at once; each may have a decision under way that is no longer wanted.
    """

    def __init__(self, most: int) -> None:
        self._threads = ThreadPoolExecutor(2 * most, thread_name_prefix="deciding")
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


class Eager:
    """Decides on a turn before its end is sure: while the silence that ends it goes by. One of ten
    callers goes on after such a pause, and is decided on again.

    Close it when the question is over.
    """

    def __init__(self, decide: Callable[[Utterance], Coroutine[None, None, Routed]]) -> None:
        self._decide = decide
        self._context = copy_context()  # so that what is logged there names the call
        self._utterance: Utterance | None = None
        self._decision: asyncio.Task[Routed] | None = None

    def paused(self, speech: Speech) -> None:
        """The caller has said this, and perhaps no more."""
        self.close()
        self._utterance = speech.utterance
        self._decision = asyncio.create_task(
            self._decide(speech.utterance), name="eager decision", context=self._context
        )

    async def decision(self, utterance: Utterance) -> Routed:
        """On what was said in the end. Raises what `decide` does."""
        known = self._utterance
        if self._decision is None or known is None or not _same(known, utterance):
            return await self._decide(utterance)
        return await self._decision

    def close(self) -> None:
        """What is under way is no longer wanted."""
        decision, self._decision = self._decision, None
        if decision is not None and not decision.cancel() and not decision.cancelled():
            decision.exception()  # looked at: asyncio needn't report it


def _same(one: Utterance, other: Utterance) -> bool:
    return np.array_equal(one.samples, other.samples)


@dataclass(frozen=True, slots=True)
class _Decision:
    router: Decides
    utterance: Utterance
    may_reach: Callable[[Entry], bool]

    def __call__(self) -> Routed:
        return self.router.decide(self.utterance, self.may_reach)

"""A caller in a browser, as a telephone line. Nothing that is said there ever dials a number."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony.port import Means, MediaCounts, Offer, Samples

_KEPT_S = 10.0
"""Sound that nobody reads is kept for so long: before the first question nobody does."""
_LATE_S = 4.0
"""How much later than it should a browser may say that it has played something. Raising it keeps a
caller waiting longer whose browser plays nothing at all."""

_NOTHING = np.zeros(0, np.int16)


@dataclass(frozen=True, slots=True)
class Prompted:
    """Something to play; `number` counts from 1."""

    number: int
    samples: Samples


class BrowserLine:
    """Implements `switchboard.telephony.port.Line`, on the event loop.

    The browser's side of it is `hears`, `presses`, `has_played`, `take` and `leaves`.
    """

    def __init__(self, call_id: str, rate: int) -> None:
        self.offer = Offer(call_id, "browser", trusted=False, dialled="")
        self.gone = asyncio.Event()
        self.means = Means.NONE
        self._rate = rate
        self._heard: deque[Samples] = deque()
        self._waiting = 0
        """Samples in `_heard`."""
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._prompts: list[Prompted] = []
        self._number = 0
        self._played = 0
        self._stop = False
        self._changed = asyncio.Event()
        self._received = 0
        self._heard_at = asyncio.get_running_loop().time()

    # The port

    @property
    def rate(self) -> int:
        return self._rate

    async def answer(self) -> bool:
        self._heard_at = asyncio.get_running_loop().time()
        return not self.gone.is_set()

    async def redirect(self, number: str, ring_s: float | None = None) -> TransferOutcome:  # noqa: ARG002  nothing is dialled
        return self._put_through(Means.REDIRECT)

    async def reject(self, code: int) -> None:  # noqa: ARG002
        self.gone.set()

    async def play(self, samples: Samples) -> None:
        if self.gone.is_set() or not len(samples):
            return
        self._number += 1
        number, self._stop = self._number, False
        self._prompts.append(Prompted(number, samples))
        leaving = asyncio.ensure_future(self.gone.wait())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(len(samples) / self._rate + _LATE_S):
                    while self._played < number and not self._stop and not leaving.done():
                        self._changed.clear()
                        change = asyncio.ensure_future(self._changed.wait())
                        try:
                            await asyncio.wait(
                                (change, leaving), return_when=asyncio.FIRST_COMPLETED
                            )
                        finally:
                            change.cancel()
        finally:
            leaving.cancel()

    def stop_playing(self) -> None:
        self._stop = True
        self._prompts.clear()
        self._changed.set()

    def read(self) -> Samples:
        if not self._heard:
            return _NOTHING
        sound = np.concatenate(self._heard)
        self._heard.clear()
        self._waiting = 0
        return sound

    def keys(self) -> asyncio.Queue[str]:
        return self._keys

    async def transfer(self, number: str, ring_s: float | None = None) -> TransferOutcome:  # noqa: ARG002
        return self._put_through(Means.REFER)

    async def take_back(self) -> None:
        """Nobody was dialled."""

    async def hang_up(self) -> None:
        self.gone.set()

    def media(self) -> MediaCounts:
        now = asyncio.get_running_loop().time()
        return MediaCounts(received=self._received, silent_s=now - self._heard_at)

    # The browser

    def hears(self, samples: Samples) -> None:
        """What the microphone brought since the last time."""
        if not len(samples):
            return
        self._received += 1
        self._heard_at = asyncio.get_running_loop().time()
        self._heard.append(samples)
        self._waiting += len(samples)
        while self._waiting > _KEPT_S * self._rate:
            self._waiting -= len(self._heard.popleft())

    def presses(self, keys: str) -> None:
        for key in keys:
            self._keys.put_nowait(key)

    def has_played(self, number: int) -> None:
        """All prompts up to that number were heard to their ends."""
        self._played = max(self._played, min(number, self._number))
        self._changed.set()

    def take(self) -> tuple[tuple[Prompted, ...], bool]:
        """What to play from now on; and whether what is playing is to stop first."""
        prompts, stop = tuple(self._prompts), self._stop
        self._prompts.clear()
        self._stop = False
        return prompts, stop

    def leaves(self) -> None:
        self.gone.set()

    def _put_through(self, means: Means) -> TransferOutcome:
        if self.gone.is_set():
            return TransferOutcome.NO_ANSWER
        self.means = means
        self.gone.set()
        return TransferOutcome.CONNECTED

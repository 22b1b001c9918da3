"""A telephone line without a telephone: strict about the order of calls, and faster than time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import numpy as np

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony.port import Means, MediaCounts, Offer, Samples

RATE = 8000
SPEED = 10.0
"""Seconds of sound that pass in one second."""


class FakeLine:
    """Implements `switchboard.telephony.port.Line`; `asked` tells what was asked of it, in order.

    Sound passes `SPEED` times faster than it should; what isn't said into it is silence. An order
    of calls that no telephone could follow raises AssertionError, and is kept in `illegal`, lest
    whoever runs the call catch it.
    """

    def __init__(
        self,
        outcomes: Mapping[str, TransferOutcome] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.offer = Offer("call-1", "127.0.0.1:5060", True, "5000", headers or {})
        self.gone = asyncio.Event()
        self.means = Means.NONE
        self.asked: list[tuple[str, object]] = []
        self.illegal: list[str] = []
        self.played: list[Samples] = []
        self.outcomes = dict(outcomes or {})
        self.answers = True
        self.mute = False
        """Nothing arrives at all: no packet."""
        self.lost = 0
        """Packets that the network lost."""
        self.hangs: set[str] = set()
        """Methods that never return."""
        self.rings: set[str] = set()
        """Numbers that ring and are never answered."""
        self.bridges = False
        """Transfers are made by a second leg."""
        self.bridged = False
        self.raises: set[str] = set()
        self.echo = False
        """What is played comes back, weaker."""
        self._answered = False
        self._playing = False
        self._transferring = False
        self._stop = asyncio.Event()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._said = np.zeros(0, np.int16)
        self._read_at = 0.0
        self._packets = 0
        self.is_saying = asyncio.Event()
        """Set while something is played."""

    @property
    def rate(self) -> int:
        self._must(self._answered, "rate before answer")
        return RATE

    async def answer(self) -> bool:
        if await self._enter("answer"):
            return False
        if self._answered:
            return True
        self._answered = self.answers
        self._read_at = asyncio.get_running_loop().time()
        return self.answers

    async def redirect(self, number: str, ring_s: float | None = None) -> TransferOutcome:  # noqa: ARG002
        if await self._enter("redirect", number):
            return TransferOutcome.UNREACHABLE
        self._must(not self._answered, "redirected after answer")
        self.means = Means.REDIRECT
        outcome = self.outcomes.get(number, TransferOutcome.CONNECTED)
        if outcome is TransferOutcome.CONNECTED:
            self.gone.set()
        return outcome

    async def reject(self, code: int) -> None:
        if not await self._enter("reject", code):
            self._must(not self._answered, "rejected after answer")
            self.gone.set()

    async def play(self, samples: Samples) -> None:
        if await self._enter("play"):
            return
        self._must(self._answered, "played before answer")
        self._must(not self._playing, "played two things at once")
        self._must(not self._transferring, "played during a transfer")
        self._must(samples.dtype == np.int16, "played no PCM")
        self._playing = True
        self._stop.clear()
        self.is_saying.set()
        self.played.append(samples)
        if self.echo:
            delay = np.zeros(RATE // 10, np.int16)
            self._said = np.concatenate([self._said, delay, (samples // 4).astype(np.int16)])
        try:
            await asyncio.wait_for(self._stop.wait(), len(samples) / RATE / SPEED)
        except TimeoutError:
            pass
        finally:
            self._playing = False
            self.is_saying.clear()

    def stop_playing(self) -> None:
        if self._playing:
            self.asked.append(("stop_playing", None))
        self._stop.set()

    def read(self) -> Samples:
        self._must(self._answered, "read before answer")
        if "read" in self.raises:
            raise RuntimeError("read")
        now = asyncio.get_running_loop().time()
        due = int((now - self._read_at) * SPEED * RATE)
        self._read_at = now
        if self.mute or self.gone.is_set():
            return np.zeros(0, np.int16)
        self._packets += 1
        heard, self._said = self._said[:due], self._said[due:]
        return np.concatenate([heard, np.zeros(due - len(heard), np.int16)])

    def keys(self) -> asyncio.Queue[str]:
        return self._keys

    async def transfer(self, number: str, ring_s: float | None = None) -> TransferOutcome:  # noqa: ARG002
        self._transferring = True
        try:
            if await self._enter("transfer", number):
                return TransferOutcome.NO_ANSWER
            if number in self.rings:
                await asyncio.sleep(3600)
        finally:
            self._transferring = False
        self._must(self._answered, "transferred before answer")
        self._must(not self._playing, "transferred while playing")
        self._must(not self.bridged, "transferred while bridged")
        self.means = Means.BRIDGE if self.bridges else Means.REFER
        outcome = self.outcomes.get(number, TransferOutcome.CONNECTED)
        if outcome is TransferOutcome.CONNECTED:
            self.bridged = self.bridges
            if not self.bridges:
                self.gone.set()
        return outcome

    async def take_back(self) -> None:
        await self._enter("take_back")
        self.bridged = False

    async def hang_up(self) -> None:
        await self._enter("hang_up")
        self.gone.set()

    def media(self) -> MediaCounts:
        return MediaCounts(received=0 if self.mute else self._packets, lost=self.lost)

    # What the caller does

    def say(self, samples: Samples) -> None:
        """The caller says this from now on."""
        self._said = np.concatenate([self._said, samples])

    @property
    def left_to_say(self) -> int:
        """Samples that the caller has yet to say."""
        return len(self._said)

    def press(self, keys: str) -> None:
        for key in keys:
            self._keys.put_nowait(key)

    def transfers(self) -> list[object]:
        return [what for name, what in self.asked if name == "transfer"]

    async def _enter(self, name: str, what: object = None) -> bool:
        """Whether the call is gone."""
        self.asked.append((name, what))
        if name in self.raises:
            raise RuntimeError(name)
        if name in self.hangs:
            await asyncio.sleep(3600)
        await asyncio.sleep(0)
        return self.gone.is_set()

    def _must(self, condition: bool, told: str) -> None:
        if not condition:
            self.illegal.append(told)
            raise AssertionError(told)

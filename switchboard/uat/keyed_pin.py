"""A telephone line on which a tester may key `*` and a PIN: from then on nothing is dialled.

The dialogue hears the keys unless they turn out to be a tester's PIN, a moment later than they were
pressed. Everything else of the line is as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.campaigns import PIN_DIGITS
from switchboard.telephony.port import Line, Means, MediaCounts, Samples

HOLD_S = 1.5
"""How long keys after a `*` are held back for the rest of a PIN. Raising it makes callers who press
`*` to hear something again wait longer."""
TRIES = 3
"""Wrong PINs in one call, after which keys are held back no more."""


class KeyedPin:
    """Implements `switchboard.telephony.port.Line` over another one. `item` is what the tester is
    to ask for, None while nobody has keyed a PIN."""

    def __init__(self, line: Line, find: Callable[[str], Awaitable[int | None]]) -> None:
        self._line = line
        self._find = find
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._tries = 0
        self.offer = line.offer
        self.gone = line.gone
        self.means = Means.NONE
        self.item: int | None = None
        self._listening = asyncio.create_task(self._listen(), name="keyed pin")

    def close(self) -> None:
        self._listening.cancel()

    @property
    def rate(self) -> int:
        return self._line.rate

    async def answer(self) -> bool:
        return await self._line.answer()

    async def redirect(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        outcome = await self._line.redirect(number, ring_s)
        self.means = self._line.means
        return outcome

    async def reject(self, code: int) -> None:
        await self._line.reject(code)

    async def play(self, samples: Samples) -> None:
        await self._line.play(samples)

    def stop_playing(self) -> None:
        self._line.stop_playing()

    def read(self) -> Samples:
        return self._line.read()

    def keys(self) -> asyncio.Queue[str]:
        return self._keys

    async def transfer(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        if self.item is None:
            outcome = await self._line.transfer(number, ring_s)
            self.means = self._line.means
            return outcome
        if self.gone.is_set():
            return TransferOutcome.NO_ANSWER
        self.means = Means.REFER
        await self._line.hang_up()
        return TransferOutcome.CONNECTED

    async def take_back(self) -> None:
        await self._line.take_back()

    async def hang_up(self) -> None:
        await self._line.hang_up()

    def media(self) -> MediaCounts:
        return self._line.media()

    async def _listen(self) -> None:
        pressed, held = self._line.keys(), ""
        while True:
            try:
                async with asyncio.timeout(HOLD_S if held else None):
                    key = await pressed.get()
            except TimeoutError:
                held = self._let_go(held)
                continue
            if self._tries == TRIES or not (held or key == "*"):
                self._let_go(key)
                continue
            held += key
            if len(held) > 1 and not key.isdigit():
                held = self._let_go(held)
            elif len(held) == 1 + PIN_DIGITS:
                self.item = await self._find(held[1:])
                self._tries = TRIES if self.item is not None else self._tries + 1
                held = "" if self.item is not None else self._let_go(held)

    def _let_go(self, keys: str) -> str:
        for key in keys:
            self._keys.put_nowait(key)
        return ""

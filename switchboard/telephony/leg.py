"""One SIP call of the stack, in either direction: its sound, its keys and its end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import numpy as np
from baresip import AudioNotActive, AudioRestarted, BaresipError, CallStats, Event, StackEvent
from baresip.call import Call

from switchboard.telephony import native
from switchboard.telephony.port import MediaCounts, Samples
from switchboard.telephony.rates import RateConverter

_NOTHING: Samples = np.zeros(0, np.int16)
_READ_BYTES = 8000
_MOST_KEYS = 64
"""Keys that wait to be taken: what a flood of them brings beyond is dropped."""
_MEDIA_WAIT_S = 5.0
_STEP_S = 0.01


class Leg:
    """Sound is mono int16 at `rate`, whatever the wire carries now: a re-INVITE may change that."""

    def __init__(self, call: Call, stack: native.StackThread, rate: int = 0) -> None:
        """`rate` in Hz, 0 for that of the codec first agreed on."""
        self.call = call
        self.gone = asyncio.Event()
        self.answered = False
        self.rate = rate
        self.keys: asyncio.Queue[str] = asyncio.Queue(_MOST_KEYS)
        self.stack = stack
        self._hearing: RateConverter | None = None
        self._speaking: RateConverter | None = None
        self._packets = (0, 0)
        self._lost = 0
        self._heard_at = time.monotonic()
        call.on(self._on_event)
        call.on_rtcp(self._on_rtcp)

    @property
    def name(self) -> native.CallName:
        return native.CallName(self.call.handle, self.call.call_id or "")

    async def media_ready(self) -> bool:
        """Wait until sound goes both ways; False when the call ends before, or none comes up."""
        deadline = time.monotonic() + _MEDIA_WAIT_S
        while not self.gone.is_set() and time.monotonic() < deadline:
            if self._bind():
                self.answered = True
                self._heard_at = time.monotonic()
                return True
            await asyncio.sleep(_STEP_S)
        return False

    def read(self) -> Samples:
        """What has come since the last time; at most half a second is kept for a late reader."""
        pieces = []
        while self._hearing is not None or self._bind():
            try:
                pcm = self.call.audio.read(_READ_BYTES)
            except (AudioNotActive, AudioRestarted):
                self._unbind()
                break
            pieces.append(np.frombuffer(pcm, np.int16))
            if len(pcm) < _READ_BYTES:
                break
        if not pieces or self._hearing is None:
            return _NOTHING
        return self._hearing.convert(np.concatenate(pieces))

    def write(self, samples: Samples) -> bool:
        """Queue samples after what is queued; False when there is no sound now (held, restarted),
        and they are lost. Two seconds fit."""
        if self._speaking is None:
            self._bind()
        if self._speaking is None:
            return False
        try:
            self.call.audio.write(self._speaking.convert(samples).tobytes())
        except (AudioNotActive, AudioRestarted):
            self._unbind()
            return False
        return True

    def queued_s(self) -> float:
        """Seconds of sound that were written and not yet sent."""
        try:
            info = self.call.audio.info()
        except AudioNotActive:
            return 0.0
        return info.tx_buffered / 2 / info.tx_sample_rate if info.tx_ready else 0.0

    def silence(self) -> None:
        """Drop what is queued; at most one frame (20 ms) still goes out."""
        with suppress(AudioNotActive, AudioRestarted):
            self.call.audio.flush_tx()

    def media(self) -> MediaCounts:
        received, sent = self._packets
        held = self.call.remote_on_hold
        waiting = self.answered and not held and not self.gone.is_set()
        silent = time.monotonic() - self._heard_at if waiting else 0.0
        return MediaCounts(received, self._lost, sent, silent, held)

    def count(self, packets: tuple[int, int] | None) -> None:
        """Take over the stack's counts of packets received and sent."""
        if packets is None:
            return
        if packets[0] != self._packets[0] or self.call.remote_on_hold:
            self._heard_at = time.monotonic()
        self._packets = packets

    async def hang_up(self) -> None:
        if not self.gone.is_set():
            with suppress(BaresipError):
                await self.call.hangup()

    async def refuse(self, code: int, reason: str, contact: str = "") -> bool:
        """Refuse an unanswered call; False when it is gone already."""
        with suppress(BaresipError):
            if await self.stack.run(native.refuse, self.name, code, reason, contact):
                return True
            # Not to be found by its Call-ID, which another call has too: the binding's own way.
            await self.call.reject()
        return False

    def end(self) -> None:
        """The call is over: as the stack says, or because the stack itself is."""
        self.gone.set()

    def _bind(self) -> bool:
        try:
            info = self.call.audio.info()
        except AudioNotActive:
            return False
        if not (info.tx_ready and info.rx_ready):
            return False
        self.rate = self.rate or info.rx_sample_rate
        self._hearing = RateConverter(info.rx_sample_rate, self.rate)
        self._speaking = RateConverter(self.rate, info.tx_sample_rate)
        return True

    def _unbind(self) -> None:
        self._hearing = self._speaking = None

    def _on_event(self, event: StackEvent) -> None:
        if event.event is Event.CALL_CLOSED:
            self.end()
        elif event.event is Event.CALL_DTMF_START and event.text:
            with suppress(asyncio.QueueFull):
                self.keys.put_nowait(event.text[0])

    def _on_rtcp(self, stats: CallStats) -> None:
        self._lost = max(0, stats.rx_lost)

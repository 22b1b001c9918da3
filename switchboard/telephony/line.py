"""A caller's call, as the port has it, on a leg of the stack."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import numpy as np
from baresip import BaresipError, CallFailed

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony import native
from switchboard.telephony.addresses import addresses, withheld
from switchboard.telephony.bridge import Bridge
from switchboard.telephony.config import SipConfig
from switchboard.telephony.leg import Leg
from switchboard.telephony.numbers import target_uri
from switchboard.telephony.port import Means, MediaCounts, Offer, Samples
from switchboard.telephony.tones import ringing
from switchboard.telephony.transfer import Destination, Transfers, put_through

log = logging.getLogger(__name__)

_AHEAD_S = 0.6
"""Seconds of a prompt that are handed to the stack ahead of time: its own thread sends them, so
that Python may be busy as long without a gap. A re-INVITE loses them, and they are said again."""
_STEP_S = 0.04
_ESTABLISH_S = 10.0
_REASONS = {403: "Forbidden", 480: "Temporarily Unavailable", 486: "Busy Here"}
_NOTHING: Samples = np.zeros(0, np.int16)


class SipLine:
    """Implements `switchboard.telephony.port.Line`."""

    def __init__(
        self, leg: Leg, offer: Offer, config: SipConfig, host: str, transfers: Transfers
    ) -> None:
        """`host` is where numbers are called: the PBX."""
        self.offer = offer
        self.gone = leg.gone
        self.means = Means.NONE
        self._leg = leg
        self._config = config
        self._host = host
        self._transfers = transfers
        self._stop: asyncio.Event = asyncio.Event()
        self._bridge: Bridge | None = None

    @property
    def bridged(self) -> bool:
        return self._bridge is not None

    @property
    def rate(self) -> int:
        return self._leg.rate

    async def answer(self) -> bool:
        leg = self._leg
        if self.gone.is_set() or leg.answered:
            return not self.gone.is_set()
        try:
            await self._transfers.stack.run(native.audio_only, leg.name)
            await leg.call.answer()
            await leg.call.wait_established(_ESTABLISH_S)
        except (BaresipError, CallFailed):
            # Cancelled, no codec in common (488), or never acknowledged.
            await leg.hang_up()
            return False
        if await leg.media_ready():
            return True
        await leg.hang_up()
        return False

    async def redirect(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        if not self._config.redirect:
            return await self._answer_and_transfer(number, ring_s)
        self.means = Means.REDIRECT
        contact = self._uri(number)
        if self.gone.is_set() or self._leg.answered:
            return TransferOutcome.UNREACHABLE
        told = await self._leg.refuse(302, "Moved Temporarily", contact)
        return TransferOutcome.CONNECTED if told else TransferOutcome.UNREACHABLE

    async def _answer_and_transfer(self, number: str, ring_s: float | None) -> TransferOutcome:
        if not await self.answer():
            return TransferOutcome.UNREACHABLE
        return await self.transfer(number, ring_s)

    async def reject(self, code: int) -> None:
        if not self.gone.is_set() and not self._leg.answered:
            await self._leg.refuse(code, _REASONS.get(code, "Service Unavailable"))

    async def play(self, samples: Samples) -> None:
        stop = self._stop = asyncio.Event()
        at = 0
        while at < len(samples) and not self._done(stop):
            ahead = self._leg.queued_s()
            if ahead < _AHEAD_S:
                piece = samples[at : at + int((_AHEAD_S - ahead + _STEP_S) * self.rate)]
                if self._leg.write(piece):
                    at += len(piece)
                else:
                    at = max(0, at - int(ahead * self.rate))
            await asyncio.sleep(_STEP_S)
        while self._leg.queued_s() > 0 and not self._done(stop):
            await asyncio.sleep(_STEP_S)

    def stop_playing(self) -> None:
        self._stop.set()
        if not self.bridged:
            self._leg.silence()

    def read(self) -> Samples:
        if self.gone.is_set() or self.bridged:
            return _NOTHING
        return self._leg.read()

    def keys(self) -> asyncio.Queue[str]:
        return self._leg.keys

    async def transfer(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        uri = self._uri(number)
        if self.gone.is_set() or self.bridged:
            return TransferOutcome.NO_ANSWER
        tone = asyncio.create_task(self._ring())
        try:
            done = await put_through(
                self._transfers,
                self._leg,
                Destination(
                    uri,
                    peer=self.offer.peer.rpartition(":")[0],
                    identity=self._caller_uri(),
                    ring_s=self._config.no_answer_s if ring_s is None else ring_s,
                ),
            )
            self.means, self._bridge = done.means, done.bridge
        finally:
            tone.cancel()
            with suppress(asyncio.CancelledError):
                await tone
        if done.outcome is not TransferOutcome.CONNECTED:
            self.stop_playing()
        return done.outcome

    async def take_back(self) -> None:
        if self._bridge is not None:
            await self._bridge.release()
            self._bridge = None

    async def hang_up(self) -> None:
        if self._leg.answered:
            await self._leg.hang_up()
        else:
            await self.reject(480)

    def media(self) -> MediaCounts:
        return self._leg.media()

    def _done(self, stop: asyncio.Event) -> bool:
        return stop.is_set() or self.gone.is_set() or self.bridged

    async def _ring(self) -> None:
        tone = ringing(self.rate)
        while not self._done(self._stop):
            await self.play(tone)

    def _uri(self, number: str) -> str:
        return target_uri(number, self._host, self._config.transport)

    def _caller_uri(self) -> str:
        """For a second leg: as the caller's own peer asserts it, unless they withhold it."""
        if withheld(self.offer.headers):
            return ""
        asserted = addresses(self.offer.headers.get("p-asserted-identity", ""))
        number = next((address.number for address in asserted if address.number), "")
        return f"sip:{number}@{self._host}" if number else ""

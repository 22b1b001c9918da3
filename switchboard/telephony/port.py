"""The port between the switchboard and the telephone network. asyncio throughout.

A `Line` is one caller's call. It belongs to one task; after `gone` is set every method returns at
once and does nothing, so that whoever runs a call needs no special case for a caller who hung up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from switchboard.dialogue.events import TransferOutcome

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Offer:
    """An incoming call before it is answered.

    `peer` is the address that sent it, e.g. "127.0.0.1:5060". `trusted` says whether it is one of
    the allowed peers: only then do the identity headers mean anything. `headers` has lower-case
    names: "p-asserted-identity", "privacy", "diversion", "history-info", "from", "to". All values
    are as the network sent them, so hostile until parsed.
    """

    call_id: str
    peer: str
    trusted: bool
    dialled: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MediaCounts:
    """What the line carried, for the record and for faults. Packets."""

    received: int = 0
    lost: int = 0
    sent: int = 0


class Line(Protocol):
    """One call. Rates are in Hz: 8000 with G.711, 16000 with G.722."""

    offer: Offer
    gone: asyncio.Event
    """Set once when the call has ended, for whatever cause."""

    @property
    def rate(self) -> int:
        """Of `read` and `play`; valid once `answer` has returned True."""

    async def answer(self) -> bool:
        """Take the call and wait for its media; False when it ended meanwhile."""

    async def redirect(self, number: str) -> TransferOutcome:
        """Send an unanswered call elsewhere."""

    async def reject(self, code: int) -> None:
        """Refuse an unanswered call with a SIP code: 486 busy, 403 not allowed."""

    async def play(self, samples: Samples) -> None:
        """Play to the end, or until `stop_playing` or the end of the call."""

    def stop_playing(self) -> None:
        """Silence at once: barge-in."""

    def read(self) -> Samples:
        """What has arrived since the last call; empty when nothing has. Never waits."""

    def keys(self) -> asyncio.Queue[str]:
        """Keys that were pressed: 0-9, *, #, A-D."""

    async def transfer(self, number: str) -> TransferOutcome:
        """Put the caller through by REFER, waiting for the final NOTIFY; by a second leg, bridged,
        where the peer refuses REFER. The call is still ours unless CONNECTED comes back. After a
        bridge, returns CONNECTED when the far end answers, and `gone` is set at the bridge's end.
        """

    async def hang_up(self) -> None: ...

    def media(self) -> MediaCounts: ...


OnCall = Callable[[Line], Awaitable[None]]
"""Runs one call to its end. The endpoint keeps the task."""


class Endpoint(Protocol):
    """Where calls come in."""

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises TelephonyError when the address is taken or the registrar says no."""

    async def drain(self) -> None:
        """Take no new calls (503), leave the running ones."""

    async def stop(self) -> None:
        """End what still runs and close the sockets."""

    @property
    def calls(self) -> int:
        """Calls up now."""

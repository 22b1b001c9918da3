"""The port between the switchboard and the telephone network. asyncio throughout.

A `Line` is one caller's call. It belongs to one task; after `gone` is set every method returns at
once and does nothing, so that whoever runs a call needs no special case for a caller who hung up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
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
    """What the line carried, for the record and for faults. Packets, brought up to date once a
    second.

    `silent_s` is how many seconds no packet has come: it grows from the answer on when none ever
    comes (no RTP, one-way audio), and stands still while the far end holds the call. `held` says
    that it does.
    """

    received: int = 0
    lost: int = 0
    sent: int = 0
    silent_s: float = 0.0
    held: bool = False


class Means(StrEnum):
    """How a call was put through; the values are those of `calls.record.TransferDone.how`."""

    NONE = ""
    REFER = "refer"
    BRIDGE = "bridge"
    REDIRECT = "redirect"


class Line(Protocol):
    """One call. Rates are in Hz: 8000 with G.711, 16000 with G.722."""

    offer: Offer
    gone: asyncio.Event
    """Set once when the call has ended, for whatever cause."""
    means: Means
    """Of the last transfer or redirection that was tried."""

    @property
    def rate(self) -> int:
        """Of `read` and `play`; valid once `answer` has returned True."""

    async def answer(self) -> bool:
        """Take the call and wait for its media; False when it ended meanwhile. One that was taken
        already stays as it is."""

    async def redirect(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        """Send an unanswered call elsewhere: 302 Moved Temporarily (RFC 3261 section 21.3.3).

        CONNECTED says that the peer was told so; what became of the call, only the peer knows.
        Where peers follow no 302, the call is answered and put through as by `transfer`, and
        another number may be tried when that fails.
        """

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

    async def transfer(self, number: str, ring_s: float | None = None) -> TransferOutcome:
        """Put the caller through by REFER, waiting for the final NOTIFY; by a second leg, bridged,
        where the peer refuses REFER. The call is still ours unless CONNECTED comes back. After a
        bridge, returns CONNECTED when the far end answers, and `gone` is set at the bridge's end.

        `ring_s` (seconds) is how long the far end may ring; None takes the endpoint's own limit.
        The caller hears a ringing tone meanwhile. NO_ANSWER with `gone` set means that the caller
        left. Raises TelephonyError for anything but digits, * and #, after one +.
        """

    async def take_back(self) -> None:
        """End the bridge: the far end's leg is ended, and the caller is ours again. Without a
        bridge nothing happens."""

    async def hang_up(self) -> None:
        """End the call; an unanswered one with 480 Temporarily Unavailable."""

    def media(self) -> MediaCounts: ...


OnCall = Callable[[Line], Awaitable[None]]
"""Runs one call to its end. The endpoint keeps the task."""


class Endpoint(Protocol):
    """Where calls come in."""

    died: asyncio.Event
    """Set when the SIP stack has failed for good: only a new process can take calls again."""

    async def start(self, on_call: OnCall) -> None:
        """Listen. Raises TelephonyError when the address is taken or the registrar says no."""

    async def drain(self) -> None:
        """Take no new calls (503), leave the running ones."""

    async def stop(self) -> None:
        """End what still runs and close the sockets."""

    @property
    def calls(self) -> int:
        """Calls up now."""

"""Putting a caller through: by REFER, and where that is refused by a second leg."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from baresip import (
    BaresipError,
    CallFailed,
    CallTimeout,
    StackEvent,
    TransferFailed,
    UserAgent,
)
from baresip.call import Call

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony import native
from switchboard.telephony.bridge import Bridge, relay
from switchboard.telephony.leg import Leg
from switchboard.telephony.outcomes import REFERS_NOT, outcome_of
from switchboard.telephony.port import Means

log = logging.getLogger(__name__)

_UNHOLD_AFTER_S = 1.0
"""How long a peer may take to un-hold a caller after a failed transfer before we ask it to."""


@dataclass(slots=True)
class Transfers:
    """What transfers share: the account that second legs are dialled with, and which peers refuse
    REFER. That is remembered until the endpoint stops, so that each call needn't find it again."""

    agent: UserAgent
    stack: native.StackThread
    silent_s: float
    keep: Callable[[Coroutine[Any, Any, None]], object]
    """Runs a bridge to its end."""
    refer: bool = True
    """False bridges every transfer."""
    legs: set[Leg] = field(default_factory=set)
    """The second legs that are up."""
    refusing: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Destination:
    """Whom to call, through which peer (its address), for how many seconds, and as who: `identity`
    is the caller's own number as a URI, for a second leg, "" when it isn't known."""

    uri: str
    peer: str
    identity: str
    ring_s: float


@dataclass(frozen=True, slots=True)
class PutThrough:
    """What became of a transfer, and how it was done; `bridge` is there while it carries sound."""

    outcome: TransferOutcome
    means: Means
    bridge: Bridge | None = None


async def put_through(transfers: Transfers, leg: Leg, to: Destination) -> PutThrough:
    """Transfer the caller on `leg`."""
    if transfers.refer and to.peer not in transfers.refusing:
        outcome, refused = await _refer(leg, to)
        if not refused or leg.gone.is_set():
            return PutThrough(outcome, Means.REFER)
        log.info("a peer refuses REFER: bridging")
    outcome, bridge = await _bridge(transfers, leg, to)
    if bridge is not None and transfers.refer:
        # Only now is it sure that the refusal was of REFER, and not of the number.
        transfers.refusing.add(to.peer)
    return PutThrough(outcome, Means.BRIDGE, bridge)


async def _refer(leg: Leg, to: Destination) -> tuple[TransferOutcome, bool]:
    """The outcome, and whether the peer refused the REFER itself (or the number: one can't tell).

    After `ring_s` without an outcome the caller is ours again. SIP has no way to call a REFER back:
    should the far end answer later, the peer takes the caller away.
    """
    outcome, refused = TransferOutcome.CONNECTED, False
    try:
        async with asyncio.timeout(to.ring_s):
            await leg.call.transfer(to.uri, timeout=2 * to.ring_s + 60)
    except TimeoutError:
        outcome = TransferOutcome.NO_ANSWER
    except TransferFailed as error:
        outcome, refused = outcome_of(error.status), error.status in REFERS_NOT
    except BaresipError as error:
        log.warning("a REFER could not be sent", extra={"error": type(error).__name__})
        outcome, refused = TransferOutcome.UNREACHABLE, True
    if outcome is not TransferOutcome.CONNECTED:
        if leg.gone.is_set():
            return TransferOutcome.NO_ANSWER, False
        await _take_back(leg)
    return outcome, refused


async def _take_back(leg: Leg) -> None:
    """A PBX may hold the caller while it calls the far end, and forget to resume."""
    if not leg.call.remote_on_hold:
        return
    await asyncio.sleep(_UNHOLD_AFTER_S)
    if leg.call.remote_on_hold and not leg.gone.is_set():
        with suppress(BaresipError):
            if not await leg.stack.run(native.offer_again, leg.name):
                log.warning("a held caller was not resumed")


async def _bridge(
    transfers: Transfers, near: Leg, to: Destination
) -> tuple[TransferOutcome, Bridge | None]:
    headers = {"P-Asserted-Identity": f"<{to.identity}>"} if to.identity else {}
    try:
        far = Leg(await _dial(transfers, to.uri, headers), transfers.stack, near.rate)
    except BaresipError as error:
        log.warning("a second leg could not be dialled", extra={"error": type(error).__name__})
        return TransferOutcome.UNREACHABLE, None
    transfers.legs.add(far)
    outcome = TransferOutcome.NO_ANSWER
    try:
        outcome = await _answer_of(far, near, to.ring_s)
    finally:
        if outcome is not TransferOutcome.CONNECTED:
            transfers.legs.discard(far)
            await far.hang_up()
    if outcome is not TransferOutcome.CONNECTED:
        return outcome, None
    bridge = Bridge(near, far)
    transfers.keep(_relay_to_the_end(transfers, bridge))
    return outcome, bridge


async def _dial(transfers: Transfers, uri: str, headers: dict[str, str]) -> Call:
    """The binding begins to follow a call only once its command is through; an answer from nearby
    is faster, and would never be heard of."""
    missed: list[StackEvent] = []
    runtime = transfers.stack.runtime
    note = missed.append
    runtime.subscribe(note)
    try:
        call: Call = await transfers.agent.dial(uri, headers)
    finally:
        runtime.unsubscribe(note)
    for event in missed:
        call._on_stack_event(event)  # noqa: SLF001 - takes only what is this call's
    return call


async def _answer_of(far: Leg, near: Leg, ring_s: float) -> TransferOutcome:
    """Wait for the far end's answer, or for the caller to leave."""
    ringing = asyncio.ensure_future(far.call.wait_established(timeout=ring_s))
    leaving = asyncio.ensure_future(near.gone.wait())
    try:
        await asyncio.wait((ringing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if near.gone.is_set():
            return TransferOutcome.NO_ANSWER
        ringing.result()
    except CallTimeout:
        return TransferOutcome.NO_ANSWER
    except CallFailed as error:
        return outcome_of(error.status)
    finally:
        ringing.cancel()
        leaving.cancel()
        await asyncio.gather(ringing, leaving, return_exceptions=True)
    return TransferOutcome.CONNECTED if await far.media_ready() else TransferOutcome.UNREACHABLE


async def _relay_to_the_end(transfers: Transfers, bridge: Bridge) -> None:
    try:
        await relay(bridge, transfers.silent_s)
    finally:
        transfers.legs.discard(bridge.far)

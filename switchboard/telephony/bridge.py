"""Two legs, each hearing the other through us: where a peer lets us call, but not refer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from switchboard.telephony.leg import Leg

_STEP_S = 0.02
_MOST_QUEUED_S = 0.2
"""Sound beyond this is dropped: what piled up would delay all that follows."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """`released` asks for the near leg back; `over` says that no sound is carried any more."""

    near: Leg
    far: Leg
    released: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def release(self) -> None:
        """End the far leg, and leave the near one alone from now on."""
        self.released.set()
        await self.over.wait()


async def relay(bridge: Bridge, silent_s: float) -> None:
    """Carry sound both ways until one leg ends, then end the other; or until it is released.

    Both ends being silent on the wire for `silent_s` seconds ends it too: nobody is left there.
    """
    near, far = bridge.near, bridge.far
    near.silence()
    near.read()
    far.read()
    try:
        while not (near.gone.is_set() or far.gone.is_set() or bridge.released.is_set()):
            _carry(near, far)
            _carry(far, near)
            if min(near.media().silent_s, far.media().silent_s) > silent_s:
                break
            await asyncio.sleep(_STEP_S)
    finally:
        await far.hang_up()
        # Who hangs up in the moment in which the caller is taken back leaves the caller to us.
        if not bridge.released.is_set():
            await near.hang_up()
        near.silence()
        bridge.over.set()


def _carry(source: Leg, target: Leg) -> None:
    samples = source.read()
    if len(samples) and target.queued_s() < _MOST_QUEUED_S:
        target.write(samples)

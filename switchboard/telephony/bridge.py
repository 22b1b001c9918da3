"""Two legs, each hearing the other through us: where a peer lets us call, but not refer."""

from __future__ import annotations

import asyncio

from switchboard.telephony.leg import Leg

_STEP_S = 0.02
_MOST_QUEUED_S = 0.2
"""Sound beyond this is dropped: what piled up would delay all that follows."""


async def relay(near: Leg, far: Leg, silent_s: float) -> None:
    """Carry sound both ways until one leg ends, then end the other.

    Both ends being silent on the wire for `silent_s` seconds ends it too: nobody is left there.
    """
    near.silence()
    near.read()
    far.read()
    try:
        while not (near.gone.is_set() or far.gone.is_set()):
            _carry(near, far)
            _carry(far, near)
            if min(near.media().silent_s, far.media().silent_s) > silent_s:
                break
            await asyncio.sleep(_STEP_S)
    finally:
        await far.hang_up()
        await near.hang_up()


def _carry(source: Leg, target: Leg) -> None:
    samples = source.read()
    if len(samples) and target.queued_s() < _MOST_QUEUED_S:
        target.write(samples)

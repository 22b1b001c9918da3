"""Whether anything arrives from the caller's side at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from switchboard.telephony.port import MediaCounts

_LOOK_EVERY_S = 0.5


async def silent_line(
    media: Callable[[], MediaCounts],
    expected: Callable[[], bool],
    *,
    first_s: float,
    later_s: float,
) -> None:
    """Returns once no packet has come for `later_s` seconds, or for `first_s` from the beginning.

    Only the time counts during which `expected` holds and the far end doesn't hold the call: a
    caller who is being put through may be on hold there.
    """
    loop = asyncio.get_running_loop()
    received, since = 0, loop.time()
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = media()
        if now.received != received or now.held or not expected():
            received, since = now.received, loop.time()
        elif loop.time() - since >= (later_s if received else first_s):
            return

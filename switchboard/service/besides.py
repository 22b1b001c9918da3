"""Work that goes on beside the calls: a fault of it is told, and it begins again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]

AGAIN_S = 10.0
"""Between a fault and the next beginning. Raising it makes a lasting fault fill the log less, and
what was published, or asked for at the console, come into force later after a passing one."""


async def kept_going(work: Work) -> None:
    """Until cancelled. Without it, one unforeseen fault would end, say, the look for a new grammar
    for as long as the service runs, and nobody would hear of it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("work beside the calls failed")
        await asyncio.sleep(AGAIN_S)

"""Work that a test lets begin as often as it needs, and then stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any


async def begun_twice(work: Coroutine[Any, Any, None], begun: Sequence[int]) -> None:
    """Run until `begun` has two entries, then cancel."""
    task = asyncio.create_task(work)
    async with asyncio.timeout(20):
        while len(begun) < 2:
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

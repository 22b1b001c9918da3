"""What is done once a night: what the settings no longer allow to be kept is deleted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

log = logging.getLogger(__name__)

AT = time(3, 0)
"""Local time: few call, and backups are commonly later."""


def seconds_until(at: time, now: datetime) -> float:
    """From `now` (aware) until it is next that time of day on the clock of `now`'s zone."""
    due = datetime.combine(now.date(), at, now.tzinfo)
    if due <= now:
        due = datetime.combine(now.date() + timedelta(days=1), at, now.tzinfo)
    return due.timestamp() - now.timestamp()


async def every_night(work: Callable[[], object], now: Callable[[], datetime]) -> None:
    """Do it now and every night, in a thread, until cancelled: a machine that is off at night must
    not keep for ever what it was told to delete."""
    while True:
        try:
            await asyncio.to_thread(work)
        except Exception:
            log.exception("nightly work failed")
        await asyncio.sleep(seconds_until(AT, now()))

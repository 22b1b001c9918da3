"""What is done once a night or once an hour: what the settings no longer allow to be kept is
deleted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

log = logging.getLogger(__name__)

AT = time(3, 0)
"""Local time: few call, and backups are commonly later."""

HOUR_S = 3600.0


def seconds_until(at: time, now: datetime) -> float:
    """From `now` (aware) until it is next that time of day on the clock of `now`'s zone."""
    due = datetime.combine(now.date(), at, now.tzinfo)
    if due <= now:
        due = datetime.combine(now.date() + timedelta(days=1), at, now.tzinfo)
    return due.timestamp() - now.timestamp()


async def every_night(work: Callable[[], object], now: Callable[[], datetime]) -> None:
    """Do it now and every night, in a thread, until cancelled: a machine that is off at night must
    not keep for ever what it was told to delete."""
    await _again_and_again(work, lambda: seconds_until(AT, now()))


async def every_hour(work: Callable[[], object]) -> None:
    """The same, every hour."""
    await _again_and_again(work, lambda: HOUR_S)


async def _again_and_again(work: Callable[[], object], pause_s: Callable[[], float]) -> None:
    while True:
        try:
            await asyncio.to_thread(work)
        except Exception:
            log.exception("regular work failed")
        await asyncio.sleep(pause_s())

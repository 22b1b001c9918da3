"""Operators' wishes from the database to the calls that run here, within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from switchboard.calls.desk import Desk
from switchboard.errors import StorageError
from switchboard.storage.connect_requests import take_requests
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""Between looks, while calls are up. Raising it spares the database, and lets callers wait."""


async def watch_desk(
    store: Store, desk: Desk, now: Callable[[], datetime], every_s: float = EVERY_S
) -> None:
    """Until cancelled. While the database doesn't answer, calls go on as they would."""
    blind = False
    while True:
        await asyncio.sleep(every_s)
        if not desk.calls:
            continue
        try:
            asked = await asyncio.to_thread(take_requests, store, desk.calls, now())
        except StorageError as error:
            if not blind:
                log.warning("operators' wishes can't be read", extra={"cause": str(error)})
            blind = True
            continue
        blind = False
        for each in asked:
            desk.connect(each.call, each.entry)

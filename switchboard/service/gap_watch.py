"""Gaps looked for every few minutes, so that what callers say in vain waits for nobody's visit."""

from __future__ import annotations

import asyncio
import logging

from switchboard.errors import UserError
from switchboard.gaps import apart
from switchboard.own_process import in_own_process
from switchboard.settings import Settings
from switchboard.storage.gap_evidence import anything_new
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 300.0
"""Between looks. Raising it shows failed calls later; a look without news is one short query."""
_OTHERS_S = 0.0
"""How long to wait for another process that looks for gaps: it sees what this one would."""


async def watch_for_gaps(
    store: Store, settings: Settings, database: str | None, every_s: float = EVERY_S
) -> None:
    """Until cancelled. What goes wrong is logged once, and tried again each time."""
    failing = False
    while True:
        await asyncio.sleep(every_s)
        try:
            if not await asyncio.to_thread(anything_new, store):
                continue
            await in_own_process("gap detection", apart.detect, database, settings, _OTHERS_S)
            failing = False
        except (UserError, OSError) as error:
            if not failing:
                log.warning("gaps can't be looked for", extra={"cause": str(error)})
            failing = True

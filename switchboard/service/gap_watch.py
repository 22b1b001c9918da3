"""Gaps looked for every few minutes, so that what callers say in vain waits for nobody's visit."""

from __future__ import annotations

import asyncio
import logging

from switchboard import log as logs
from switchboard.errors import UserError
from switchboard.service.own_process import FAILED, in_own_process
from switchboard.settings import Settings
from switchboard.storage.gap_evidence import anything_new
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 300.0
"""Between looks. Raising it shows failed calls later; a look without news is one short query."""


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
            worked = await in_own_process("gap detection", _inside, settings, database, failing)
        except (UserError, OSError) as error:
            if not failing:
                log.warning("gaps can't be looked for", extra={"cause": str(error)})
            worked = False
        failing = not worked


def _inside(settings: Settings, database: str | None, known_to_fail: bool) -> None:
    from switchboard.gaps.detecting import detect_alone  # noqa: PLC0415  only this process needs it
    from switchboard.gaps.parts import parts_of  # noqa: PLC0415
    from switchboard.storage.store import open_store  # noqa: PLC0415

    logs.configure(settings.log)
    try:
        store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
        detect_alone(store, parts_of(store, settings))
    except UserError as error:
        if not known_to_fail:
            log.warning("gaps can't be looked for", extra={"cause": str(error)})
        raise SystemExit(FAILED) from error

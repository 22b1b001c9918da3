"""LDAP read once a night, in a process of its own: cleansing 50,000 people takes all of a core for
a while, and must not make a caller wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from directory.errors import DirectoryError
from switchboard import log as logs
from switchboard.errors import UserError
from switchboard.own_process import in_own_process
from switchboard.service.nightly import AT, seconds_until
from switchboard.settings import Settings

log = logging.getLogger(__name__)


async def sync_every_night(
    settings: Settings, database: str | None, now: Callable[[], datetime]
) -> None:
    """Do it now and every night, until cancelled. What goes wrong is logged, and tried again the
    next night; who would leave in unusual numbers stays until a person decides."""
    while True:
        try:
            await in_own_process("directory sync", _inside, settings, database)
        except (UserError, OSError) as error:
            log.warning("directory sync failed", extra={"cause": str(error)})
        await asyncio.sleep(seconds_until(AT, now()))


def _inside(settings: Settings, database: str | None) -> None:
    from switchboard.ldap.syncing import apply, prepare  # noqa: PLC0415  only this process has LDAP
    from switchboard.storage.store import open_store  # noqa: PLC0415

    logs.configure(settings.log)
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        sync = prepare(settings, store, actor="nightly sync")
    except DirectoryError as error:
        raise UserError(str(error)) from error
    if sync.unusual:
        log.warning("directory sync needs a person", extra={"question": sync.question})
        return
    apply(settings, store, sync)

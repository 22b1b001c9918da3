"""LDAP read once a night, in a process of its own: cleansing 50,000 people takes all of a core for
a while, and must not make a caller wait."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
from collections.abc import Callable
from datetime import datetime

from directory.errors import DirectoryError
from switchboard import log as logs
from switchboard.errors import UserError
from switchboard.service.nightly import AT, seconds_until
from switchboard.settings import Settings

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5


async def sync_every_night(
    settings: Settings, database: str | None, now: Callable[[], datetime]
) -> None:
    """Do it now and every night, until cancelled. What goes wrong is logged, and tried again the
    next night; who would leave in unusual numbers stays until a person decides."""
    while True:
        try:
            await _sync(settings, database)
        except OSError:
            log.exception("directory sync can't start")
        await asyncio.sleep(seconds_until(AT, now()))


async def _sync(settings: Settings, database: str | None) -> None:
    # Not a fork: this process has threads, and the SIP stack's own.
    context = multiprocessing.get_context("spawn")
    process = context.Process(
        target=_inside, args=(settings, database), name="directory sync", daemon=True
    )
    await asyncio.to_thread(process.start)
    try:
        while process.exitcode is None:
            await asyncio.sleep(_LOOK_EVERY_S)
        if process.exitcode:
            log.error("directory sync died", extra={"exit_code": process.exitcode})
    finally:
        # When the service stops: what is half done was a transaction, and is gone with it.
        process.kill()
        process.join()
        process.close()


def _inside(settings: Settings, database: str | None) -> None:
    from switchboard.ldap.syncing import apply, prepare  # noqa: PLC0415  only this process has LDAP
    from switchboard.storage.store import open_store  # noqa: PLC0415

    # The service decides when it ends; a terminal's Ctrl-C reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure(settings.log)
    try:
        store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
        sync = prepare(settings, store, actor="nightly sync")
        if sync.unusual:
            log.warning("directory sync needs a person", extra={"question": sync.question})
            return
        apply(settings, store, sync)
    except (UserError, DirectoryError) as error:
        log.warning("directory sync failed", extra={"cause": str(error)})

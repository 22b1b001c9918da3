"""The web admin in a process of its own: an import or a report must not make a caller wait.

this process ──pipe──▶ admin process: its end closing, for whatever cause, ends that process
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection

from switchboard import log as logs
from switchboard.errors import UserError
from switchboard.settings import Settings

log = logging.getLogger(__name__)

_START_S = 60.0
_STOP_S = 12.0
_BACK_OFF_S = 10.0
"""Between the end of an admin and the start of the next."""


class AdminProcess:
    """Started, watched and stopped by the event loop's own process."""

    def __init__(self, settings: Settings, database: str | None) -> None:
        self._settings = settings
        self._database = database
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        # Of two threads that wait for a process, the system tells one how it ended, and the other
        # that there is no such process.
        self._waiting = threading.Lock()

    async def start(self) -> str:
        """Its address. Raises UserError when it can't listen there."""
        return await asyncio.to_thread(self._start)

    async def watch(self) -> None:
        """Start it again whenever it ends, until cancelled."""
        while True:
            ended, code = await asyncio.to_thread(self._ended)
            if ended:
                log.error("web admin ended", extra={"exit_code": code})
                await asyncio.sleep(_BACK_OFF_S)
                try:
                    await self.start()
                except UserError as error:
                    log.error("web admin can't start", extra={"cause": str(error)})  # noqa: TRY400

    async def stop(self) -> None:
        await asyncio.to_thread(self._stop)

    def _start(self) -> str:
        # Not a fork: this process has threads, and the SIP stack's own.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve, args=(self._settings, self._database, theirs), name="admin", daemon=True
        )
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        try:
            started, told = ours.recv() if ours.poll(_START_S) else (False, "it takes too long")
        except EOFError:
            started, told = False, "its process died"
        if not started:
            self._stop()
            raise UserError(f"The web admin can't start: {told}")
        return str(told)

    def _ended(self) -> tuple[bool, int | None]:
        """Whether it has, a second from now at the latest, and how."""
        with self._waiting:
            process = self._process
            if process is None:
                return True, None
            process.join(1.0)
            return process.exitcode is not None, process.exitcode

    def _stop(self) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        with self._waiting:
            process, self._process = self._process, None
            if process is None:
                return
            process.join(_STOP_S)
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()


def _serve(settings: Settings, database: str | None, pipe: Connection) -> None:
    """The inside of the process."""
    from switchboard.admin.server import AdminServer  # noqa: PLC0415  only this process has Flask
    from switchboard.storage.store import open_store  # noqa: PLC0415

    # The service decides when its admin ends; a terminal's Ctrl-C reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logs.configure(settings.log)
    store = None
    try:
        store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
        server = AdminServer(store, settings)
        server.start()
    except UserError as error:
        pipe.send((False, str(error)))
        if store is not None:
            store.close()
        return
    pipe.send((True, server.address))
    try:
        pipe.recv()
    except EOFError:
        server.stop()
        store.close()

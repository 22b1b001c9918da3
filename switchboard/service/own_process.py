"""Heavy work beside calls, in a process of its own: it must not make a caller wait."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5
_NICE = 10
FAILED = 3
"""How a process ends that has told itself what went wrong."""


async def in_own_process(name: str, inside: Callable[..., None], *args: Any) -> bool:
    """Run `inside`, a module's function, to its end; False when its process failed or died.

    Cancelled, it is killed: what it does must be transactions. Raises OSError when no process can
    be started.
    """
    # Not a fork: this process has threads, and the SIP stack's own.
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run, args=(inside, args), name=name, daemon=True)
    await asyncio.to_thread(process.start)
    try:
        while process.exitcode is None:
            await asyncio.sleep(_LOOK_EVERY_S)
        if process.exitcode not in {0, FAILED}:
            log.error("a process beside calls died", extra={"work": name, "code": process.exitcode})
        return process.exitcode == 0
    finally:
        process.kill()
        process.join()
        process.close()


def _run(inside: Callable[..., None], args: tuple[Any, ...]) -> None:
    # The service decides when it ends; a terminal's Ctrl-C reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    inside(*args)

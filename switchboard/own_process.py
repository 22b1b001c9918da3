"""Heavy work in a process of its own: the calls that are up on this machine, and the admin's pages,
come first.

this process ──work──▶ stdin of `python -m switchboard.own_process`, which ends when that is closed
             ◀──── its stdout: the sentence of what failed, nothing when all went well
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from switchboard.errors import UserError

log = logging.getLogger(__name__)

_NICE = 10
"""How far the process steps back. Raising it gets the work done later on a busy machine."""

Inside = Callable[..., None]
"""A module's function, which the process imports. Of what it raises, UserError comes back."""


class OwnProcess:
    """Runs one work after another, each in a process of its own. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def run(self, name: str, inside: Inside, *args: object) -> None:
        """Returns when it is done, or was stopped. Raises UserError for what failed, and OSError
        when no process can be started.

        The arguments may hold a password: they go by a pipe and are never shown.
        """
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        with self._lock:
            if self._stopped.is_set():
                return
            # Not a fork: this process has threads, and the SIP stack's own.
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", "-m", "switchboard.own_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # The same code, in the same order, as this process imports.
                env={**os.environ, "PYTHONPATH": path},
            )
        told = _told(process, (inside, args))
        if self._stopped.is_set():
            return
        if told or process.returncode:
            raise UserError(
                told
                or f"The process for {name} died (exit code {process.returncode}); "
                "see the log, and the free memory."
            )

    def stop(self) -> None:
        """End what goes on, at once, and begin nothing more: what it does must be transactions."""
        with self._lock:
            self._stopped.set()
            if self._process is not None:
                self._process.kill()


async def in_own_process(name: str, inside: Inside, *args: object) -> None:
    """As `OwnProcess.run`, beside the event loop. Cancelled, it is stopped."""
    process = OwnProcess()
    running = asyncio.ensure_future(asyncio.to_thread(process.run, name, inside, *args))
    try:
        await asyncio.shield(running)
    finally:
        process.stop()
        await asyncio.wait((running,))


def _told(process: subprocess.Popen[bytes], work: tuple[Inside, tuple[object, ...]]) -> str:
    """Hand the work over and wait; the sentence of what failed, "" for none."""
    with process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  pipes
        try:
            pickle.dump(work, process.stdin)
            process.stdin.flush()
        except BrokenPipeError:  # it died, or was stopped, which its exit code tells
            process.kill()
            with suppress(BrokenPipeError):  # of what was not written yet
                process.stdin.close()
        return process.stdout.read().decode(errors="replace").strip()


def _end_with_parent() -> None:
    # Not through `sys.stdin`, whose lock would be held when this process ends.
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """The inside of the process."""
    # Whoever started it decides when it ends; a terminal's Ctrl-C reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    work: tuple[Inside, tuple[Any, ...]]
    work = pickle.load(sys.stdin.buffer)  # noqa: S301  from the process that started this one
    inside, args = work
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        inside(*args)
    except UserError as error:
        sys.stdout.write(str(error))
    except Exception as error:
        log.exception("work beside calls failed")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()

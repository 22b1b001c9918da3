"""Work on gaps in a process of its own: while thousands of calls are looked through, the admin's
pages, and the calls that are up on this machine, come first.

this process ──work──▶ stdin of `python -m switchboard.gaps.apart`, which ends when that is closed
             ◀──── its stdout: the sentence of what failed, nothing when all went well
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass

from grammar.model import Grammar
from switchboard import log as logs
from switchboard.errors import UserError
from switchboard.gaps import replaying
from switchboard.gaps.detecting import detect_alone
from switchboard.gaps.parts import parts_of
from switchboard.settings import Settings
from switchboard.storage.store import Store, open_store

log = logging.getLogger(__name__)

_NICE = 10
"""How far the process steps back. Raising it finds gaps later on a busy machine."""


_OTHERS_S = 60.0
"""How long to wait for another process that looks for gaps, such as the service's own: it may not
know of what was said here a moment ago."""


@dataclass(frozen=True, slots=True)
class Replaying:
    """A replay that was begun under this number; `sound`: what was kept of it is heard again."""

    draft: Grammar
    number: int
    sound: bool


@dataclass(frozen=True, slots=True)
class Work:
    """`replay` is None where gaps are to be looked for. `url` may hold a password, so the work
    goes by a pipe and is never shown."""

    url: str
    settings: Settings
    replay: Replaying | None = None


def work_on(store: Store, settings: Settings, replay: Replaying | None = None) -> Work:
    """That work, on that store."""
    return Work(store.engine.url.render_as_string(hide_password=False), settings, replay)


class Apart:
    """Runs one work after another, each in a process of its own. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def run(self, work: Work) -> None:
        """Returns when it is done, or was stopped. Raises UserError for what failed."""
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        with self._lock:
            if self._stopped.is_set():
                return
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", "-m", "switchboard.gaps.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # The same code, in the same order, as this process imports.
                env={**os.environ, "PYTHONPATH": path},
            )
        told = _told(process, work)
        if self._stopped.is_set():
            return
        if told or process.returncode:
            raise UserError(
                told
                or f"The process that worked on gaps died (exit code {process.returncode}); "
                "see the log, and the free memory."
            )

    def stop(self) -> None:
        """End what goes on, at once, and begin nothing more: all that was written is whole."""
        with self._lock:
            self._stopped.set()
            if self._process is not None:
                self._process.kill()


def _told(process: subprocess.Popen[bytes], work: Work) -> str:
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


def _do(work: Work) -> None:
    settings = work.settings
    store = open_store(work.url, lock_wait_s=settings.storage.lock_wait_s)
    parts = parts_of(store, settings)
    if work.replay is None:
        detect_alone(store, parts, wait_s=_OTHERS_S)
    elif work.replay.sound:
        with replaying.engine_of(settings, work.replay.draft) as hears:
            replaying.run(parts, work.replay.draft, work.replay.number, hears=hears)
    else:
        replaying.run(parts, work.replay.draft, work.replay.number)


def _end_with_parent() -> None:
    # Not through `sys.stdin`, whose lock would be held when this process ends.
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """The inside of the process."""
    work: Work = pickle.load(sys.stdin.buffer)  # noqa: S301  from the process that started this one
    os.nice(_NICE)
    logs.configure(work.settings.log)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _do(work)
    except UserError as error:
        sys.stdout.write(str(error))
    except Exception as error:
        log.exception("work on gaps failed")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()

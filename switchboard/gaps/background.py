"""Detection and replays behind the pages that ask for them: one at a time, in a process beside."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from grammar.model import Grammar
from switchboard.errors import UserError
from switchboard.gaps import apart, replaying
from switchboard.own_process import OwnProcess
from switchboard.settings import Settings
from switchboard.storage import replays
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 300.0
"""How old what is known of gaps may be before a page has it looked for anew. Raising it spares the
machine, and shows failed calls later."""

_OTHERS_S = 60.0
"""How long to wait for another process that looks for gaps, such as the service's own: it may not
know of what was said here a moment ago."""


class Background:
    """Of one store. Safe to share among threads. Stop it before the store is closed."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gaps")
        self._lock = threading.Lock()
        self._detection: Future[None] | None = None
        self._begun: float | None = None
        self._work: set[Future[None]] = set()
        self._process = OwnProcess()
        self._stopped = False

    def detect(self, older_than_s: float = 0.0) -> bool:
        """Have gaps looked for, unless that is going on or was begun within `older_than_s`;
        whether it goes on."""
        with self._lock:
            if self._stopped:
                return False
            if self._detection is not None and not self._detection.done():
                return True
            recent = self._begun is not None and time.monotonic() - self._begun < older_than_s
            if recent:
                return False
            self._begun = time.monotonic()
            self._detection = self._submit(self._detect)
            return True

    def replay(self, draft: Grammar, *, actor: str, sound: bool) -> int:
        """Have the draft replayed; the replay's id. Raises UserError before a publication."""
        number = replaying.begin(self._store, draft, actor=actor)
        with self._lock:
            self._submit(lambda: self._replay(draft, number, sound=sound))
        return number

    def settled(self, timeout_s: float) -> bool:
        """Wait until nothing goes on; False when something does by then."""
        with self._lock:
            going_on = set(self._work)
        return not wait(going_on, timeout_s).not_done

    def stop(self) -> None:
        """End what goes on, and begin nothing more."""
        with self._lock:
            self._stopped = True
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._process.stop()

    @property
    def _url(self) -> str:
        return self._store.engine.url.render_as_string(hide_password=False)

    def _submit(self, work: Callable[[], None]) -> Future[None]:
        future = self._pool.submit(_logged, work)
        self._work = {each for each in self._work if not each.done()} | {future}
        return future

    def _detect(self) -> None:
        self._process.run("gap detection", apart.detect, self._url, self._settings, _OTHERS_S)

    def _replay(self, draft: Grammar, number: int, *, sound: bool) -> None:
        try:
            self._process.run(
                "a replay", apart.replay, self._url, self._settings, draft, number, sound
            )
        except UserError as error:
            # Also when no engine can be had, or the process died: a replay knows nothing of those.
            replays.finish(self._store, number, str(error))
            raise


def _logged(work: Callable[[], None]) -> None:
    """Whoever asked has gone on: what fails is told in the log, and (a replay) in its row."""
    try:
        work()
    except UserError as error:
        log.warning("work on gaps failed", extra={"cause": str(error)})
    except Exception:
        log.exception("work on gaps failed")

"""Detection and replays behind the pages that ask for them: one at a time, in a thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from grammar.model import Grammar
from switchboard.errors import UserError
from switchboard.gaps import replaying
from switchboard.gaps.detecting import detect_alone
from switchboard.gaps.parts import Parts, parts_of
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
    """Of one store. Safe to share among threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gaps")
        self._lock = threading.Lock()
        self._detection: Future[None] | None = None
        self._begun: float | None = None
        self._work: set[Future[None]] = set()
        self._parts: Parts | None = None

    def detect(self, older_than_s: float = 0.0) -> bool:
        """Have gaps looked for, unless that is going on or was begun within `older_than_s`;
        whether it goes on."""
        with self._lock:
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

    def _submit(self, work: Callable[[], None]) -> Future[None]:
        future = self._pool.submit(_logged, work)
        self._work = {each for each in self._work if not each.done()} | {future}
        return future

    def _detect(self) -> None:
        detect_alone(self._store, self._known(), wait_s=_OTHERS_S)

    def _replay(self, draft: Grammar, number: int, *, sound: bool) -> None:
        if not sound:
            replaying.run(self._known(), draft, number)
            return
        try:
            with replaying.engine_of(self._settings, draft) as hears:
                replaying.run(self._known(), draft, number, hears=hears)
        except UserError as error:
            # Also when no engine can be had, which a replay knows nothing of yet.
            replays.finish(self._store, number, str(error))
            raise

    def _known(self) -> Parts:
        if self._parts is None:
            self._parts = parts_of(self._store, self._settings)
        return self._parts


def _logged(work: Callable[[], None]) -> None:
    """Whoever asked has gone on: what fails is told in the log, and (a replay) in its row."""
    try:
        work()
    except UserError as error:
        log.warning("work on gaps failed", extra={"cause": str(error)})
    except Exception:
        log.exception("work on gaps failed")

"""Work on gaps as a process of its own does it (see `switchboard.own_process`): thousands of calls
are looked through."""

from __future__ import annotations

from grammar.model import Grammar
from switchboard import log as logs
from switchboard.gaps import replaying
from switchboard.gaps.detecting import detect_alone
from switchboard.gaps.parts import Parts, parts_of
from switchboard.settings import Settings
from switchboard.storage.store import open_store


def detect(url: str | None, settings: Settings, wait_s: float) -> None:
    """Look for gaps, unless another process is at it for longer than `wait_s`. Raises UserError."""
    parts = _parts(url, settings)
    detect_alone(parts.store, parts, wait_s=wait_s)


def replay(url: str, settings: Settings, draft: Grammar, number: int, sound: bool) -> None:
    """The replay that was begun under this number; `sound`: what was kept of it is heard again.
    Raises UserError."""
    parts = _parts(url, settings)
    if sound:
        with replaying.engine_of(settings, draft) as hears:
            replaying.run(parts, draft, number, hears=hears)
    else:
        replaying.run(parts, draft, number)


def _parts(url: str | None, settings: Settings) -> Parts:
    logs.configure(settings.log)
    return parts_of(open_store(url, lock_wait_s=settings.storage.lock_wait_s), settings)

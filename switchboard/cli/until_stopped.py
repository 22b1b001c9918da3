"""Waiting for Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import threading


def stop_asked() -> threading.Event:
    """Set once somebody asks this process to stop. Call it in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop

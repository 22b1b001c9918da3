"""Who runs the command: remembered with every change."""

from __future__ import annotations

import getpass


def actor() -> str:
    """The account's name on this machine, "" where it has none (a container without users)."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""

"""Where changes since the last reading begin, in the terms of each kind of server.

Active Directory counts its changes (uSNChanged), each domain controller for itself. OpenLDAP stamps
entries with when they changed (entryCSN), others with modifyTimestamp (RFC 4512, section 3.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from switchboard.ldap.searching import Entry

USN: Final = "uSNChanged"
STAMPS: Final = {"entryCSN": "{}.000000Z#000000#000#000000", "modifyTimestamp": "{}Z"}
"""Attribute to how a time is written in it; the more exact attribute first."""

OVERLAP: Final = timedelta(minutes=10)
"""Read again, in case servers that replicate disagree about the time by so much. Entries that were
deleted or arrive later still show when everybody is next read."""

_STAMP: Final = re.compile(r"(\d{14})(\.\d+)?Z")
_TIME: Final = "%Y%m%d%H%M%S"
_COUNT: Final = re.compile(r"\d{1,19}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """`value` is a count (of `server`, which alone knows it) or a time in UTC, by `attribute`."""

    attribute: str
    value: str
    server: str = ""


def since(cursor: Cursor) -> str:
    """The filter for what has changed."""
    if cursor.attribute == USN:
        return f"({USN}>={int(cursor.value) + 1})"
    return f"({cursor.attribute}>={STAMPS[cursor.attribute].format(cursor.value)})"


def kept(stored: Mapping[str, str], root: Entry) -> Cursor | None:
    """The cursor that was stored, if it still says something to the server that answers now."""
    if not stored:
        return None
    cursor = Cursor(**stored)
    if cursor.attribute != USN:
        return cursor if cursor.attribute in STAMPS else None
    highest = root.text("highestCommittedUSN")
    same = cursor.server == root.text("dsServiceName")
    # A count that has fallen is a server restored from a backup.
    return (
        cursor if same and _COUNT.fullmatch(highest) and int(highest) >= int(cursor.value) else None
    )


def after(
    entries: Sequence[Entry], root: Entry, took: timedelta, before: Cursor | None = None
) -> Cursor | None:
    """The cursor for the next time; None when the server gives nothing to go by.

    `root` is from before the search and `took` its length: what changed meanwhile comes again.
    `before` is the cursor that `entries` were asked for with, where they are only the changes.
    """
    highest = root.text("highestCommittedUSN")
    counted = all(_COUNT.fullmatch(entry.text(USN)) for entry in entries)
    if _COUNT.fullmatch(highest) and counted and (before is None or before.attribute == USN):
        return Cursor(USN, highest, root.text("dsServiceName"))
    if before is not None:
        return Cursor(before.attribute, max(before.value, _newest(entries, before.attribute, took)))
    for attribute in STAMPS:
        newest = _newest(entries, attribute, took)
        if newest and all(entry.text(attribute) for entry in entries):
            return Cursor(attribute, newest)
    return None


def _newest(entries: Sequence[Entry], attribute: str, took: timedelta) -> str:
    stamps = (_STAMP.match(entry.text(attribute)) for entry in entries)
    newest = max((stamp[1] for stamp in stamps if stamp), default="")
    try:
        return (datetime.strptime(newest, _TIME) - took - OVERLAP).strftime(_TIME)
    except (ValueError, OverflowError):
        return ""

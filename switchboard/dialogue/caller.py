"""Who calls, as far as the line tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CallerClass(StrEnum):
    """What a caller may do follows from this. It is taken from trusted identity headers only."""

    INTERNAL = "internal"
    PILOT = "pilot"
    """An internal number in the pilot group."""
    EXTERNAL = "external"
    WITHHELD = "withheld"
    """No identity that can be trusted: treated as external, and never as internal."""


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """The same caller's last call within the last ten minutes. `entry` is where it was sent."""

    call_id: str
    minutes_ago: float
    entry: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """`number` is an extension, a number in E.164, or "" when withheld. It is personal data: it
    never goes into a log message. `diverted`: the operators' line sent the call here, because it
    was busy or not answered (a Diversion or History-Info header says so)."""

    kind: CallerClass
    number: str = ""
    earlier: EarlierCall | None = None
    diverted: bool = False

"""What is wrong with the opening hours: those of all classes of callers, and those of one."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import time
from types import MappingProxyType
from typing import Final

from switchboard.settings.calls import DAYS, OpeningHours, spans
from switchboard.settings.checking import Problem
from switchboard.settings.dialable import number_problems
from switchboard.settings.model import Settings

_SENDS_ON: Final = {"redirect", "tell_and_transfer"}


def hours_problems(settings: Settings) -> Iterator[Problem]:
    """Every problem of [hours] and of the hours of classes in it."""
    hours = settings.hours
    yield from _timezone(hours.timezone)
    yield from _opening(("hours",), _values(hours), settings)
    for kind, own in hours.of_classes().items():
        yield from _opening(("hours", kind), _values(own), settings, _values(hours))


def _timezone(timezone: str) -> Iterator[Problem]:
    try:
        if timezone:
            zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem(
            ("hours", "timezone"),
            f"= {timezone!r} is not a time zone of this machine; write it as Europe/London, "
            "or install tzdata.",
        )


def _values(hours: OpeningHours) -> Mapping[str, str]:
    return {field.name: getattr(hours, field.name) for field in fields(OpeningHours)}


def _opening(
    section: tuple[str, ...],
    hours: Mapping[str, str],
    settings: Settings,
    common: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Problem]:
    """What is as in `common` is told there, if it is wrong."""
    own = [key for key in hours if hours[key] != common.get(key)]
    for key in own:
        path = (*section, key)
        if key in DAYS:
            yield from _day(path, hours[key])
        if key == "closed_number":
            yield from number_problems(path, hours[key], settings.number_plan.region)
    somewhere = hours["closed_number"] or settings.operators.last_resort
    stands = [key for key in ("closed", "closed_number") if key in own]
    if stands and hours["closed"] in _SENDS_ON and not somewhere:
        yield Problem(
            (*section, stands[0]),
            f'leaves calls nowhere to go: "{hours["closed"]}" sends them on; give `closed_number`.',
        )


def _day(path: tuple[str, ...], day: str) -> Iterator[Problem]:
    try:
        opened = spans(day)
    except ValueError:
        yield Problem(path, "holds a time of day that doesn't exist; mend it.")
        return
    before = time.min
    for opens, closes in opened:
        if not before <= opens < closes:
            yield Problem(path, "does not run forward in time; write the earlier time first.")
            return
        before = closes

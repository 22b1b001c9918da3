"""Hours added up to days, each day once as long as nothing in it changes.

A year has 9,000 hours with calls, whose figures take a second to read and to add up. What a day's
hours come to depends on their texts alone, so it is remembered by these: no day that has changed
can be mistaken for the one that it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from switchboard.reports.figures import total_of_plain
from switchboard.reports.period import local
from switchboard.storage.call_hours import Hour

_REMEMBERED = 1200
"""Days in memory, about 15 kB each. Raising it shows longer periods at once."""

Outcomes = tuple[int, int, int, int, int]
"""Calls by what became of them, each once: put through rightly, put through wrongly, taken by an
operator, left or reached nobody, not taken."""


@dataclass(frozen=True, slots=True)
class Day:
    """`begun` says what became of the calls of each hour, by when it begins on this machine's
    clock; `plain` is the sum, as `Figures.to_plain`."""

    begun: tuple[tuple[datetime, Outcomes], ...]
    plain: Mapping[str, Any]


def days(hours: Iterable[Hour]) -> tuple[Day, ...]:
    """The hours, which are in order and of one channel, by the day on this machine's clock."""
    begun = ((local(each.hour), each.text) for each in hours)
    found = []
    for _, together in groupby(begun, key=lambda each: each[0].toordinal()):
        moments, texts = zip(*together, strict=True)
        plain, counted = _added_up(texts)
        found.append(Day(tuple(zip(moments, counted, strict=True)), plain))
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def _added_up(texts: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[Outcomes, ...]]:
    plains = json.loads(f"[{','.join(texts)}]")
    return total_of_plain(plains).to_plain(), tuple(map(_outcomes, plains))


def _outcomes(counts: Mapping[str, Any]) -> Outcomes:
    ends = counts.get("endings", {})
    calls, misrouted = counts.get("calls", 0), counts.get("misrouted", 0)
    right = counts.get("contained", 0) - misrouted
    to_people = ends.get("operator", 0) + ends.get("last_resort", 0)
    not_taken = calls - counts.get("taken", 0)
    return right, misrouted, to_people, calls - right - misrouted - to_people - not_taken, not_taken

"""Reads opening hours as people write them: "Mon-Fri 9am-5pm", "9-5 Mon to Thu; Fri 9-4.30".

What isn't certain isn't read: a wrong guess would keep callers from a desk where somebody sits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import time
from functools import lru_cache
from typing import Final, NamedTuple


class Span(NamedTuple):
    """Open from `opens` until before `closes`, the same day; `time.max` closes at midnight."""

    opens: time
    closes: time


Week = tuple[tuple[Span, ...], ...]
"""What is open on each day, Monday first; () is a day that stays closed."""

_Minutes = tuple[int, int]
"""From and until, in minutes after midnight; until may be after the day's end."""
_Times = tuple[_Minutes, ...]
_Token = frozenset[int] | _Times
"""Days that are named, or their times: () for closed."""

_LONGEST: Final = 200
"""Characters. No desk's hours take more, and expressions are slow on what a stranger sends."""
_DAYS: Final = 7
_HALF_DAY: Final = 12 * 60
_DAY_LONG: Final = 24 * 60
_EARLIEST: Final = 6
"""The first hour that needs no "am" to be one of the morning."""
_NOON: Final = 12
_HOUR: Final = 60
_EVERY_DAY: Final = frozenset(range(_DAYS))
_WHOLE_DAY: Final = ((0, _DAY_LONG),)

_NAME: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)s?"
)
_TO: Final = r"\s*(?:-|–|—|to|until|till)\s*"
_CLOCK: Final = r"(?:\d{1,2}(?:[:.]?\d{2})?\s*(?:[ap]\.?m\b\.?)?|noon|midday|midnight)"
_TOKEN: Final = re.compile(
    rf"(?P<days>\b{_NAME}(?:{_TO}{_NAME})?\b|\b(?:weekday|weekend)s?\b|\bdaily\b|\bevery ?day\b"
    r"|\b(?:7|seven) days(?: a week)?\b)"
    r"|(?P<always>\b24 ?/ ?7\b)"
    r"|(?P<whole>\b24 ?(?:hours|hrs|h)\b(?: a day)?)"
    r"|(?P<closed>\bclosed\b)"
    rf"|(?P<span>\b{_CLOCK}{_TO}{_CLOCK}(?![\d:]))"
    r"|(?P<filler>[\s,;&+/:().]|\b(?:and|open|opening|office|hours|hrs|from|between|on|only)\b)"
)
_CLOSED_THEN: Final = re.compile(
    r"[\s,;(]*\b(?:closed(?: on)?|except(?: on)?|excluding|excl\.?|not(?: on)?) "
    rf"(?:(?:bank|public) holidays?|weekends?|{_NAME}(?:{_TO}{_NAME})?)\W*$"
)
"""What goes without saying."""
_CLOCK_PARTS: Final = re.compile(r"(\d{1,2}?)[:.]?(\d{2})?\s*(?:([ap])\.?m\.?)?")
_WORDS: Final = {"noon": (12, 0, "p"), "midday": (12, 0, "p"), "midnight": (12, 0, "a")}
_BEGINNINGS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=4096)
def read_opening_hours(text: str) -> Week | None:
    """The week that the text tells of; None where it can't be read for certain.

    Hours past midnight belong to the next day: "Mon 17:00-09:00" is open early on Tuesday.
    """
    if len(text) > _LONGEST:
        return None
    try:
        return _week(_groups(_tokens(_CLOSED_THEN.sub("", text.casefold().strip()))))
    except _UncertainError:
        return None


class _UncertainError(Exception):
    """The text may mean several things, or none that we know."""


def _tokens(text: str) -> Iterator[_Token]:
    """In the order of the text."""
    at = 0
    spans: list[_Minutes] = []
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or not found[0]:
            raise _UncertainError
        at = found.end()
        match found.lastgroup:
            case "days":
                spans = []
                yield _days(found[0])
            case "always":
                yield _EVERY_DAY
                yield _WHOLE_DAY
            case "whole":
                yield _WHOLE_DAY
            case "closed":
                yield ()
            case "span":
                spans.append(_span(found[0], spans[-1] if spans else None))
                yield (spans[-1],)


def _days(text: str) -> frozenset[int]:
    if text.startswith("weekday"):
        return frozenset(range(5))
    if text.startswith("weekend"):
        return frozenset((5, 6))
    if not text.startswith(_BEGINNINGS):
        return _EVERY_DAY
    named = [_BEGINNINGS.index(each[0][:3]) for each in re.finditer(_NAME, text)]
    first, last = named[0], named[-1]
    return frozenset((first + day) % _DAYS for day in range((last - first) % _DAYS + 1))


def _span(text: str, before: _Minutes | None) -> _Minutes:
    """Minutes from and until. `before`: the span before it on the same days."""
    (hour, minute, half), (last_hour, last_minute, last_half) = (
        _clock(each) for each in re.split(_TO, text)
    )
    opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
    if half and last_half:
        opens, closes = _of_half(opens, half), _of_half(closes, last_half)
    elif half or last_half:
        opens, closes = _of_one_half(opens, closes, half, last_half)
    elif not text.startswith("0") and hour < _EARLIEST:
        # "9-12, 1-5": after the morning's comes the afternoon's.
        if before is None or before[1] > opens + _HALF_DAY:
            raise _UncertainError
        opens, closes = opens + _HALF_DAY, closes + _HALF_DAY
    elif closes <= opens and hour <= _NOON and last_hour < _NOON:
        closes += _HALF_DAY  # "9-5"
    if opens == closes or max(opens, closes) > _DAY_LONG:
        raise _UncertainError
    return opens, closes if closes > opens else closes + _DAY_LONG


def _clock(text: str) -> tuple[int, int, str]:
    """Hour, minute, and "a" or "p" where the half of the day is written."""
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    found = _CLOCK_PARTS.fullmatch(text)
    if found is None:
        raise _UncertainError
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if minute >= _HOUR or (half and not 1 <= hour <= _NOON):
        raise _UncertainError
    return hour, minute, half


def _of_half(minutes: int, half: str) -> int:
    """12 am is midnight, 12 pm is noon."""
    return minutes % _HALF_DAY + (_HALF_DAY if half == "p" else 0)


def _of_one_half(opens: int, closes: int, half: str, last_half: str) -> _Minutes:
    """ "9-5pm", "9am-5": the other one is of the half that fits, when only one does."""
    found = [
        (first, last)
        for first in ({_of_half(opens, each) for each in half or "ap"})
        for last in ({_of_half(closes, each) for each in last_half or "ap"})
        if first < last and (half or first >= _EARLIEST * 60)
    ]
    if len(found) != 1:
        raise _UncertainError
    return found[0]


def _groups(tokens: Iterable[_Token]) -> list[tuple[frozenset[int], _Times]]:
    """Which days have which times: times follow their days all along, or go before them."""
    days: list[frozenset[int]] = []
    times: list[_Times] = []
    before: type | None = None
    for token in tokens:
        goes_on, before = before is type(token), type(token)
        if isinstance(token, frozenset):
            days.append(days.pop() | token if goes_on else token)
        else:
            times.append(times.pop() + token if goes_on else token)
    if not days and times == [_WHOLE_DAY]:
        return [(_EVERY_DAY, _WHOLE_DAY)]
    if len(days) != len(times):
        raise _UncertainError  # also times without a day: of the weekend, too?
    return list(zip(days, times, strict=True))


def _week(groups: Iterable[tuple[frozenset[int], _Times]]) -> Week:
    named: set[int] = set()
    week: list[list[_Minutes]] = [[] for _ in range(_DAYS)]
    for days, spans in groups:
        if named & days:
            raise _UncertainError  # two things are said of one day
        named |= days
        for day in days:
            for opens, closes in spans:
                week[day].append((opens, min(closes, _DAY_LONG)))
                if closes > _DAY_LONG:
                    week[(day + 1) % _DAYS].append((0, closes - _DAY_LONG))
    if not any(week):
        raise _UncertainError  # never open: a slip rather than hours
    return tuple(tuple(_opened(spans)) for spans in week)


def _opened(spans: list[_Minutes]) -> Iterator[Span]:
    joined: list[_Minutes] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    for opens, closes in joined:
        ends = time.max if closes == _DAY_LONG else time(*divmod(closes, 60))
        yield Span(time(*divmod(opens, 60)), ends)

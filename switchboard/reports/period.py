"""The stretch of time that a report is about: whole days on this machine's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from switchboard.errors import UserError

LONGEST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The moment after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def hours(self) -> tuple[int, int]:
        """As `calls.hour`: the first, and the one after the last. Where midnight is within an hour
        of UTC, that hour belongs to the day in which it begins."""
        first, last = (-(-int(each.timestamp()) // 3600) for each in (self.begins, self.ends))
        return first, last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """The month where it is one, else its days."""
        if self == month_of(self.first):
            return f"{self.first:%B %Y}"
        return f"{_day(self.first)} to {_day(self.last)}"


def month(text: str) -> Period:
    """The month of that "YYYY-MM". Raises UserError."""
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise UserError(f"{text!r} is not a month; write it as 2026-03.")
    try:
        return month_of(date.fromisoformat(f"{text}-01"))
    except ValueError as error:
        raise UserError(f"{text!r} is not a month; write it as 2026-03.") from error


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def month_before(period: Period) -> Period:
    return month_of(period.first.replace(day=1) - timedelta(days=1))


def between(first: date, last: date) -> Period:
    """From the one day to the other. Raises UserError for too long a time, or none."""
    if last < first:
        raise UserError("The report ends before it begins; swap the days.")
    if (last - first).days >= LONGEST_DAYS:
        raise UserError("A report is about three years at most; choose days nearer together.")
    return Period(first, last)


def local(hour: int) -> datetime:
    """When an hour of `calls.hour` begins, on this machine's clock; without its zone."""
    return datetime.fromtimestamp(hour * 3600)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

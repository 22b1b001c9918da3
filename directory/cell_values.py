"""Cells that hold a date, a yes or no, an e-mail address or a staff number."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from directory.findings import ERROR, INFO, WARNING, Finding

_YES: Final = frozenset(
    {"yes", "y", "true", "1", "x", "t", "✓", "✔", "ex-directory", "ex directory"}
)
_NO: Final = frozenset({"no", "n", "false", "0", "f", ""})
_DAY_FIRST: Final = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")
_UNAMBIGUOUS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y",
    "%d-%B-%Y", "%b %d, %Y", "%B %d, %Y", "%d/%b/%Y",
)  # fmt: skip
_MONTH_FIRST: Final = ("%m/%d/%Y", "%m/%d/%y")
_CLOCK: Final = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[AP]M)?$", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)
_SERIAL_DAYS: Final = (20_000, 80_000)
"""Spreadsheet dates as plain numbers: 1954 to 2119."""
_EMAIL: Final = re.compile(
    r"[^@\s,;<>\"()]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}"
)
_GONE: Final = frozenset(
    {"left", "leaver", "inactive", "terminated", "resigned", "retired", "ex-employee", "deceased",
     "dismissed", "closed", "yes", "y", "true", "1", "former"}
)  # fmt: skip
_HERE: Final = frozenset(
    {"", "active", "current", "employed", "permanent", "temporary", "fixed term", "casual",
     "agency", "secondment", "maternity leave", "on leave", "suspended", "contractor", "starter",
     "joiner", "full time", "part time", "live", "in post", "no", "n", "false", "0"}
)  # fmt: skip


def read_date(field: str, text: str) -> tuple[date | None, tuple[Finding, ...]]:
    """A day, written British (day first), ISO, in words, or as a spreadsheet's day number."""
    if not text:
        return None, ()
    plain = _ORDINAL.sub("", _CLOCK.sub("", text)).replace("Sept ", "Sep ")
    for formats, severity, reason in (
        (_UNAMBIGUOUS, INFO, "usual form of the date"),
        (_DAY_FIRST, INFO, "usual form of the date"),
        (_MONTH_FIRST, WARNING, "written with the month first: there is no such day otherwise"),
    ):
        for form in formats:
            try:
                day = datetime.strptime(plain, form).date()
            except ValueError:
                continue
            if not 1900 <= day.year < 2200:  # noqa: PLR2004
                continue
            if day.isoformat() == text:
                return day, ()
            return day, (Finding(field, text, day.isoformat(), reason, severity),)
    if plain.isdecimal() and plain.isascii() and len(plain) == 5:  # noqa: PLR2004
        days = int(plain)
        if _SERIAL_DAYS[0] <= days <= _SERIAL_DAYS[1]:
            day = date(1899, 12, 30) + timedelta(days=days)
            reason = "a spreadsheet's day number"
            return day, (Finding(field, text, day.isoformat(), reason, WARNING),)
    return None, (Finding(field, text, "", "not a date: give it as day/month/year", ERROR),)


def read_flag(field: str, text: str) -> tuple[bool, tuple[Finding, ...]]:
    """Yes or no. What is neither counts as yes: these flags hide, and hiding harms least."""
    folded = text.casefold()
    if folded in _NO:
        return False, ()
    if folded in _YES:
        return True, ()
    reason = "neither yes nor no: taken as yes, which hides the entry, until it is corrected"
    return True, (Finding(field, text, "yes", reason, ERROR),)


def read_status(text: str) -> tuple[bool, tuple[Finding, ...]]:
    """Whether an employment status says that the person has left."""
    folded = text.casefold()
    if folded in _GONE:
        return True, (Finding("left", text, "yes", "the status says so", WARNING),)
    if folded in _HERE:
        return False, ()
    return False, (Finding("left", text, "", "a status that is not known: left out", ERROR),)


def read_email(text: str) -> tuple[str, tuple[Finding, ...]]:
    """An address in lower case, or "" when it can't be one."""
    if not text:
        return "", ()
    bare = re.sub(r"^mailto:", "", text.strip("<> ;,"), flags=re.IGNORECASE).casefold()
    if len(bare) <= 254 and _EMAIL.fullmatch(bare):  # noqa: PLR2004 - RFC 5321
        if bare == text:
            return bare, ()
        return bare, (Finding("email", text, bare, "usual form of the address", INFO),)
    return "", (Finding("email", text, "", "not an e-mail address: left out", ERROR),)


def read_staff_number(text: str) -> str:
    """A staff number as a key: capitals, no spaces, without a spreadsheet's ".0"."""
    bare = re.sub(r"\s+", "", text).upper()
    return re.sub(r"^(\d+)\.0$", r"\1", bare)

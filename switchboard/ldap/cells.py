"""Values of attributes to the text of a table's cells; nothing is cleansed yet."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from directory.table import MAX_CELL
from switchboard.ldap.searching import Entry

_TAKES_ALL: Final = frozenset({"extension", "direct_line", "mobile", "aliases"})
"""Fields in which cleansing reads several values apart, separated by semicolons."""

_DISABLED: Final = 2
"""ADS_UF_ACCOUNTDISABLE of userAccountControl, [MS-ADTS] section 2.2.16."""
_NEVER: Final = frozenset({0, 2**63 - 1})
"""accountExpires of an account that doesn't, [MS-ADA1] section 2.1."""
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(r"(\d{8})\d{2,6}([.,]\d+)?(Z|[+-]\d{2,4})")
_DIALLED: Final = re.compile(r"(?:tel|sip):([^;@]+)(?:@[^;]*)?(?:;ext=(\d+))?.*", re.IGNORECASE)
"""A number as a URI (RFC 3966, RFC 3261), as telephone systems write it into directories."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the directory, its heading in the table, and its attributes, preferred first."""

    field: str
    heading: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Oddity:
    """What was left out of an attribute's values, and why."""

    attribute: str
    what: str


def columns_of(
    attributes: Mapping[str, tuple[str, ...]], headings: Mapping[str, tuple[str, ...]]
) -> tuple[Column, ...]:
    """A column for each field that has attributes, under the heading that an import knows best."""
    return tuple(
        Column(field, headings[field][0].capitalize(), names)
        for field, names in attributes.items()
        if names
    )


def cells_of(entry: Entry, columns: Sequence[Column], oddities: Counter[Oddity]) -> tuple[str, ...]:
    """A cell for each column, "" where the entry has nothing; what was odd is counted."""
    return tuple(_cell(entry, column, oddities) for column in columns)


def told(oddities: Counter[Oddity]) -> Iterator[str]:
    """A sentence for each kind of oddity."""
    for oddity, count in sorted(oddities.items(), key=lambda item: (item[0].attribute, -item[1])):
        yield f"{count:,} {'entry has' if count == 1 else 'entries have'} {oddity.what}"


def _cell(entry: Entry, column: Column, oddities: Counter[Oddity]) -> str:
    found: list[str] = []
    for attribute in column.attributes:
        # Values are a set: in order, lest a server that shuffles them changes the directory.
        values = sorted(set(_texts(entry, attribute, oddities)))
        if column.field in _TAKES_ALL:
            found.extend(each for each in map(_number, values) if each not in found)
        elif values:
            if len(values) > 1:
                what = f"several values of {attribute}; the first in the alphabet counts."
                oddities[Oddity(attribute, what)] += 1
            return _meant(column.field, attribute, values[0])
    return "; ".join(found)


def _texts(entry: Entry, attribute: str, oddities: Counter[Oddity]) -> Iterable[str]:
    for value in entry.values.get(attribute.lower(), ()):
        text = _text(value)
        if text is None:
            what = f"a value of {attribute} that is not text, or too long; it is left out."
            oddities[Oddity(attribute, what)] += 1
        elif text.strip():
            yield text.strip()


def _text(value: bytes) -> str | None:
    """UTF-8 (RFC 4517) that no control character makes binary after all, else None."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    odd = any(unicodedata.category(each) == "Cc" and not each.isspace() for each in text)
    return None if odd or len(text) > MAX_CELL else text


def _number(value: str) -> str:
    if uri := _DIALLED.fullmatch(value):
        return f"{uri[1]}; ext {uri[2]}" if uri[2] else uri[1]
    return value


def _meant(field: str, attribute: str, value: str) -> str:
    """What a value of Active Directory's own kinds says."""
    if attribute.lower() == "useraccountcontrol" and value.isdecimal():
        return "left" if int(value) & _DISABLED else "active"
    if attribute.lower() == "accountexpires" and value.isdecimal():
        return _last_day(int(value))
    if field == "leaves" and (time := _TIME.fullmatch(value)):
        return time[1]
    return value


def _last_day(expires: int) -> str:
    """The day before an account ends; `expires` in 100 ns since 1601."""
    if expires in _NEVER:
        return ""
    try:
        # Ends at a midnight of the organisation's own time, so the last day is the one before it.
        end = (_EPOCH + timedelta(microseconds=expires // 10)).astimezone()
        return (end - timedelta(seconds=1)).date().isoformat()
    except OverflowError:
        return ""

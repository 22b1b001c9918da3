"""The sections of the settings that calls follow: the line, who calls, when, and who helps out.

What each setting means, and what raising it does, is written in `default.toml`, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from switchboard.settings.checking import Between, OneOf, Written

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Port = Annotated[int, Between(1, 65535)]
Seconds = Annotated[float, Between(1, 300)]
Dialled = Annotated[
    str, Written(r"\+?[0-9]{1,15}", 'a number of digits alone, as "5000" or "+442079460000"')
]
DialledOrNone = Annotated[
    str,
    Written(r"(\+?[0-9]{1,15})?", 'a number of digits alone, as "5000" or "+442079460000", or ""'),
]
Caller = Annotated[str, OneOf("internal", "pilot", "external", "withheld")]
Day = Annotated[
    str,
    Written(
        r"(\d\d:\d\d-\d\d:\d\d(, \d\d:\d\d-\d\d:\d\d)*)?",
        'hours as "08:30-17:00", several as "08:30-12:30, 13:30-17:00", none as ""',
    ),
]


def spans(day: str) -> tuple[tuple[time, time], ...]:
    """ "08:30-12:30, 13:30-17:00" as times. Raises ValueError for a time that doesn't exist."""
    return tuple(
        (time.fromisoformat(span[:5]), time.fromisoformat(span[6:]))
        for span in day.split(", ")
        if span
    )


@dataclass(frozen=True, slots=True)
class SipSettings:
    address: str
    port: Port
    transports: tuple[Annotated[str, OneOf("udp", "tcp", "tls")], ...]
    peers: tuple[str, ...]
    pbx: str
    registrar: str
    user: Annotated[str, Written(r"[\w.+~-]{1,64}", "letters, digits and . _ + ~ -")]
    password_file: str
    register_every_s: Annotated[int, Between(30, 86400)]
    codecs: tuple[Annotated[str, OneOf("g722", "pcma", "pcmu")], ...]
    rtp_first: Port
    rtp_last: Port
    certificate: str
    key: str
    authorities: str
    srtp: Annotated[str, OneOf("off", "offered", "required")]
    most_calls: Annotated[int, Between(1, 1000)]
    ring_s: Seconds
    silent_line_s: Seconds


@dataclass(frozen=True, slots=True)
class CallersSettings:
    internal: tuple[Annotated[str, Written(r"\+?[0-9]{2,15}", "the first digits of numbers")], ...]
    direct_lines_internal: bool
    pilot: tuple[Dialled, ...]
    ex_directory: tuple[Caller, ...]
    short_greeting: tuple[Caller, ...]
    hours_apply: tuple[Caller, ...]


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    stage: Annotated[str, OneOf("pilot", "internal", "overflow", "external")]


@dataclass(frozen=True, slots=True)
class HoursSettings:
    timezone: str
    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day
    bank_holidays: Annotated[str, OneOf("", "england-and-wales", "scotland", "northern-ireland")]
    closed: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class OperatorsSettings:
    numbers: tuple[Dialled, ...]
    ring_s: Seconds
    last_resort: DialledOrNone

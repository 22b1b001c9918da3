"""The sections of the settings that calls follow: the line, who calls, when, and who helps out.

What each setting means, and what raising it does, is written in `default.toml`, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from switchboard.settings.checking import Between, OneOf, Written

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = (*WEEKDAYS, "bank_holiday")

Port = Annotated[int, Between(1, 65535)]
HostOrNone = Annotated[
    str,
    Written(
        r"((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?)?",
        'a host or host:port, as "192.0.2.10" or "pbx.example.org:5080", or ""',
    ),
]
Seconds = Annotated[float, Between(1, 300)]
Dialled = Annotated[
    str, Written(r"\+?[0-9]{1,15}", 'a number of digits alone, as "5000" or "+442079460000"')
]
DialledOrNone = Annotated[
    str,
    Written(r"(\+?[0-9]{1,15})?", 'a number of digits alone, as "5000" or "+442079460000", or ""'),
]
Class = Annotated[str, OneOf("internal", "pilot", "external", "withheld")]
Day = Annotated[
    str,
    Written(
        r"(\d\d:\d\d-\d\d:\d\d(, \d\d:\d\d-\d\d:\d\d)*)?",
        'hours as "08:30-17:00", several as "08:30-12:30, 13:30-17:00", none as ""',
    ),
]


def spans(day: str) -> tuple[tuple[time, time], ...]:
    """ "08:30-12:30, 13:30-17:00" as times, 24:00 as `time.max`. Raises ValueError for a time that
    doesn't exist."""
    return tuple((_time(span[:5]), _time(span[6:])) for span in day.split(", ") if span)


def _time(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class SipSettings:
    address: str
    port: Port
    transport: Annotated[str, OneOf("udp", "tcp", "tls")]
    peers: tuple[str, ...]
    pbx: HostOrNone
    registrar: HostOrNone
    user: Annotated[str, Written(r"[\w.+~-]{1,64}", "letters, digits and . _ + ~ -")]
    login: Annotated[str, Written(r"[\w.+~@-]{0,128}", "letters, digits and . _ + ~ @ -")]
    password_file: str
    register_every_s: Annotated[int, Between(30, 86400)]
    codecs: tuple[Annotated[str, OneOf("pcma", "pcmu", "g722")], ...]
    rtp_first: Port
    rtp_last: Port
    certificate: str
    authorities: str
    check_certificate: bool
    srtp: Annotated[str, OneOf("off", "required")]
    most_calls: Annotated[int, Between(1, 1000)]
    refer: bool
    redirect: bool
    silent_line_s: Seconds
    reorder_ms: Annotated[int, Between(0, 200)]


@dataclass(frozen=True, slots=True)
class CallersSettings:
    internal: tuple[Annotated[str, Written(r"\+?[0-9]{1,15}", "the first digits")], ...]
    direct_lines_internal: bool
    pilot: tuple[Dialled, ...]
    overflow_from: tuple[Dialled, ...]
    ex_directory: tuple[Class, ...]
    not_for_external: tuple[Class, ...]
    unserved: tuple[Class, ...]
    kept_to_hours: tuple[Class, ...]


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    stage: Annotated[str, OneOf("pilot", "internal", "overflow", "external")]
    unserved_number: DialledOrNone


@dataclass(frozen=True, slots=True)
class OpeningHours:
    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day
    bank_holiday: Day
    closed: Annotated[str, OneOf("serve", "redirect", "tell_and_transfer", "tell")]
    closed_number: DialledOrNone


@dataclass(frozen=True, slots=True)
class HoursSettings(OpeningHours):
    """The hours of all classes, and of those that have their own."""

    timezone: str
    nation: Annotated[str, OneOf("", "england-and-wales", "scotland", "northern-ireland")]
    closed_days: tuple[date, ...]
    departments: bool
    internal: OpeningHours | None
    pilot: OpeningHours | None
    external: OpeningHours | None
    withheld: OpeningHours | None

    def of_classes(self) -> Mapping[str, OpeningHours]:
        """By class, where it has hours of its own."""
        every = {
            "internal": self.internal,
            "pilot": self.pilot,
            "external": self.external,
            "withheld": self.withheld,
        }
        return {kind: hours for kind, hours in every.items() if hours is not None}


@dataclass(frozen=True, slots=True)
class OperatorsSettings:
    numbers: tuple[Dialled, ...]
    ring_s: Seconds
    last_resort: DialledOrNone
    last_resort_ring_s: Seconds


@dataclass(frozen=True, slots=True)
class DialogueSettings:
    tries: Annotated[int, Between(1, 5)]
    tries_again: Annotated[int, Between(1, 5)]
    most_turns: Annotated[int, Between(4, 100)]
    no_input_s: Annotated[float, Between(2, 30)]
    key_pause_s: Annotated[float, Between(0.5, 10)]
    objection_s: Annotated[float, Between(0, 5)]
    letter_pause_s: Annotated[float, Between(0.5, 10)]
    most_keys: Annotated[int, Between(10, 1000)]
    entry_ring_s: Seconds

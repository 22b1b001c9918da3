"""The published grammar: entries that can be reached, and every form in which each may be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EntryKind(StrEnum):
    PERSON = "person"
    DEPARTMENT = "department"


class FormKind(StrEnum):
    """How a spoken form names its entry. Order is from the most to the least specific."""

    FULL_NAME = "full_name"
    KNOWN_AS = "known_as"
    NICKNAME = "nickname"
    INITIALS = "initials"
    TITLE_SURNAME = "title_surname"
    JOB_TITLE = "job_title"
    SURNAME = "surname"
    FORENAME = "forename"
    DEPARTMENT = "department"
    ALIAS = "alias"
    """A department's also-known-as name from the directory."""
    ADDED = "added"
    """An alias that an administrator added."""


class Command(StrEnum):
    """Universal commands: understood at every point of a call."""

    OPERATOR = "operator"
    HELP = "help"
    REPEAT = "repeat"
    CANCEL = "cancel"
    GOODBYE = "goodbye"
    YES = "yes"
    NO = "no"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Entry:
    """One person or department as the matcher and the dialogue need it.

    `number` is what a transfer dials, or None when the entry has none; two entries with the same
    number are one destination. `left` marks a leaver's tombstone; who will leave is asked for by
    `has_left`, as a grammar stays in force for weeks.
    """

    key: str
    kind: EntryKind
    name: str
    number: str | None
    department: str = ""
    job_title: str = ""
    team: str = ""
    site: str = ""
    ex_directory: bool = False
    not_for_external: bool = False
    member: bool = False
    left: bool = False
    fallback: str | None = None
    """Key of the department entry to offer when this entry can't be reached or has left."""
    opening_hours: str = ""
    """A department's, readable by `directory.opening_hours`; "" where none are known."""
    leaves: str = ""
    """The last day, as 2026-11-30; "" where none is known."""

    @property
    def has_left(self) -> bool:
        """A tombstone, or the last day is over."""
        return self.left or "" < self.leaves < date.today().isoformat()


@dataclass(frozen=True, slots=True)
class SpokenForm:
    """One way of saying one entry, carrier phrase and politeness left out.

    `text` is normalised by `grammar.text.normalise`: lower case, words separated by one space.
    `phones` is a string of one character per phone in the alphabet of `grammar.phones`.
    """

    text: str
    entry: str
    kind: FormKind
    phones: str


@dataclass(frozen=True, slots=True)
class CarrierPhrase:
    """Words around the name: "can I speak to ..." (before), "... please" (after)."""

    text: str
    position: str
    """"before" or "after"."""


@dataclass(frozen=True, slots=True)
class CommandPhrase:
    text: str
    command: Command


@dataclass(frozen=True, slots=True)
class Grammar:
    """A whole grammar. Tuples are sorted, so that equal content is equal bytes and one version.

    `version` is the digest of the content (see `grammar.versions`). `pronunciations` are the
    phones set for words whose spelling misleads G2P; `call_counts` the calls per entry key in the
    period that the build looked at (empty before there were any).
    """

    version: str
    entries: tuple[Entry, ...]
    forms: tuple[SpokenForm, ...]
    carriers: tuple[CarrierPhrase, ...]
    commands: tuple[CommandPhrase, ...]
    pronunciations: tuple[tuple[str, str], ...] = ()
    call_counts: tuple[tuple[str, int], ...] = ()

"""What an import found, changed and could not decide alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from directory.model import Directory


class Severity(StrEnum):
    """How much an administrator needs to care about a cleansing change."""

    INFO = "info"
    """Form only: white space, capitals, the spelling of a number."""
    WARNING = "warning"
    """The meaning was inferred: a title taken out of a name, an extension from a direct line."""
    ERROR = "error"
    """A value was unusable and is left out: an invalid number, an unknown department."""


@dataclass(frozen=True, slots=True)
class Cleansing:
    """One change to one field. `row` is the line in the source file, as `Row.line`."""

    row: int
    entry: str
    field: str
    before: str
    after: str
    reason: str
    severity: Severity


class ReviewKind(StrEnum):
    DUPLICATE = "duplicate"
    NUMBER_CONFLICT = "number_conflict"
    NUMBER_SHARED = "number_shared"
    DEPARTMENT_SPELLING = "department_spelling"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One field of one entry set to a value; field "merged_into" folds the entry into another."""

    entry: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A judgement for a person. `key` is the same in every import that raises the same question.

    Accepting applies `amendments`; refusing keeps the entries as they are. Until then the entries
    stay as they are.
    """

    key: str
    kind: ReviewKind
    rows: tuple[int, ...]
    entries: tuple[str, ...]
    question: str
    proposal: str
    amendments: tuple[Amendment, ...] = ()


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    """Another department, team, site or number: the calls go elsewhere now."""
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """How one entry differs from the directory before: (field, before, after) each."""

    kind: ChangeKind
    entry: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry of which another source says something else. `kept` is the source whose values it
    has; `fields` are (field, what this import says, what was there)."""

    entry: str
    name: str
    others: tuple[str, ...]
    kept: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The directory as it would be after the import, and how it came to be so.

    `skipped` names the source rows that made no entry, with the reason: nothing is dropped
    silently. `unmapped` are the headings that no field was found for. `listed` are the sources that
    list each entry, by its key, and `conflicts` where they disagree (see `directory.sources`).
    `repeated` are judgements accepted before, as this import carried them out again; `source` is
    the one that was imported.
    """

    directory: Directory
    cleansings: tuple[Cleansing, ...]
    reviews: tuple[ReviewItem, ...]
    changes: tuple[EntryChange, ...]
    skipped: tuple[tuple[int, str], ...]
    unmapped: tuple[str, ...]
    rows_read: int
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    repeated: tuple[ReviewItem, ...] = ()
    source: str = "file"

"""A directory that is brought together from several sources, such as files and LDAP.

Each source takes away only what it alone has brought. What several list is one entry; whose values
it has is a rule, and where they differ it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, Generic, TypeVar

from directory.changes import shown
from directory.model import Department, Person
from directory.outcome import Conflict, ReviewItem

FILE: Final = "file"
LATEST: Final = ""
"""As a preference: whichever source was read last."""

Entry = TypeVar("Entry", Person, Department)
Listed = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which source an import is of. `listed` are the sources that list each entry so far, by its
    key; what none is known to list, any may take away. `preferred` is the source whose values hold
    for what it lists, LATEST for whichever was read last. `accepted` are pairs of people of whom
    somebody said that they are one (see `directory.folded_across`)."""

    source: str = FILE
    listed: Listed = field(default_factory=dict)
    preferred: str = LATEST
    accepted: tuple[ReviewItem, ...] = ()

    def others(self, key: str) -> frozenset[str]:
        """The other sources that list an entry."""
        return self.listed.get(key, frozenset()) - {self.source}


@dataclass(frozen=True, slots=True)
class Combined(Generic[Entry]):
    """The entries, tombstones included; which sources list each; and where they disagree."""

    entries: tuple[Entry, ...]
    listed: Listed
    conflicts: tuple[Conflict, ...]


def combine(
    present: Sequence[Entry],
    before: Sequence[Entry],
    merged: frozenset[str],
    origin: Origin,
    *,
    settled: frozenset[str] = frozenset(),
    mine: Callable[[Entry], bool] = lambda _: True,
    same: Callable[[Entry], str | None] = lambda _: None,
) -> Combined[Entry]:
    """The entries of an import, `present`, with those `before` it.

    An entry in `merged` was folded into another: a tombstone would shadow the entry it became.
    `settled` are keys of entries with another folded in: which values those have was decided.
    `mine` tells which of `present` the source itself lists, and `same` under which key it now
    lists one that is missing.
    """
    known = {entry.key: entry for entry in before}
    listed = {
        entry.key: origin.listed.get(entry.key, frozenset())
        | (frozenset({origin.source}) if mine(entry) else frozenset())
        for entry in present
    }
    entries, conflicts = [], []
    for entry in present:
        was, others = known.get(entry.key), origin.others(entry.key)
        conflict = None
        if was and others and entry.key not in settled:
            conflict = _conflict(entry, was, others, origin)
        if conflict is not None:
            conflicts.append(conflict)
        keeps = conflict is not None and conflict.kept != origin.source
        entries.append(was if keeps and was is not None else entry)
    for entry in before:
        if entry.key in listed or entry.key in merged:
            continue
        others, now = origin.others(entry.key), same(entry)
        if others and now is None:
            entries.append(entry)
            listed[entry.key] = others
            continue
        entries.append(entry if entry.left else replace(entry, left=True))
        if now is not None:
            listed[now] |= others
    return Combined(
        tuple(entries), {key: names for key, names in listed.items() if names}, tuple(conflicts)
    )


def _conflict(entry: Entry, was: Entry, others: frozenset[str], origin: Origin) -> Conflict | None:
    differing = tuple(
        (each.name, shown(getattr(entry, each.name)), shown(getattr(was, each.name)))
        for each in fields(entry)
        if getattr(entry, each.name) != getattr(was, each.name)
    )
    if not differing:
        return None
    kept = origin.preferred if origin.preferred in others else origin.source
    name = entry.display_name if isinstance(entry, Person) else entry.name
    return Conflict(entry.key, name, tuple(sorted(others)), kept, differing)

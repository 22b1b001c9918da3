"""What tells entries apart, in the words of a question: "in Planning, or in Housing?"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from grammar.model import Entry, EntryKind
from grammar.text import normalise

FIELDS = ("department", "job_title", "site", "team")
"""In the order in which callers are likely to know them."""

APART = "; "
"""Between two of them: speech says each by itself, as it may be recorded. A comma stands in many a
department's name."""


def details(entries: Sequence[Entry]) -> tuple[str, ...] | None:
    """What to say of each entry besides its name, "" for nothing; None when nothing tells them
    apart.

    Of one name: the first field that differs, else two fields together, else all. Of several names
    that sound alike: department and job of each, so that the ear has more to go by than the name.
    """
    if len({normalise(entry.name) for entry in entries}) > 1:
        said = tuple(_joined(entry, ("department", "job_title")) for entry in entries)
        named = {(normalise(entry.name), text) for entry, text in zip(entries, said, strict=True)}
        return said if len(named) == len(entries) else None
    for count in range(1, len(FIELDS) + 1):
        for fields in combinations(FIELDS, count):
            said = tuple(_joined(entry, fields) for entry in entries)
            if all(said) and len(set(map(normalise, said))) == len(said):
                return said
    said = tuple(_joined(entry, FIELDS) for entry in entries)
    return None if "" in said or len(set(map(normalise, said))) < len(said) else said


def shared_name(entries: Sequence[Entry]) -> str:
    """What all of these are called: their whole name, else their surname; "" for nothing."""
    names = {entry.name for entry in entries}
    if len(names) == 1:
        return names.pop()
    people = all(entry.kind is EntryKind.PERSON for entry in entries)
    surnames = {entry.name.split()[-1] for entry in entries if entry.name.split()}
    return surnames.pop() if people and len(surnames) == 1 else ""


def detail(entry: Entry) -> str:
    """What is said after the name of one whom we offer or announce: a person's department."""
    return entry.department if entry.kind is EntryKind.PERSON else ""


def _joined(entry: Entry, fields: Sequence[str]) -> str:
    if entry.kind is EntryKind.DEPARTMENT:
        return ""
    texts = (getattr(entry, field) for field in fields)
    return APART.join(dict.fromkeys(text for text in texts if text))

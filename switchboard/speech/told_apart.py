"""What callers hear besides prompts and names: what tells entries apart, and the surnames that
several share."""

from __future__ import annotations

from collections import Counter

from grammar.model import Entry, EntryKind, Grammar
from switchboard.dialogue.differences import FIELDS


def told_apart(grammar: Grammar) -> list[tuple[str, int]]:
    """Departments, jobs, sites and teams of people, and shared surnames, each with how often its
    people were called; the most called first."""
    called = dict(grammar.call_counts)
    people = [e for e in grammar.entries if e.kind is EntryKind.PERSON and not e.has_left]
    bearers = Counter(_surname(person) for person in people)
    calls: Counter[str] = Counter()
    for person in people:
        said = {getattr(person, field) for field in FIELDS}
        if bearers[_surname(person)] > 1:
            said.add(_surname(person))
        calls.update(dict.fromkeys(said - {""}, called.get(person.key, 0)))
    return sorted(calls.items(), key=lambda item: (-item[1], item[0]))


def _surname(person: Entry) -> str:
    return person.name.split()[-1] if person.name.split() else ""

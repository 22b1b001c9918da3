"""What a call may refer to: the entries of one grammar, and what the organisation wants.

Made once a grammar version and shared by all its calls; `replace(world, policy=...)` is cheap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.opening_hours import read_opening_hours
from grammar.commands import SpokenCommands
from grammar.decision import Costs
from grammar.model import Command, Entry, EntryKind, Grammar
from grammar.text import normalise
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.letter_keys import LetterKeys
from switchboard.dialogue.policy import Hours, Policy
from switchboard.dialogue.spelling import SpellingIndex


@dataclass(frozen=True, slots=True)
class World:
    """`at_number` has the keys of the entries at each number; `extensions` the numbers
    that can be keyed, sorted; `commands` the normalised phrases of
    each command; `department_names` every normalised text that names a department, by the
    normalised official name; `hours` those of departments, by key, where they are known."""

    policy: Policy
    costs: Costs
    entries: Mapping[str, Entry]
    at_number: Mapping[str, tuple[str, ...]]
    extensions: tuple[str, ...]
    commands: Mapping[Command, frozenset[str]]
    spoken_commands: SpokenCommands
    departments: Mapping[str, Entry]
    department_names: Mapping[str, tuple[str, ...]]
    pronunciations: Mapping[str, str]
    letter_keys: LetterKeys
    spelling: SpellingIndex
    hours: Mapping[str, Hours]

    def reachable(self, kind: CallerClass, entry: Entry) -> bool:
        """Whether a caller of this class can be put through to an entry."""
        return bool(entry.number) and not entry.has_left and self.policy.may_reach(kind, entry)

    def is_closed(self, entry: Entry, at: datetime | None) -> bool:
        """Whether the directory's hours say that nobody is there at that local time."""
        hours = self.hours.get(entry.key)
        if hours is None or at is None or not self.policy.department_hours:
            return False
        return not hours.open_at(at, self.policy.bank_holidays)

    def fallback(self, entry: Entry) -> Entry | None:
        """The department to offer instead of an entry that can't be reached."""
        return self.entries.get(entry.fallback) if entry.fallback else None

    def department(self, name: str) -> Entry | None:
        """The entry of the department of that name."""
        return self.departments.get(normalise(name)) if name else None


def world_of(grammar: Grammar, policy: Policy, costs: Costs) -> World:
    """Raises nothing; takes about a second for 10,000 entries."""
    entries = {entry.key: entry for entry in grammar.entries}
    at_number: defaultdict[str, list[str]] = defaultdict(list)
    for entry in grammar.entries:
        if entry.number and not entry.has_left:
            at_number[entry.number].append(entry.key)
    commands: defaultdict[Command, set[str]] = defaultdict(set)
    for phrase in grammar.commands:
        commands[phrase.command].add(phrase.text)
    departments = {
        normalise(entry.name): entry
        for entry in grammar.entries
        if entry.kind is EntryKind.DEPARTMENT and not entry.has_left
    }
    return World(
        policy=policy,
        costs=costs,
        entries=entries,
        at_number={number: tuple(keys) for number, keys in at_number.items()},
        extensions=tuple(sorted(number for number in at_number if number.isdigit())),
        commands={command: frozenset(texts) for command, texts in commands.items()},
        spoken_commands=SpokenCommands(grammar.commands),
        departments=departments,
        department_names=_department_names(grammar, departments),
        pronunciations=dict(grammar.pronunciations),
        letter_keys=LetterKeys(grammar),
        spelling=SpellingIndex(grammar),
        hours={entry.key: hours for entry in grammar.entries if (hours := _hours(entry))},
    )


def _hours(entry: Entry) -> Hours | None:
    """Who is there every day alike is there on bank holidays; nobody else is."""
    week = read_opening_hours(entry.opening_hours)
    if week is None:
        return None
    return Hours(week, week[0] if len(set(week)) == 1 else ())


def _department_names(
    grammar: Grammar, departments: Mapping[str, Entry]
) -> dict[str, tuple[str, ...]]:
    official = {entry.key: name for name, entry in departments.items()}
    texts: dict[str, dict[str, None]] = {name: {name: None} for name in departments}
    for form in grammar.forms:
        if form.entry in official:
            texts[official[form.entry]][form.text] = None
    return {name: tuple(found) for name, found in texts.items()}

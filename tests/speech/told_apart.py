"""Everything that tells people apart in a list, as the dialogue says it."""

from __future__ import annotations

from itertools import combinations

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.model import Grammar
from switchboard.dialogue.actions import Line
from switchboard.dialogue.differences import detail, details, shared_name

PEOPLE = (
    Person("1", "Brown", "John", department="Housing", job_title="Clerk", extension="5001"),
    Person("2", "Brown", "John", department="Housing", job_title="Surveyor", extension="5002"),
    Person("3", "Reid", "Clare", department="Roads, Bridges", job_title="Clerk", extension="5003"),
    Person("4", "Read", "Claire", department="Housing", job_title="Warden", extension="5004"),
    Person("5", "Brown", "Ann", department="Housing", job_title="Clerk", site="Town Hall",
           extension="5005"),
    Person("6", "Brown", "Ann", department="Housing", job_title="Clerk", site="Depot",
           team="Repairs", extension="5006"),
)  # fmt: skip


def organisation() -> Grammar:
    """Housing isn't an entry: it has no number of its own."""
    return build(Directory(PEOPLE, (Department("r", "Roads, Bridges", extension="5100"),)))


def lines(grammar: Grammar) -> list[Line]:
    """What lists of any two say, and what is said of each alone."""
    pairs = list(combinations(grammar.entries, 2))
    told = (text for pair in pairs for text in details(pair) or () if text)
    shared = filter(None, map(shared_name, pairs))
    alone = ((entry.key, detail(entry)) for entry in grammar.entries if detail(entry))
    return [
        *(Line("option", words={"detail": text, "key": "1"}) for text in told),
        *(Line("choose", words={"name": name}) for name in shared),
        *(Line("confirm_detail", {"entry": key}, {"detail": text}) for key, text in alone),
    ]

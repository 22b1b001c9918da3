"""A surname typed in capitals, spelt as the other rows of the file spell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from directory.findings import INFO, Finding
from directory.people import Record

CAPITALS = "capitals"


def follow_other_rows(records: Sequence[Record]) -> None:
    """Where all rows in mixed case agree (MacKay), a row in capitals follows them, not the rule."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    guessed: list[Record] = []
    for record in records:
        if any(found.field == "surname" and found.reason == CAPITALS for found in record.findings):
            guessed.append(record)
        else:
            surname = record.person.surname
            seen[surname.casefold()].add(surname)
    for record in guessed:
        surname = record.person.surname
        spellings = seen.get(surname.casefold(), set())
        if len(spellings) == 1 and surname not in spellings:
            spelt = next(iter(spellings))
            record.person = replace(record.person, surname=spelt)
            reason = "capitals as in the other rows"
            record.findings.append(Finding("surname", surname, spelt, reason, INFO))

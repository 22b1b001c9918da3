"""Who a row is: the same key for the same person from one import to the next.

The staff number where there is one. Otherwise a digest of the name (and of what tells apart those
who share it), unless the directory before already has that person under another key.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Final

from directory.findings import ERROR, Finding
from directory.folding import fold_name
from directory.model import Directory, Person
from directory.people import Record

_DIGEST_PREFIX: Final = "p-"
_SPLIT: Final = "~"
"""Between a staff number that several rows share and what tells them apart."""


def assign_keys(
    records: Sequence[Record], previous: Directory, elsewhere: frozenset[str] = frozenset()
) -> None:
    """Set every record's key. Keys are unique, and don't depend on the order of the rows.

    `elsewhere` are keys of entries that only another source lists: there a name alone may be a
    namesake's.
    """
    _set_fresh_keys(records)
    _adopt_known_keys(records, previous, elsewhere)


def staff_number_of(key: str) -> str | None:
    """The staff number in a key, or None for a key made of the name."""
    return None if key.startswith(_DIGEST_PREFIX) else key.partition(_SPLIT)[0]


def digest(*parts: str) -> str:
    """Twelve hexadecimal digits: 50,000 entries collide with a chance of one in 200,000."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _set_fresh_keys(records: Sequence[Record]) -> None:
    shared = Counter(record.staff_number for record in records if record.staff_number)
    taken: set[str] = set()
    # Sorted by content, so that equal rows get the same keys in any order of the file.
    for record in sorted(records, key=lambda record: (record.staff_number, repr(record.person))):
        number, person = record.staff_number, record.person
        if number and shared[number] == 1:
            key = number
        elif number:
            key = f"{number}{_SPLIT}{digest(*_name(person), *_place(person))[:6]}"
            record.findings.append(
                Finding("staff_number", number, key, "given to several rows", ERROR)
            )
        else:
            key = _DIGEST_PREFIX + digest(*_name(person), person.email)
        if key in taken and not number:
            key = _DIGEST_PREFIX + digest(*_name(person), person.email, *_place(person))
        salt = 1
        while key in taken:
            salt += 1
            key = f"{key.partition('#')[0]}#{salt}"
        taken.add(key)
        record.person = replace(person, key=key)


def _adopt_known_keys(
    records: Sequence[Record], previous: Directory, elsewhere: frozenset[str]
) -> None:
    known = {person.key: person for person in previous.people}
    free = {key: person for key, person in known.items() if not person.left}
    unmatched: list[Record] = []
    for record in records:
        key = record.person.key
        person = known.get(key)
        if person is not None and (record.staff_number == key or _is_again(record.person, person)):
            free.pop(key, None)
        else:
            unmatched.append(record)
    for feature in _FEATURES:
        if not (unmatched and free):
            break
        if feature is _name_alone:
            free = {key: person for key, person in free.items() if key not in elsewhere}
        unmatched = _match(unmatched, free, feature)
    # A new person must not take the key of a leaver of the same name; who was only missing from a
    # file that was cut short is no new person, and must not become a namesake of themselves.
    taken = known.keys() | {record.person.key for record in records}
    for record in unmatched:
        key = record.person.key
        if key not in known or _is_back(record.person, known[key]):
            continue
        while key in taken:
            key = _DIGEST_PREFIX + digest(key, *_place(record.person))
        taken.add(key)
        record.person = replace(record.person, key=key)


def _is_again(person: Person, known: Person) -> bool:
    """Whether one of the same digest is the same person: a leaver's name may be borne anew."""
    return not known.left or person.left or bool(person.email)


def _is_back(person: Person, known: Person) -> bool:
    """Whether a leaver of the same name is at the same desk, in the same job, again."""
    return known.left and any(_place(person)) and _place(person) == _place(known)


def _match(
    records: Sequence[Record], free: dict[str, Person], feature: Callable[[Person], Hashable]
) -> list[Record]:
    """Give each record the key of the one free person with its feature; return the rest."""
    people: defaultdict[Hashable, list[str]] = defaultdict(list)
    for key, person in free.items():
        if feature(person):
            people[feature(person)].append(key)
    wanting = Counter(feature(record.person) for record in records)
    rest: list[Record] = []
    for record in records:
        value = feature(record.person)
        keys = [key for key in people.get(value, ()) if key in free and _may_be(record, key)]
        if value and wanting[value] == 1 and len(keys) == 1:
            del free[keys[0]]
            record.person = replace(record.person, key=keys[0])
        else:
            rest.append(record)
    return rest


def _may_be(record: Record, key: str) -> bool:
    # A staff number of someone else rules a match out, however alike the names are.
    number = staff_number_of(key)
    return number is None or not record.staff_number or number == record.staff_number


def _name(person: Person) -> tuple[str, str, str]:
    return fold_name(person.forename), fold_name(person.middle_names), fold_name(person.surname)


def _place(person: Person) -> tuple[str, ...]:
    return (
        person.department,
        person.team,
        person.site,
        person.job_title,
        person.extension or "",
        person.direct_line or "",
        person.mobile or "",
    )


def _whole(person: Person) -> Hashable:
    return replace(person, key="")


def _email(person: Person) -> Hashable:
    return (person.email, fold_name(person.forename)) if person.email else None


def _email_surname(person: Person) -> Hashable:
    return (person.email, fold_name(person.surname)) if person.email else None


def _name_and_number(person: Person) -> Hashable:
    number = person.extension or person.direct_line
    return (fold_name(person.forename), fold_name(person.surname), number) if number else None


def _name_and_department(person: Person) -> Hashable:
    return fold_name(person.forename), fold_name(person.surname), person.department.casefold()


def _name_alone(person: Person) -> Hashable:
    return fold_name(person.forename), fold_name(person.surname)


# From the surest to the least sure.
_FEATURES: Final = (
    _whole, _email, _email_surname, _name_and_number, _name_and_department, _name_alone,
)  # fmt: skip

"""People who may be one: candidates found by what they share, told with the reasons."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from nicknames import NickNamer
from rapidfuzz.distance import OSA

from directory.folding import fold_name
from directory.identity import staff_number_of
from directory.model import Person, number_of
from directory.outcome import Amendment

_MAX_BLOCK: Final = 12
"""People who share one number or address, above which sharing it says nothing: a reception desk."""
_SHORTEST_TYPO: Final = 4
"""Letters from which one wrong letter is a slip: Lee and Leo are two names."""
_SAME_FORENAME: Final = "the same forename"
_SHORT_FORM: Final = "a short form of the same forename"
_SECOND_POST: Final = re.compile(r"[-/.~][A-Z0-9]{1,6}$")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one: which to keep, what to fold into it, and why."""

    kept: Person
    folded: Person
    reasons: tuple[str, ...]
    amendments: tuple[Amendment, ...]


def near_duplicates(
    people: Sequence[Person], rank: Callable[[str], int] = lambda _: 0
) -> list[Pair]:
    """Pairs worth a person's judgement, in the order of their keys. Leavers are left alone.

    Of a pair that with the key of the lower `rank` is kept, and of equals the better one.
    """
    found: list[Pair] = []
    seen: set[tuple[str, str]] = set()
    for one, other in _candidates(people):
        first, second = sorted((one, other), key=lambda person: person.key)
        if (first.key, second.key) in seen:
            continue
        seen.add((first.key, second.key))
        reasons = _reasons(first, second)
        if reasons:
            found.append(_pair(first, second, reasons, rank))
    return sorted(found, key=lambda pair: (pair.kept.key, pair.folded.key))


def _candidates(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    blocks: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
    for person in people:
        if person.left:
            continue
        number = staff_number_of(person.key)
        blocks["staff number", _base(number) if number else person.key].append(person)
        for name in ("email", "mobile", "extension", "direct_line"):
            value = getattr(person, name)
            if value:
                blocks[name, value].append(person)
        surname = fold_name(person.surname)
        blocks["place", surname, person.department, person.job_title].append(person)
    for block in blocks.values():
        if 1 < len(block) <= _MAX_BLOCK:
            yield from combinations(block, 2)


def _base(staff_number: str) -> str:
    """A staff number without the mark of a second post: AV1234-2 is AV1234."""
    return _SECOND_POST.sub("", staff_number) or staff_number


def _reasons(one: Person, other: Person) -> tuple[str, ...]:
    """Why these may be one person; empty when they are surely two, or nothing says so."""
    forename = _forename_relation(one, other)
    surname = _surname_relation(one, other)
    if not forename and not surname:
        return ()
    numbers = staff_number_of(one.key), staff_number_of(other.key)
    same_staff = None not in numbers and _base(numbers[0] or "") == _base(numbers[1] or "")
    shared = [
        label
        for label, holds in (
            ("the same staff number", same_staff),
            ("the same e-mail address", bool(one.email) and one.email == other.email),
            ("the same mobile", bool(one.mobile) and one.mobile == other.mobile),
        )
        if holds
    ]
    desk = [
        f"the same {label}"
        for label, ours, theirs in (
            ("extension", one.extension, other.extension),
            ("direct line", one.direct_line, other.direct_line),
        )
        if ours and ours == theirs
    ]
    same_place = bool(one.department) and one.department == other.department
    same_job = bool(one.job_title) and one.job_title == other.job_title
    said = [reason for reason in (forename, surname) if reason]
    if forename and surname and (shared or desk):
        return (*said, *shared, *desk)
    if not forename and surname and desk and same_job and one.forename[:1] == other.forename[:1]:
        return (surname, *desk, "the same job title", "forenames that begin alike")
    if shared and (forename or (surname and same_staff)):
        differing = "another surname" if forename else "another forename"
        return (*said, differing, *shared, *desk)
    incomplete = number_of(one) is None or number_of(other) is None
    alike = forename in {_SAME_FORENAME, _SHORT_FORM}
    if alike and surname and same_place and same_job and incomplete:
        return (*said, "the same department and job title", "one of them has no number")
    return ()


def _forename_relation(one: Person, other: Person) -> str:
    ours = {fold_name(name) for name in (one.forename, one.known_as)} - {""}
    theirs = {fold_name(name) for name in (other.forename, other.known_as)} - {""}
    if ours & theirs:
        return _SAME_FORENAME
    for mine in ours:
        for its in theirs:
            if its in _nicknames(mine) or mine in _nicknames(its):
                return _SHORT_FORM
            if (len(mine) == 1 or len(its) == 1) and mine[0] == its[0]:
                return "an initial of the same forename"
            if _one_slip(mine, its):
                return "a forename one letter off"
    return ""


def _surname_relation(one: Person, other: Person) -> str:
    mine, its = fold_name(one.surname), fold_name(other.surname)
    if mine == its:
        return "the same surname"
    if _one_slip(mine, its):
        return "a surname one letter off"
    shorter, longer = sorted((one, other), key=lambda person: len(person.surname))
    parts = [fold_name(part) for part in re.split(r"[-\s]", longer.surname)]
    if len(parts) > 1 and fold_name(shorter.surname) in (parts[0], parts[-1]):
        return "one half of a double surname"
    return ""


def _one_slip(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= _SHORTEST_TYPO
        and OSA.distance(one, other, score_cutoff=1) <= 1
    )


@lru_cache(maxsize=8192)
def _nicknames(forename: str) -> frozenset[str]:
    return frozenset(_namer().nicknames_of(forename))


@lru_cache(maxsize=1)
def _namer() -> NickNamer:
    return NickNamer()


def _pair(one: Person, other: Person, reasons: tuple[str, ...], rank: Callable[[str], int]) -> Pair:
    kept, folded = sorted(
        (one, other),
        key=lambda person: (rank(person.key), _worth(person, other if person is one else one)),
    )
    amendments = [
        Amendment(kept.key, name, value)
        for name in (
            "title", "middle_names", "job_title", "department", "team", "site", "extension",
            "direct_line", "mobile", "email",
        )
        if not getattr(kept, name) and (value := getattr(folded, name))
    ]  # fmt: skip
    called = folded.known_as or folded.forename
    if not kept.known_as and fold_name(called) != fold_name(kept.forename) and called:
        shorter = len(called) < len(kept.forename) or fold_name(called) in _nicknames(
            fold_name(kept.forename)
        )
        if shorter and not _one_slip(fold_name(called), fold_name(kept.forename)):
            amendments.append(Amendment(kept.key, "known_as", called))
    amendments.append(Amendment(folded.key, "merged_into", kept.key))
    return Pair(kept, folded, reasons, tuple(amendments))


def _worth(person: Person, other: Person) -> tuple[bool, bool, bool, bool, int, str]:
    """Sorts first the one to keep: its e-mail address bears its name, its post is the first."""
    number = staff_number_of(person.key)
    bears = bool(person.email) and fold_name(person.surname) in fold_name(
        person.email.partition("@")[0]
    )
    return (
        not bears,
        number is None,
        number is not None and _base(number) != number and "~" not in person.key,
        fold_name(person.forename) in _nicknames(fold_name(other.forename)),
        -len(person.forename),
        person.key,
    )

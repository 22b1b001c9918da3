"""People of two sources who are one, because somebody said so: each source's import knows them.

Of a pair, one entry is kept, and what it lacks is filled from the other, which is folded away. The
import of either source sees but its own half:

the kept one's  ──▶ its values as they are now, what they lack filled with what was folded in
the folded one's ─▶ folded in again, with the values that it has now in the place of those before
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from directory.model import Directory, Person
from directory.outcome import Amendment, ReviewItem
from directory.people import Record
from directory.sources import Origin
from directory.verdicts import MERGED_INTO, amended

_KEPT_BEFORE, _OF_THE_PREFERRED, _OTHER = range(3)


def fill_from_others(records: Sequence[Record], origin: Origin) -> frozenset[str]:
    """Give people of this import what was folded into them from other sources, where they lack it.

    Returns the keys of those who have something folded in: no other source has values for them.
    """
    own = {record.person.key for record in records}
    filled: dict[str, list[Amendment]] = {}
    for item in origin.accepted:
        kept, folded = _ends(item)
        if folded not in own and origin.others(kept):
            filled.setdefault(kept, []).extend(_values(item))
    for record in records:
        for each in filled.get(record.person.key, ()):
            if not getattr(record.person, each.field):
                record.person = amended(record.person, each)
    return frozenset(filled) & own


def people_elsewhere(
    records: Sequence[Record], previous: Directory, origin: Origin
) -> tuple[Person, ...]:
    """Whom other sources list and this import does not: without what is folded in again now."""
    own = {record.person.key for record in records}
    taken_out: dict[str, list[Amendment]] = {}
    for item in origin.accepted:
        kept, folded = _ends(item)
        if folded in own:
            taken_out.setdefault(kept, []).extend(_values(item))
    return tuple(
        _without(person, taken_out.get(person.key, ()))
        for person in previous.people
        if not person.left and person.key not in own and origin.others(person.key)
    )


def rank_of(origin: Origin, own: frozenset[str]) -> Callable[[str], int]:
    """Which of two entries of different sources is kept: the lower. That which was kept before,
    then that of the source whose values hold."""
    kept = {_ends(item)[0] for item in origin.accepted}

    def rank(key: str) -> int:
        if key in kept:
            return _KEPT_BEFORE
        mine = origin.preferred == origin.source and key in own
        return _OF_THE_PREFERRED if mine or origin.preferred in origin.others(key) else _OTHER

    return rank


def listed_through(
    listed: Mapping[str, frozenset[str]], merged: Mapping[str, str], origin: Origin
) -> dict[str, frozenset[str]]:
    """Which sources list each person, with those that listed who was folded into them."""
    now = dict(listed)
    for folded, kept in merged.items():
        if kept in now:
            now[kept] |= origin.others(folded)
    return now


def _ends(item: ReviewItem) -> tuple[str, str]:
    """The kept and the folded entry of a pair."""
    (merge,) = (each for each in item.amendments if each.field == MERGED_INTO)
    return merge.value, merge.entry


def _values(item: ReviewItem) -> list[Amendment]:
    return [each for each in item.amendments if each.field != MERGED_INTO]


def _without(person: Person, values: Sequence[Amendment]) -> Person:
    """Unless the person's own source has something else to say by now."""
    for each in values:
        if (getattr(person, each.field) or "") == each.value:
            person = amended(person, replace(each, value=""))
    return person

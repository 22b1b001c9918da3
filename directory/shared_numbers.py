"""Numbers that several people have: a shared desk within a department, a question across two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from directory.model import Person, number_of
from directory.outcome import Amendment


def shared_across_departments(
    people: Sequence[Person], same: set[frozenset[str]], known: frozenset[str]
) -> list[tuple[str, tuple[Person, ...], tuple[Amendment, ...]]]:
    """(number, its people, what to amend if the one out of place has it by mistake).

    `same` are pairs of keys already asked about as one person twice. People of one department who
    share a number share a desk: they are not asked about. A department that is not in `known` may
    be a slip for any other, so it tells nobody apart.
    """
    holders: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        number = number_of(person)
        if number and not person.left:
            holders[number].append(person)
    found = []
    for number, group in sorted(holders.items()):
        places = Counter(person.department for person in group if person.department in known)
        if len(group) == 1 or len(places) <= 1:
            continue
        pair = frozenset(person.key for person in group)
        if len(group) == 2 and pair in same:  # noqa: PLR2004 - a pair
            continue
        group.sort(key=lambda person: person.key)
        found.append((number, tuple(group), _without_the_stranger(group, places)))
    return found


def shared_in_department(people: Sequence[Person]) -> dict[str, int]:
    """Key of each person at a shared desk, to how many share it; one department only."""
    holders: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        number = number_of(person)
        if number and not person.left:
            holders[number].append(person)
    return {
        person.key: len(group)
        for group in holders.values()
        if len(group) > 1 and len({one.department for one in group if one.department}) <= 1
        for person in group
    }


def _without_the_stranger(group: Sequence[Person], places: Counter[str]) -> tuple[Amendment, ...]:
    (_, most), *rest = places.most_common()
    if most < 2 or sum(count for _, count in rest) != 1:  # noqa: PLR2004 - a majority of one is none
        return ()
    stranger = next(person for person in group if places[person.department] == 1)
    return tuple(
        Amendment(stranger.key, name, "")
        for name in ("extension", "direct_line")
        if getattr(stranger, name)
    )

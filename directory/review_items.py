"""The questions that an import leaves to a person, each with a proposal and a lasting key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from directory.department_spelling import forms_of, near_pairs, probably_meant
from directory.departments import DepartmentNames
from directory.identity import digest
from directory.lost_letters import proposals
from directory.model import Department, Person
from directory.name_affixes import is_one_surname
from directory.names import NameParts, from_whole
from directory.near_duplicates import Pair, near_duplicates
from directory.outcome import Amendment, ReviewItem, ReviewKind
from directory.people import Record
from directory.shared_numbers import shared_across_departments

_LISTED = 6


def review_items(
    records: Sequence[Record],
    departments: Sequence[Department],
    department_lines: Mapping[str, tuple[int, ...]],
    elsewhere: Sequence[Person] = (),
    rank: Callable[[str], int] = lambda _: 0,
) -> list[ReviewItem]:
    """All questions about these people and departments, answered before or not, by key.

    `elsewhere` are people of other sources, who may be some of these; which of the two is then kept
    goes by `rank` of their keys.
    """
    people = [record.person for record in records]
    lines = {record.person.key: record.lines for record in records}
    duplicates = [*_duplicates(people, lines), *_across(people, elsewhere, lines, rank)]
    same = {frozenset(item.entries) for item in duplicates}
    items = [
        *duplicates,
        *_conflicts(records),
        *_shared(people, lines, same, departments),
        *_unknown_departments(people, departments, lines),
        *_department_pairs(departments, department_lines),
        *_names(records, lines),
    ]
    return sorted(items, key=lambda item: (item.kind, item.rows, item.key))


def _item(
    kind: ReviewKind,
    *,
    rows: Sequence[int],
    entries: Sequence[str],
    question: str,
    proposal: str,
    amendments: Sequence[Amendment],
    asked: Sequence[str] = (),
) -> ReviewItem:
    key = f"{kind}-{digest(kind, *sorted(entries), *asked)}"
    return ReviewItem(
        key, kind, tuple(sorted(rows)), tuple(entries), question, proposal, tuple(amendments)
    )


def _duplicates(
    people: Sequence[Person], lines: Mapping[str, tuple[int, ...]]
) -> Iterator[ReviewItem]:
    for pair in near_duplicates(people):
        yield _one_person(pair, lines, "They have")


def _across(
    people: Sequence[Person],
    elsewhere: Sequence[Person],
    lines: Mapping[str, tuple[int, ...]],
    rank: Callable[[str], int],
) -> Iterator[ReviewItem]:
    """Between one of these people and one elsewhere; what is only elsewhere its source asks."""
    if not elsewhere:
        return
    for pair in near_duplicates([*people, *elsewhere], rank):
        if (pair.kept.key in lines) != (pair.folded.key in lines):
            yield _one_person(pair, lines, "They are in different sources, and have")


def _one_person(pair: Pair, lines: Mapping[str, tuple[int, ...]], they_have: str) -> ReviewItem:
    kept, folded = pair.kept, pair.folded
    return _item(
        ReviewKind.DUPLICATE,
        rows=(*lines.get(kept.key, ()), *lines.get(folded.key, ())),
        entries=(kept.key, folded.key),
        question=f"Are {_described(kept)} and {_described(folded)} one person? {they_have} "
        f"{_listed(pair.reasons)}.",
        proposal=f"Keep {kept.full_name} ({kept.key}) and fold the other into it.",
        amendments=pair.amendments,
    )


def _conflicts(records: Sequence[Record]) -> Iterator[ReviewItem]:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        person = record.person
        if person.extension and not person.left:
            holders[person.extension].add(person.key)
    for record in records:
        person, implied = record.person, record.number_conflict
        if not implied or person.left:
            continue
        given = person.extension or ""
        given_elsewhere = bool(holders[given] - {person.key})
        implied_elsewhere = bool(holders[implied] - {person.key})
        if given_elsewhere and not implied_elsewhere:
            proposal = (
                f"Use extension {implied}, which the direct line belongs to: {given} is another "
                "person's."
            )
            amendment = Amendment(person.key, "extension", implied)
        else:
            proposal = f"Keep extension {given} and leave out the direct line."
            amendment = Amendment(person.key, "direct_line", "")
        yield _item(
            ReviewKind.NUMBER_CONFLICT,
            rows=record.lines,
            entries=(person.key,),
            question=f"{_described(person)} has extension {given}, but the direct line "
            f"{person.direct_line} belongs to extension {implied}. Which is right?",
            proposal=proposal,
            amendments=(amendment,),
            asked=(given, implied),
        )


def _shared(
    people: Sequence[Person],
    lines: Mapping[str, tuple[int, ...]],
    same: set[frozenset[str]],
    departments: Sequence[Department],
) -> Iterator[ReviewItem]:
    known = frozenset(department.name for department in departments)
    for number, group, amendments in shared_across_departments(people, same, known):
        named = _listed([_described(person) for person in group[:_LISTED]])
        more = len(group) - _LISTED
        if amendments:
            stranger = next(one for one in group if one.key == amendments[0].entry)
            proposal = (
                f"Take the number from {stranger.full_name}, whose department differs from that "
                "of all the others. Refuse if it is one desk."
            )
        else:
            proposal = "Accept if it is one desk; else correct the number at the source."
        yield _item(
            ReviewKind.NUMBER_SHARED,
            rows=[line for person in group for line in lines[person.key]],
            entries=[person.key for person in group],
            question=f"{number} is given to {named}{f' and {more} more' if more > 0 else ''}, who "
            "are in different departments. Is it one desk?",
            proposal=proposal,
            amendments=amendments,
            asked=(number,),
        )


def _unknown_departments(
    people: Sequence[Person],
    departments: Sequence[Department],
    lines: Mapping[str, tuple[int, ...]],
) -> Iterator[ReviewItem]:
    names = DepartmentNames(departments)
    written: defaultdict[str, list[Person]] = defaultdict(list)
    known = {department.name for department in departments}
    for person in people:
        text = person.department
        if text and text not in known and (text in written or names.resolve(text) is None):
            written[person.department].append(person)
    forms = [forms_of(department) for department in departments]
    for text, group in sorted(written.items()):
        meant = probably_meant(text, forms)
        if meant is None:
            continue
        group.sort(key=lambda person: person.key)
        yield _item(
            ReviewKind.DEPARTMENT_SPELLING,
            rows=[line for person in group for line in lines[person.key]],
            entries=[person.key for person in group],
            question=f'Is "{text}", which is not a known department, "{meant.name}"?',
            proposal=f'Write "{meant.name}".',
            amendments=[Amendment(person.key, "department", meant.name) for person in group],
            asked=(text, meant.key),
        )


def _department_pairs(
    departments: Sequence[Department], lines: Mapping[str, tuple[int, ...]]
) -> Iterator[ReviewItem]:
    for kept, folded in near_pairs([entry for entry in departments if not entry.left]):
        yield _item(
            ReviewKind.DEPARTMENT_SPELLING,
            rows=(*lines.get(kept.key, ()), *lines.get(folded.key, ())),
            entries=(kept.key, folded.key),
            question=f'Are "{kept.name}" and "{folded.name}" one department? They hardly differ.',
            proposal=f'Keep "{kept.name}", with the other as a name for it.',
            amendments=(Amendment(folded.key, "merged_into", kept.key),),
        )


def _names(records: Sequence[Record], lines: Mapping[str, tuple[int, ...]]) -> Iterator[ReviewItem]:
    for record in records:
        person = record.person
        if record.order_in_doubt and person.forename:
            yield _item(
                ReviewKind.NAME,
                rows=record.lines,
                entries=(person.key,),
                question=f'Is "{person.forename}", written in capitals before "{person.surname}", '
                "the surname?",
                proposal=f"Take {person.surname} as the forename.",
                amendments=(
                    Amendment(person.key, "forename", person.surname),
                    Amendment(person.key, "surname", person.forename),
                ),
                asked=(person.forename, person.surname),
            )
        if parts := _whole_in_one(person):
            yield _item(
                ReviewKind.NAME,
                rows=record.lines,
                entries=(person.key,),
                question=f'Is "{person.full_name}", which stands in one of the two columns for '
                "forename and surname, a whole name?",
                proposal=f"Take {parts.surname} as the surname, {parts.forename} as the forename.",
                amendments=[
                    Amendment(person.key, name, value)
                    for name in ("forename", "middle_names", "surname")
                    if (value := getattr(parts, name)) != getattr(person, name)
                ],
                asked=(person.full_name,),
            )
    for person, fields in proposals([record.person for record in records]):
        restored = {
            name: fields.get(name, getattr(person, name)) for name in ("forename", "surname")
        }
        whole = f"{restored['forename']} {restored['surname']}".strip()
        yield _item(
            ReviewKind.NAME,
            rows=lines[person.key],
            entries=(person.key,),
            question=f'"{person.full_name}" has lost a letter to "?". What is the name?',
            proposal=f"Write {whole}."
            if fields
            else "Correct it at the source: nothing else tells it.",
            amendments=[Amendment(person.key, name, value) for name, value in fields.items()],
            asked=(person.full_name,),
        )


def _whole_in_one(person: Person) -> NameParts | None:
    """The parts of a name of several words that stands where the forename or the surname alone
    should, with nothing in the other; None for "Smith", "De Souza" and any usual name, and while
    a letter is lost."""
    alone = person.surname or person.forename
    usual = (person.surname and person.forename) or is_one_surname(alone.split(" "))
    if usual or "?" in alone:
        return None
    parts, _ = from_whole(alone)
    return parts if parts.forename and parts.surname else None


def _described(person: Person) -> str:
    place = " / ".join(filter(None, (person.job_title, person.department)))
    return f"{person.full_name} ({place})" if place else person.full_name


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last

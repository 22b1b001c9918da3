"""Verdicts carried out: what a person accepted is applied, what was refused is asked no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from directory.departments import fold_department
from directory.model import Department, Person
from directory.outcome import Amendment, Cleansing, ReviewItem, Severity, Verdict

MERGED_INTO: Final = "merged_into"
_NUMBERS: Final = frozenset({"extension", "direct_line", "mobile"})


@dataclass(frozen=True, slots=True)
class Decided:
    """Entries after the verdicts, the questions still open, and what was folded into what."""

    people: tuple[Person, ...]
    departments: tuple[Department, ...]
    open: tuple[ReviewItem, ...]
    merged: Mapping[str, str]
    cleansings: tuple[Cleansing, ...]


def carry_out(
    items: Sequence[ReviewItem],
    verdicts: Mapping[str, Verdict],
    people: Sequence[Person],
    departments: Sequence[Department],
) -> Decided:
    """Apply the accepted items, in the order given; entries without a verdict stay as they are."""
    by_key: dict[str, Person] = {person.key: person for person in people}
    listed: dict[str, Department] = {department.key: department for department in departments}
    merged: dict[str, str] = {}
    cleansings: list[Cleansing] = []
    for item in items:
        if verdicts.get(item.key) is not Verdict.ACCEPTED:
            continue
        row = item.rows[0] if item.rows else 0
        for amendment in item.amendments:
            entry = _follow(amendment.entry, merged)
            if amendment.field == MERGED_INTO:
                target = _follow(amendment.value, merged)
                if target == entry:
                    continue
                merged[entry] = target
                before, after = entry, target
            elif entry in by_key:
                before = str(getattr(by_key[entry], amendment.field) or "")
                by_key[entry] = amended(by_key[entry], amendment)
                after = amendment.value
            else:
                continue
            cleansings.append(
                Cleansing(
                    row, entry, amendment.field, before, after, "accepted in review",
                    Severity.WARNING,
                )
            )  # fmt: skip
    renamed = _fold_departments(listed, merged)
    kept = [person for key, person in by_key.items() if key not in merged]
    if renamed:
        kept = [
            replace(person, department=renamed.get(person.department, person.department))
            for person in kept
        ]
    return Decided(
        people=tuple(kept),
        departments=tuple(entry for key, entry in listed.items() if key not in merged),
        open=tuple(item for item in items if item.key not in verdicts),
        merged=merged,
        cleansings=tuple(cleansings),
    )


def _follow(key: str, merged: Mapping[str, str]) -> str:
    while key in merged:
        key = merged[key]
    return key


def amended(person: Person, amendment: Amendment) -> Person:
    """With that field set to that value; a number that is "" is none."""
    value: Any = amendment.value
    if amendment.field in _NUMBERS and not value:
        value = None
    return replace(person, **{amendment.field: value})


def _fold_departments(listed: dict[str, Department], merged: Mapping[str, str]) -> dict[str, str]:
    """Give each kept department the names and missing numbers of those folded into it."""
    renamed: dict[str, str] = {}
    for key in merged:
        target = _follow(key, merged)
        if key not in listed or target not in listed:
            continue
        kept, folded = listed[target], listed[key]
        aliases = {fold_department(name): name for name in (folded.name, *folded.aliases)}
        aliases |= {fold_department(name): name for name in kept.aliases}
        aliases.pop(fold_department(kept.name), None)
        listed[target] = replace(
            kept,
            aliases=tuple(sorted(aliases.values())),
            extension=kept.extension or folded.extension,
            direct_line=kept.direct_line or folded.direct_line,
            opening_hours=kept.opening_hours or folded.opening_hours,
        )
        renamed[folded.name] = kept.name
    return renamed

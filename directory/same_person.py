"""Rows that are surely one person: merged at once, and reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from directory.findings import WARNING, Finding
from directory.folding import fold, fold_name
from directory.model import Person
from directory.people import Record
from directory.table import place

_IDENTIFYING: Final = ("email", "mobile", "extension", "direct_line")
_COMPARED: Final = tuple(
    field.name for field in fields(Person) if field.name not in {"key", "forename", "surname"}
)


def merge_exact(records: Sequence[Record]) -> list[Record]:
    """One record for rows of one name that share a staff number, number or e-mail address.

    Rows that are alike in every field are one too: nobody could tell them apart. Rows that
    contradict each other anywhere stay apart for `near_duplicates` to ask about; so do rows of
    which one fits two others that contradict each other.
    """
    groups: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        person = record.person
        groups[fold_name(person.forename), fold_name(person.surname)].append(record)
    merged: list[Record] = []
    for group in groups.values():
        merged.extend(group if len(group) == 1 else _merge_group(group))
    return merged


def _merge_group(group: Sequence[Record]) -> list[Record]:
    # By content, so that the order of the rows doesn't show.
    ordered = sorted(group, key=lambda record: (-_fullness(record), repr(record.person)))
    clusters: list[list[Record]] = []
    for record in ordered:
        fitting = [cluster for cluster in clusters if any(_same(record, one) for one in cluster)]
        if len(fitting) == 1 and all(_same(record, one) for one in fitting[0]):
            fitting[0].append(record)
        else:
            clusters.append([record])
    return [_merged(cluster) for cluster in clusters]


def _fullness(record: Record) -> int:
    return bool(record.staff_number) + sum(bool(getattr(record.person, name)) for name in _COMPARED)


def _same(first: Record, second: Record) -> bool:
    if first.staff_number and second.staff_number and first.staff_number != second.staff_number:
        return False
    one, other = first.person, second.person
    shared = bool(first.staff_number) and first.staff_number == second.staff_number
    for name in _COMPARED:
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours == theirs:
            shared = shared or (name in _IDENTIFYING and bool(ours))
        elif isinstance(ours, bool) or (ours and theirs and not _alike(ours, theirs)):
            return False
    return shared or all(getattr(one, name) == getattr(other, name) for name in _COMPARED)


def _alike(ours: object, theirs: object) -> bool:
    return isinstance(ours, str) and isinstance(theirs, str) and fold(ours) == fold(theirs)


def _merged(cluster: Sequence[Record]) -> Record:
    kept, *others = cluster
    for other in others:
        missing: dict[str, Any] = {
            name: getattr(other.person, name)
            for name in _COMPARED
            if not getattr(kept.person, name) and getattr(other.person, name)
        }
        kept.person = replace(kept.person, **missing)
        kept.staff_number = kept.staff_number or other.staff_number
        kept.merged_lines = (*kept.merged_lines, *other.lines)
        finding = Finding(
            "row", place(other.line), place(kept.line), "the same person: merged", WARNING
        )
        kept.merged.append((other.line, finding))
        kept.merged.extend((other.line, finding) for finding in other.findings)
        kept.merged.extend(other.merged)
    return kept

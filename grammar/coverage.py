"""Who can't be reached by voice, and why: what an administrator mends before callers notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from grammar.confusable import WHOLE_NAMES, destination
from grammar.model import Entry, FormKind, Grammar, SpokenForm

Uncovered = Callable[[str], frozenset[str]]
"""The words of a text that the engine can't hear."""

_NAMES = WHOLE_NAMES - {FormKind.JOB_TITLE}
"""Callers who know a name should reach it by the name; that a job title would do doesn't help."""


class Unreachable(StrEnum):
    NO_NUMBER = "no_number"
    HIDDEN = "hidden"
    """Ex-directory, or not for callers from outside."""
    OUT_OF_VOCABULARY = "out_of_vocabulary"
    """Each of its names has a word that the engine can't hear; it needs a pronunciation."""
    HOMOPHONE = "homophone"
    """All its names sound like somebody else's; callers will be asked."""
    INDISTINGUISHABLE = "indistinguishable"
    """As before, and asking can't help: department, job and site are the same."""


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """One entry that a caller can't reach, or not alone; `detail` says what to look at."""

    entry: Entry
    reason: Unreachable
    detail: str


def coverage_gaps(
    grammar: Grammar, *, uncovered: Uncovered | None = None
) -> tuple[CoverageGap, ...]:
    """Gaps by reason, then name. Leavers are none: they are meant to be unreachable.

    `uncovered` is of the engine in use; None for one that spells out any word.
    """
    forms: defaultdict[str, list[SpokenForm]] = defaultdict(list)
    for form in grammar.forms:
        if form.kind in _NAMES:
            forms[form.entry].append(form)
    rivals = _rivals(grammar)
    order = list(Unreachable)
    gaps = [
        gap
        for entry in grammar.entries
        if not entry.has_left
        for gap in _gaps(entry, forms[entry.key], rivals, uncovered)
    ]
    gaps.sort(key=lambda gap: (order.index(gap.reason), gap.entry.name, gap.entry.key))
    return tuple(gaps)


def orphans(grammar: Grammar, aliases: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Of the (text, entry key) aliases that were added, those whose entry is gone."""
    keys = {entry.key for entry in grammar.entries}
    return tuple(sorted((text, key) for text, key in aliases if key not in keys))


def _gaps(
    entry: Entry,
    forms: Iterable[SpokenForm],
    rivals: Mapping[str, Iterable[Entry]],
    uncovered: Uncovered | None,
) -> Iterator[CoverageGap]:
    if entry.number is None:
        yield CoverageGap(entry, Unreachable.NO_NUMBER, "no extension and no direct line")
    if entry.ex_directory:
        yield CoverageGap(entry, Unreachable.HIDDEN, "ex-directory")
    elif entry.not_for_external:
        yield CoverageGap(entry, Unreachable.HIDDEN, "not for callers from outside")
    if uncovered is not None:
        missing = [uncovered(form.text) for form in forms]
        if missing and all(missing):
            words = ", ".join(sorted(frozenset().union(*missing)))
            yield CoverageGap(entry, Unreachable.OUT_OF_VOCABULARY, words)
    yield from _drowned(entry, forms, rivals)


def _drowned(
    entry: Entry, forms: Iterable[SpokenForm], rivals: Mapping[str, Iterable[Entry]]
) -> Iterator[CoverageGap]:
    others = [
        {
            other.key: other
            for other in rivals[form.phones]
            if destination(other) != destination(entry)
        }
        for form in forms
    ]
    if not others or not all(others):
        return
    alike = sorted(
        {key: other for found in others for key, other in found.items()}.values(),
        key=lambda other: (other.name, other.key),
    )
    twins = [other for other in alike if _told_apart_by(other) == _told_apart_by(entry)]
    reason = Unreachable.INDISTINGUISHABLE if twins else Unreachable.HOMOPHONE
    named = "; ".join(
        f"{other.name} ({', '.join(filter(None, _told_apart_by(other))) or 'no department'})"
        for other in twins or alike
    )
    yield CoverageGap(entry, reason, f"sounds the same as {named}")


def _told_apart_by(entry: Entry) -> tuple[str, str, str]:
    return entry.department, entry.job_title, entry.site


def _rivals(grammar: Grammar) -> Mapping[str, tuple[Entry, ...]]:
    """By phones: the entries that have a whole name of that sound, leavers left out."""
    entries = {entry.key: entry for entry in grammar.entries if not entry.has_left}
    found: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for form in grammar.forms:
        if form.kind in _NAMES and form.entry in entries:
            found[form.phones][form.entry] = entries[form.entry]
    return {phones: tuple(by_key.values()) for phones, by_key in found.items()}

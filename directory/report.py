"""The cleansing report: what an import found, changed and leaves to a person, as Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from directory.departments import DEPARTMENT_PREFIX
from directory.model import number_of
from directory.outcome import ChangeKind, Cleansing, ImportOutcome, ReviewKind, Severity
from directory.table import place

_EXAMPLES: Final = 3
_QUESTIONS: Final = {
    ReviewKind.DUPLICATE: "may be one person twice",
    ReviewKind.NUMBER_CONFLICT: "have an extension and a direct line of two desks",
    ReviewKind.NUMBER_SHARED: "are numbers given in several departments",
    ReviewKind.DEPARTMENT_SPELLING: "are department names that may be misspelt",
    ReviewKind.NAME: "are names in doubt",
}
_SEVERITIES: Final = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_MEANING: Final = {
    Severity.ERROR: "Errors: unusable as they stand",
    Severity.WARNING: "Warnings: the meaning was inferred",
    Severity.INFO: "Form only",
}


def cleansing_report(outcome: ImportOutcome, *, reviews: int = 20) -> str:
    """The whole report, ending in a line break. `reviews` is how many questions are written out.

    Personal data is in it: for the screen or a file of the administrator's, never for a log.
    """
    return "\n".join(_lines(outcome, reviews)) + "\n"


def _lines(outcome: ImportOutcome, reviews: int) -> Iterator[str]:
    yield "# Cleansing report"
    yield ""
    yield from _summary(outcome)
    yield from _numbers(outcome)
    for severity in _SEVERITIES:
        yield from _by_reason(outcome.cleansings, severity)
    yield from _reviews(outcome, reviews)
    yield from _skipped(outcome.skipped)
    if outcome.unmapped:
        yield "## Columns that no field was found for"
        yield ""
        yield from (f"- {heading}" for heading in outcome.unmapped)
        yield ""
        yield 'Map one with `--map "Heading=field"`, or with `=ignore` if it is not needed.'
        yield ""


def _summary(outcome: ImportOutcome) -> Iterator[str]:
    people = outcome.directory.people
    present = [person for person in people if not person.left]
    departments = [entry for entry in outcome.directory.departments if not entry.left]
    changes = Counter(change.kind for change in outcome.changes)
    changed = ", ".join(f"{_count(changes[kind])} {kind}" for kind in ChangeKind if changes[kind])
    yield f"- Rows read: {_count(outcome.rows_read)}"
    yield f"- People who can be asked for: {_count(len(present))}"
    yield f"- Leavers kept as tombstones: {_count(len(people) - len(present))}"
    yield f"- Departments: {_count(len(departments))}"
    yield f"- Changes to the directory: {changed or 'none'}"
    yield f"- Questions for a person: {_count(len(outcome.reviews))}"
    yield f"- Rows that made no entry: {_count(len(outcome.skipped))}"
    yield ""


def _numbers(outcome: ImportOutcome) -> Iterator[str]:
    present = [person for person in outcome.directory.people if not person.left]
    dialled = Counter(number for person in present if (number := number_of(person)))
    shared = [count for count in dialled.values() if count > 1]
    yield "## Numbers"
    yield ""
    yield f"- People with an extension: {_count(sum(bool(one.extension) for one in present))}"
    direct_only = sum(bool(one.direct_line) and not one.extension for one in present)
    yield f"- With a direct line only: {_count(direct_only)}"
    without = _count(sum(number_of(one) is None for one in present))
    yield f"- With no number (their calls go to the department or operator): {without}"
    yield f"- Desks that people share: {_count(len(shared))}, by {_count(sum(shared))} people"
    yield ""


def _by_reason(cleansings: Sequence[Cleansing], severity: Severity) -> Iterator[str]:
    groups: defaultdict[tuple[str, str], list[Cleansing]] = defaultdict(list)
    for cleansing in cleansings:
        if cleansing.severity is severity:
            groups[cleansing.field, cleansing.reason].append(cleansing)
    if not groups:
        return
    total = sum(len(group) for group in groups.values())
    yield f"## {_MEANING[severity]} ({_count(total)})"
    yield ""
    yield "| count | field | reason | examples |"
    yield "|---:|---|---|---|"
    for (name, reason), group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        examples = "; ".join(
            f"{_place(one)}: {_cell(one.before)} → {_cell(one.after)}" for one in group[:_EXAMPLES]
        )
        label = name.replace("_", " ")
        yield f"| {_count(len(group))} | {_cell(label)} | {_cell(reason)} | {examples} |"
    yield ""


def _reviews(outcome: ImportOutcome, limit: int) -> Iterator[str]:
    if not outcome.reviews:
        return
    yield f"## Questions for a person ({_count(len(outcome.reviews))})"
    yield ""
    counts = Counter(item.kind for item in outcome.reviews)
    yield from (
        f"- {_count(counts[kind])} {_QUESTIONS[kind]}" for kind in ReviewKind if counts[kind]
    )
    yield ""
    for item in outcome.reviews[:limit]:
        rows = ", ".join(map(place, item.rows))
        yield f"- `{item.key}` (row{'s' if len(item.rows) > 1 else ''} {rows}) {item.question}"
        yield f"  Proposal: {item.proposal}"
    if len(outcome.reviews) > limit:
        yield f"- and {_count(len(outcome.reviews) - limit)} more"
    yield ""


def _skipped(skipped: Sequence[tuple[int, str]]) -> Iterator[str]:
    if not skipped:
        return
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, reason in skipped:
        rows[reason].append(row)
    yield f"## Rows that made no entry ({_count(len(skipped))})"
    yield ""
    for reason, lines in sorted(rows.items()):
        shown = ", ".join(map(place, lines[:10]))
        more = f" and {_count(len(lines) - 10)} more" if len(lines) > 10 else ""  # noqa: PLR2004
        yield f"- {reason}: {shown}{more}"
    yield ""


def _place(cleansing: Cleansing) -> str:
    """The row, of the departments' file where the entry is a department."""
    of_department = cleansing.entry.startswith(DEPARTMENT_PREFIX)
    return f"{'departments ' if of_department else ''}row {place(cleansing.row)}"


def _count(number: int) -> str:
    return f"{number:,}"


def _cell(text: str) -> str:
    """Text that can't break the table it stands in."""
    return " ".join(text.replace("|", "\\|").split()) or "(nothing)"

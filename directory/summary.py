"""What an import came to, in counts: all that a page about it shows before the single changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from directory.outcome import ChangeKind, ImportOutcome, Severity

SKIPPED_TOLD = 100
"""Rows without an entry that are told one by one. Raising it makes the page longer."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """`changes` and `cleansing` say how many there are of a kind, and of a reason with its
    severity, left out where there are none. `skipped` counts the rows that made no entry; the
    first SKIPPED_TOLD are in `skipped_first`, each with its reason."""

    rows_read: int
    changes: Mapping[ChangeKind, int]
    cleansing: Mapping[tuple[Severity, str], int]
    skipped: int
    skipped_first: tuple[tuple[int, str], ...]
    unmapped: tuple[str, ...]

    @property
    def every_kind(self) -> tuple[tuple[ChangeKind, int], ...]:
        """The changes of all kinds, those of which there are none too."""
        return tuple((kind, self.changes.get(kind, 0)) for kind in ChangeKind)

    @property
    def change_total(self) -> int:
        return sum(self.changes.values())

    @property
    def findings(self) -> int:
        return sum(self.cleansing.values())

    @property
    def worst_first(self) -> tuple[tuple[Severity, str, int], ...]:
        """The cleansing by severity, and then the most frequent first."""
        order = [Severity.ERROR, Severity.WARNING, Severity.INFO]
        rows = [(severity, reason, count) for (severity, reason), count in self.cleansing.items()]
        return tuple(sorted(rows, key=lambda row: (order.index(row[0]), -row[2], row[1])))


def summary_of(outcome: ImportOutcome) -> ImportSummary:
    """The counts of an outcome that is at hand."""
    return ImportSummary(
        rows_read=outcome.rows_read,
        changes=Counter(change.kind for change in outcome.changes),
        cleansing=Counter((each.severity, each.reason) for each in outcome.cleansings),
        skipped=len(outcome.skipped),
        skipped_first=outcome.skipped[:SKIPPED_TOLD],
        unmapped=outcome.unmapped,
    )

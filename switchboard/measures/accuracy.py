"""Accuracy of many graded calls, in all and per value of a manifest's column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.measures.grading import Grade, Wanted
from switchboard.measures.share import Share

HEADINGS = ("calls", "right", "right or offered", "wrong transfers", "transferred, nowhere to go")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`right` and `offered` are of the calls that lead somewhere (label other than `none`),
    `misrouted` is of all calls, `intruded` of those that lead nowhere: transferred all the same."""

    calls: int
    right: Share
    offered: Share
    misrouted: Share
    intruded: Share

    def cells(self) -> tuple[str, ...]:
        """One row under HEADINGS."""
        shares = (self.right, self.offered, self.misrouted, self.intruded)
        return (str(self.calls), *map(str, shares))


def accuracy(grades: Iterable[Grade]) -> Accuracy:
    """Count the grades together."""
    all_ = list(grades)
    nowhere = [grade for grade in all_ if grade.wanted is Wanted.NONE]
    somewhere = [grade for grade in all_ if grade.wanted is not Wanted.NONE]
    return Accuracy(
        calls=len(all_),
        right=Share(sum(grade.right for grade in somewhere), len(somewhere)),
        offered=Share(sum(grade.offered for grade in somewhere), len(somewhere)),
        misrouted=Share(sum(grade.misrouted for grade in all_), len(all_)),
        intruded=Share(sum(grade.transferred for grade in nowhere), len(nowhere)),
    )


def accuracy_by(
    column: str, graded: Sequence[tuple[Mapping[str, str], Grade]]
) -> dict[str, Accuracy]:
    """Accuracy per value of a column of the manifest, values sorted; {} without that column."""
    groups: dict[str, list[Grade]] = defaultdict(list)
    for columns, grade in graded:
        if column in columns:
            groups[columns[column]].append(grade)
    return {value: accuracy(groups[value]) for value in sorted(groups)}

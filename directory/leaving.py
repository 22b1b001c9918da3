"""An import after which unusually many have left: its file was probably cut short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from directory.model import Department, Directory, Person

MOST: Final = 0.2
"""Share that may leave between two imports without a question. Raising it lets more of a truncated
export through; lowering it asks at each reorganisation."""
FEWEST: Final = 20
"""Entries from which on a share means anything."""


def mass_leaving(before: Directory, after: Directory) -> str:
    """What is unusual, as part of a sentence ("31 of 40 people"); "" when nothing is.

    Counts who was present before and has left now, whatever the reason.
    """
    unusual = (
        _counted(before.people, after.people, "people"),
        _counted(before.departments, after.departments, "departments"),
    )
    return " and ".join(filter(None, unusual))


def _counted(
    before: Sequence[Person] | Sequence[Department],
    after: Sequence[Person] | Sequence[Department],
    called: str,
) -> str:
    present = {entry.key for entry in before if not entry.left}
    left = sum(entry.left for entry in after if entry.key in present)
    few = len(present) < FEWEST or left <= MOST * len(present)
    everybody = left == len(present) > 1  # a file of headings alone, however small the directory
    if few and not everybody:
        return ""
    return f"{left:,} of {len(present):,} {called}"

"""Department names that may be a slip or a short form of a known one: asked, with a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from directory.departments import core_of_department, fold_department
from directory.model import Department

_LETTERS_PER_SLIP: Final = 6
"""One wrong letter is allowed in each 6. Lower, and Planning would be asked about as Planting."""
_MOST_SLIPS: Final = 3
_ALIKE: Final = 88
"""Similarity (rapidfuzz token_sort_ratio, 0 to 100) from which reordered words are asked about."""


Forms = tuple[Department, str, tuple[str, ...]]
"""A department, its name as compared letter by letter, and the cores of all its names."""


def forms_of(department: Department) -> Forms:
    names = (department.name, *department.aliases)
    cores = tuple(core_of_department(name) for name in names)
    return department, fold_department(department.name), cores


def probably_meant(text: str, known: Sequence[Forms]) -> Department | None:
    """The one known department that a spelling is close to, or None when none or several are."""
    folded, core = fold_department(text), core_of_department(text)
    close: list[tuple[float, str, Department]] = []
    for department, name, cores in known:
        distance = min(_distance(folded, name), *(_distance(core, form) for form in cores))
        if distance < 1.0:
            close.append((distance, department.key, department))
    close.sort(key=lambda item: item[:2])
    if not close or (len(close) > 1 and close[1][0] == close[0][0]):
        return None
    return close[0][2]


def near_pairs(known: Sequence[Department]) -> list[tuple[Department, Department]]:
    """Departments of the list itself whose names may be one, each pair once, fuller entry first."""
    ordered = sorted(
        known, key=lambda entry: (entry.extension is None, -len(entry.aliases), entry.key)
    )
    names = [fold_department(entry.name) for entry in ordered]
    pairs: list[tuple[Department, Department]] = []
    for index, entry in enumerate(ordered):
        pairs.extend(
            (entry, ordered[other])
            for other in range(index + 1, len(ordered))
            if _slips(names[index], names[other])
        )
    return pairs


def _distance(one: str, other: str) -> float:
    """0 for equal, below 1 for close, 1 for different."""
    if one == other:
        return 0.0
    if slips := _slips(one, other):
        return slips / 10
    if fuzz.token_sort_ratio(one, other) >= _ALIKE:
        return 0.5
    if _shortens(one, other):
        return 0.6
    return 1.0


def _slips(one: str, other: str) -> int:
    """Wrong letters between two names, or 0 when there are too many (or none) to be slips."""
    allowed = min(_MOST_SLIPS, min(len(one), len(other)) // _LETTERS_PER_SLIP)
    if abs(len(one) - len(other)) > allowed:
        return 0
    distance = OSA.distance(one, other, score_cutoff=allowed)
    return distance if distance <= allowed else 0


def _shortens(short: str, long: str) -> bool:
    """Whether one is the initials of the other (hr), or begins each of its words (env services)."""
    words, full = short.split(), long.split()
    initials = "".join(word[0] for word in full if word != "and")
    if len(words) == 1:
        return len(short) > 1 and short in {initials, "".join(word[0] for word in full)}
    return len(words) == len(full) and all(
        whole.startswith(part) and len(part) > 1 for part, whole in zip(words, full, strict=True)
    )

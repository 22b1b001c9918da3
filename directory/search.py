"""Finding entries from what somebody types: part of a name, a job, a department, a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

from directory.folding import fold
from directory.model import Department, Directory, Person

Entry = Person | Department

_NEAR: Final = 80.0
"""Similarity of a name, in percent (`rapidfuzz.fuzz.WRatio`), to be shown when nothing has the
words. Raising it forgives fewer misspellings."""


def find(directory: Directory, query: str, limit: int = 20) -> tuple[Entry, ...]:
    """The entries meant, best first, at most `limit`; those who left come last.

    Every word of the query must begin a word of the entry, or be within one of its numbers, or be
    its key. Where no entry is like that, the names that are spelt most nearly so.
    """
    words = _words(query)
    if not words:
        return ()
    entries: tuple[Entry, ...] = (*directory.departments, *directory.people)
    found = [
        (_rank(entry, words), entry)
        for entry in entries
        if _has(entry, words) or entry.key == query
    ]
    found.sort(key=lambda ranked: ranked[0])
    if not found:
        return _near(entries, query, limit)
    return tuple(entry for _, entry in found[:limit])


def name_of(entry: Entry) -> str:
    """What a list calls the entry."""
    return entry.display_name if isinstance(entry, Person) else entry.name


def _near(entries: Iterable[Entry], query: str, limit: int) -> tuple[Entry, ...]:
    present = [entry for entry in entries if not entry.left]
    names = [fold(name_of(entry)) for entry in present]
    best = process.extract(fold(query), names, scorer=fuzz.WRatio, limit=limit, score_cutoff=_NEAR)
    return tuple(present[index] for _, _, index in best)


def _rank(entry: Entry, words: list[str]) -> tuple[bool, bool, str]:
    in_name = all(_begins(word, _words(" ".join(_names(entry)))) for word in words)
    return entry.left, not in_name, fold(name_of(entry))


def _has(entry: Entry, words: list[str]) -> bool:
    own = _words(" ".join((*_names(entry), *_facts(entry))))
    numbers = [number for number in _numbers(entry) if number]
    return all(
        _begins(word, own) or (word.isdigit() and any(word in number for number in numbers))
        for word in words
    )


def _begins(word: str, own: list[str]) -> bool:
    return any(mine.startswith(word) for mine in own)


def _words(text: str) -> list[str]:
    # O'Neill is one word, however it is typed.
    whole = fold(text).replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return "".join(character if character.isalnum() else " " for character in whole).split()


def _names(entry: Entry) -> tuple[str, ...]:
    if isinstance(entry, Department):
        return entry.name, *entry.aliases
    return entry.forename, entry.known_as, entry.middle_names, entry.surname


def _facts(entry: Entry) -> tuple[str, ...]:
    if isinstance(entry, Department):
        return (entry.parent,)
    return (
        entry.title, entry.job_title, entry.department, entry.team, entry.site, entry.email,
    )  # fmt: skip


def _numbers(entry: Entry) -> tuple[str | None, ...]:
    mobile = entry.mobile if isinstance(entry, Person) else None
    direct = entry.direct_line
    # As dialled at home, too: 020... finds +4420....
    return entry.extension, direct, mobile, f"0{direct[3:]}" if direct else None

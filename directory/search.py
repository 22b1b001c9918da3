"""Finding entries from what somebody types: part of a name, a job, a department, a number."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from directory.folding import fold
from directory.model import Department, Directory, Person

Entry = Person | Department

_NEAR: Final = 80.0
"""Similarity (`rapidfuzz.fuzz.ratio`, in percent) from which a word of a name is taken for the one
that was typed, when nothing has that. Raising it forgives fewer misspellings."""
_NEAR_WORDS: Final = 20

_Mask = NDArray[np.bool_]
"""Which places have something, place by place."""


def find(directory: Directory, query: str, limit: int = 20) -> tuple[Entry, ...]:
    """The entries meant, best first, at most `limit`; those who left come last.

    Every word of the query must begin a word of the entry, or be within one of its numbers, or be
    its key. Where no entry is like that, the names that are spelt most nearly so.
    """
    return SearchIndex(directory).find(query, limit).entries


@dataclass(frozen=True, slots=True)
class Found:
    """The best entries, and how many there are in all; `near`: none was like the query, so these
    are only spelt nearly so."""

    entries: tuple[Entry, ...]
    total: int
    near: bool = False


class SearchIndex:
    """Finds in one directory again and again, fast enough to do so while somebody types.

    Built once a revision of the directory: words are looked up by their beginning in a sorted
    list, and places are taken together as masks, so that even one letter, which half of 50,000
    people have, costs a millisecond or two. Never changes once built, so threads may share it.
    """

    def __init__(self, directory: Directory, said: Mapping[str, Iterable[str]] | None = None):
        """`said` are the other names by which entries are asked for, by the entry's key."""
        said = said or {}
        every: tuple[Entry, ...] = (*directory.departments, *directory.people)
        # In the order in which results are shown, so that an entry's place is its rank.
        self._entries = sorted(every, key=lambda entry: (entry.left, fold(name_of(entry))))
        self._by_key = {entry.key: place for place, entry in enumerate(self._entries)}
        self._numbers = [_numbers(entry) for entry in self._entries]
        in_names: defaultdict[str, set[int]] = defaultdict(set)
        in_facts: defaultdict[str, set[int]] = defaultdict(set)
        for place, entry in enumerate(self._entries):
            for word in _words(" ".join((*_names(entry), *said.get(entry.key, ())))):
                in_names[word].add(place)
            for word in _words(" ".join(_facts(entry))):
                in_facts[word].add(place)
        self._names = _Words(in_names, len(self._entries))
        self._facts = _Words(in_facts, len(self._entries))
        self._first_left = sum(not entry.left for entry in self._entries)

    def find(self, query: str, limit: int = 20, offset: int = 0) -> Found:
        """As the function `find`, after the best `offset`."""
        words = _words(query)
        if not words:
            return Found((), 0)
        in_names = np.ones(len(self._entries), np.bool_)
        found = in_names.copy()
        for word in words:
            named = self._names.beginning(word)
            in_names &= named
            found &= named | self._facts.beginning(word) | self._with_digits(word)
        if query in self._by_key:
            found[self._by_key[query]] = True
        if not found.any():
            near = self._near(words)
            return Found(self._at(near[offset : offset + limit]), len(near), near=True)
        ranked = self._ranked(found, in_names)
        return Found(self._at(ranked[offset : offset + limit]), len(ranked))

    def _ranked(self, found: _Mask, in_names: _Mask) -> list[int]:
        """Those who are there before those who left, and in each those with the words in a name."""
        places = np.flatnonzero(found)
        rank = 2 * (places >= self._first_left) + ~in_names[places]
        ranked: list[int] = places[np.argsort(rank, kind="stable")].tolist()
        return ranked

    def _at(self, places: Iterable[int]) -> tuple[Entry, ...]:
        return tuple(self._entries[place] for place in places)

    def _near(self, words: list[str]) -> list[int]:
        """Who is there and has a name spelt nearly as each of the words, the nearest first."""
        alike = [self._names.near(word) for word in words]
        places = set.intersection(*(set(found) for found in alike))
        present = [place for place in places if place < self._first_left]
        return sorted(present, key=lambda place: (-sum(found[place] for found in alike), place))

    def _with_digits(self, word: str) -> _Mask:
        if not word.isdigit():
            return np.zeros(len(self._numbers), np.bool_)
        return np.fromiter((word in each for each in self._numbers), np.bool_, len(self._numbers))


class _Words:
    """Words with the places that have them, looked up by how they begin."""

    def __init__(self, places: Mapping[str, set[int]], size: int) -> None:
        """`size` is how many places there are."""
        self._words = sorted(places)
        self._size = size
        # Those of words with one beginning are next to each other: one slice has them all.
        together = chain.from_iterable(places[word] for word in self._words)
        self._places = np.fromiter(together, np.int32)
        self._ends = [0, *accumulate(len(places[word]) for word in self._words)]

    def beginning(self, start: str) -> _Mask:
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + "\U0010ffff")
        found = np.zeros(self._size, np.bool_)
        found[self._places[self._ends[first] : self._ends[last]]] = True
        return found

    def near(self, word: str) -> dict[int, float]:
        """Places whose words are spelt nearly so, with the similarity of the nearest."""
        found: dict[int, float] = {}
        for _, similarity, index in process.extract(
            word, self._words, scorer=fuzz.ratio, limit=_NEAR_WORDS, score_cutoff=_NEAR
        ):
            for place in self._places[self._ends[index] : self._ends[index + 1]].tolist():
                found.setdefault(place, similarity)
        return found


def name_of(entry: Entry) -> str:
    """What a list calls the entry."""
    return entry.display_name if isinstance(entry, Person) else entry.name


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


def _numbers(entry: Entry) -> str:
    """All its numbers, one a line."""
    mobile = entry.mobile if isinstance(entry, Person) else None
    direct = entry.direct_line
    # As dialled at home, too: 020... finds +4420....
    home = f"0{direct[3:]}" if direct else None
    return "\n".join(filter(None, (entry.extension, direct, mobile, home)))

"""Where texts lead: the entries and destinations that each may mean, for arithmetic on many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grammar.model import Grammar
from grammar.shortlist import Said

_CALLS_PULL = 0.5
"""How far, among entries that one text may mean, the more often called is likelier: a power."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Meanings(NamedTuple):
    """What some texts may mean, text by text: `entries` by number, and the row of each one's text.

    `counts` says how many each text may mean: none where it is a command.
    """

    entries: Ints
    rows: Ints
    counts: Ints


class Likely(NamedTuple):
    """A destination that may be meant: its entries by number, likeliest first.

    `meaning` is the place among the meanings of the likeliest entry by its likeliest text.
    """

    entries: tuple[int, ...]
    probability: float
    meaning: int


class Destinations:
    """The entries of each text of a grammar, and their destinations. Immutable."""

    def __init__(self, grammar: Grammar, said: Sequence[Said]) -> None:
        self.entries = grammar.entries
        number_of = {entry.key: number for number, entry in enumerate(self.entries)}
        keys = chain.from_iterable(text.entries for text in said)
        self._meant = np.fromiter(map(number_of.__getitem__, keys), dtype=np.int32)
        self._starts = np.cumsum([0, *(len(text.entries) for text in said)])
        in_order = sorted(range(len(self.entries)), key=lambda number: self.entries[number].key)
        self._ranks = np.empty(len(in_order), dtype=np.int64)
        self._ranks[in_order] = np.arange(len(in_order))
        of_number: dict[str, int] = {}
        places = [
            of_number.setdefault(entry.number, number) if entry.number else number
            for number, entry in enumerate(self.entries)
        ]
        self._places = np.array(places, dtype=np.int64)
        calls = dict(grammar.call_counts)
        self._calls = np.array([calls.get(entry.key, 0) for entry in self.entries], dtype=np.int64)
        self._weights = (1 + self._calls) ** _CALLS_PULL
        self._counted = bool(calls)
        self._usual = np.log1p(sum(calls.values()) / max(1, len(self.entries)))

    def meanings(self, texts: Ints) -> Meanings:
        """What the texts with these numbers may mean."""
        starts = self._starts[texts]
        counts = self._starts[texts + 1] - starts
        places = np.arange(counts.sum()) + np.repeat(starts - counts.cumsum() + counts, counts)
        rows = np.repeat(np.arange(len(texts)), counts)
        return Meanings(self._meant[places].astype(np.int64), rows, counts)

    def log_calls(self, meanings: Meanings) -> Floats:
        """The log of how often the entries of each text are called, beside the usual."""
        count = len(meanings.counts)
        if not self._counted:
            return np.zeros(count)
        calls = np.bincount(meanings.rows, self._calls[meanings.entries], count)
        return np.asarray(np.log1p(calls) - self._usual)

    def likely(
        self, meanings: Meanings, pulls: Floats, sounds: Ints, shares: Floats
    ) -> list[Likely]:
        """The destinations that the texts mean, likeliest first; equally likely ones by key.

        `pulls` is the log of how likely each meaning is among those of its sound, but for calls.
        `shares` is the probability of each text, and `sounds` numbers its sound, that of the
        likeliest text first. Texts that sound the same share their probability: it divides among
        all that they may mean, for Whisper writes Gray or Grey as it likes, so which of the two it
        heard says nothing.
        """
        if not len(meanings.entries):
            return []
        order = np.argsort(-shares, kind="stable")
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order))
        named = np.where(meanings.counts > 0, shares, 0.0)
        together = np.bincount(sounds[order], named[order])
        sorted_ = np.lexsort((ranks[meanings.rows], sounds[meanings.rows]))
        entries, rows = meanings.entries[sorted_], meanings.rows[sorted_]
        once = _first_of_each(sounds[rows] * len(self.entries) + entries)
        entries, rows, sorted_ = entries[once], rows[once], sorted_[once]
        weights = np.exp(pulls[sorted_]) * self._weights[entries]
        sound = sounds[rows]
        parts = weights / np.bincount(sound, weights)[sound] * together[sound]
        entries, first, which = _grouped(entries)
        return self._together(entries, np.bincount(which, parts).astype(float), sorted_[first])

    def _together(self, entries: Ints, likely: Floats, meant: Ints) -> list[Likely]:
        """Entries at one number are one destination."""
        order = np.lexsort((self._ranks[entries], -likely))
        entries, likely, meant = entries[order], likely[order], meant[order]
        _, first, which = _grouped(self._places[entries])
        probabilities = np.bincount(which, likely)
        by_place = np.lexsort((self._ranks[entries[first]], -probabilities))
        members = entries[np.argsort(which, kind="stable")].tolist()
        ends = np.bincount(which).cumsum()
        starts = np.append(0, ends)
        return [
            Likely(tuple(members[start:end]), probability, meaning)
            for start, end, probability, meaning in zip(
                starts[by_place].tolist(),
                ends[by_place].tolist(),
                probabilities[by_place].tolist(),
                meant[first[by_place]].tolist(),
                strict=True,
            )
        ]


def _first_of_each(values: Ints) -> Ints:
    """Where each value comes first, in order."""
    return np.sort(_grouped(values)[1])


def _grouped(values: Ints) -> tuple[Ints, Ints, Ints]:
    """Each value once, in order; where it comes first; and which of them each value is. As
    `np.unique` has it, in half of the time for so few."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.append(True, ordered[1:] != ordered[:-1])
    which = np.empty_like(order)
    which[order] = new.cumsum() - 1
    return ordered[new], order[new], which

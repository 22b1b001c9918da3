"""Whom a spelling means, when a third of its letters were heard wrong: the directory helps.

A heard letter speaks for all that sound like it. Surnames and whole names are compared by an edit
distance in nats (Wagner & Fischer 1974) whose costs say how easily the telephone takes one letter
for another; of 18,000 names, 70% of the letters were enough (see Schramm et al., "Strategies for
name recognition in automatic directory assistance systems", 2000).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grammar.model import FormKind, Grammar

Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]

_SOUND_ALIKE = (
    "bdegptvcz",
    "mn",
    "sfx",
    "ajkh",
    "iy",
    "uqw",
    "lmn",
    "or",
    "fvs",
    "tdp",
    "ae",
    "gj",
)
"""Letters whose English names sound alike on the telephone, by the vowel that they share."""

_RIGHT = 0.7
_ALIKE = 0.22
"""Of a letter heard: how probably it was said so, and how probably one of those that sound like it.
Raising _RIGHT trusts the letters more; spellings with more wrong ones are then found less often."""

_LOST, _ADDED = 0.05, 0.04
"""How probably a letter was said and not heard, or heard and not said."""

_LETTERS = 26
_MISCOUNTED = 3
"""One letter in this many may be lost or added; names of other lengths aren't looked at."""

_READING = 1.0
"""Nats that each further reading of the same sound counts less."""

_KINDS = frozenset(
    {
        FormKind.SURNAME,
        FormKind.FULL_NAME,
        FormKind.KNOWN_AS,
        FormKind.DEPARTMENT,
        FormKind.ALIAS,
        FormKind.ADDED,
    }
)

_SUSPECTED = 20.0
"""How much likelier than anybody else somebody is whom an earlier try gave a probability of 1."""

_KEPT = 40
"""Names that are looked at after the first: beyond it nobody has a probability worth telling."""


def _costs() -> Floats:
    """Nats from a letter that was said (row) to the letter heard (column)."""
    alike = np.zeros((_LETTERS, _LETTERS), dtype=bool)
    for group in _SOUND_ALIKE:
        members = [ord(letter) - ord("a") for letter in group]
        alike[np.ix_(members, members)] = True
    np.fill_diagonal(alike, val=False)
    others = 1 - _RIGHT - _ALIKE
    probability = np.full((_LETTERS, _LETTERS), others / _LETTERS)
    probability += np.where(alike, _ALIKE / np.maximum(1, alike.sum(axis=1, keepdims=True)), 0.0)
    probability[np.diag_indices(_LETTERS)] = _RIGHT
    costs: Floats = -np.log(probability)
    return costs


_COSTS = _costs()
_COST_LOST = -math.log(_LOST)
_COST_ADDED = -math.log(_ADDED) + math.log(_LETTERS)


class SpellingIndex:
    """All names of a grammar, ready to be compared with spellings. Immutable."""

    def __init__(self, grammar: Grammar) -> None:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for form in grammar.forms:
            if form.kind in _KINDS:
                found[form.text.replace(" ", "")].add(form.entry)
        self._entries = {name: tuple(sorted(keys)) for name, keys in found.items()}
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for name in sorted(self._entries):
            if name.isascii() and name.isalpha():
                by_length[len(name)].append(name)
        self._names = dict(by_length)
        self._codes = {length: _coded(names) for length, names in by_length.items()}

    def candidates(
        self, readings: Sequence[str], suspects: Mapping[str, float], without: frozenset[str]
    ) -> tuple[tuple[str, str, float], ...]:
        """(entry key, the name that fits, probability), likeliest first; () without letters.

        `readings` are the letters heard, likeliest first. `suspects` are entries that earlier tries
        gave a probability; `without` are keys that are left out. Probabilities sum to at most 1.
        """
        nearest = self._nearest(readings)
        weights: dict[str, float] = {}
        names: dict[str, str] = {}
        for name, nats in nearest:
            for key in self._entries[name]:
                if key in without:
                    continue
                weight = math.exp(nearest[0][1] - nats) * (1 + _SUSPECTED * suspects.get(key, 0.0))
                if weight > weights.get(key, 0.0):
                    weights[key], names[key] = weight, name
        total = sum(weights.values())
        ranked = sorted(weights, key=lambda key: (-weights[key], key))
        return tuple((key, names[key], weights[key] / total) for key in ranked)

    def _nearest(self, readings: Sequence[str]) -> list[tuple[str, float]]:
        """The nearest names with their distance in nats, over all readings."""
        found: dict[str, float] = {}
        for rank, reading in enumerate(readings):
            if not reading:
                continue
            heard = np.frombuffer(reading.encode(), dtype=np.int8) - ord("a")
            for length, names in self._names.items():
                if abs(length - len(reading)) > max(2, length // _MISCOUNTED):
                    continue
                nats = _distances(self._codes[length], heard) + rank * _READING
                for at in np.argsort(nats, kind="stable")[:_KEPT]:
                    name = names[at]
                    found[name] = min(found.get(name, math.inf), float(nats[at]))
        return sorted(found.items(), key=lambda item: (item[1], item[0]))[:_KEPT]


def _coded(names: Sequence[str]) -> Bytes:
    """Names of one length as rows of letters 0 to 25."""
    flat = np.frombuffer("".join(names).encode(), dtype=np.int8) - ord("a")
    return flat.reshape(len(names), -1).astype(np.int8)


def _distances(names: Bytes, heard: Bytes) -> Floats:
    """Nats from each name (row) to what was heard: all rows of the table of edits at once."""
    row = np.tile(np.arange(len(heard) + 1) * _COST_ADDED, (len(names), 1))
    for position in range(names.shape[1]):
        substituted = row[:, :-1] + _COSTS[names[:, position][:, None], heard[None, :]]
        best = np.minimum(substituted, row[:, 1:] + _COST_LOST)
        new = np.empty_like(row)
        new[:, 0] = row[:, 0] + _COST_LOST
        for at in range(len(heard)):
            new[:, at + 1] = np.minimum(best[:, at], new[:, at] + _COST_ADDED)
        row = new
    distances: Floats = row[:, -1]
    return distances

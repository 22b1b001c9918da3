"""What a caller may add to a name ("in planning"), and how well it fits each entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cdist

from grammar.destinations import Meanings
from grammar.model import Entry, EntryKind, Grammar
from grammar.phones import phones, prepare
from grammar.text import normalise

_PARTLY = 0.9
"""What a qualifier that names a place by some of its words ("planning" for "planning policy") is
worth beside one that names it whole."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Placing = tuple[EntryKind, str, str, str, str]
"""What says where an entry belongs: its kind, department, team, site and job title."""


class Places:
    """Where each entry of a grammar belongs, in the words of a caller. Immutable."""

    def __init__(self, grammar: Grammar, pronunciations: Mapping[str, str]) -> None:
        placings = {
            placing: number
            for number, placing in enumerate(dict.fromkeys(map(_placing, grammar.entries)))
        }
        self._placings = np.array(
            [placings[_placing(entry)] for entry in grammar.entries], dtype=np.int64
        )
        said = _said(grammar, placings)
        texts = list(dict.fromkeys(text for each in said for text in each))
        prepare(word for text in texts for word in text.split())
        numbers = {text: number for number, text in enumerate(texts)}
        self._said = np.array([numbers[text] for each in said for text in each], dtype=np.int64)
        self._starts = np.cumsum([0, *map(len, said)])
        self.texts = tuple(texts)
        self._phones = tuple(phones(text, pronunciations) for text in texts)
        words = [text.split() for text in texts]
        self._sorted = tuple(_sorted(each) for each in words)
        naming: dict[str, list[int]] = {}
        for number, each in enumerate(words):
            for word in each:
                naming.setdefault(word, []).append(number)
        self._naming = {word: np.array(each, dtype=np.int64) for word, each in naming.items()}
        self._pronunciations = pronunciations

    def fits(self, qualifiers: Sequence[str], meanings: Meanings) -> Floats:
        """How well what was added to each text fits each of its meanings, in [0, 1]; 0 for nothing
        added."""
        fits = np.zeros(len(meanings.entries))
        added = list(dict.fromkeys(filter(None, qualifiers)))
        if not added:
            return fits
        of_text = np.array([added.index(text) if text else -1 for text in qualifiers])
        of_meaning = of_text[meanings.rows]
        meant = of_meaning >= 0
        placings, which = _distinct(self._placings[meanings.entries[meant]], len(self._starts) - 1)
        fits[meant] = self._fits(added, placings)[of_meaning[meant], which]
        return fits

    def _fits(self, qualifiers: Sequence[str], placings: Ints) -> Floats:
        """How well each qualifier fits the best of what may be said of each placing."""
        fits = np.zeros((len(qualifiers), len(placings)))
        counts = self._starts[placings + 1] - self._starts[placings]
        ends = counts.cumsum()
        if not len(ends) or not ends[-1]:
            return fits
        skipped = np.repeat(self._starts[placings] - ends + counts, counts)
        distinct, which = _distinct(self._said[np.arange(ends[-1]) + skipped], len(self.texts))
        sounds = [self._phones[number] for number in distinct.tolist()]
        heard = [phones(text, self._pronunciations) for text in qualifiers]
        near = cdist(heard, sounds, scorer=Levenshtein.normalized_similarity, dtype=np.float64)
        named = self.named(qualifiers, distinct)
        best = np.maximum(near, _PARTLY * named / 100)[:, which]
        some = np.flatnonzero(counts)
        starts = (ends - counts)[some]
        fits[:, some] = np.maximum.reduceat(best, starts, axis=1)
        return fits

    def named(self, qualifiers: Sequence[str], numbers: Ints) -> Floats:
        """`fuzz.token_set_ratio` of each qualifier and each of the texts. Where they have no word
        in common it is that of their sorted words, which takes a quarter of the time."""
        texts = numbers.tolist()
        heard = [_sorted(text.split()) for text in qualifiers]
        said = [self._sorted[number] for number in texts]
        lengths = np.add.outer([len(each) for each in heard], [len(each) for each in said])
        apart = cdist(heard, said, scorer=Indel.distance, dtype=np.int32)
        named = 100 - 100 * apart / np.maximum(1, lengths)
        common = np.zeros((len(qualifiers), len(self.texts)), dtype=bool)
        for row, text in enumerate(qualifiers):
            for word in text.split():
                if word in self._naming:
                    common[row, self._naming[word]] = True
        for row, column in np.argwhere(common[:, numbers]).tolist():
            named[row, column] = fuzz.token_set_ratio(qualifiers[row], self.texts[texts[column]])
        return np.asarray(named)


def _sorted(words: Iterable[str]) -> str:
    return " ".join(sorted(set(words)))


def _distinct(values: Ints, count: int) -> tuple[Ints, Ints]:
    """Each value below `count` once, in order, and where each of the values is among them."""
    seen = np.zeros(count, dtype=bool)
    seen[values] = True
    return np.flatnonzero(seen), (seen.cumsum() - 1)[values]


def _placing(entry: Entry) -> Placing:
    return (entry.kind, entry.department, entry.team, entry.site, entry.job_title)


def _said(grammar: Grammar, placings: Iterable[Placing]) -> list[tuple[str, ...]]:
    """What a caller may say of each placing; () for departments."""
    placings = list(placings)
    fields = {text for _, *texts in placings for text in texts if text}
    normalised = {text: normalise(text) for text in fields}
    aliases = _department_texts(grammar)

    def of(placing: Placing) -> Iterable[str]:
        kind, department, *others = placing
        if kind is EntryKind.DEPARTMENT:
            return
        name = normalised.get(department, "")
        yield from aliases.get(name, (name,))
        yield from (normalised.get(text, "") for text in others)

    return [tuple(text for text in dict.fromkeys(of(placing)) if text) for placing in placings]


def _department_texts(grammar: Grammar) -> dict[str, tuple[str, ...]]:
    """All names of each department, by its normalised name."""
    names = {e.key: normalise(e.name) for e in grammar.entries if e.kind is EntryKind.DEPARTMENT}
    texts: dict[str, list[str]] = {name: [name] for name in names.values()}
    for form in grammar.forms:
        if form.entry in names:
            texts[names[form.entry]].append(form.text)
    return {name: tuple(dict.fromkeys(found)) for name, found in texts.items()}

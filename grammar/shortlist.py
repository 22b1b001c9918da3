"""Which spoken forms sound like what was heard: a few out of perhaps a million, in milliseconds.

Two steps: an index of phone pairs finds the texts that share enough pairs with a query; edit
distance over phones, broad classes of phones, and letters then says how near each of those is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cdist

from grammar.model import Command, FormKind, Grammar
from grammar.phones import ALPHABET, phones

_BROAD = str.maketrans(
    {
        **dict.fromkeys("pbtdkɡʔ", "T"),
        **dict.fromkeys("fvθðszʃʒhxɬ", "S"),
        **dict.fromkeys("ʧʤ", "C"),
        **dict.fromkeys("mnŋ", "N"),
        **dict.fromkeys("lɹjw", "L"),
        **dict.fromkeys("ɪɛiER", "I"),
        **dict.fromkeys("aʌɑIW", "A"),
        **dict.fromkeys("ɒʊuɔYOC", "O"),
        **dict.fromkeys("əɜ", "E"),
    }
)
"""Phones to broad classes: by manner for consonants (the telephone band, 300 to 3400 Hz, blurs
place and voicing first: Miller & Nicely 1955), by region for vowels."""

_EDGE = len(ALPHABET)
_CODES = _EDGE + 1
_RETRIEVED = 150
"""Texts a query that go on to edit distance. Raising it finds more at a cost in time."""

KEPT = 150
"""Texts that are compared in every way. Raising it finds more at a cost in time."""

_SHARED = 0.25
"""Least share of a query's phone pairs that a text must have to be looked at. Raising it is faster
and loses texts of which little was heard right."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Metric(Protocol):
    normalized_similarity: Callable[..., float]


@dataclass(frozen=True, slots=True)
class Query:
    """Something heard that may name an entry: normalised text and its phones."""

    text: str
    phones: str


@dataclass(frozen=True, slots=True)
class Said:
    """One text of the grammar with all that it may mean: entries (by key) or a command."""

    text: str
    phones: str
    kind: FormKind | None
    entries: tuple[str, ...] = ()
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class Similarities:
    """One row a query, one column a shortlisted text; every value in [0, 1].

    `texts` are indices into `FormIndex.said`. `phones`: edit similarity over phones; `broad`:
    over broad phone classes, where what a telephone confuses counts as alike; `letters`: over
    spelling.
    """

    texts: Ints
    phones: Floats
    broad: Floats
    letters: Floats


class FormIndex:
    """All texts of a grammar, ready to be looked up by sound. Immutable after construction."""

    def __init__(self, grammar: Grammar) -> None:
        self.said = _texts(grammar)
        self.phones = tuple(said.phones for said in self.said)
        self._numbers = {said.text: number for number, said in enumerate(self.said)}
        self._broad = tuple(text.translate(_BROAD) for text in self.phones)
        pairs = [_pairs(phones) for phones in self.phones]
        self._sizes = np.array([max(1, len(found)) for found in pairs])
        owners = np.repeat(np.arange(len(pairs)), [len(found) for found in pairs])
        codes = np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        self._postings = owners[order].astype(np.int32)
        self._starts = np.searchsorted(codes[order], np.arange(_CODES * _CODES + 1))

    def retrieve(self, query: Query, limit: int = _RETRIEVED) -> Ints:
        """Indices of the texts that share most phone pairs with the query (Dice), unordered."""
        found = _pairs(query.phones)
        if not len(found) or not self.said:
            return np.zeros(0, dtype=np.int64)
        hits = np.concatenate(
            [self._postings[self._starts[c] : self._starts[c + 1]] for c in found]
        )
        shared = np.bincount(hits, minlength=len(self.said))
        candidates = np.flatnonzero(shared >= len(found) * _SHARED)
        dice = 2 * shared[candidates] / (self._sizes[candidates] + len(found))
        if len(candidates) > limit:
            candidates = candidates[np.argpartition(-dice, limit)[:limit]]
        return candidates.astype(np.int64)

    def find(self, text: str) -> int | None:
        """The number of a text of the grammar, or None."""
        return self._numbers.get(text)

    def similarities(self, queries: Sequence[Query], also: Sequence[int] = ()) -> Similarities:
        """How near each query is to the texts that they retrieve, and to those `also` named.

        The texts nearest by phones are kept, at most `KEPT` besides those named.
        """
        found = [self.retrieve(query) for query in queries]
        texts = np.unique(np.concatenate([*found, np.array(also, dtype=np.int64)]))
        heard = [query.phones for query in queries]
        by_phones = _similarity(heard, [self.phones[i] for i in texts], Levenshtein)
        if len(texts) > KEPT + len(also):
            nearest = np.argsort(-by_phones.max(0), kind="stable")[:KEPT]
            kept = np.union1d(nearest, np.flatnonzero(np.isin(texts, also)))
            texts, by_phones = texts[kept], by_phones[:, kept]
        broad = [phones.translate(_BROAD) for phones in heard]
        said = [query.text for query in queries]
        return Similarities(
            texts,
            by_phones,
            _similarity(broad, [self._broad[i] for i in texts], Levenshtein),
            _similarity(said, [self.said[i].text for i in texts], Indel),
        )


def _texts(grammar: Grammar) -> tuple[Said, ...]:
    """Each text once. A command wins over an entry that is called the same."""
    pronunciations = dict(grammar.pronunciations)
    commands = {
        phrase.text: Said(
            phrase.text, phones(phrase.text, pronunciations), None, (), phrase.command
        )
        for phrase in grammar.commands
    }
    entries: dict[str, list[str]] = {}
    first: dict[str, tuple[str, FormKind]] = {}
    for form in grammar.forms:
        if form.text not in commands:
            entries.setdefault(form.text, []).append(form.entry)
            first.setdefault(form.text, (form.phones, form.kind))
    return (
        *commands.values(),
        *(Said(text, *first[text], tuple(keys)) for text, keys in entries.items()),
    )


def _similarity(heard: Sequence[str], said: Sequence[str], metric: _Metric) -> Floats:
    if not heard or not said:
        return np.zeros((len(heard), len(said)))
    found = cdist(heard, said, scorer=metric.normalized_similarity, dtype=np.float64)
    return np.asarray(found)


def _pairs(phones: str) -> Ints:
    """Codes of the phone pairs of a text, its edges included, each once."""
    codes = [_EDGE, *(_CODE.get(phone, _EDGE) for phone in phones), _EDGE]
    return np.array(sorted({a * _CODES + b for a, b in pairwise(codes)}))


_CODE = {phone: code for code, phone in enumerate(ALPHABET)}

"""Which spoken forms sound like what was heard: a few out of perhaps a million, in milliseconds.

Two steps: an index of phone pairs finds the texts that share enough pairs with a query, of large
grammars by the rarest pairs, which say most and cost least; edit distance over phones, broad
classes of phones, and letters then says how near each of those is.
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
from scipy.sparse import csr_array

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
_RETRIEVED = 400
"""Texts an utterance that go on to edit distance. Raising it finds more at a cost in time."""

_LOOKED_UP = 12_000
"""Texts that a query's rarest pairs may name before its commoner pairs are left out: all pairs
count up to some 5,000 entries. Raising it ranks large grammars more exactly, and takes longer."""

_COUNTED = 3_000
"""Texts (times queries) found by the rarest pairs whose shared pairs are then all counted."""

KEPT = 150
"""Texts that are compared in every way. Raising it finds more at a cost in time."""

_SHARED = 0.25
"""Least share of a query's phone pairs that a text must have to be looked at. Raising it is faster
and loses texts of which little was heard right."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int16]


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
        self._sizes = np.array([len(found) for found in pairs], dtype=np.int64)
        self._pairs = np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.int16)
        self._ends = np.cumsum(self._sizes)
        self._texts = _incidence(pairs).T.tocsr()
        self._common = np.diff(self._texts.indptr)

    def retrieve(self, queries: Sequence[Query]) -> Ints:
        """The texts that share most phone pairs (Dice) with any query, at most `_RETRIEVED`."""
        pairs = [_pairs(phones) for phones in {query.phones: None for query in queries}]
        if not pairs or not self.said:
            return np.zeros(0, dtype=np.int64)
        rarest = [self._rarest(found) for found in pairs]
        sizes = np.array([len(found) for found in pairs])
        used = np.array([len(found) for found in rarest])
        found = _incidence(rarest) @ self._texts
        row = np.repeat(np.arange(len(pairs)), np.diff(found.indptr))
        enough = np.flatnonzero(found.data >= (used * _SHARED)[row])
        row, texts = row[enough], found.indices[enough].astype(np.int64)
        shared = found.data[enough] * (sizes / used)[row]
        dice = 2 * shared / (self._sizes[texts] + sizes[row])
        if (used < sizes).any():
            if len(dice) > _COUNTED:
                likeliest = np.argpartition(-dice, _COUNTED)[:_COUNTED]
                row, texts = row[likeliest], texts[likeliest]
            dice = 2 * self._shared(pairs, row, texts) / (self._sizes[texts] + sizes[row])
        order = np.argsort(-dice, kind="stable")
        _, first = np.unique(texts[order], return_index=True)
        return np.asarray(texts[order[np.sort(first)[:_RETRIEVED]]])

    def _rarest(self, pairs: Codes) -> Codes:
        """The pairs that fewest texts have: those that name `_LOOKED_UP` texts, at least one."""
        common = self._common[pairs]
        if common.sum() <= _LOOKED_UP:
            return pairs
        order = np.argsort(common, kind="stable")
        within = int(np.searchsorted(common[order].cumsum(), _LOOKED_UP, side="right"))
        return pairs[order[: max(1, within)]]

    def _shared(self, pairs: Sequence[Codes], row: Ints, texts: Ints) -> Ints:
        """How many pairs of query `row[i]` text `texts[i]` has."""
        wanted = np.zeros((len(pairs), _CODES * _CODES), dtype=np.int64)
        for number, found in enumerate(pairs):
            wanted[number, found] = 1
        sizes = self._sizes[texts]
        ends = sizes.cumsum()
        places = np.arange(sizes.sum()) + np.repeat(self._ends[texts] - ends, sizes)
        up_to = np.append(0, wanted[np.repeat(row, sizes), self._pairs[places]].cumsum())
        return np.asarray(up_to[ends] - up_to[ends - sizes])

    def find(self, text: str) -> int | None:
        """The number of a text of the grammar, or None."""
        return self._numbers.get(text)

    def similarities(self, queries: Sequence[Query], also: Sequence[int] = ()) -> Similarities:
        """How near each query is to the texts that they retrieve, and to those `also` named.

        The texts nearest by phones are kept, at most `KEPT` besides those named.
        """
        texts = np.union1d(self.retrieve(queries), np.array(also, dtype=np.int64))
        heard = [query.phones for query in queries]
        by_phones = _similarity(heard, [self.phones[i] for i in texts.tolist()], Levenshtein)
        if len(texts) > KEPT + len(also):
            nearest = np.argsort(-by_phones.max(0), kind="stable")[:KEPT]
            kept = np.union1d(nearest, np.flatnonzero(np.isin(texts, also)))
            texts, by_phones = texts[kept], by_phones[:, kept]
        broad = [phones.translate(_BROAD) for phones in heard]
        said = [query.text for query in queries]
        return Similarities(
            texts,
            by_phones,
            _similarity(broad, [self._broad[i] for i in texts.tolist()], Levenshtein),
            _similarity(said, [self.said[i].text for i in texts.tolist()], Indel),
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


def _incidence(pairs: Sequence[Codes]) -> csr_array:
    """One row a text, one column a phone pair: 1 where the text has the pair."""
    starts = np.cumsum([0, *map(len, pairs)])
    codes = np.concatenate([np.zeros(0, dtype=np.int16), *pairs]).astype(np.int32)
    ones = np.ones(len(codes), dtype=np.int16)
    return csr_array((ones, codes, starts.astype(np.int32)), shape=(len(pairs), _CODES * _CODES))


def _pairs(phones: str) -> Codes:
    """Codes of the phone pairs of a text, its edges included, each once."""
    codes = [_EDGE, *(_CODE.get(phone, _EDGE) for phone in phones), _EDGE]
    return np.array(sorted({a * _CODES + b for a, b in pairwise(codes)}), dtype=np.int16)


_CODE = {phone: code for code, phone in enumerate(ALPHABET)}
